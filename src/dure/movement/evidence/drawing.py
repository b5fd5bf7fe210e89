"""A photograph is drawn anew: what came with it (place, device, time) stays behind, and faces with it.

Coarsened whole, the long side has COARSE_BLOCKS blocks of one colour: a face that fills a quarter of the picture is
eight blocks wide, and a heap of sacks is still one. People don't know such a face; a program that has clear pictures of
the few it could be still may (McPherson, Shokri and Shmatikov, "Defeating Image Obfuscation with Deep Learning", 2016).
So a coarse picture is no public one either: it is sealed, seen by few, and deleted on a day.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from threading import Lock
from typing import Final

from PIL import Image, ImageOps, UnidentifiedImageError

from dure.movement.evidence.errors import NotAPicture, PictureTooLarge

KINDS: Final = ("JPEG", "PNG", "WEBP")
PICTURE_BYTES_MAX: Final = 12_000_000
# A camera of 50 megapixels; decoded they are 150 MB.
PIXELS_MAX: Final = 50_000_000
SIDE_PX_MAX: Final = 1_600
COARSE_BLOCKS: Final = 32
JPEG_QUALITY: Final = 80
# A large picture takes half a gigabyte while it is decoded; several at once would take the machine.
_ONE_AT_A_TIME: Final = Lock()


@dataclass(frozen=True, slots=True)
class Drawn:
    """A picture as it is kept: JPEG, without anything but its pixels."""

    jpeg: bytes
    width_px: int
    height_px: int


def draw(picture: bytes, *, wiped: bool) -> Drawn:
    """The picture drawn anew, at most SIDE_PX_MAX a side. ``wiped``: the phone coarsened it and left only the work
    clear; False: it is coarsened here as a whole. Equal input gives equal bytes.

    Refuses with NotAPicture, PictureTooLarge (before its pixels are decoded).
    """
    if len(picture) > PICTURE_BYTES_MAX:
        raise PictureTooLarge(
            what=f"{len(picture) / 1e6:.0f} MB", most=f"{PICTURE_BYTES_MAX // 1_000_000} MB"
        )
    try:
        with _ONE_AT_A_TIME, Image.open(io.BytesIO(picture), formats=KINDS) as opened:
            if opened.width * opened.height > PIXELS_MAX:
                most = f"{PIXELS_MAX // 1_000_000} megapixels"
                raise PictureTooLarge(what=f"{opened.width} x {opened.height} pixels", most=most)
            # JPEG can be decoded at half or a quarter of its size in a fraction of the time.
            opened.draft("RGB", (SIDE_PX_MAX, SIDE_PX_MAX))
            plain = ImageOps.exif_transpose(opened).convert("RGB")
            # Pillow carries a comment of the file over to the next one.
            plain.info.clear()
    except PictureTooLarge:
        raise
    except Image.DecompressionBombError as bomb:
        raise PictureTooLarge(what=str(bomb)[:80], most=f"{PIXELS_MAX // 1_000_000} megapixels") from bomb
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, KeyError, IndexError) as error:
        # What Pillow's decoders raise over bytes that only begin like a picture.
        raise NotAPicture from error
    plain.thumbnail((SIDE_PX_MAX, SIDE_PX_MAX))
    if not wiped:
        plain = _coarse(plain)
    out = io.BytesIO()
    plain.save(out, format="JPEG", quality=JPEG_QUALITY, optimize=True)
    return Drawn(out.getvalue(), plain.width, plain.height)


def _coarse(picture: Image.Image) -> Image.Image:
    long_side = max(picture.size)
    blocks = (
        max(1, round(picture.width * COARSE_BLOCKS / long_side)),
        max(1, round(picture.height * COARSE_BLOCKS / long_side)),
    )
    # Every block is the mean of its pixels; nothing finer is left to be found again.
    return picture.resize(blocks, Image.Resampling.BOX).resize(picture.size, Image.Resampling.NEAREST)
