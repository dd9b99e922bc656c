"""The pictures that shared links show: photo, title and maker on one card, drawn by a job and never in a request."""
