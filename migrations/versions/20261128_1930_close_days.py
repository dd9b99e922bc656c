"""Close days: nothing is dated into what an operator has closed. What is held of shops is never overdrawn."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261128_1930"
down_revision = "20261128_1960"
branch_labels = None
depends_on = None

SQLITE = [
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
       AND (account GLOB 'escrow:*' OR account GLOB 'refund:*' OR account GLOB 'payout:*' OR account GLOB 'held:*'
       OR account = 'surplus')
     GROUP BY account) WHERE sum > 0;
END""",
    """CREATE TRIGGER journals_in_open_days BEFORE INSERT ON journals BEGIN
  SELECT RAISE(ABORT, 'ledger: this day is closed') WHERE NEW.at < (SELECT MAX(ends_at) FROM closed_days);
END""",
    """CREATE TRIGGER closed_days_forwards BEFORE INSERT ON closed_days BEGIN
  SELECT RAISE(ABORT, 'ledger: this day is closed') WHERE NEW.ends_at <= (SELECT MAX(ends_at) FROM closed_days);
END""",
    """CREATE TRIGGER closed_days_no_update BEFORE UPDATE ON closed_days BEGIN
  SELECT RAISE(ABORT, 'ledger: append-only');
END""",
    """CREATE TRIGGER closed_days_no_delete BEFORE DELETE ON closed_days BEGIN
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
     WHERE split_part(entry->>0, ':', 1) IN ('escrow', 'refund', 'payout', 'held', 'surplus') ORDER BY account
  LOOP
    PERFORM pg_advisory_xact_lock(hashtextextended('ledger ' || guarded, 0));
  END LOOP;
  INSERT INTO postings (journal_id, place, account, what, total)
  SELECT NEW.id, entry.place - 1, entry.value->>0, entry.value->>2, (entry.value->>1)::bigint
    FROM json_array_elements(NEW.entries) WITH ORDINALITY AS entry(value, place);
  IF EXISTS (
    SELECT 1 FROM postings
     WHERE account IN (SELECT entry->>0 FROM json_array_elements(NEW.entries) AS entry)
       AND split_part(account, ':', 1) IN ('escrow', 'refund', 'payout', 'held', 'surplus')
     GROUP BY account HAVING SUM(total) > 0) THEN
    RAISE EXCEPTION 'ledger: overdrawn' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$""",
    """CREATE OR REPLACE FUNCTION ledger_open_day() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_advisory_xact_lock_shared(hashtextextended('ledger days', 0));
  IF NEW.at < (SELECT MAX(ends_at) FROM closed_days) THEN
    RAISE EXCEPTION 'ledger: this day is closed' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$""",
    """CREATE OR REPLACE FUNCTION ledger_close_day() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('ledger days', 0));
  IF NEW.ends_at <= (SELECT MAX(ends_at) FROM closed_days) THEN
    RAISE EXCEPTION 'ledger: this day is closed' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$""",
    """CREATE TRIGGER journals_in_open_days BEFORE INSERT ON journals
  FOR EACH ROW EXECUTE FUNCTION ledger_open_day()""",
    """CREATE TRIGGER closed_days_forwards BEFORE INSERT ON closed_days
  FOR EACH ROW EXECUTE FUNCTION ledger_close_day()""",
    """CREATE TRIGGER closed_days_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON closed_days
  FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse()""",
]

SQLITE_BEFORE = """CREATE TRIGGER journals_post AFTER INSERT ON journals BEGIN
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
END"""

POSTGRESQL_BEFORE = """CREATE OR REPLACE FUNCTION ledger_post() RETURNS trigger LANGUAGE plpgsql AS $$
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
END $$"""


def _whole(table: str, *columns: str, empty: bool = False) -> list[sa.CheckConstraint]:
    return [
        sa.CheckConstraint(
            f"{name} IS NULL OR typeof({name}) = 'integer'" if empty else f"typeof({name}) = 'integer'",
            name=op.f(f"ck_{table}_{name}_whole"),
        ).ddl_if(dialect="sqlite")
        for name in columns
    ]


def upgrade() -> None:
    at = sa.DateTime(timezone=True)
    op.create_table(
        "closed_days",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("ends_at", at, nullable=False),
        sa.Column("last_journal_id", sa.Integer(), nullable=True),
        sa.Column("journal_count", sa.BigInteger(), nullable=False),
        sa.Column("lines", sa.JSON(), nullable=False),
        sa.Column("differences", sa.BigInteger(), nullable=False),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.Column("closed_by_id", sa.Integer(), nullable=False),
        sa.Column("closed_at", at, nullable=False),
        sa.CheckConstraint("journal_count >= 0 AND differences >= 0", name=op.f("ck_closed_days_counts")),
        sa.CheckConstraint("differences = 0 OR note <> ''", name=op.f("ck_closed_days_explained")),
        *_whole("closed_days", "journal_count", "differences", "closed_by_id"),
        *_whole("closed_days", "last_journal_id", empty=True),
        sa.ForeignKeyConstraint(["last_journal_id"], ["journals.id"], name=op.f("fk_closed_days_last_journal_id_journals")),
        sa.ForeignKeyConstraint(["closed_by_id"], ["users.id"], name=op.f("fk_closed_days_closed_by_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_closed_days")),
        sa.UniqueConstraint("day", name=op.f("uq_closed_days_day")),
        sa.UniqueConstraint("ends_at", name=op.f("uq_closed_days_ends_at")),
    )
    bind = op.get_bind()
    if bind.dialect.name == "sqlite":
        op.execute("DROP TRIGGER journals_post")
    for statement in SQLITE if bind.dialect.name == "sqlite" else POSTGRESQL:
        bind.exec_driver_sql(statement)


def downgrade() -> None:
    bind = op.get_bind()
    if bind.dialect.name == "sqlite":
        for name in ("journals_in_open_days", "journals_post"):
            op.execute(f"DROP TRIGGER {name}")
        bind.exec_driver_sql(SQLITE_BEFORE)
        op.drop_table("closed_days")
        return
    op.execute("DROP TRIGGER journals_in_open_days ON journals")
    bind.exec_driver_sql(POSTGRESQL_BEFORE)
    op.drop_table("closed_days")
    for name in ("ledger_open_day", "ledger_close_day"):
        op.execute(f"DROP FUNCTION {name}()")
