"""A mail leaves the house: rendered, sent, written into the delivery log; each once, twice at most after a crash.

Between sending and noting lies the one moment in which a killed worker makes the next one send again. Both carry the
same Message-ID, and a mail that is noted as sent is never sent again.
"""

from __future__ import annotations

from dataclasses import replace

from catalog.db import db, transaction
from marketplace.notifications.kinds import KINDS
from marketplace.notifications.mail import Letter, Letters, Mailer, Undeliverable
from marketplace.notifications.models import DispatchState
from marketplace.notifications.queries import find_dispatch, wants_mail
from marketplace.notifications.services import READ_BEFORE, REFUSED, note
from marketplace.outbox.services import MAX_ATTEMPTS, Handler, Taken
from marketplace.wishlists.watches import why_not


def sender(mailer: Mailer, letters: Letters) -> Handler:
    """What the outbox calls for the topic `mail`."""

    def send_mail(message: Taken) -> None:
        letter = _letter(message)
        db.session.rollback()  # nothing of the database is held while the network is talked to
        if letter is None:
            return
        try:
            mailer.send(letters.render(letter, message.code))
        except Exception as error:
            is_over = isinstance(error, Undeliverable) or message.attempts >= MAX_ATTEMPTS
            _note(
                message, DispatchState.FAILED if is_over else DispatchState.QUEUED, f"{type(error).__name__}: {error}"
            )
            raise
        _note(message, DispatchState.SENT)

    return send_mail


def _letter(message: Taken) -> Letter | None:
    """What to write now; None when it was sent, read or refused meanwhile, or is no longer true."""
    letter = Letter(**message.payload)
    dispatch = find_dispatch(message.code)
    if dispatch is None:
        return letter
    if dispatch.state is DispatchState.SENT:
        return None
    told, kind = dispatch.notification, KINDS.get(letter.message)
    reason = ""
    if kind is not None and kind.waits and told.read_at is not None:
        reason = READ_BEFORE
    if kind is not None and kind.is_optional and told.user_id and not wants_mail(told.user_id, kind.name):
        reason = REFUSED
    if not reason and "watch" in letter.params:
        reason = why_not(letter.message, letter.params["watch"])
    if not reason:
        return replace(letter, params={**told.params, **letter.params})
    db.session.rollback()
    _note(message, DispatchState.SKIPPED, reason)
    return None


def _note(message: Taken, state: DispatchState, reason: str = "") -> None:
    with transaction():
        note(message.code, state, message.attempts, reason)
