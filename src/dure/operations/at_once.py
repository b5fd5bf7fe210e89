"""How many people an organiser's browser waits for; a chore goes on with the others."""

from typing import Final

# Freed and told within some seconds; whoever is nearest to danger or to their shift is among them.
AT_ONCE_MAX: Final = 2_000
