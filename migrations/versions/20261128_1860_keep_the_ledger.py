"""Keep the ledger: journals and postings that the database itself holds to their promises."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261128_1860"
down_revision = "20261128_1820"
branch_labels = None
depends_on = None

SQLITE = [
    """CREATE TRIGGER journals_once BEFORE INSERT ON journals BEGIN
  SELECT RAISE(ABORT, 'ledger: written once') FROM journals WHERE id = NEW.id OR key = NEW.key;
END""",
    """CREATE TRIGGER journals_post AFTER INSERT ON journals BEGIN
  SELECT RAISE(ABORT, 'ledger: entries are whole sums on accounts')
   WHERE json_array_length(NEW.entries) < 2 OR EXISTS (
     SELECT 1 FROM json_each(NEW.entries) WHERE type <> 'array' OR json_type(value, '$[0]') IS NOT 'text'
       OR json_type(value, '$[1]') IS NOT 'integer' OR json_type(value, '$[2]') IS NOT 'text');
  SELECT RAISE(ABORT, 'ledger: unbalanced')
   WHERE (SELECT SUM(json_extract(value, '$[1]')) FROM json_each(NEW.entries)) <> 0;
  INSERT INTO postings (journal_id, place, account, what, total)
  SELECT NEW.id, key, json_extract(value, '$[0]'), json_extract(value, '$[2]'), json_extract(value, '$[1]')
    FROM json_each(NEW.entries);
  SELECT RAISE(ABORT, 'ledger: overdrawn') FROM (
    SELECT SUM(total) AS sum FROM postings
     WHERE account IN (SELECT json_extract(value, '$[0]') FROM json_each(NEW.entries))
       AND (account GLOB 'escrow:*' OR account GLOB 'refund:*' OR account GLOB 'payout:*' OR account = 'surplus')
     GROUP BY account) WHERE sum > 0;
END""",
    """CREATE TRIGGER postings_of_journals BEFORE INSERT ON postings BEGIN
  SELECT RAISE(ABORT, 'ledger: postings come from journals') WHERE NOT EXISTS (
    SELECT 1 FROM journals, json_each(journals.entries) AS entry
     WHERE journals.id = NEW.journal_id AND entry.key = NEW.place
       AND json_extract(entry.value, '$[0]') = NEW.account AND json_extract(entry.value, '$[1]') = NEW.total
       AND json_extract(entry.value, '$[2]') = NEW.what)
   OR EXISTS (SELECT 1 FROM postings WHERE journal_id = NEW.journal_id AND place = NEW.place);
END""",
    """CREATE TRIGGER journals_no_update BEFORE UPDATE ON journals BEGIN
  SELECT RAISE(ABORT, 'ledger: append-only');
END""",
    """CREATE TRIGGER journals_no_delete BEFORE DELETE ON journals BEGIN
  SELECT RAISE(ABORT, 'ledger: append-only');
END""",
    """CREATE TRIGGER postings_no_update BEFORE UPDATE ON postings BEGIN
  SELECT RAISE(ABORT, 'ledger: append-only');
END""",
    """CREATE TRIGGER postings_no_delete BEFORE DELETE ON postings BEGIN
  SELECT RAISE(ABORT, 'ledger: append-only');
END""",
]

POSTGRESQL = [
    """CREATE OR REPLACE FUNCTION ledger_post() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  guarded text;
BEGIN
  IF json_array_length(NEW.entries) < 2 OR EXISTS (
    SELECT 1 FROM json_array_elements(NEW.entries) AS entry
     WHERE json_typeof(entry) <> 'array' OR json_typeof(entry->0) IS DISTINCT FROM 'string'
        OR json_typeof(entry->1) IS DISTINCT FROM 'number' OR (entry->>1) !~ '^-?[0-9]{1,18}$'
        OR json_typeof(entry->2) IS DISTINCT FROM 'string') THEN
    RAISE EXCEPTION 'ledger: entries are whole sums on accounts' USING ERRCODE = 'check_violation';
  END IF;
  IF (SELECT SUM((entry->>1)::bigint) FROM json_array_elements(NEW.entries) AS entry) <> 0 THEN
    RAISE EXCEPTION 'ledger: unbalanced' USING ERRCODE = 'check_violation';
  END IF;
  FOR guarded IN
    SELECT DISTINCT entry->>0 AS account FROM json_array_elements(NEW.entries) AS entry
     WHERE split_part(entry->>0, ':', 1) IN ('escrow', 'refund', 'payout', 'surplus') ORDER BY account
  LOOP
    PERFORM pg_advisory_xact_lock(hashtextextended('ledger ' || guarded, 0));
  END LOOP;
  INSERT INTO postings (journal_id, place, account, what, total)
  SELECT NEW.id, entry.place - 1, entry.value->>0, entry.value->>2, (entry.value->>1)::bigint
    FROM json_array_elements(NEW.entries) WITH ORDINALITY AS entry(value, place);
  IF EXISTS (
    SELECT 1 FROM postings
     WHERE account IN (SELECT entry->>0 FROM json_array_elements(NEW.entries) AS entry)
       AND split_part(account, ':', 1) IN ('escrow', 'refund', 'payout', 'surplus')
     GROUP BY account HAVING SUM(total) > 0) THEN
    RAISE EXCEPTION 'ledger: overdrawn' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$""",
    """CREATE OR REPLACE FUNCTION ledger_from_journal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (
    SELECT 1 FROM journals, json_array_elements(journals.entries) WITH ORDINALITY AS entry(value, place)
     WHERE journals.id = NEW.journal_id AND entry.place - 1 = NEW.place AND entry.value->>0 = NEW.account
       AND (entry.value->>1)::bigint = NEW.total AND entry.value->>2 = NEW.what) THEN
    RAISE EXCEPTION 'ledger: postings come from journals' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$""",
    """CREATE OR REPLACE FUNCTION ledger_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'ledger: append-only' USING ERRCODE = 'check_violation';
END $$""",
    """CREATE CONSTRAINT TRIGGER journals_post AFTER INSERT ON journals
  FOR EACH ROW EXECUTE FUNCTION ledger_post()""",
    """CREATE TRIGGER postings_of_journals BEFORE INSERT ON postings
  FOR EACH ROW EXECUTE FUNCTION ledger_from_journal()""",
    """CREATE TRIGGER journals_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON journals
  FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse()""",
    """CREATE TRIGGER postings_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON postings
  FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse()""",
]

FUNCTIONS = ("ledger_post", "ledger_from_journal", "ledger_refuse")
KINDS = (
    "capture",
    "surplus",
    "late",
    "release",
    "refund",
    "cancel",
    "sent",
    "settlement",
    "sponsored",
    "remitted",
    "dispute",
    "payout",
    "paid-out",
    "payout-back",
    "correction",
)


def upgrade() -> None:
    op.create_table(
        "journals",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(120), nullable=False),
        sa.Column(
            "kind", sa.Enum(*KINDS, name="kind", native_enum=False, create_constraint=True, length=40), nullable=False
        ),
        sa.Column("order_code", sa.String(26), nullable=True),
        sa.Column("reference", sa.String(80), nullable=False),
        sa.Column("note", sa.String(300), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("entries", sa.JSON(), nullable=False),
        sa.CheckConstraint("by_id IS NULL OR typeof(by_id) = 'integer'", name=op.f("ck_journals_by_id_whole")).ddl_if(
            dialect="sqlite"
        ),
        sa.ForeignKeyConstraint(["order_code"], ["orders.code"], name=op.f("fk_journals_order_code_orders")),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name=op.f("fk_journals_by_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journals")),
        sa.UniqueConstraint("key", name=op.f("uq_journals_key")),
    )
    op.create_index(op.f("ix_journals_at"), "journals", ["at"])
    op.create_index("ix_journals_order_code", "journals", ["order_code", "id"])
    op.create_table(
        "postings",
        sa.Column("journal_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("account", sa.String(60), nullable=False),
        sa.Column("what", sa.String(20), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("total <> 0", name=op.f("ck_postings_total")),
        sa.CheckConstraint("typeof(total) = 'integer'", name=op.f("ck_postings_total_whole")).ddl_if(dialect="sqlite"),
        sa.ForeignKeyConstraint(["journal_id"], ["journals.id"], name=op.f("fk_postings_journal_id_journals")),
        sa.PrimaryKeyConstraint("journal_id", "place", name=op.f("pk_postings")),
    )
    op.create_index("ix_postings_account", "postings", ["account", "journal_id", "total"])
    connection = op.get_bind()
    for statement in SQLITE if connection.dialect.name == "sqlite" else POSTGRESQL:
        connection.exec_driver_sql(statement)


def downgrade() -> None:
    op.drop_table("postings")
    op.drop_table("journals")
    if op.get_bind().dialect.name == "postgresql":
        for name in FUNCTIONS:
            op.execute(f"DROP FUNCTION {name}()")
