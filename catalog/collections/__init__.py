"""What curators put forward, when and in which order."""
