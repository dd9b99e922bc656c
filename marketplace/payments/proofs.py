"""Pictures by which buyers show that they have paid. They settle nothing: they stand beside the payment where an operator
looks at the statement."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta

from sqlalchemy import bindparam, func, select

from catalog import clock
from catalog.db import db
from catalog.errors import Conflict
from catalog.media.pictures import Picture
from catalog.media.private import keep, sweep_files
from catalog.media.storage import Storage
from catalog.text import N_
from marketplace.payments.models import Payment, PaymentState, Proof
from marketplace.payments.services import hold

MOST = 5
"""How many pictures may be sent for one payment."""


def may_prove(payment: Payment) -> bool:
    """Whether somebody looks at a statement for it, and has not found it yet."""
    return payment.account_id is not None and payment.state is PaymentState.PENDING


def prove(storage: Storage, picture: Picture, payment: Payment) -> Proof:
    """Keep a received picture beside the payment; the same picture again changes nothing. Conflict (field `photo`) where
    nobody waits for a transfer, or `MOST` were sent already."""
    payment = hold(payment)
    if not may_prove(payment):
        raise Conflict(N_("Nobody waits for a transfer here any more."), field="photo")
    known = db.session.scalars(select(Proof).where(Proof.payment_id == payment.id)).all()
    digest = picture.original.sha256
    same = next((one for one in known if one.digest == digest), None)
    if same is not None:
        return same
    if len(known) >= MOST:
        raise Conflict(N_("At most %(most)s pictures of one payment, please."), field="photo", most=MOST)
    proof = Proof(payment_id=payment.id, digest=digest, files=keep(storage, picture, Proof.FOLDER))
    db.session.add(proof)
    db.session.flush()
    return proof


_PROOFS = select(Proof).where(Proof.payment_id.in_(bindparam("payments", expanding=True))).order_by(Proof.id)


def list_newest(payments: Iterable[Payment]) -> dict[int, Proof]:
    """The picture that counts, by the id of its payment."""
    ids = [one.id for one in payments]
    if not ids:
        return {}
    return {one.payment_id: one for one in db.session.scalars(_PROOFS, {"payments": ids})}


def find_proof(code: str) -> Proof | None:
    return db.session.scalar(select(Proof).where(Proof.code == code))


def shown_elsewhere(proofs: Sequence[Proof]) -> set[str]:
    """Digests among these of pictures that were shown for several payments."""
    digests = {one.digest for one in proofs}
    query = select(Proof.digest).where(Proof.digest.in_(digests)).group_by(Proof.digest)
    return set(db.session.scalars(query.having(func.count(Proof.payment_id.distinct()) > 1))) if digests else set()


def sweep(storage: Storage, older_than: timedelta = timedelta(days=2)) -> int:
    """Delete private files that no proof names; how many went."""
    named = {name for one in db.session.scalars(select(Proof)) for name in one.names()}
    return sweep_files(storage, Proof.FOLDER, named, clock.now() - older_than)
