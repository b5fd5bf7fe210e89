"""A lot drawn again from what everybody can see, to hold it against what was drawn."""

from __future__ import annotations

from dataclasses import dataclass

from dure.engine.lots import NoCheckerFromElsewhere, commitment_opens, draw
from dure.movement.audit import drawing
from dure.movement.audit.drawing import Made
from dure.movement.audit.types import LotPublic


@dataclass(frozen=True, slots=True)
class DrawnAgain:
    """``seed_fits``: the seed is the one that was promised; ``same_entries``: the same entries come up with the same
    chances; ``same_checkers``: and the same teams recount them (None where the entries differ)."""

    seed_fits: bool
    same_entries: bool
    same_checkers: bool | None

    @property
    def holds(self) -> bool:
        return self.seed_fits and self.same_entries and self.same_checkers is True


def draw_again(public: LotPublic) -> DrawnAgain | None:
    """Run the draw of a lot again from its public facts alone; None before it was drawn."""
    lot = public.lot
    if lot.seed is None or lot.log_root is None:
        return None
    seed_fits = commitment_opens(lot.commitment, lot.seed)
    eligible = [one.index for one in public.eligible]
    drawn = draw(seed=lot.seed, log_root=lot.log_root, eligible=eligible, count=lot.wanted_count)
    stated = {one.entry_index: one for one in public.draws}
    chances = dict(zip(drawn.indices, drawn.chances, strict=True))
    if chances != {index: one.chance for index, one in stated.items()}:
        return DrawnAgain(seed_fits, same_entries=False, same_checkers=None)
    try:
        _, checkers = drawing.run(
            seed=lot.seed,
            log_root=lot.log_root,
            eligible=eligible,
            wanted_count=lot.wanted_count,
            made={index: Made(one.team_id, one.area_path) for index, one in stated.items()},
            checkers=public.checkers,
        )
    except NoCheckerFromElsewhere:  # the teams that are stated to recount could not have been drawn
        return DrawnAgain(seed_fits, same_entries=True, same_checkers=False)
    same = all(checkers[index] == one.checker_team_id for index, one in stated.items())
    return DrawnAgain(seed_fits, same_entries=True, same_checkers=same)
