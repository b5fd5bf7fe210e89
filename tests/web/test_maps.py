"""Maps of countries that no outline is known of: both sides of the date line, and a land that is long and narrow."""

from __future__ import annotations

from dure.web.maps import HEIGHT_MAX, WIDTH, Spot, draw


def _spot(name: str, lat: float, lon: float) -> Spot:
    return Spot(name, lat, lon, 10, "met", name)


def test_islands_on_both_sides_of_the_date_line_lie_beside_each_other() -> None:
    picture = draw("FJ", [_spot("Suva", -18.14, 178.44), _spot("Lomaloma", -17.3, -179.0)])

    assert picture is not None
    suva, lomaloma = sorted(picture.dots, key=lambda dot: dot.x)
    assert (suva.name, lomaloma.name) == ("Suva", "Lomaloma")
    assert all(0 < dot.x < WIDTH and 0 < dot.y < picture.height for dot in picture.dots)


def test_a_long_narrow_land_keeps_to_a_screen_or_two() -> None:
    picture = draw("CL", [_spot("Arica", -18.5, -70.3), _spot("Punta Arenas", -53.2, -70.9)])

    assert picture is not None
    assert picture.height <= HEIGHT_MAX
    assert all(WIDTH * 0.4 < dot.x < WIDTH * 0.6 for dot in picture.dots)


def test_one_village_alone_is_drawn() -> None:
    picture = draw("XX", [_spot("Alder", 46.27, 8.55)])

    assert picture is not None
    assert [dot.name for dot in picture.dots] == ["Alder"]
