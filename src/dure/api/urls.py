"""Addresses of the API."""

from __future__ import annotations

from ninja import NinjaAPI

# No interactive docs page: it would load scripts from elsewhere. The schema itself is served.
api = NinjaAPI(title="Dure", version="1", docs_url=None)
