"""The papers that a maker holds: what their numbers must look like, and how far anybody has looked at them."""
