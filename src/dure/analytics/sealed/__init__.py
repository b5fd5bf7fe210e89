"""A sealed day of the log as files that stand alone (docs/reference/sealed-day.md): writing, reading, checking.

No database and no framework in here: whoever has the folder and the log's public key can check it.
"""
