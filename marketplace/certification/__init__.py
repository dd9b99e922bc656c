"""Who looks at the papers of makers: their scans, the answers of officers and curators, and what ends."""
