"""Entries and checkpoints stay as they are and tiles only grow: the database itself refuses anything else."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

SQLITE = {
    "ledger_entry_no_update": """
CREATE TRIGGER ledger_entry_no_update BEFORE UPDATE ON ledger_entry
BEGIN SELECT RAISE(ABORT, 'ledger entries are never changed'); END
""",
    "ledger_entry_no_delete": """
CREATE TRIGGER ledger_entry_no_delete BEFORE DELETE ON ledger_entry
BEGIN SELECT RAISE(ABORT, 'ledger entries are never deleted'); END
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
}

POSTGRESQL = """
CREATE FUNCTION ledger_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is refused: ledger entries, tiles and checkpoints stay', TG_OP USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER ledger_entry_no_update BEFORE UPDATE ON ledger_entry
    FOR EACH ROW EXECUTE FUNCTION ledger_refuse();
CREATE TRIGGER ledger_entry_no_delete BEFORE DELETE ON ledger_entry
    FOR EACH ROW EXECUTE FUNCTION ledger_refuse();
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
"""
POSTGRESQL_BACK = """
DROP TRIGGER ledger_entry_no_update ON ledger_entry;
DROP TRIGGER ledger_entry_no_delete ON ledger_entry;
DROP TRIGGER ledger_tile_only_grows ON ledger_tile;
DROP TRIGGER ledger_tile_no_delete ON ledger_tile;
DROP TRIGGER ledger_checkpoint_no_update ON ledger_checkpoint;
DROP TRIGGER ledger_checkpoint_no_delete ON ledger_checkpoint;
DROP FUNCTION ledger_refuse();
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
