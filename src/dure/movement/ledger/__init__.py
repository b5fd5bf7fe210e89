"""The ledger: every contribution, appended and never changed."""
