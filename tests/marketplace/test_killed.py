"""A process that sells is killed at any moment: what it had acknowledged stands, and nothing stands by halves."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from catalog.db import db, transaction
from marketplace.checkout.queries import check_laws
from marketplace.orders.models import Order, OrderLine, Purchase
from tests import factories
from tests.cast import Cast
from tests.conftest import both_databases
from tests.marketplace.checkout.shopping import buy, guest

pytestmark = [both_databases, pytest.mark.race]

ROOT = Path(__file__).resolve().parents[2]

SELLER = """
import sys
from marketplace import create_app
from catalog.db import db, transaction
from marketplace.carts import services as carts
from marketplace.checkout.services import place
from tests.marketplace.checkout.shopping import guest, request_for
app = create_app()
with app.app_context():
    print("ready", flush=True)
    while True:
        with transaction():
            owner = guest()
            for variant in sys.argv[1:]:
                carts.add(owner, variant, 1)
            code = place(owner, request_for(owner)).purchase.code
        print(code, flush=True)  # acknowledged: from here on it may not be lost
        db.session.remove()
"""


def _sell_until_killed(app: Flask, variants: list[str], sold: int, wait: float) -> list[str]:
    """Let a process sell, and kill it `wait` seconds after it acknowledged `sold` purchases; what it acknowledged."""
    settings = app.extensions["house"].settings
    environment = {
        **os.environ,
        "DATA_DIR": str(settings.data_dir),
        "DATABASE_URL": settings.database_url,
        "SECRET_KEY": settings.secret_key,
        "PYTHONPATH": str(ROOT),
    }
    process = subprocess.Popen(
        [sys.executable, "-c", SELLER, *variants], cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline().strip() == "ready"
    told = [process.stdout.readline().strip() for _ in range(sold)]
    time.sleep(wait)
    process.send_signal(signal.SIGKILL)
    told += [line.strip() for line in process.stdout.read().splitlines()]
    process.wait()
    return told


def test_a_killed_process_loses_nothing_that_it_acknowledged(app: Flask, cast: Cast) -> None:
    with transaction():
        one = factories.product(cast.ratnas, "Kain untuk banyak pembeli", stock=5000)
        two = factories.product(cast.budis, "Plakat untuk banyak pembeli", stock=5000)
        variants = [one.variants[0].code, two.variants[0].code]
    dice = random.Random(7)
    told: list[str] = []
    for _ in range(4):
        told += _sell_until_killed(app, variants, sold=dice.randint(2, 5), wait=dice.uniform(0, 0.05))
    db.session.rollback()
    kept = set(db.session.scalars(select(Purchase.code)))
    assert all(told), "the process ended by itself"
    assert set(told) <= kept, "an acknowledged purchase is lost"
    assert len(kept) - len(set(told)) <= 4, "at most one unacknowledged purchase a kill"
    assert check_laws() == []
    orders = db.session.scalar(select(func.count(Order.id)))
    lines = db.session.scalar(select(func.count(OrderLine.id)))
    assert orders == lines == 2 * len(kept)


def test_the_control_a_purchase_in_two_commits_is_caught(app: Flask, cast: Cast) -> None:
    """Half a purchase, as a process killed between two commits would leave it, breaks a law."""
    with transaction():
        owner = guest()
    order = buy(owner, (cast.shawl, 1)).purchase.orders[0].id
    with transaction() as session:
        session.execute(OrderLine.__table__.delete().where(OrderLine.__table__.c.order_id == order))
    assert check_laws() != []
