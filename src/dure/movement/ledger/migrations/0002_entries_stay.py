"""Entries and checkpoints stay as they are and tiles only grow: the database itself refuses anything else.

The one deletion it allows: entries of a day whose signed seal says, by its state, that they are being dropped.
States of a sealed day: 1 sealed, 2 dropping, 3 dropped, 4 restoring.
"""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

# Which state may follow which: 12 is "sealed, then dropping".
MOVES = "12, 23, 24, 34, 41, 42"

SQLITE = {
    "ledger_entry_no_update": """
CREATE TRIGGER ledger_entry_no_update BEFORE UPDATE ON ledger_entry
BEGIN SELECT RAISE(ABORT, 'ledger entries are never changed'); END
""",
    "ledger_entry_no_delete": """
CREATE TRIGGER ledger_entry_no_delete BEFORE DELETE ON ledger_entry
WHEN NOT EXISTS (
  SELECT 1 FROM ledger_sealedday
  WHERE state = 2 AND first_index <= OLD."index" AND OLD."index" < end_index
)
BEGIN SELECT RAISE(ABORT, 'ledger entries are dropped only within a sealed day'); END
""",
    "ledger_logday_no_update": """
CREATE TRIGGER ledger_logday_no_update BEFORE UPDATE ON ledger_logday
BEGIN SELECT RAISE(ABORT, 'ledger days are never changed'); END
""",
    "ledger_logday_no_delete": """
CREATE TRIGGER ledger_logday_no_delete BEFORE DELETE ON ledger_logday
BEGIN SELECT RAISE(ABORT, 'ledger days are never deleted'); END
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
    "ledger_sealedid_no_update": """
CREATE TRIGGER ledger_sealedid_no_update BEFORE UPDATE ON ledger_sealedid
BEGIN SELECT RAISE(ABORT, 'ids of ledger entries are never changed'); END
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
    "ledger_tile_no_delete": """
CREATE TRIGGER ledger_tile_no_delete BEFORE DELETE ON ledger_tile
BEGIN SELECT RAISE(ABORT, 'ledger tiles are never deleted'); END
""",
    "ledger_checkpoint_no_update": """
CREATE TRIGGER ledger_checkpoint_no_update BEFORE UPDATE ON ledger_checkpoint
BEGIN SELECT RAISE(ABORT, 'ledger checkpoints are never changed'); END
""",
    "ledger_checkpoint_no_delete": """
CREATE TRIGGER ledger_checkpoint_no_delete BEFORE DELETE ON ledger_checkpoint
BEGIN SELECT RAISE(ABORT, 'ledger checkpoints are never deleted'); END
""",
    "ledger_logorigin_no_update": """
CREATE TRIGGER ledger_logorigin_no_update BEFORE UPDATE ON ledger_logorigin
BEGIN SELECT RAISE(ABORT, 'names of the log are never changed'); END
""",
    "ledger_logorigin_no_delete": """
CREATE TRIGGER ledger_logorigin_no_delete BEFORE DELETE ON ledger_logorigin
BEGIN SELECT RAISE(ABORT, 'names of the log are never deleted'); END
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
CREATE TRIGGER ledger_entry_no_update BEFORE UPDATE ON ledger_entry
    FOR EACH ROW EXECUTE FUNCTION ledger_refuse();
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
CREATE TRIGGER ledger_logday_no_update BEFORE UPDATE ON ledger_logday
    FOR EACH ROW EXECUTE FUNCTION ledger_refuse();
CREATE TRIGGER ledger_logday_no_delete BEFORE DELETE ON ledger_logday
    FOR EACH ROW EXECUTE FUNCTION ledger_refuse();
CREATE TRIGGER ledger_sealedday_moves_on BEFORE UPDATE ON ledger_sealedday
    FOR EACH ROW WHEN (
        NEW.day <> OLD.day OR NEW.first_index <> OLD.first_index OR NEW.end_index <> OLD.end_index
        OR NEW.note <> OLD.note OR OLD.state * 10 + NEW.state NOT IN ({MOVES})
    ) EXECUTE FUNCTION ledger_refuse();
CREATE TRIGGER ledger_sealedday_no_delete BEFORE DELETE ON ledger_sealedday
    FOR EACH ROW WHEN (OLD.state <> 1) EXECUTE FUNCTION ledger_refuse();
CREATE TRIGGER ledger_sealedid_no_update BEFORE UPDATE ON ledger_sealedid
    FOR EACH ROW EXECUTE FUNCTION ledger_refuse();
CREATE TRIGGER ledger_sealedid_no_delete AFTER DELETE ON ledger_sealedid REFERENCING OLD TABLE AS gone
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_outside(4);
CREATE TRIGGER ledger_tile_only_grows BEFORE UPDATE ON ledger_tile
    FOR EACH ROW WHEN (
        NEW.level <> OLD.level OR NEW.number <> OLD.number
        OR octet_length(OLD.hashes) = 8192
        OR octet_length(NEW.hashes) < octet_length(OLD.hashes)
        OR substring(NEW.hashes FROM 1 FOR octet_length(OLD.hashes)) <> OLD.hashes
    ) EXECUTE FUNCTION ledger_refuse();
CREATE TRIGGER ledger_tile_no_delete BEFORE DELETE ON ledger_tile
    FOR EACH ROW EXECUTE FUNCTION ledger_refuse();
CREATE TRIGGER ledger_checkpoint_no_update BEFORE UPDATE ON ledger_checkpoint
    FOR EACH ROW EXECUTE FUNCTION ledger_refuse();
CREATE TRIGGER ledger_checkpoint_no_delete BEFORE DELETE ON ledger_checkpoint
    FOR EACH ROW EXECUTE FUNCTION ledger_refuse();
CREATE TRIGGER ledger_logorigin_no_update BEFORE UPDATE ON ledger_logorigin
    FOR EACH ROW EXECUTE FUNCTION ledger_refuse();
CREATE TRIGGER ledger_logorigin_no_delete BEFORE DELETE ON ledger_logorigin
    FOR EACH ROW EXECUTE FUNCTION ledger_refuse();
"""
POSTGRESQL_BACK = """
DROP TRIGGER ledger_entry_no_update ON ledger_entry;
DROP TRIGGER ledger_entry_no_delete ON ledger_entry;
DROP TRIGGER ledger_logday_no_update ON ledger_logday;
DROP TRIGGER ledger_logday_no_delete ON ledger_logday;
DROP TRIGGER ledger_sealedday_moves_on ON ledger_sealedday;
DROP TRIGGER ledger_sealedday_no_delete ON ledger_sealedday;
DROP TRIGGER ledger_sealedid_no_update ON ledger_sealedid;
DROP TRIGGER ledger_sealedid_no_delete ON ledger_sealedid;
DROP TRIGGER ledger_tile_only_grows ON ledger_tile;
DROP TRIGGER ledger_tile_no_delete ON ledger_tile;
DROP TRIGGER ledger_checkpoint_no_update ON ledger_checkpoint;
DROP TRIGGER ledger_checkpoint_no_delete ON ledger_checkpoint;
DROP TRIGGER ledger_logorigin_no_update ON ledger_logorigin;
DROP TRIGGER ledger_logorigin_no_delete ON ledger_logorigin;
DROP FUNCTION ledger_refuse();
DROP FUNCTION ledger_refuse_outside();
"""


def protect(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(POSTGRESQL, params=None)
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
