"""What the database itself refuses, on SQLite and PostgreSQL alike.

1. Postings come from their journal's entries only, all of them and each once.
2. A journal's entries are whole sums that add up to nothing.
3. Escrow and whatever else we owe is never overdrawn, however many write at once: on PostgreSQL each such account is
   locked until the end of the transaction; SQLite has one writer anyway.
4. Nothing is changed or taken away, not even by INSERT OR REPLACE or TRUNCATE.
5. Nothing is dated into a day that was closed, and days are closed forwards, for ever. On PostgreSQL whoever closes waits
   for journals that are being written, and they for whoever closes.

Rebuilding either table in a migration (`batch_alter_table` on SQLite) loses its triggers: make them again afterwards.
The texts in the migration that made the tables are copies of these; a test compares what stands in the databases.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, text

from catalog.db import lay_triggers

SQLITE = {
    "journals_once": """CREATE TRIGGER journals_once BEFORE INSERT ON journals BEGIN
  SELECT RAISE(ABORT, 'ledger: written once') FROM journals WHERE id = NEW.id OR key = NEW.key;
END""",
    "journals_post": """CREATE TRIGGER journals_post AFTER INSERT ON journals BEGIN
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
    "postings_of_journals": """CREATE TRIGGER postings_of_journals BEFORE INSERT ON postings BEGIN
  SELECT RAISE(ABORT, 'ledger: postings come from journals') WHERE NOT EXISTS (
    SELECT 1 FROM journals, json_each(journals.entries) AS entry
     WHERE journals.id = NEW.journal_id AND entry.key = NEW.place
       AND json_extract(entry.value, '$[0]') = NEW.account AND json_extract(entry.value, '$[1]') = NEW.total
       AND json_extract(entry.value, '$[2]') = NEW.what)
   OR EXISTS (SELECT 1 FROM postings WHERE journal_id = NEW.journal_id AND place = NEW.place);
END""",
    **{
        f"{table}_no_{deed}": f"""CREATE TRIGGER {table}_no_{deed} BEFORE {deed.upper()} ON {table} BEGIN
  SELECT RAISE(ABORT, 'ledger: append-only');
END"""
        for table in ("journals", "postings", "closed_days")
        for deed in ("update", "delete")
    },
    "journals_in_open_days": """CREATE TRIGGER journals_in_open_days BEFORE INSERT ON journals BEGIN
  SELECT RAISE(ABORT, 'ledger: this day is closed') WHERE NEW.at < (SELECT MAX(ends_at) FROM closed_days);
END""",
    "closed_days_forwards": """CREATE TRIGGER closed_days_forwards BEFORE INSERT ON closed_days BEGIN
  SELECT RAISE(ABORT, 'ledger: this day is closed') WHERE NEW.ends_at <= (SELECT MAX(ends_at) FROM closed_days);
END""",
}

POSTGRESQL_FUNCTIONS = {
    "ledger_post": """CREATE OR REPLACE FUNCTION ledger_post() RETURNS trigger LANGUAGE plpgsql AS $$
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
    "ledger_from_journal": """CREATE OR REPLACE FUNCTION ledger_from_journal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (
    SELECT 1 FROM journals, json_array_elements(journals.entries) WITH ORDINALITY AS entry(value, place)
     WHERE journals.id = NEW.journal_id AND entry.place - 1 = NEW.place AND entry.value->>0 = NEW.account
       AND (entry.value->>1)::bigint = NEW.total AND entry.value->>2 = NEW.what) THEN
    RAISE EXCEPTION 'ledger: postings come from journals' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$""",
    "ledger_open_day": """CREATE OR REPLACE FUNCTION ledger_open_day() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_advisory_xact_lock_shared(hashtextextended('ledger days', 0));
  IF NEW.at < (SELECT MAX(ends_at) FROM closed_days) THEN
    RAISE EXCEPTION 'ledger: this day is closed' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$""",
    "ledger_close_day": """CREATE OR REPLACE FUNCTION ledger_close_day() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('ledger days', 0));
  IF NEW.ends_at <= (SELECT MAX(ends_at) FROM closed_days) THEN
    RAISE EXCEPTION 'ledger: this day is closed' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$""",
    "ledger_refuse": """CREATE OR REPLACE FUNCTION ledger_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'ledger: append-only' USING ERRCODE = 'check_violation';
END $$""",
}

POSTGRESQL = {
    "journals_post": """CREATE CONSTRAINT TRIGGER journals_post AFTER INSERT ON journals
  FOR EACH ROW EXECUTE FUNCTION ledger_post()""",
    "postings_of_journals": """CREATE TRIGGER postings_of_journals BEFORE INSERT ON postings
  FOR EACH ROW EXECUTE FUNCTION ledger_from_journal()""",
    **{
        f"{table}_no_change": f"""CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
  FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse()"""
        for table in ("journals", "postings", "closed_days")
    },
    "journals_in_open_days": """CREATE TRIGGER journals_in_open_days BEFORE INSERT ON journals
  FOR EACH ROW EXECUTE FUNCTION ledger_open_day()""",
    "closed_days_forwards": """CREATE TRIGGER closed_days_forwards BEFORE INSERT ON closed_days
  FOR EACH ROW EXECUTE FUNCTION ledger_close_day()""",
}


def make(table: Any, connection: Connection, **_: Any) -> None:
    """Make the triggers in a database that has the tables."""
    lay_triggers(connection, SQLITE.values(), [*POSTGRESQL_FUNCTIONS.values(), *POSTGRESQL.values()])


def missing(connection: Connection) -> list[str]:
    """The names of triggers that are not there, or are switched off."""
    if connection.dialect.name == "sqlite":
        query = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        wanted = set(SQLITE)
    else:
        query = "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled = 'O'"
        wanted = set(POSTGRESQL)
    return sorted(wanted - set(connection.execute(text(query)).scalars()))
