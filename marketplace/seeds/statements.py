"""One file of a bank that does not exist: a transfer that an operator had found by hand, one that names nothing, a fee."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete, select

from catalog import clock
from catalog.db import db, transaction
from marketplace.banking import statements
from marketplace.banking.matching import day_of, match
from marketplace.banking.models import BankLine, BankStatement
from marketplace.banking.queries import list_fresh
from marketplace.outbox.models import Message
from marketplace.payments.models import Payment, PaymentState, ReceivingAccount
from marketplace.seeds import inhabitants
from marketplace.seeds.afterwards import last_message, put_right
from marketplace.seeds.chance import Chance

BEFORE, STRANGE, FEE = 12_500_000, 137_500, 15_000


def bring_in(chance: Chance) -> bool:
    """Let Tono bring the file in; whether this call did."""
    if db.session.scalar(select(BankStatement.id).where(BankStatement.is_example).limit(1)) is not None:
        return False
    found = select(Payment).join(ReceivingAccount).where(
        ReceivingAccount.is_example, ReceivingAccount.qris.is_(None), Payment.state == PaymentState.PAID,
        Payment.confirmed_by_id.is_not(None), Payment.paid_at < clock.now() - timedelta(days=1),
    )  # fmt: skip
    paid = db.session.scalar(found.order_by(Payment.paid_at.desc(), Payment.id).limit(1))
    if paid is None or paid.paid_at is None or paid.account is None:
        return False
    day, due, account = day_of(paid.paid_at), paid.due.rupiah, paid.account
    rows = ((due, "", "TRSF CONTOH PEMBELI"), (STRANGE, "", "SETORAN TUNAI CONTOH"), ("", FEE, "BIAYA ADM CONTOH"))
    text, stands = "Tanggal,Keterangan,Kredit,Debet,Saldo,Teller\n", BEFORE
    for came, left, words in rows:
        stands += int(came or 0) - int(left or 0)
        text += f"{day:%d/%m/%Y},{words},{came},{left},{stands},0000\n"
    db.session.rollback()
    with transaction() as session:
        before = last_message()
        with chance.born(clock.now() - timedelta(hours=6), "statement"):
            made = statements.bring_in(
                text.encode(), session.merge(account), inhabitants.person("tono"), file_name="mutasi-contoh.csv"
            )
            made.is_example = True
            statements.read_batch(made.code, statements.found_in(made.code) or [])
            for key in list_fresh(made.code):
                match(session.get_one(BankLine, key))
        session.execute(delete(Message).where(Message.id > before, Message.topic == statements.TOPIC))
        put_right(before)
    return True
