"""Places of somebody's own list: towns, districts or villages beside those that are there, in any country.

Towns come some thousands at a time and from several lists; what they lie in is found by its name or formed. Codes of a
list are the list's own ("0101"), so here they stand behind their country's: "PT-0101".
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final

from django.db import transaction
from django.db.models import ProtectedError

from dure.base.rows import IDS_A_QUERY_MAX
from dure.kernel.refusals import BadInput, Refusal
from dure.movement.places.actions import (
    CODE,
    COUNTRY_CODE_LENGTH_MAX,
    NAME_LENGTH_MAX,
    REGION_CODE_LENGTH_MAX,
    Middle,
    middle_of,
)
from dure.movement.places.errors import TownReused, TownStands
from dure.movement.places.models import Area
from dure.movement.places.types import AddedTowns, OwnTown

# With the country's code and a hyphen before it, a town's own code fits the column.
OWN_CODE_LENGTH_MAX: Final = 30
WHOLE: Final = "all"
_KEPT_FRESH: Final = ("name_local", "lat", "lon", "population")
_SETTLED: Final = ("lat", "lon", "population")
_DIGEST_CHARS: Final = 8


@dataclass(slots=True)
class _Tree:
    """What is there of one country, by the words a list may use."""

    root: Area
    regions: dict[str, Area] = field(default_factory=dict)
    codes: set[str] = field(default_factory=set)
    # Towns that came with the country, by region and name: a second one of that name would part its people in two.
    listed: set[tuple[int | None, str]] = field(default_factory=set)

    def know(self, region: Area) -> None:
        short = region.path.strip("/").split("/")[1]
        self.codes.add(short.casefold())
        for word in (short, region.code, region.name_local, region.name):
            if word:
                self.regions.setdefault(word.casefold(), region)


def add_towns(*, towns: Sequence[OwnTown]) -> AddedTowns:
    """Add towns with what they lie in. The same town again keeps its place and gets the new figures.

    Two of one country with the same code, or without codes the same name in the same region, are one town. A country
    and a region stand at the middle of their people. Never refuses as a whole: see ``refused`` (BadInput, TownReused,
    TownStands).
    """
    refused: dict[int, Refusal] = {
        at: no for at, town in enumerate(towns) if (no := _wrong(town)) is not None
    }
    sound = {at: town for at, town in enumerate(towns) if at not in refused}
    with transaction.atomic():
        trees = _trees({town.country: town.country_name for town in sound.values()})
        rows: dict[str, Area] = {}
        places: dict[str, list[int]] = {}
        for at, town in sound.items():
            tree = trees[town.country]
            row = _row(town, tree)
            if (row.parent_id, row.name.casefold()) in tree.listed:
                refused[at] = TownStands(name=row.name, region=row.path.split("/")[2])
            elif _is_another(rows.setdefault(row.code, row), row):
                refused[at] = _reused(rows[row.code])
            else:
                places.setdefault(row.code, []).append(at)
        standing = _standing(rows)
        for code, old in standing.items():
            if _is_another(old, rows[code]):
                refused.update(dict.fromkeys(places[code], _reused(old)))
                del rows[code]
        Area.objects.bulk_create(
            rows.values(), update_conflicts=True, unique_fields=["code"], update_fields=_KEPT_FRESH
        )
        born = _standing([code for code in rows if code not in standing])
        _settle(trees.values())
    known = len(towns) - len(refused) - len(born)
    return AddedTowns(tuple(sorted(area.pk for area in born.values())), known, refused)


def take_back(ids: Iterable[int]) -> int:
    """Take towns away that nothing stands on, and regions and countries that are empty then; how many towns went."""
    wanted = sorted(set(ids))
    gone = 0
    paths: set[str] = set()
    for start in range(0, len(wanted), IDS_A_QUERY_MAX):
        part = Area.objects.filter(kind=Area.Kind.TOWN, pk__in=wanted[start : start + IDS_A_QUERY_MAX])
        paths.update(part.values_list("parent__path", flat=True))
        gone += _away(list(part.values_list("pk", flat=True)))
    codes = sorted({path.split("/")[1] for path in paths})
    with transaction.atomic():
        _settle(_trees(dict.fromkeys(codes, "")).values())
    return gone


def _away(ids: list[int]) -> int:
    """All at once, else the halves: of thousands mostly a few are in use."""
    if not ids:
        return 0
    try:
        with transaction.atomic():
            return Area.objects.filter(pk__in=ids).delete()[0]
    except ProtectedError:
        if len(ids) == 1:
            return 0
        half = len(ids) // 2
        return _away(ids[:half]) + _away(ids[half:])


def _drop_empty(paths: Iterable[str], kind: Area.Kind) -> None:
    for area in Area.objects.filter(path__in=sorted(paths), kind=kind):
        if not Area.objects.filter(parent_id=area.pk).exists():
            _away([area.pk])


def _trees(countries: dict[str, str]) -> dict[str, _Tree]:
    """Each country with its regions, made where it isn't there yet."""
    trees = {}
    for code, name in countries.items():
        root, _ = Area.objects.get_or_create(
            code=code,
            defaults={"kind": Area.Kind.COUNTRY, "name": name, "path": f"/{code}/", "lat": 0, "lon": 0},
        )
        tree = trees[code] = _Tree(root)
        for region in Area.objects.filter(parent_id=root.pk, kind=Area.Kind.REGION).order_by("pk"):
            tree.know(region)
        listed = Area.objects.filter(kind=Area.Kind.TOWN, path__startswith=root.path)
        tree.listed = {
            (parent_id, name.casefold())
            for parent_id, name in listed.exclude(code__startswith=f"{code}-").values_list(
                "parent_id", "name"
            )
        }
    return trees


def _row(town: OwnTown, tree: _Tree) -> Area:
    region = _region(town.region, tree)
    own = town.code or _digest(f"{region.path}\x1f{town.name.casefold()}")
    return Area(
        kind=Area.Kind.TOWN,
        code=f"{tree.root.code}-{own}",
        name=town.name,
        name_local=town.name_local,
        path=f"{region.path}{tree.root.code}-{own}/",
        lat=town.lat,
        lon=town.lon,
        population=town.population,
        parent_id=region.pk,
    )


def _region(name: str, tree: _Tree) -> Area:
    word = name.casefold() or WHOLE
    found = tree.regions.get(word)
    if found is not None:
        return found
    short = _plain(name) if name else WHOLE
    if not short or short.casefold() in tree.codes:
        short = f"{short[: REGION_CODE_LENGTH_MAX - _DIGEST_CHARS - 1]}-{_digest(word)}".lstrip("-")
    made = Area.objects.create(
        parent_id=tree.root.pk,
        kind=Area.Kind.REGION,
        code=f"{tree.root.code}.{short}",
        name=name or tree.root.name,
        path=f"{tree.root.path}{short}/",
        lat=0,
        lon=0,
    )
    tree.know(made)
    return made


def _plain(name: str) -> str:
    """A name as a code, "" where no Latin letter or digit is left of it.

    >>> _plain("Île-de-France"), _plain("경기")
    ('ile-de-france', '')
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")[:REGION_CODE_LENGTH_MAX].strip("-")


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:_DIGEST_CHARS]


def _is_another(old: Area, new: Area) -> bool:
    return (old.path, old.name.casefold()) != (new.path, new.name.casefold())


def _reused(old: Area) -> TownReused:
    return TownReused(town=old.code.partition("-")[2], name=old.name, region=old.path.split("/")[2])


def _standing(codes: Iterable[str]) -> dict[str, Area]:
    wanted = list(codes)
    return {
        area.code: area
        for start in range(0, len(wanted), IDS_A_QUERY_MAX)
        for area in Area.objects.filter(code__in=wanted[start : start + IDS_A_QUERY_MAX])
    }


def _settle(trees: Iterable[_Tree]) -> None:
    """Regions and countries that no town came into go again; the others stand at the middle of their people."""
    for tree in trees:
        _drop_empty({one.path for one in tree.regions.values()}, Area.Kind.REGION)
        _drop_empty({tree.root.path}, Area.Kind.COUNTRY)
        towns: dict[int, list[Area]] = {}
        rows = Area.objects.filter(kind=Area.Kind.TOWN, path__startswith=tree.root.path)
        for town in rows.only("parent_id", "code", "lat", "lon", "population"):
            towns.setdefault(town.parent_id or 0, []).append(town)
        regions = list(Area.objects.filter(pk__in=towns))
        for region in regions:
            _stand_at(region, middle_of(towns[region.pk]), is_stated=False)
        Area.objects.bulk_update(regions, _SETTLED)
        if everything := [town for some in towns.values() for town in some]:
            # A country of GeoNames states how many live there; its towns are not all of them.
            is_stated = any(not town.code.startswith(f"{tree.root.code}-") for town in everything)
            _stand_at(tree.root, middle_of(everything), is_stated=is_stated)
            tree.root.save(update_fields=_SETTLED)


def _stand_at(area: Area, middle: Middle, *, is_stated: bool) -> None:
    area.lat, area.lon = middle.lat, middle.lon
    area.population = max(middle.population, area.population if is_stated else 0)


def _wrong(town: OwnTown) -> BadInput | None:
    """What can't be used of a row: its codes, its names, or where it is."""
    if not CODE.fullmatch(town.country) or len(town.country) > COUNTRY_CODE_LENGTH_MAX:
        wanted = "a code such as PT (ISO 3166)"
        return BadInput(where="country", what=f"{town.country[:40]!r} can't be used", wanted=wanted)
    if town.code and (not CODE.fullmatch(town.code) or len(town.code) > OWN_CODE_LENGTH_MAX):
        wanted = f"1 to {OWN_CODE_LENGTH_MAX} letters (a to z), digits, hyphens or underscores; or none"
        return BadInput(where="code", what=f"{town.code[:40]!r} can't be used", wanted=wanted)
    names = {"country_name": town.country_name, "name": town.name, "region": town.region or "-"}
    for where, name in names.items():
        if not name.strip() or len(name) > NAME_LENGTH_MAX:
            what = "is too long" if name.strip() else "is empty"
            return BadInput(where=where, what=what, wanted=f"1 to {NAME_LENGTH_MAX} letters")
    # Written so that NaN, which compares false with everything, is refused too.
    if not (-90 <= town.lat <= 90 and -180 <= town.lon <= 180):
        what = f"{town.lat}, {town.lon} is not on the earth"
        return BadInput(where="lat", what=what, wanted="-90 to 90 and -180 to 180 degrees")
    return None
