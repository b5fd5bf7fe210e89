"""Photographs of work: drawn anew, without faces, sealed, seen by few, deleted on a day."""

from __future__ import annotations

import io
from datetime import timedelta
from hashlib import sha256
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from dure.base.access import ANONYMOUS, Actor, Grant
from dure.base.errors import CommandReused
from dure.base.home import home
from dure.kernel.must import Broken
from dure.kernel.refusals import BadInput, NotFound
from dure.movement.evidence import actions, folder, reads
from dure.movement.evidence.drawing import COARSE_BLOCKS, PIXELS_MAX, SIDE_PX_MAX, draw
from dure.movement.evidence.errors import NotAPicture, PictureTooLarge
from dure.movement.evidence.types import PhotoFacts
from tests.movement.matching.farm import ORGANISER, STRANGER, Farm, at, settle_valley

AUDITOR = Actor(account_id=9, grants=(Grant("auditor", area_path="/KR/16/"),))


def taken(width: int = 400, height: int = 300, *, form: str = "JPEG", **more: Any) -> bytes:
    """A photograph with fine detail: a board of single pixels."""
    board = Image.effect_noise((width, height), 90).convert("RGB")
    out = io.BytesIO()
    board.save(out, format=form, **more)
    return out.getvalue()


@pytest.fixture
def farm(db: None) -> Farm:
    valley = settle_valley()
    valley.post()
    return valley


def keep(farm: Farm, **other: Any) -> PhotoFacts:
    facts: dict[str, Any] = {
        "actor": farm.captain(),
        "key": uuid4(),
        "team_id": farm.teams["Pickers"],
        "post_id": farm.posts["Pick pears"],
        "picture": taken(),
        "wiped": False,
        "at": at(9),
        "now": at(10),
    }
    return actions.keep(**(facts | other))


def test_what_came_with_a_picture_stays_behind_and_faces_with_it() -> None:
    exif = Image.Exif()
    exif[0x010F], exif[0x8825] = "Camera", {1: "N", 2: (37.0, 33.0, 0.0)}
    exif[0x0112] = 6  # held upright: to be turned by a quarter
    drawn = draw(taken(2_400, 1_200, exif=exif), wiped=False)

    with Image.open(io.BytesIO(drawn.jpeg)) as kept:
        assert (kept.format, kept.size) == ("JPEG", (SIDE_PX_MAX // 2, SIDE_PX_MAX))
        assert not kept.getexif()
        assert b"Camera" not in drawn.jpeg
        # Nothing finer than a block is left: made small and large again, it is the same picture.
        block = SIDE_PX_MAX // COARSE_BLOCKS
        inner = kept.convert("L").crop((2, 2, block - 2, block - 2))
        low, high = inner.getextrema()
        assert isinstance(low, int)
        assert isinstance(high, int)
        assert high - low < 12
    assert draw(taken(64, 48), wiped=True).width_px == 64
    # Cameras and programs write notes outside of EXIF as well.
    for wiped in (True, False):
        assert b"Minji" not in draw(taken(comment=b"Minji, at home"), wiped=wiped).jpeg


@given(
    st.binary(max_size=200),
    st.sampled_from([b"", b"\xff\xd8\xff\xe0", b"\x89PNG\r\n\x1a\n", b"RIFF....WEBPVP8 "]),
)
@settings(max_examples=60)
def test_bytes_that_are_no_picture_are_refused(tail: bytes, head: bytes) -> None:
    with pytest.raises(NotAPicture):
        draw(head + tail, wiped=False)


def test_pictures_that_are_too_large_or_cut_are_refused_before_they_cost_anything() -> None:
    whole = taken()
    with pytest.raises(PictureTooLarge):
        draw(b"\xff\xd8\xff" + b"0" * 20_000_000, wiped=True)
    with pytest.raises(NotAPicture):
        draw(whole[: len(whole) // 2], wiped=True)
    with pytest.raises(NotAPicture):  # a GIF is no photograph
        draw(taken(form="GIF"), wiped=True)
    bomb = io.BytesIO()
    Image.new("1", (10_000, PIXELS_MAX // 10_000 + 1)).save(bomb, format="PNG")
    assert len(bomb.getvalue()) < 100_000
    with pytest.raises(PictureTooLarge):
        draw(bomb.getvalue(), wiped=True)


def test_a_photograph_is_kept_once_sealed_and_shown_to_few(farm: Farm) -> None:
    key = uuid4()
    first = keep(farm, key=key)

    assert keep(farm, key=key, picture=taken(80, 60)) == first
    (file,) = (home() / "evidence").glob("*/*")
    assert b"\xff\xd8\xff" not in file.read_bytes()[:64]
    assert file.stat().st_mode & 0o077 == 0
    for actor in (farm.captain(), ORGANISER, AUDITOR):
        assert reads.of_post(actor, farm.posts["Pick pears"]) == [first]
        assert sha256(reads.picture(actor, first.id)).hexdigest() == first.digest
    for actor in (ANONYMOUS, STRANGER, farm.captain("Cooks")):
        for ask in (
            lambda a: reads.picture(a, first.id),
            lambda a: reads.of_post(a, farm.posts["Pick pears"]),
        ):
            with pytest.raises(NotFound):
                ask(actor)
    assert reads.of_campaign(AUDITOR, farm.campaign.id) == [first]
    assert reads.of_campaign(ORGANISER, farm.campaign.id, before_id=first.id) == []
    with pytest.raises(NotFound):
        reads.of_campaign(STRANGER, farm.campaign.id)
    with pytest.raises(NotFound):
        keep(farm, actor=farm.captain("Cooks"))
    farm.post("Weed")
    with pytest.raises(CommandReused):
        keep(farm, key=key, post_id=farm.posts["Weed"])


def test_a_file_that_was_changed_is_never_shown(farm: Farm) -> None:
    photo = keep(farm)
    (file,) = (home() / "evidence").glob("*/*")
    file.write_bytes(file.read_bytes()[:-1] + b"\x00")

    with pytest.raises(Broken, match=photo.digest[:8]):
        reads.picture(farm.captain(), photo.id)


def test_a_picture_is_taken_away_at_once_and_that_there_was_one_stays(farm: Farm) -> None:
    same = taken()
    first, second = keep(farm, picture=same), keep(farm, picture=same)
    with pytest.raises(NotFound):
        actions.take_away(actor=AUDITOR, photo_id=first.id, why="no", now=at(11))
    with pytest.raises(BadInput):
        actions.take_away(actor=farm.captain(), photo_id=first.id, why=" ", now=at(11))

    gone = actions.take_away(actor=farm.captain(), photo_id=first.id, why="a child in it", now=at(11))

    assert (gone.gone_at, gone.gone_why) == (at(11), "a child in it")
    assert actions.take_away(actor=ORGANISER, photo_id=first.id, why="again", now=at(12)) == gone
    with pytest.raises(NotFound):
        reads.picture(farm.captain(), first.id)
    assert reads.picture(farm.captain(), second.id)  # the same picture, still wanted elsewhere
    actions.take_away(actor=farm.captain(), photo_id=second.id, why="too", now=at(12))
    assert folder.digests() == []


def test_pictures_end_ninety_days_after_their_campaign_and_loose_files_go(farm: Farm) -> None:
    photo = keep(farm)
    loose = folder.put(b"nobody's")
    # The campaign ends on the 9th of November.
    last = at(12, day=farm.campaign.ends_on) + timedelta(days=90)

    assert actions.forget(now=last) == 0
    assert actions.forget(now=last + timedelta(days=1)) == 1
    assert actions.forget(now=last + timedelta(days=2)) == 0
    assert loose not in folder.digests()
    assert folder.digests() == []
    (kept,) = reads.of_post(farm.captain(), farm.posts["Pick pears"])
    assert (kept.digest, kept.gone_why) == (photo.digest, "the time for which it was kept is over")
