from __future__ import annotations

from tests.flush import entries_may_be_flushed

__all__ = ["entries_may_be_flushed"]
