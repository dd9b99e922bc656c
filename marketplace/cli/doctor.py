"""`flask doctor`: do the laws hold on this data, and what is embedded, what is real?"""

from __future__ import annotations

import json
import sys
from typing import Any

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy import func, select

from catalog.db import db
from catalog.edition import edition
from catalog.errors import Unavailable
from catalog.media import services as media
from catalog.products.models import Product, ProductState
from catalog.search import upkeep
from marketplace.banking.laws import check_laws as check_laws_of_statements
from marketplace.checkout.queries import check_laws
from marketplace.outbox.models import Message
from marketplace.payouts.laws import check_laws as check_laws_of_payouts
from marketplace.returns.laws import check_laws as check_laws_of_returns
from marketplace.web.health import check


@click.command("doctor")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@with_appcontext
def command(as_json: bool) -> None:
    """Check the conservation laws on the data; ends with 1 when one is broken."""
    house = current_app.extensions["house"]
    settings, ports = house.settings, house.ports
    laws: list[dict[str, Any]] = [
        {"law": one.law, "what": one.what, "count": one.count, "examples": list(one.examples)}
        for one in [*check_laws(), *check_laws_of_returns(), *check_laws_of_payouts(), *check_laws_of_statements()]
    ]
    for index in dict.fromkeys((ports.search, ports.embedded)):
        try:
            found = upkeep.verify(index)
            wrong = [*found.missing, *found.surplus]
        except Unavailable as error:
            wrong = [str(error)]
        if wrong:
            what = f"{type(index).__name__} differs from the live products"
            laws.append({"law": "L9", "what": what, "count": len(wrong), "examples": wrong[:20]})
    files = media.verify(ports.storage)
    if files:
        laws.append(
            {
                "law": "L10",
                "what": "pictures and files differ",
                "count": len(files),
                "examples": [f"{one.path}: {one.what}" for one in files[:20]],
            }
        )
    report: dict[str, Any] = {
        "ready": check(settings),
        "parts": {
            "database": db.engine.dialect.name,
            "search": type(ports.search).__name__
            + ("" if ports.search is ports.embedded else f" ({settings.meili_url})"),
            "stand-by": type(ports.embedded).__name__ if ports.search is not ports.embedded else "none",
            "storage": type(ports.storage).__name__,
            "mail": type(ports.mailer).__name__,
            "queue": type(current_app.extensions["queue"].storage).__name__,
        },
        "counts": {
            "live_products": db.session.scalar(
                select(func.count(Product.id)).where(Product.state == ProductState.LIVE)
            ),
            "open_messages": db.session.scalar(select(func.count(Message.id)).where(Message.done_at.is_(None))),
            "failed_messages": db.session.scalar(select(func.count(Message.id)).where(Message.failed_at.is_not(None))),
            "edition": edition(),
        },
        "broken_laws": laws,
        "healthy": not laws,
    }
    if as_json:
        click.echo(json.dumps(report, ensure_ascii=False, indent=2))
    else:
        for name, part in report["parts"].items():
            click.echo(f"{name:<10} {part}")
        for name, count in report["counts"].items():
            click.echo(f"{name:<16} {count}")
        for one in laws:
            click.echo(f"broken {one['law']:<4} {one['what']} ({one['count']})")
            for row in one["examples"]:
                click.echo(f"          {row}")
        click.echo("all conservation laws hold" if not laws else "some conservation laws are broken")
    sys.exit(0 if report["healthy"] else 1)
