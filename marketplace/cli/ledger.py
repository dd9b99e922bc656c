"""`flask ledger …`: does the ledger hold what it promises, and what stands in it?"""

from __future__ import annotations

import sys
from datetime import datetime

import click
from flask.cli import with_appcontext

from catalog import clock
from catalog.db import transaction
from catalog.money import Money
from marketplace.bookkeeping.opening import open_books
from marketplace.ledger.queries import trial_balance
from marketplace.reconciliation import services as reconciliation
from marketplace.reconciliation.closing import check_everything
from marketplace.reconciliation.models import Reading
from marketplace.subscribers import mirrors


@click.group("ledger")
def group() -> None:
    """Double entry: verify it, print the trial balance."""


@group.command("verify")
@with_appcontext
def verify() -> None:
    """Check every promise of the ledger; ends with 1 when one is broken."""
    flaws = check_everything()
    for one in flaws:
        click.echo(f"broken: {one.what} ({one.count})")
        for example in one.examples:
            click.echo(f"        {example}")
    found = trial_balance()
    click.echo(f"debit {found.debit}, credit {found.credit}")
    click.echo("the ledger holds" if not flaws else "the ledger is broken")
    sys.exit(1 if flaws else 0)


@group.command("balance")
@with_appcontext
def balance() -> None:
    """Print the trial balance."""
    found = trial_balance()
    for one in found.lines:
        click.echo(f"{one.kind:<12}{_sum(one.debit)}{_sum(one.credit)}{_sum(one.balance)}")
    click.echo(f"{'':<12}{_sum(found.debit)}{_sum(found.credit)}{_sum(found.debit - found.credit)}")


@group.command("open")
@with_appcontext
def open_() -> None:
    """Book what was bought before there were books; safe to repeat. `flask db upgrade` does it by itself."""
    booked = 0
    while True:
        with transaction():
            some = open_books()
        if not some:
            break
        booked += some
    click.echo(f"{booked} payments booked")


@group.command("reconcile")
@click.option(
    "--since", type=click.DateTime(["%Y-%m-%d"]), help="The first day to look at; by default since the last reading."
)
@with_appcontext
def reconcile(since: datetime | None) -> None:
    """Read the books of payment partners and lay them beside ours; ends with 1 when a difference has no answer."""
    begin = clock.start_of(since.date()) if since else None
    for source in reconciliation.sources():
        with transaction():
            reading = reconciliation.start(source, since=begin).id
        while mirrors.read(reading):
            pass
        with transaction() as session:
            row = session.get_one(Reading, reading)
            click.echo(f"{source}: {row.lines} lines read, {row.found} differences, {row.state}")
    stands = [one for one in reconciliation.list_differences() if one.answered_at is None]
    for one in stands:
        click.echo(f"{one.gap}: {one.turn} {one.about}: ours {one.ours}, theirs {one.words or one.theirs}")
    click.echo("both books say the same" if not stands else f"{len(stands)} differences without an answer")
    sys.exit(1 if stands else 0)


def _sum(money: Money) -> str:
    return f"{money!s:>22}"
