"""Who made it: a workshop, an IKM or a group."""
