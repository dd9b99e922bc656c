"""A stored picture asks for its AVIF renditions, which the worker makes."""

from __future__ import annotations

from typing import Any

from catalog.media.models import Image
from catalog.signals import image_stored
from marketplace.outbox.services import put


def connect() -> None:
    image_stored.connect(ask_for_avif)


def ask_for_avif(image: Image, **_: Any) -> None:
    put("picture-avif", {"code": image.code}, key=f"avif:{image.code}")
