"""The log's addresses, as C2SP tlog-tiles names them."""

from __future__ import annotations

import hashlib
from base64 import b64encode

import pytest
from django.test import Client

from dure.kernel.refusals import NotFound
from dure.web.public.log import tile_place
from tests.web.cast import Cast


@pytest.mark.parametrize(
    ("text", "number", "width"),
    [
        ("000", 0, 256),
        ("067.p/5", 67, 5),
        ("x001/234.p/255", 1234, 255),
        ("x001/x234/067", 1_234_067, 256),
    ],
)
def test_a_tile_is_named_by_groups_of_three_digits(text: str, number: int, width: int) -> None:
    assert tile_place(text) == (number, width)


@pytest.mark.parametrize(
    "text", ["", "1", "0000", "x000/001", "001/002", "000.p/0", "000.p/256", "000.p/05", "../000"]
)
def test_other_names_are_no_tiles(text: str) -> None:
    with pytest.raises(NotFound):
        tile_place(text)


def tree_head(leaves: list[bytes]) -> bytes:
    """RFC 6962, section 2.1, from hashed leaves; written anew here, so that it checks ours."""
    if len(leaves) == 1:
        return leaves[0]
    split = 1 << (len(leaves) - 1).bit_length() - 1
    return hashlib.sha256(b"\x01" + tree_head(leaves[:split]) + tree_head(leaves[split:])).digest()


def test_an_outsider_can_check_the_root_from_the_tiles(cast: Cast) -> None:
    client = Client()
    origin, size, root = client.get("/log/checkpoint").text.splitlines()[:3]
    tile = client.get(f"/log/tile/0/000.p/{size}")
    leaves = [tile.content[at : at + 32] for at in range(0, len(tile.content), 32)]

    assert (len(leaves), size) == (5, "5")
    assert b64encode(tree_head(leaves)).decode() == root
    assert "immutable" in tile["Cache-Control"]
    assert client.get("/.well-known/dure-log-key").text.startswith(origin)
