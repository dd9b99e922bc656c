"""How the world calls us. Pages and endpoints without rules."""
