"""Files in, rejected rows out: people, needs and work from CSV and XLSX (docs/reference/imports.md).

Its parts are imported by name, so that a template can be printed without starting Django.
"""
