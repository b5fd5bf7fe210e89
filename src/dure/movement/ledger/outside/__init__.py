"""The ledger seen from outside: reading, checking and witnessing a published log. No database, no Django."""
