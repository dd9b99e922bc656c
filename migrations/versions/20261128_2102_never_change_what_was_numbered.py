"""Let no invoice or receipt that was given be changed or taken away, nor its numbers go back."""

from __future__ import annotations

from alembic import op

revision = "20261128_2102"
down_revision = "20261128_2101"
branch_labels = None
depends_on = None

SQLITE = [
    """CREATE TRIGGER documents_once BEFORE INSERT ON documents BEGIN
  SELECT RAISE(ABORT, 'documents: given once') FROM documents
   WHERE id = NEW.id OR (kind = NEW.kind AND year = NEW.year AND number = NEW.number)
      OR (order_id = NEW.order_id AND kind = NEW.kind);
END""",
    """CREATE TRIGGER documents_no_update BEFORE UPDATE ON documents BEGIN
  SELECT RAISE(ABORT, 'documents: never changed');
END""",
    """CREATE TRIGGER documents_no_delete BEFORE DELETE ON documents BEGIN
  SELECT RAISE(ABORT, 'documents: never changed');
END""",
    """CREATE TRIGGER document_series_forwards BEFORE UPDATE ON document_series BEGIN
  SELECT RAISE(ABORT, 'documents: numbers go forwards')
   WHERE NEW.last < OLD.last OR NEW.kind <> OLD.kind OR NEW.year <> OLD.year;
END""",
    """CREATE TRIGGER document_series_no_delete BEFORE DELETE ON document_series BEGIN
  SELECT RAISE(ABORT, 'documents: numbers go forwards');
END""",
]

POSTGRESQL = [
    """CREATE OR REPLACE FUNCTION documents_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'documents: never changed' USING ERRCODE = 'check_violation';
END $$""",
    """CREATE OR REPLACE FUNCTION documents_forwards() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.last < OLD.last OR NEW.kind <> OLD.kind OR NEW.year <> OLD.year THEN
    RAISE EXCEPTION 'documents: numbers go forwards' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$""",
    """CREATE TRIGGER documents_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON documents
  FOR EACH STATEMENT EXECUTE FUNCTION documents_refuse()""",
    """CREATE TRIGGER document_series_no_delete BEFORE DELETE OR TRUNCATE ON document_series
  FOR EACH STATEMENT EXECUTE FUNCTION documents_refuse()""",
    """CREATE TRIGGER document_series_forwards BEFORE UPDATE ON document_series
  FOR EACH ROW EXECUTE FUNCTION documents_forwards()""",
]


def upgrade() -> None:
    for statement in SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRESQL:
        op.execute(statement)


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for name in ("once", "no_update", "no_delete"):
            op.execute(f"DROP TRIGGER documents_{name}")
        for name in ("forwards", "no_delete"):
            op.execute(f"DROP TRIGGER document_series_{name}")
        return
    op.execute("DROP TRIGGER documents_no_change ON documents")
    op.execute("DROP TRIGGER document_series_no_delete ON document_series")
    op.execute("DROP TRIGGER document_series_forwards ON document_series")
    op.execute("DROP FUNCTION documents_refuse()")
    op.execute("DROP FUNCTION documents_forwards()")
