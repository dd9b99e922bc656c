"""What happens: people, promises and money."""
