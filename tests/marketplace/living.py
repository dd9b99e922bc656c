"""A village whose people do what they like at any time: what every part of the one machine stands on."""

from __future__ import annotations

import shutil
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from hypothesis.stateful import RuleBasedStateMachine, initialize

from catalog import clock
from catalog.db import db, transaction
from catalog.errors import DomainError
from marketplace.accounts.models import User
from marketplace.carts.models import Owner
from marketplace.ledger.services import KeyUsedOtherwise, Overdrawn
from tests.marketplace.bare import SQLITE_POOL, house

START = datetime(2026, 11, 23, 2, tzinfo=UTC)


class Living(RuleBasedStateMachine):
    source: Path
    """The database that every run begins with a copy of."""

    @initialize()
    def move_in(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        path = Path(self.folder.name) / "shop.db"
        shutil.copy(self.source, path)
        self.now = START
        self.context = house(f"sqlite:///{path}", **SQLITE_POOL).app_context()
        self.context.push()

    def teardown(self) -> None:
        if hasattr(self, "context"):
            db.session.remove()
            db.engine.dispose()
            self.context.pop()
            self.folder.cleanup()

    def attempt(self, deed: Any) -> bool:
        """Every deed either happens or is refused with a sentence; whether it happened."""
        with clock.frozen(self.now):
            try:
                with transaction():
                    deed()
            except (Overdrawn, KeyUsedOtherwise):
                raise  # the ledger had to stop what should not have been tried
            except DomainError as refusal:
                assert str(refusal)
                return False
        return True

    def pick(self, model: Any, n: int) -> Any:
        rows = db.session.scalars(db.select(model).order_by(model.id).execution_options(populate_existing=True)).all()
        return rows[n % len(rows)] if rows else None

    def person(self, name: str) -> User:
        return db.session.scalars(db.select(User).where(User.email == f"{name}@contoh.example")).one()

    def sari(self) -> Owner:
        return Owner(user=self.person("sari"))
