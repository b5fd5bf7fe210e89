"""Places: the area tree, with coordinates and population."""
