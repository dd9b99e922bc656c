"""What comes in is opened by its bytes, under limits, and what is kept is clean."""

from __future__ import annotations

import random
import resource
import threading
import time
from typing import Any

import pytest
from PIL import Image, ImageCms

from catalog.errors import Invalid
from catalog.media import pipeline
from catalog.media.pipeline import Limits, receive
from tests.catalog.media.samples import (
    bomb,
    corners,
    encoded,
    opened,
    scene,
    sixteen_bits,
    with_everything_to_hide,
)


def refused(data: bytes, limits: Limits = Limits()) -> str:
    with pytest.raises(Invalid) as caught:
        receive(data, limits)
    assert caught.value.field == "picture"
    return str(caught.value)


NOT_PICTURES = {
    "nothing": b"",
    "SVG": b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    "HTML": b"<!doctype html><html><body><script>alert(1)</script></body></html>",
    "PDF": b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n",
    "EPS": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 400 400\n",
    "ZIP": b"PK\x03\x04" + b"\x00" * 60,
    "one byte": b"\xff",
    "JPEG head only": b"\xff\xd8\xff\xe0",
    "PNG head only": b"\x89PNG\r\n\x1a\n",
    "WebP head only": b"RIFF\x00\x00\x00\x00WEBP",
    "AVIF head only": b"\x00\x00\x00\x20ftypavif\x00\x00\x00\x00avifmif1",
}


@pytest.mark.parametrize("name", NOT_PICTURES)
def test_refuses_what_is_no_picture(name: str) -> None:
    assert refused(NOT_PICTURES[name])


@pytest.mark.parametrize("format", ["BMP", "TIFF", "ICO", "GIF", "PPM", "TGA", "JPEG2000"])
def test_refuses_other_formats_of_pictures(format: str) -> None:
    assert "JPEG, PNG, WebP" in refused(encoded(scene(256, 256) if format == "ICO" else scene(), format))


def test_tells_an_iphone_what_to_change_for_heic() -> None:
    assert "HEIC" in refused(b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + b"\x00" * 100)


def test_refuses_a_bomb_before_it_is_decoded() -> None:
    receive(encoded(scene()))  # the child is there
    started = time.monotonic()
    assert "megapixels" in refused(bomb())
    assert time.monotonic() - started < 2


def test_refuses_four_bombs_at_once_without_filling_memory() -> None:
    answers: list[str] = []

    def send() -> None:
        answers.append(refused(bomb(side=13_300)))

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 4
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert peak < 1_500_000  # kB, the whole test process


def test_a_child_that_would_need_too_much_memory_is_ended_and_the_next_picture_is_fine() -> None:
    """The limit of pixels lifted, so that the limit of memory has to hold."""
    assert "too much work" in refused(
        encoded(Image.new("RGBA", (13_000, 13_000)), "PNG", compress_level=1), Limits(max_pixels=10**9, max_bytes=10**9)
    )
    assert receive(encoded(scene())).width == 480


@pytest.mark.parametrize("size", [(1, 1), (319, 4000), (600, 100), (20_000, 3), (3, 20_000)])
def test_refuses_what_is_too_small(size: tuple[int, int]) -> None:
    sentence = refused(encoded(Image.new("RGB", size), "PNG"))
    assert f"{size[0]} × {size[1]}" in sentence
    assert "320" in sentence


def test_refuses_what_is_too_long_and_narrow() -> None:
    assert "narrow" in refused(encoded(Image.new("RGB", (400, 4000)), "PNG"))


def test_refuses_a_file_over_the_limit_of_bytes() -> None:
    assert "1 MB" in refused(encoded(scene()) + b"\x00" * 2**20, Limits(max_bytes=2**20))


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_refuses_a_truncated_picture(format: str) -> None:
    data = encoded(scene(900, 700), format)
    assert refused(data[: len(data) // 2])


def test_survives_flipped_bits() -> None:
    """Every mutant is refused with a sentence or kept as a clean picture; the child never takes us along."""
    dice = random.Random(7)
    originals = [encoded(scene(), kind) for kind in ("JPEG", "PNG", "WEBP")]
    outcomes = {"kept": 0, "refused": 0}
    for number in range(90):
        data = bytearray(originals[number % 3])
        for _ in range(dice.randint(1, 8)):
            data[dice.randrange(12, len(data))] ^= 1 << dice.randrange(8)
        try:
            picture = receive(bytes(data))
        except Invalid:
            outcomes["refused"] += 1
        else:
            assert opened(picture.original.data).format == "JPEG"
            outcomes["kept"] += 1
    assert outcomes["refused"] > 20


def test_keeps_nothing_of_the_metadata_in_any_file() -> None:
    data = with_everything_to_hide()
    assert data.count(b"SECRET") >= 6
    picture = receive(data)
    files = [picture.original, *picture.renditions, *pipeline.avif(picture.original.data)]
    assert len({file.format for file in files}) == 3
    for file in files:
        assert b"SECRET" not in file.data
        kept = opened(file.data)
        assert not kept.getexif()
        assert not {"exif", "xmp", "comment", "icc_profile", "photoshop"} & {
            key for key, value in kept.info.items() if value
        }


def test_the_sample_did_carry_gps() -> None:
    """The negative control of the test above."""
    assert opened(with_everything_to_hide()).getexif().get_ifd(0x8825)


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP"])
def test_stands_every_orientation_upright(orientation: int, format: str) -> None:
    turned = {
        1: [], 2: [Image.Transpose.FLIP_LEFT_RIGHT], 3: [Image.Transpose.ROTATE_180],
        4: [Image.Transpose.FLIP_TOP_BOTTOM], 5: [Image.Transpose.TRANSPOSE], 6: [Image.Transpose.ROTATE_90],
        7: [Image.Transpose.TRANSVERSE], 8: [Image.Transpose.ROTATE_270],
    }  # fmt: skip
    image = scene()
    for step in turned[orientation]:
        image = image.transpose(step)
    exif = Image.Exif()
    exif[0x0112] = orientation
    picture = receive(encoded(image, format, exif=exif))
    assert (picture.width, picture.height) == (480, 360)
    assert corners(picture.original.data) == "RGWB"
    assert all(corners(file.data) == "RGWB" for file in picture.renditions)


@pytest.mark.parametrize("mode", ["1", "L", "P", "LA", "RGBA"])
def test_takes_every_mode_of_png(mode: str) -> None:
    picture = receive(encoded(scene(mode=mode), "PNG"))
    assert opened(picture.original.data).mode == "RGB"


def test_puts_white_behind_transparency() -> None:
    for image in (Image.new("RGBA", (400, 400), (200, 0, 0, 0)), Image.new("LA", (400, 400), (0, 0))):
        kept = opened(receive(encoded(image, "PNG")).original.data)
        assert min(kept.getpixel((200, 200))) > 250


def test_puts_white_behind_a_transparent_palette() -> None:
    image = Image.new("P", (400, 400), 3)
    image.putpalette([0, 0, 0] * 256)
    kept = opened(receive(encoded(image, "PNG", transparency=3)).original.data)
    assert min(kept.getpixel((200, 200))) > 250


def test_half_transparent_red_becomes_pink() -> None:
    kept = opened(receive(encoded(Image.new("RGBA", (400, 400), (255, 0, 0, 128)), "PNG")).original.data)
    red, green, _ = kept.getpixel((200, 200))
    assert red > 245
    assert 115 < green < 140


def test_scales_sixteen_bits_instead_of_clipping_them() -> None:
    kept = opened(receive(sixteen_bits()).original.data).convert("L")
    assert kept.getpixel((2, 200)) < 10
    assert 120 < kept.getpixel((200, 200)) < 136
    assert kept.getpixel((397, 200)) > 245


def test_a_dark_picture_of_sixteen_bits_stays_dark() -> None:
    kept = opened(receive(sixteen_bits(high=250)).original.data).convert("L")
    assert max(kept.getextrema()) < 6


def test_turns_cmyk_into_rgb_the_right_way_round() -> None:
    kept = opened(receive(encoded(scene(mode="CMYK"), "JPEG")).original.data)
    assert kept.mode == "RGB"
    assert corners(encoded(kept, "PNG")) == "RGWB"


def test_converts_a_wide_profile_to_srgb() -> None:
    """The same numbers mean a stronger green in a profile whose green lies further out (here: swapped primaries)."""
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB"))
    plain = receive(encoded(scene())).original.data
    ignored = receive(encoded(scene(), icc_profile=lab.tobytes())).original.data
    assert ignored == plain  # a profile that does not fit changes nothing
    assert receive(encoded(scene(), icc_profile=b"nonsense" * 40)).original.data == plain


@pytest.mark.parametrize("format", ["PNG", "WEBP", "AVIF"])
def test_takes_the_first_frame_of_what_moves(format: str) -> None:
    frames = [Image.new("RGB", (400, 400), colour) for colour in ("red", "blue", "green")]
    data = encoded(frames[0], format, save_all=True, append_images=frames[1:], duration=100)
    red, green, blue = opened(receive(data).original.data).getpixel((200, 200))
    assert red > 200
    assert max(green, blue) < 60


def test_makes_the_ladder_of_widths_and_enlarges_nothing() -> None:
    picture = receive(encoded(scene(4000, 3000)))
    assert (picture.width, picture.height) == (2000, 1500)
    assert [(one.format, one.width) for one in picture.renditions] == [
        ("webp", width) for width in (320, 480, 640, 960, 1600)
    ]
    assert all(abs(one.width / one.height - 4 / 3) < 0.01 for one in picture.renditions)
    small = receive(encoded(scene(700, 500)))
    assert [one.width for one in small.renditions] == [320, 480, 640]
    assert [one.width for one in receive(encoded(scene(340, 340))).renditions] == [320]
    assert [one.width for one in pipeline.avif(picture.original.data)] == [320, 480, 640, 960, 1280]


@pytest.mark.parametrize(
    ("format", "as_the_wide_ones"), [("avif", {"quality": 50, "speed": 9}), ("webp", {"quality": 79, "method": 1})]
)
def test_what_phones_load_is_packed_with_more_care(format: str, as_the_wide_ones: dict[str, Any]) -> None:
    picture = receive(encoded(scene(1600, 1200)))
    kept = {
        one.width: one for one in (*picture.renditions, *pipeline.avif(picture.original.data)) if one.format == format
    }
    for width in (320, 480):
        light = kept[width]
        small = opened(picture.original.data).resize((light.width, light.height), Image.Resampling.BICUBIC)
        plain = encoded(small, format.upper(), **as_the_wide_ones)
        assert light.size < 0.93 * len(plain), width


def test_names_files_by_their_own_hash_and_the_same_bytes_make_the_same_names() -> None:
    import hashlib

    data = encoded(scene(700, 500))
    first, second = receive(data), receive(data)
    assert first == second
    for file in (first.original, *first.renditions):
        assert (
            file.path
            == f"{file.sha256[:2]}/{hashlib.sha256(file.data).hexdigest()[:24]}.{file.path.rpartition('.')[2]}"
        )


def test_draws_our_own_pictures_without_a_child() -> None:
    assert pipeline.prepare(scene(900, 900, "RGBA")).renditions[0].width == 320


def test_many_threads_get_their_own_answers() -> None:
    sizes = [(400 + 10 * number, 360) for number in range(8)]
    got: dict[int, tuple[int, int]] = {}

    def send(number: int) -> None:
        picture = receive(encoded(scene(*sizes[number])))
        got[number] = (picture.width, picture.height)

    threads = [threading.Thread(target=send, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [got[number] for number in range(8)] == sizes


def test_a_child_that_died_between_two_pictures_is_replaced() -> None:
    receive(encoded(scene()))
    for child in list(pipeline._children._idle.queue):
        child.kill()
        child.wait()
    assert receive(encoded(scene())).width == 480
