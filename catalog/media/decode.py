"""From bytes to clean pixels and back. Runs in the child process for everything that strangers send.

Promises: upright, sRGB, eight bits, three channels, no transparency (white behind), the first frame, and none of the
metadata of what was sent: every file is written from a picture that was made anew and carries pixels only.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from PIL import AvifImagePlugin, Image, ImageCms, ImageFile

from catalog.errors import Invalid
from catalog.media.pictures import AVIF_WIDTHS, KEPT_SIDE, WEBP_WIDTHS, Kept, Limits, Picture, hash_of
from catalog.text import N_

ImageFile.LOAD_TRUNCATED_IMAGES = False
AvifImagePlugin.DEFAULT_MAX_THREADS = 1

_ORIENTATION = 0x0112
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_STRIP = 512
PHONE = 480
"""The widest rendition, in pixels, that most phones load of a piece in a list."""


@dataclass(frozen=True)
class Clean:
    """An RGB picture without anything but pixels, its long side at most KEPT_SIDE."""

    image: Image.Image


def read(data: bytes, format: str, limits: Limits) -> Clean:
    """The clean picture in `data`, which claims to be `format`; Invalid with a sentence for anything else."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            with Image.open(io.BytesIO(data), formats=(format,)) as image:
                _check_size(image.size, limits)
                if format == "JPEG":
                    _draft(image)
                image.load()
                return clean(image)
        except Invalid:
            raise
        except Image.DecompressionBombError:
            raise too_large(limits) from None
        except MemoryError:
            raise
        except (
            Exception
        ):  # Pillow's decoders raise nearly anything for broken bytes (OSError, SyntaxError, struct.error …)
            raise broken() from None


def _check_size(size: tuple[int, int], limits: Limits) -> None:
    width, height = size
    if width * height > limits.max_pixels:
        raise too_large(limits)
    if min(size) < limits.min_side:
        raise Invalid(
            N_(
                "This picture is too small: %(width)s × %(height)s pixels. "
                "It needs at least %(side)s pixels on its shorter side."
            ),
            field="picture",
            width=width,
            height=height,
            side=limits.min_side,
        )
    if max(size) > limits.max_ratio * min(size):
        raise Invalid(
            N_("This picture is too long and narrow. Crop it so that one side is at most %(ratio)s times the other."),
            field="picture",
            ratio=limits.max_ratio,
        )


def too_large(limits: Limits) -> Invalid:
    return Invalid(
        N_(
            "This picture has too many pixels; at most %(megapixels)s megapixels are possible. Make it smaller and try again."
        ),
        field="picture",
        megapixels=limits.max_pixels // 1_000_000,
    )


def broken() -> Invalid:
    return Invalid(
        N_("This picture is damaged or incomplete and cannot be opened. Please send it again, or take a new one."),
        field="picture",
    )


def _draft(image: Image.Image) -> None:
    """Let the JPEG decoder leave out pixels that would be thrown away: a half, a quarter or an eighth of each side."""
    scale = max(scale for scale in (1, 2, 4, 8) if scale == 1 or max(image.size) // scale >= KEPT_SIDE * 3 // 4)
    if scale > 1:
        image.draft(image.mode, (image.width // scale, image.height // scale))


def clean(image: Image.Image) -> Clean:
    """Any decoded picture as eight bits of sRGB on white, upright and small enough to keep."""
    profile = image.info.get("icc_profile")
    orientation = _orientation(image)
    flat = _flat(image)
    side = max(flat.size)
    if side > KEPT_SIDE:
        size = (max(1, round(flat.width * KEPT_SIDE / side)), max(1, round(flat.height * KEPT_SIDE / side)))
        flat = flat.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0)
    flat = _in_srgb(flat, profile)
    if orientation in _UPRIGHT:
        flat = flat.transpose(_UPRIGHT[orientation])
    fresh = Image.new("RGB", flat.size)
    fresh.paste(flat)
    return Clean(fresh)


def _orientation(image: Image.Image) -> int:
    try:
        return int(image.getexif().get(_ORIENTATION, 1))
    except Exception:  # broken EXIF of a good picture is no reason to refuse it
        return 1


def _flat(image: Image.Image) -> Image.Image:
    """Without transparency (white behind) and with eight bits a channel: mode L, RGB or CMYK."""
    if image.mode.startswith("I") or image.mode == "F":
        return _eight_bits(image)
    if image.mode in ("LA", "PA", "RGBA", "La", "RGBa") or "transparency" in image.info:
        white = Image.new("RGB", image.size, "white")
        # In strips: a whole copy with an alpha channel of a large picture would double the memory.
        for top in range(0, image.height, _STRIP):
            strip = image.crop((0, top, image.width, min(top + _STRIP, image.height))).convert("RGBA")
            white.paste(strip, (0, top), strip)
        return white
    if image.mode in ("L", "RGB", "CMYK"):
        return image
    return image.convert("RGB")


def _eight_bits(image: Image.Image) -> Image.Image:
    """Sixteen bits of grey as eight. The high byte is kept; clipping would turn nearly everything white."""
    high: Any = image.getextrema()[1]
    whole = image.convert("F")
    if image.mode.startswith("I;16") or high > 255:
        whole = whole.point(lambda value: value * (1 / 257) + 0.5)
    return whole.convert("L")


@cache
def _srgb() -> Any:
    return ImageCms.createProfile("sRGB")


def _in_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """`image` in sRGB. A profile that cannot be read or does not fit is ignored, as browsers do."""
    if profile and b"sRGB" not in profile[:4096]:
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            fits = {"L": "GRAY", "RGB": "RGB ", "CMYK": "CMYK"}[image.mode]
            if source.profile.xcolor_space == fits:
                converted = ImageCms.profileToProfile(
                    image, source, _srgb(), renderingIntent=ImageCms.Intent.PERCEPTUAL, outputMode="RGB"
                )
                if converted is not None:
                    return converted
        except (ImageCms.PyCMSError, OSError, ValueError, TypeError, KeyError):
            pass
    return image.convert("RGB")


def picture(clean: Clean, widths: tuple[int, ...] = WEBP_WIDTHS) -> Picture:
    """What is kept of a clean picture at once: a JPEG of its full size and the WebP renditions."""
    image = clean.image
    original = _kept(image, "jpeg", quality=88)
    return Picture(original, tuple(_ladder(image, "webp", widths, _as_webp)))


def avif(data: bytes) -> list[Kept]:
    """The AVIF renditions of a kept original."""
    with Image.open(io.BytesIO(data), formats=("JPEG",)) as image:
        image.load()
        fresh = Image.new("RGB", image.size)
        fresh.paste(image)
    return _ladder(fresh, "avif", AVIF_WIDTHS, _as_avif)


def _as_webp(width: int) -> dict[str, Any]:
    """How a width is packed as WebP: what phones load as `_as_avif` says."""
    return {"quality": 70, "method": 4} if width <= PHONE else {"quality": 79, "method": 1}


def _as_avif(width: int) -> dict[str, Any]:
    """How a width is packed as AVIF. What phones load takes twice the time and is a fifth lighter, the heaviest by more than
    a third, at the likeness that speed 8 needs quality 46 for (SSIMULACRA 2: mean 65, worst 45 of twenty-five pictures). Of
    the wide ones that would cost seconds and save what few are sent."""
    return (
        {"quality": 44, "speed": 6, "max_threads": 1}
        if width <= PHONE
        else {"quality": 50, "speed": 9, "max_threads": 1}
    )


def _ladder(
    image: Image.Image, format: str, widths: tuple[int, ...], how: Callable[[int], dict[str, Any]]
) -> list[Kept]:
    """Renditions in `widths` that do not enlarge, narrowest first; each is drawn from the next wider one."""
    steps = [width for width in widths if width <= image.width]
    if image.width < widths[-1] and image.width > 1.15 * (steps[-1] if steps else 0):
        steps.append(image.width)
    made = []
    step = image
    for width in reversed(steps):
        if width != step.width:
            height = max(1, round(image.height * width / image.width))
            step = step.resize((width, height), Image.Resampling.BICUBIC)
        made.append(_kept(step, format, **how(width)))
    return made[::-1]


def _kept(image: Image.Image, format: str, **how: Any) -> Kept:
    file = io.BytesIO()
    image.save(file, format.upper(), **how)
    data = file.getvalue()
    return Kept(format, image.width, image.height, hash_of(data), data)
