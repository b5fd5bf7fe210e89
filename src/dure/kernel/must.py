"""Invariants: what must hold whatever a visitor does."""


class Broken(Exception):
    """The program is wrong, not the visitor: stop, roll back, tell the crew."""


def must(holds: bool, what: str) -> None:
    """Stop unless ``holds``. Unlike ``assert`` it survives ``python -O``."""
    if not holds:
        raise Broken(what)
