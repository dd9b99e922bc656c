"""What happens: people, promises and money."""

from marketplace.app import create_app

__all__ = ["create_app"]
