"""People and posts in the order the match walks them: neighbours beside neighbours.

People follow a Z-order curve (Morton 1966), so that those who bid against each other share the processor's
caches. Posts are sorted into layers by the rarest thing they ask for, and in each layer into the cells of a
grid, row by row: what one person might reach is then a few contiguous runs, and whoever lacks the rare thing
skips its layer whole.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dure.engine.matching.facts import BitArray, BoolArray, FloatArray, Int32Array, IntArray
from dure.engine.matching.problem import Problem

# What fewer than this share of the people have gets a layer of its own.
RARE_SHARE = 0.25
CELL_LEAST_DEG = 0.01
MORTON_STEPS = 1 << 21
CELLS_A_POST = 2


@dataclass(frozen=True, eq=False)
class Grid:
    """The cells of all layers. Cell (r, c) of layer l holds the posts ``starts[k]:starts[k + 1]`` of the layout,
    with k = first_cell[l] + r * cols[l] + c."""

    rare_bit: Int32Array  # (layers,) the bit that everyone of the layer asks for, or -1
    first_cell: IntArray  # (layers,)
    rows: Int32Array  # (layers,)
    cols: Int32Array  # (layers,)
    corner: FloatArray  # (layers, 4) least lat, least lon, row height, column width in degrees
    first_row: IntArray  # (layers,) where the rows of each layer begin in ``cos_row``
    cos_row: FloatArray  # (rows of all layers,) the least cosine of a latitude in the row
    starts: IntArray  # (cells + 1,)


@dataclass(frozen=True, eq=False)
class Layout:
    """Who and what takes part, in order. Rows of the problem are ``people`` and ``posts``."""

    people: Int32Array  # (k,) rows of those who take part and whose home is known
    posts: Int32Array  # (m,) rows
    grid: Grid

    def places(self, rows: Int32Array) -> Int32Array:
        """Where posts of the problem, or -1, lie in the layout."""
        place_of = np.full(len(self.posts) + 1, -1, np.int32)
        place_of[self.posts] = np.arange(len(self.posts), dtype=np.int32)
        return place_of[rows]


def morton_order(lat: FloatArray, lon: FloatArray) -> IntArray:
    """Rows along the Z-order curve of their places in degrees; equal places keep their order."""
    if not len(lat):
        return np.zeros(0, np.int64)
    span = max(float(np.ptp(lat)), float(np.ptp(lon)), CELL_LEAST_DEG)
    y = ((lat - lat.min()) / span * (MORTON_STEPS - 1)).astype(np.uint64)
    x = ((lon - lon.min()) / span * (MORTON_STEPS - 1)).astype(np.uint64)
    return np.argsort(_spread(x) | (_spread(y) << np.uint64(1)), kind="stable")


def _spread(value: BitArray) -> BitArray:
    """Put a zero between any two of the lowest 32 bits."""
    for shift, mask in (
        (16, 0x0000FFFF0000FFFF),
        (8, 0x00FF00FF00FF00FF),
        (4, 0x0F0F0F0F0F0F0F0F),
        (2, 0x3333333333333333),
        (1, 0x5555555555555555),
    ):
        value = (value | (value << np.uint64(shift))) & np.uint64(mask)
    return value


def layout(problem: Problem, among: BoolArray) -> Layout:
    """Lay out the people ``among`` (n, bool) and all posts."""
    known = np.flatnonzero(among & ~np.isnan(problem.people.lat))
    by_place = morton_order(problem.people.lat[known], problem.people.lon[known])
    people = known[by_place].astype(np.int32)
    layer_of, rare_bit = _layers(problem, people)
    posts, grid = _grid(problem, layer_of, rare_bit)
    return Layout(people, posts, grid)


def _layers(problem: Problem, people: Int32Array) -> tuple[IntArray, Int32Array]:
    """(m,) the layer of each post, and the rare bit of each layer; layer 0 asks for nothing rare."""
    need = problem.bits.need
    words = need.shape[1]
    share = np.ones(words * 64)
    if len(people):
        sample = problem.bits.have[people[:: max(1, len(people) // 20_000)]]
        for bit in range(words * 64):
            share[bit] = ((sample[:, bit // 64] >> np.uint64(bit % 64)) & np.uint64(1)).mean()
    rarest = np.full(len(need), -1, np.int64)
    least = np.full(len(need), RARE_SHARE)
    for rare in np.flatnonzero(share < RARE_SHARE):
        bit = int(rare)
        asks = ((need[:, bit // 64] >> np.uint64(bit % 64)) & np.uint64(1)).astype(np.bool_)
        better = asks & (share[bit] < least)
        rarest[better], least[better] = bit, share[bit]
    bits, layer_of = np.unique(np.append(rarest, -1), return_inverse=True)
    return layer_of[:-1].astype(np.int64), bits.astype(np.int32)


def _grid(problem: Problem, layer_of: IntArray, rare_bit: Int32Array) -> tuple[Int32Array, Grid]:
    lat, lon = problem.posts.lat, problem.posts.lon
    layers = len(rare_bit)
    rows, cols = np.ones(layers, np.int32), np.ones(layers, np.int32)
    corner = np.zeros((layers, 4))
    cell = np.zeros(len(lat), np.int64)
    for number in range(layers):
        inside = np.flatnonzero(layer_of == number)
        if not len(inside):
            corner[number] = (0.0, 0.0, 1.0, 1.0)
            continue
        low_lat, low_lon = lat[inside].min(), lon[inside].min()
        side = max(1, int(np.sqrt(len(inside) * CELLS_A_POST)))
        height = max((lat[inside].max() - low_lat) / side, CELL_LEAST_DEG)
        width = max((lon[inside].max() - low_lon) / side, CELL_LEAST_DEG)
        row = ((lat[inside] - low_lat) / height).astype(np.int64)
        col = ((lon[inside] - low_lon) / width).astype(np.int64)
        rows[number], cols[number] = row.max() + 1, col.max() + 1
        corner[number] = (low_lat, low_lon, height, width)
        cell[inside] = row * int(cols[number]) + col
    sizes = rows.astype(np.int64) * cols
    first_cell = np.cumsum(sizes) - sizes
    cell += first_cell[layer_of]
    posts = np.argsort(cell, kind="stable").astype(np.int32)
    starts = np.searchsorted(cell[posts], np.arange(int(sizes.sum()) + 1)).astype(np.int64)
    first_row = np.cumsum(rows, dtype=np.int64) - rows
    cos_row = np.concatenate(
        [
            _least_cosines(float(corner[number, 0]), float(corner[number, 2]), int(rows[number]))
            for number in range(layers)
        ]
    )
    return posts, Grid(rare_bit, first_cell, rows, cols, corner, first_row, cos_row, starts)


def _least_cosines(low_lat: float, height: float, rows: int) -> FloatArray:
    edges = np.clip(low_lat + height * np.arange(rows + 1), -90.0, 90.0)
    cosines: FloatArray = np.cos(np.radians(edges))
    least: FloatArray = np.minimum(cosines[:-1], cosines[1:])
    return least
