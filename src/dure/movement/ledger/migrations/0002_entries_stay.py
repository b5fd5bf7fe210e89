"""Entries and checkpoints stay as they are and tiles only grow: the database itself refuses anything else.

The one deletion it allows: entries of a day whose signed seal says, by its state, that they are being dropped.
States of a sealed day: 1 sealed, 2 dropping, 3 dropped, 4 restoring.
"""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

# Which state may follow which: 12 is "sealed, then dropping".
MOVES = "12, 23, 24, 34, 41, 42"

# What stays as it was written, as refusals call it. What else may happen to a table has a trigger of its own below.
NEVER_CHANGED = {
    "entry": "ledger entries",
    "logday": "ledger days",
    "sealedid": "ids of ledger entries",
    "checkpoint": "ledger checkpoints",
    "logorigin": "names of the log",
}
NEVER_DELETED = {
    "logday": "ledger days",
    "tile": "ledger tiles",
    "checkpoint": "ledger checkpoints",
    "logorigin": "names of the log",
}
NEVER = [
    *((table, "UPDATE", f"{what} are never changed") for table, what in NEVER_CHANGED.items()),
    *((table, "DELETE", f"{what} are never deleted") for table, what in NEVER_DELETED.items()),
]

SQLITE = {
    f"ledger_{table}_no_{act.lower()}": f"""
CREATE TRIGGER ledger_{table}_no_{act.lower()} BEFORE {act} ON ledger_{table}
BEGIN SELECT RAISE(ABORT, '{says}'); END
"""
    for table, act, says in NEVER
} | {
    "ledger_entry_no_delete": """
CREATE TRIGGER ledger_entry_no_delete BEFORE DELETE ON ledger_entry
WHEN NOT EXISTS (
  SELECT 1 FROM ledger_sealedday
  WHERE state = 2 AND first_index <= OLD."index" AND OLD."index" < end_index
)
BEGIN SELECT RAISE(ABORT, 'ledger entries are dropped only within a sealed day'); END
""",
    "ledger_sealedday_moves_on": f"""
CREATE TRIGGER ledger_sealedday_moves_on BEFORE UPDATE ON ledger_sealedday
WHEN NEW.day <> OLD.day OR NEW.first_index <> OLD.first_index OR NEW.end_index <> OLD.end_index
  OR NEW.note <> OLD.note OR OLD.state * 10 + NEW.state NOT IN ({MOVES})
BEGIN SELECT RAISE(ABORT, 'a sealed day of the ledger is never changed'); END
""",
    "ledger_sealedday_no_delete": """
CREATE TRIGGER ledger_sealedday_no_delete BEFORE DELETE ON ledger_sealedday
WHEN OLD.state <> 1
BEGIN SELECT RAISE(ABORT, 'a sealed day of the ledger stays while its rows are gone'); END
""",
    "ledger_sealedid_no_delete": """
CREATE TRIGGER ledger_sealedid_no_delete BEFORE DELETE ON ledger_sealedid
WHEN NOT EXISTS (
  SELECT 1 FROM ledger_sealedday
  WHERE state = 4 AND first_index <= OLD."index" AND OLD."index" < end_index
)
BEGIN SELECT RAISE(ABORT, 'ids of ledger entries are never deleted'); END
""",
    "ledger_tile_only_grows": """
CREATE TRIGGER ledger_tile_only_grows BEFORE UPDATE ON ledger_tile
WHEN NEW.level <> OLD.level OR NEW.number <> OLD.number
  OR length(OLD.hashes) = 8192
  OR length(NEW.hashes) < length(OLD.hashes)
  OR substr(NEW.hashes, 1, length(OLD.hashes)) <> OLD.hashes
BEGIN SELECT RAISE(ABORT, 'ledger tiles only grow'); END
""",
}

# Entries go by the hundred thousand, so the rows of a whole statement are looked at together.
POSTGRESQL = f"""
-- Hashes don't compress; rollups, Said and the partial tiles are written again and again, and do it in place where
-- their page has room.
ALTER TABLE ledger_tile ALTER COLUMN hashes SET STORAGE EXTERNAL;
ALTER TABLE ledger_tile SET (fillfactor = 70);
ALTER TABLE ledger_rollup SET (fillfactor = 50);
ALTER TABLE ledger_said SET (fillfactor = 70);
CREATE FUNCTION ledger_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is refused: what the ledger keeps stays as it is', TG_OP USING ERRCODE = 'restrict_violation';
END $$;
CREATE FUNCTION ledger_refuse_outside() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM gone WHERE NOT EXISTS (
            SELECT 1 FROM ledger_sealedday
            WHERE state = TG_ARGV[0]::int AND first_index <= gone.index AND gone.index < end_index
        )
    ) THEN
        RAISE EXCEPTION 'DELETE is refused: ledger entries are dropped only within a sealed day'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER ledger_entry_no_delete AFTER DELETE ON ledger_entry REFERENCING OLD TABLE AS gone
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_outside(2);
CREATE TRIGGER ledger_sealedday_moves_on BEFORE UPDATE ON ledger_sealedday
    FOR EACH ROW WHEN (
        NEW.day <> OLD.day OR NEW.first_index <> OLD.first_index OR NEW.end_index <> OLD.end_index
        OR NEW.note <> OLD.note OR OLD.state * 10 + NEW.state NOT IN ({MOVES})
    ) EXECUTE FUNCTION ledger_refuse();
CREATE TRIGGER ledger_sealedday_no_delete BEFORE DELETE ON ledger_sealedday
    FOR EACH ROW WHEN (OLD.state <> 1) EXECUTE FUNCTION ledger_refuse();
CREATE TRIGGER ledger_sealedid_no_delete AFTER DELETE ON ledger_sealedid REFERENCING OLD TABLE AS gone
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_outside(4);
CREATE TRIGGER ledger_tile_only_grows BEFORE UPDATE ON ledger_tile
    FOR EACH ROW WHEN (
        NEW.level <> OLD.level OR NEW.number <> OLD.number
        OR octet_length(OLD.hashes) = 8192
        OR octet_length(NEW.hashes) < octet_length(OLD.hashes)
        OR substring(NEW.hashes FROM 1 FOR octet_length(OLD.hashes)) <> OLD.hashes
    ) EXECUTE FUNCTION ledger_refuse();
"""  # noqa: S608  constants only
POSTGRESQL_NEVER = "".join(
    f"""
CREATE TRIGGER ledger_{table}_no_{act.lower()} BEFORE {act} ON ledger_{table}
    FOR EACH ROW EXECUTE FUNCTION ledger_refuse();
"""
    for table, act, _ in NEVER
)
# The triggers have the same names on both; each begins with its table's.
POSTGRESQL_BACK = (
    "".join(f"DROP TRIGGER {name} ON {'_'.join(name.split('_')[:2])};\n" for name in SQLITE)
    + "DROP FUNCTION ledger_refuse();\nDROP FUNCTION ledger_refuse_outside();\n"
)


def protect(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(POSTGRESQL + POSTGRESQL_NEVER, params=None)
        return
    for trigger in SQLITE.values():
        schema_editor.execute(trigger, params=None)


def unprotect(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(POSTGRESQL_BACK, params=None)
        return
    for name in SQLITE:
        schema_editor.execute(f"DROP TRIGGER {name}", params=None)


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial")]

    operations = [migrations.RunPython(protect, unprotect)]
