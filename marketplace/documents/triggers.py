"""What the database itself refuses, on SQLite and PostgreSQL alike: a paper that was given is neither changed nor taken
away nor written over, and the numbers of a year only go forwards.

Rebuilding either table in a migration loses its triggers: make them again afterwards. The texts in the migration are
copies of these; a test compares what stands in the databases.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection

from catalog.db import lay_triggers

SQLITE = {
    "documents_once": """CREATE TRIGGER documents_once BEFORE INSERT ON documents BEGIN
  SELECT RAISE(ABORT, 'documents: given once') FROM documents
   WHERE id = NEW.id OR (kind = NEW.kind AND year = NEW.year AND number = NEW.number)
      OR (order_id = NEW.order_id AND kind = NEW.kind);
END""",
    "documents_no_update": """CREATE TRIGGER documents_no_update BEFORE UPDATE ON documents BEGIN
  SELECT RAISE(ABORT, 'documents: never changed');
END""",
    "documents_no_delete": """CREATE TRIGGER documents_no_delete BEFORE DELETE ON documents BEGIN
  SELECT RAISE(ABORT, 'documents: never changed');
END""",
    "document_series_forwards": """CREATE TRIGGER document_series_forwards BEFORE UPDATE ON document_series BEGIN
  SELECT RAISE(ABORT, 'documents: numbers go forwards')
   WHERE NEW.last < OLD.last OR NEW.kind <> OLD.kind OR NEW.year <> OLD.year;
END""",
    "document_series_no_delete": """CREATE TRIGGER document_series_no_delete BEFORE DELETE ON document_series BEGIN
  SELECT RAISE(ABORT, 'documents: numbers go forwards');
END""",
}

POSTGRESQL_FUNCTIONS = {
    "documents_refuse": """CREATE OR REPLACE FUNCTION documents_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'documents: never changed' USING ERRCODE = 'check_violation';
END $$""",
    "documents_forwards": """CREATE OR REPLACE FUNCTION documents_forwards() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.last < OLD.last OR NEW.kind <> OLD.kind OR NEW.year <> OLD.year THEN
    RAISE EXCEPTION 'documents: numbers go forwards' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$""",
}

POSTGRESQL = {
    "documents_no_change": """CREATE TRIGGER documents_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON documents
  FOR EACH STATEMENT EXECUTE FUNCTION documents_refuse()""",
    "document_series_no_delete": """CREATE TRIGGER document_series_no_delete BEFORE DELETE OR TRUNCATE ON document_series
  FOR EACH STATEMENT EXECUTE FUNCTION documents_refuse()""",
    "document_series_forwards": """CREATE TRIGGER document_series_forwards BEFORE UPDATE ON document_series
  FOR EACH ROW EXECUTE FUNCTION documents_forwards()""",
}


def make(table: Any, connection: Connection, **_: Any) -> None:
    """Make the triggers in a database that has the tables."""
    lay_triggers(connection, SQLITE.values(), [*POSTGRESQL_FUNCTIONS.values(), *POSTGRESQL.values()])
