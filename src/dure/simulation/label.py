"""The sentence every page and file with simulated people must show."""

from __future__ import annotations

from typing import Final

SYNTHETIC_LABEL: Final = "Synthetic people on real towns: nobody here exists."
SOURCE_LABEL: Final = "Town names, coordinates and populations: GeoNames (geonames.org), CC BY 4.0."
