"""Break one rule of the money at a time, in a copy of the house, and demand that the test which guards it turns red.

`make sabotage` runs them all (some minutes); `make sabotage ARGS="webhook cap"` those whose rule holds one of the words.
The list is also the table in `tests/README.md`; a test of the house sees that every text still stands where it is broken.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HEAD = "| sabotage | where | is caught by |\n|---|---|---|\n"


@dataclass(frozen=True)
class Sabotage:
    """`old` stands once in `file` and becomes `new`; `test` is a file below `tests/`, with a name or a word to choose by."""

    rule: str
    file: str
    old: str
    new: str
    test: str

    @property
    def row(self) -> str:
        return f"| {self.rule} | `{self.file}` | `{self.test}` |"

    @property
    def arguments(self) -> list[str]:
        place, _, words = self.test.partition("::")
        return [f"tests/{place}", *(["-k", words] if words else [])]


BOOKINGS, DISPUTES = "marketplace/bookkeeping/bookings.py", "marketplace/bookkeeping/test_disputes.py"
STRIPE, BOOKS, CUTS = "marketplace/adapters/stripe.py", "marketplace/bookkeeping/books.py", "marketplace/bookkeeping/cuts.py"  # fmt: skip
WIRE = "marketplace/adapters/stripe_wire.py"
CHARGES, OUTSIDE, PAYMENTS = "marketplace/payments/charges.py", "marketplace/subscribers/outside.py", "marketplace/payments/services.py"  # fmt: skip
TRIGGERS, PAYOUTS, PROSPECTS = "marketplace/ledger/triggers.py", "marketplace/payouts/services.py", "marketplace/payouts/queries.py"  # fmt: skip
WAYS, OF_TRANSFERS = "marketplace/payouts/ways.py", "marketplace/payouts/test_transfers.py"
FAULTS, BOOKKEEPING, POST = "marketplace/payments/test_faults.py", "marketplace/bookkeeping/test_books.py", "marketplace/ledger/test_post.py"  # fmt: skip
OF_STRIPE, OF_CHARGES, OF_PAYOUTS = "contracts/test_stripe.py", "marketplace/payments/test_charges.py", "marketplace/payouts/test_payouts.py"  # fmt: skip

SABOTAGES = (
    Sabotage(
        "drop the idempotency key of a payment page", STRIPE,
        'sessions.create(params, {"idempotency_key": key})', "sessions.create(params)",
        f"{FAULTS}::the_answer_is_lost_twice",
    ),
    Sabotage(
        "send a refund without looking whether it was sent", STRIPE,
        'if (one.get("metadata") or {}).get("refund") == request.reference:', "if False:",
        f"{FAULTS}::key_forgotten",
    ),
    Sabotage(
        "ask for rupiah where sen are counted", STRIPE,
        '"unit_amount": minor(request.total.rupiah, "IDR")', '"unit_amount": request.total.rupiah',
        f"{OF_STRIPE}::two_decimals",
    ),
    Sabotage(
        "wait for a partner for ever", WIRE,
        "timeout=(CONNECT_SECONDS, READ_SECONDS)", "timeout=(CONNECT_SECONDS, 2.5)",
        f"{OF_STRIPE}::silence_ends",
    ),
    Sabotage(
        "take a refusal of the moment for an answer", WIRE,
        "            raise self.silence() from error\n        self.breaker.succeeded()",
        "            raise Refused(self.sentence, '') from error\n        self.breaker.succeeded()",
        f"{FAULTS}::every_refusal_of_the_moment",
    ),
    Sabotage(
        "believe every signature", WIRE,
        "        return _is_of_now(header)\n    return False", "        return _is_of_now(header)\n    return True",
        f"{OF_STRIPE}::TestMessages",
    ),
    Sabotage(
        "believe tomorrow's signature", WIRE,
        "return made <= clock.now().timestamp() + TOLERANCE", "return True",
        f"{OF_STRIPE}::tomorrows",
    ),
    Sabotage(
        "trust the webhook's body", OUTSIDE,
        "    if charge_id is not None:\n        follow(charge_id)\n",
        "    if charge_id is not None:\n        with transaction() as session:\n"
        "            charges.services.settle(session.get_one(Charge, charge_id).payment)\n",
        f"{FAULTS}::signed_message_that_lies",
    ),
    Sabotage(
        "ask nobody when no message comes", OUTSIDE,
        "    due = charges.list_to_ask(clock.now())", "    due: list[int] = []",
        f"{FAULTS}::no_message_ever_comes",
    ),
    Sabotage(
        "let one page that is unknown there stop all others", OUTSIDE,
        "        except Refused as error:\n            db.session.rollback()", "        except Refused:\n            return\n        except ZeroDivisionError as error:",
        f"{FAULTS}::one_page_is_unknown",
    ),
    Sabotage(
        "count every sum as what was asked for", CHARGES,
        "is_odd = bool(said.odd) or said.paid != payment.due", "is_odd = False",
        f"{FAULTS}::one_sen_more or a_hundredth or another_currency",
    ),
    Sabotage(
        "overlook what somebody paid back at the dashboard", CHARGES,
        'yield f"-{said.refunded.rupiah} IDR"', 'yield ""',
        f"{FAULTS}::dashboard",
    ),
    Sabotage(
        "overlook a refund that came back", CHARGES,
        "elif said.refunded < arrived and not is_odd:", "elif False:",
        f"{FAULTS}::comes_back",
    ),
    Sabotage(
        "send a refund without reserving it first", CHARGES,
        "    refund.tried_at = clock.now()\n    db.session.flush()", "    db.session.flush()",
        f"{OF_CHARGES}::goes_back_by_itself_once and sqlite",
    ),
    Sabotage(
        "let people's transfers leave the partner", BOOKS,
        'accounts.kind_of(where) == "gateway"', "False",
        f"{FAULTS}::fails_and_people_send_it",
    ),
    Sabotage(
        "let a dispute take what has gone back already", CHARGES,
        "sum_=said.disputed or payment.due - said.refunded", "sum_=payment.due",
        f"{FAULTS}::takes_what_has_not_gone_back",
    ),
    Sabotage(
        "open a second page beside the first", "marketplace/web/storefront/payments.py",
        "    if charge.reference and charge.url:", "    if False:",
        "marketplace/web/hooks/test_payments.py::however_often",
    ),
    Sabotage(
        "take late money as if it were in time", PAYMENTS,
        "    in_time = payment.state is PaymentState.PENDING\n", "    in_time = True\n",
        "marketplace/payments/test_transfers.py::late_money and sqlite",
    ),
    Sabotage(
        "forget which line of a statement has paid", PAYMENTS,
        "    used = db.session.scalar(select(Payment).where(Payment.reference == reference))",
        "    used = None",
        "marketplace/payments/test_transfers.py::exact_amount_pays and sqlite",
    ),
    Sabotage(
        "ask two buyers for one amount", "marketplace/payments/models.py",
        '            "account_id",\n            "due",\n            unique=True,', '            "account_id",\n            "due",\n            unique=False,',
        "marketplace/checkout/test_races.py::sqlite",
    ),
    Sabotage(
        "drop the cap of refunds on a payment", PAYMENTS,
        "if not is_paid or refund.total > left_of(payment):", "if not is_paid:",
        "marketplace/payments/test_transfers.py::never_more_is_owed and sqlite",
    ),
    Sabotage(
        "drop the cap of refunds on an order and its line", "marketplace/orders/returned.py",
        "    if not (\n        change(update(OrderLine)", "    if not (\n        True or change(update(OrderLine)",
        f"{BOOKKEEPING}::fifty and sqlite",
    ),
    Sabotage(
        "round what goes back instead of what is left", CUTS,
        "        return cut(self.left, self.terms)",
        "        back = Money(self.back.rupiah * self.terms.commission // 10_000)\n"
        "        kept = cut(self.left + self.back, self.terms).commission - back\n"
        "        return Cut(self.left, kept, kept.share(self.terms.ppn), self.left.share(self.terms.pph22))",
        f"{BOOKKEEPING}::telescope and sqlite",
    ),
    Sabotage(
        "keep a voucher although its piece went back", CUTS,
        "Money(sum_.rupiah * part // whole) if whole else ZERO", "Money(sum_.rupiah * part // whole // 2) if whole else ZERO",
        f"{BOOKKEEPING}::vouchers and sqlite",
    ),
    Sabotage(
        "cut off instead of rounding half up", "catalog/money.py",
        "rounded = (product * 2 + 10_000) // 20_000", "rounded = product // 10_000",
        "marketplace/bookkeeping/test_cuts.py",
    ),
    Sabotage(
        "call the rupiah of a unique code our own", BOOKS,
        'Entry(held, surplus, "surplus"), Entry(accounts.SURPLUS, -surplus)', 'Entry(held, surplus, "surplus"), Entry(accounts.COMMISSION, -surplus)',
        f"{BOOKKEEPING}::a_sale_is_held and sqlite",
    ),
    Sabotage(
        "release what was not brought yet", "marketplace/bookkeeping/books.py",
        "if self.state is OrderState.COMPLETED:", "if self.state in (OrderState.COMPLETED, OrderState.DELIVERED):",
        "marketplace/test_money.py::sqlite",
    ),
    Sabotage(
        "let a settlement take more than the partner holds", BOOKINGS,
        "        raise Conflict(N_(\"Our book holds less than that. Compare the statement with the ledger first.\"), field=\"sum\")",
        "        pass",
        "marketplace/bookkeeping/test_bookings.py::refuses_by_name",
    ),
    Sabotage(
        "let a gallery bring more than its till holds", "marketplace/bookkeeping/outside.py",
        "left < ZERO if sum_ > ZERO else left > ZERO", "False",
        "marketplace/bookkeeping/test_tills.py::gallery_holds and sqlite",
    ),
    Sabotage(
        "let the house bear a loss twice", BOOKINGS,
        "if bear(booking.scope) != entries:", "if False:",
        f"{DISPUTES}::bears_a_loss_once and sqlite",
    ),
    Sabotage(
        "let a dispute take more of all shops than it is about", "marketplace/bookkeeping/disputes.py",
        ", received, sum_ - total(known.values()))", ", received)",
        f"{DISPUTES}::no_more_than_itself and sqlite",
    ),
    Sabotage(
        "recognise a line by what was turned back", "marketplace/reconciliation/banks.py",
        "                ~is_reversed.exists(),\n", "",
        "marketplace/reconciliation/test_banks.py::turned_back_or_never and sqlite",
    ),
    Sabotage(
        "recognise a line again as what it is not", "marketplace/reconciliation/banks.py",
        " and self.code not in line.never", "",
        "marketplace/reconciliation/test_banks.py::never_recognised and sqlite",
    ),
    Sabotage(
        "book the same key twice", "marketplace/ledger/services.py",
        "    if known is not None:\n        _compare(known, rows)\n        return None\n    if not rows:", "    if known is not None:\n        key += '-again'\n    if not rows:",
        f"{POST}::stands_once and sqlite",
    ),
    Sabotage(
        "accept journals that do not add up", TRIGGERS,
        "FROM json_each(NEW.entries)) <> 0;", "FROM json_each(NEW.entries)) > 1e15;",
        f"{POST}::entries_that_are_wrong and sqlite",
    ),
    Sabotage(
        "let escrow fall below nothing", TRIGGERS,
        "GROUP BY account) WHERE sum > 0;", "GROUP BY account) WHERE sum > 1e15;",
        f"{POST}::fifty_at_once and sqlite",
    ),
    Sabotage(
        "let entries be changed", TRIGGERS,
        '        for deed in ("update", "delete")\n', '        for deed in ("delete",)\n',
        f"{POST}::never_changed and sqlite",
    ),
    Sabotage(
        "let one person draw and approve a payout", PAYOUTS,
        "    if batch.drawn_by_id == operator.id:\n", "    if False:\n",
        f"{OF_PAYOUTS}::two_people and sqlite",
    ),
    Sabotage(
        "take four eyes out of the database", "marketplace/payouts/models.py",
        "approved_by_id IS NULL OR approved_by_id <> drawn_by_id", "1 = 1",
        f"{OF_PAYOUTS}::the_database_refuses and sqlite",
    ),
    Sabotage(
        "pay a line that lies in a payout already", "marketplace/payouts/ways.py",
        "Journal.kind.not_in(MOVED_BY_PAYOUTS), ~taken.exists())",
        "Journal.kind.not_in(MOVED_BY_PAYOUTS))",
        f"{OF_PAYOUTS}::two_people and sqlite",
    ),
    Sabotage(
        "let the database hold a line in two payouts", "marketplace/payouts/models.py",
        '"uq_payout_lines_live",\n            "journal_id",\n            unique=True,',
        '"uq_payout_lines_live",\n            "journal_id",\n            unique=False,',
        f"{OF_PAYOUTS}::the_database_refuses and sqlite",
    ),
    Sabotage(
        "keep the lines of a payout that bounced", PAYOUTS,
        ".values(freed_at=clock.now())", ".values(freed_at=None)",
        f"{OF_PAYOUTS}::two_people and sqlite",
    ),
    Sabotage(
        "pay to an account that was named a moment ago", PROSPECTS,
        "    elif account is not None and account.is_cooling and by_bank:\n",
        "    elif False:\n",
        f"{OF_PAYOUTS}::nobody_is_paid and sqlite",
    ),
    Sabotage(
        "bring money to shops that nobody has approved", "marketplace/payouts/sending.py",
        " or payout.batch.state is not BatchState.APPROVED:\n        return None", ":\n        return None",
        f"{OF_TRANSFERS}::nothing_leaves",
    ),
    Sabotage(
        "look for no transfer before one is made", "marketplace/adapters/stripe_transfers.py",
        "        known = self.fetch(request)\n", "        known = None\n",
        f"{OF_TRANSFERS}::whatever_is_lost and key",
    ),
    Sabotage(
        "ask the same money back again and again", WAYS,
        "    order = func.coalesce(ORDER, Payout.order_code)\n", "    order = ORDER\n",
        f"{OF_TRANSFERS}::asked_back",
    ),
)  # fmt: skip


def table() -> str:
    """What `tests/README.md` says."""
    return HEAD + "".join(f"{one.row}\n" for one in SABOTAGES)


def stale() -> Iterator[str]:
    """What the list says and is not so: a text that does not stand once where it is broken, a test that is not there."""
    for one in SABOTAGES:
        there = ROOT / one.file
        found = there.read_text().count(one.old) if there.exists() else 0
        if found != 1:
            yield f"{one.rule}: stands {found} times in {one.file}: {one.old!r}"
        place, _, words = one.test.partition("::")
        guard = ROOT / "tests" / place
        text = guard.read_text() if guard.exists() else ""
        for word in words.replace(" or ", " and ").split(" and "):
            if word not in text and word not in ("sqlite", "postgresql"):
                yield f"{one.rule}: nothing in {place} is called {word!r}"


def copy(folder: Path) -> Path:
    """The house without its history, so that what is broken is broken there alone."""
    house = folder / "house"
    house.mkdir()
    for name in ("catalog", "marketplace", "tests"):
        shutil.copytree(ROOT / name, house / name)
    for name in (
        "templates",
        "static",
        "migrations",
        "wsgi.py",
        "pyproject.toml",
        "README.md",
        "Makefile",
        "benchmarks",
    ):
        (house / name).symlink_to(ROOT / name)
    return house


def is_red(house: Path, one: Sabotage) -> tuple[bool, str]:
    """Whether the guard turns red when the rule is broken, and what it said last."""
    path = house / one.file
    if path.resolve() != path:
        raise ValueError(f"{one.file} is not of the copy")
    before = path.read_text()
    for made in path.parent.glob(f"__pycache__/{path.stem}.*"):
        made.unlink()
    path.write_text(before.replace(one.old, one.new))
    try:
        code, said = run(house, [*one.arguments, "-x", "-m", "not browser"])
    finally:
        path.write_text(before)
    return code == 1, said


def run(house: Path, arguments: list[str]) -> tuple[int, str]:
    answer = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "--no-header", *arguments],
        cwd=house, capture_output=True, text=True, check=False, timeout=900,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": str(house)},
    )  # fmt: skip
    lines = [line for line in answer.stdout.splitlines() if line.startswith(("FAILED", "ERROR", "E  "))]
    return answer.returncode, (lines[-1] if lines else (answer.stdout + answer.stderr)[-200:]).strip()


def main(words: list[str]) -> int:
    wrong = list(stale())
    chosen = [one for one in SABOTAGES if not words or any(word in one.rule for word in words)]
    with tempfile.TemporaryDirectory() as folder:
        house = copy(Path(folder))
        for one in chosen if not wrong else ():
            began = time.monotonic()
            red, said = is_red(house, one)
            print(
                f"{'red  ' if red else 'GREEN'} {time.monotonic() - began:5.1f}s  {one.rule}  ({said[:150]})",
                flush=True,
            )
            if not red:
                wrong.append(f"{one.rule}: {one.test} did not notice ({said})")
    for line in wrong:
        print(line)
    print(f"{len(chosen)} sabotages, {len(wrong)} unnoticed or stale")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
