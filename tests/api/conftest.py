from __future__ import annotations

from tests.web.conftest import cast, morning

__all__ = ["cast", "morning"]
