"""From a quote that was shown to a purchase that stands: once, wholly, or not at all."""
