"""Coming in, proving oneself, and changing what the house knows of a person.

Whether an address has an account is never told. So everything that depends on it happens later, in the worker: the
request only announces `letter_asked` and answers the same, in the same time (`write_letter` does the rest).

`pause` is called right before slow work, while nothing has been written yet, so that a web request can give its write
lock back meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import timedelta
from enum import StrEnum

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from catalog import clock
from catalog.db import db, lock
from catalog.errors import Conflict, DomainError, Forbidden, Invalid, NotFound, Several
from catalog.text import N_, tidy
from marketplace import signals
from marketplace.accounts import passwords, tokens
from marketplace.accounts.models import OfficerRegency, Role, RoleGrant, Session, TokenPurpose, User
from marketplace.accounts.passwords import hash_password, verify
from marketplace.accounts.queries import find_by_email, find_user, folded

__all__ = ["hash_password"]

Pause = Callable[[], object]


class Wish(StrEnum):
    """Why a letter about an account was asked for."""

    REGISTER = "register"
    CONFIRM = "confirm"
    RESET = "reset"
    CHANGE_EMAIL = "change-email"


def _no_pause() -> None:
    """Outside of a web request there is no lock to give back."""


def register(
    name: str, email: str, password: str, locale: str, span: timedelta, pause: Pause = _no_pause
) -> User | None:
    """A new person, unconfirmed; None when the address has an account already, which the answer must not show.

    A confirmation link that lives for `span` is mailed, or word that there is an account. Invalid names the field.
    """
    email, name = folded(email), tidy(name)
    wrong: list[DomainError] = []
    for check in (lambda: _check_name(name), lambda: passwords.check(password, name, email)):
        try:
            check()
        except Invalid as error:
            wrong.append(error)
    if wrong:
        raise Several(wrong)
    pause()
    kept = hash_password(password)
    person: User | None = User(name=name, email=email, password_hash=kept, locale=locale)
    try:
        with db.session.begin_nested():  # known or not, the same statements run: the unique address decides
            db.session.add(person)
            db.session.flush()
    except IntegrityError:
        person = None
    _ask_letter(email, Wish.REGISTER, span, person.code if person else "")
    return person


def prove(email: str, password: str, pause: Pause = _no_pause) -> User | None:
    """The person to whom address and password belong; None otherwise, after the same time for every address.

    Forbidden when the account is closed. A hash with old parameters is renewed.
    """
    email = folded(email)
    person = find_by_email(email)
    kept = person.password_hash if person else None
    pause()
    if not verify(password, kept) or kept is None:
        return None
    fresh = hash_password(password) if passwords.is_outdated(kept) else None
    person = db.session.scalar(lock(select(User).where(User.email == email)))
    if person is None or person.password_hash != kept:
        return None
    if not person.is_active:
        raise Forbidden(N_("This account has been closed. Please write to us if that surprises you."))
    if fresh:
        person.password_hash = fresh
    return person


def ask_reset(email: str, span: timedelta) -> None:
    """Mail a link to set a new password, if the address has an account."""
    _ask_letter(folded(email), Wish.RESET, span)


def ask_confirmation(user: User, span: timedelta) -> None:
    """Mail the confirmation link again; Conflict when the address is confirmed."""
    if user.confirmed_at is not None:
        raise Conflict(N_("Your address is confirmed already."))
    _ask_letter(user.email, Wish.CONFIRM, span)


def ask_email_change(user: User, email: str, password: str, span: timedelta, pause: Pause = _no_pause) -> None:
    """Mail a link to the new address and word to the old one. Invalid names `email` or `present_password`."""
    email = folded(email)
    if email == user.email:
        raise Invalid(N_("This is your address already."), field="email")
    user = prove_again(user, password, pause)
    _ask_letter(email, Wish.CHANGE_EMAIL, span, user.code)


def write_letter(wish: str, email: str, minutes: int, code: str = "") -> None:
    """Carry out what `letter_asked` announced, in the worker's own transaction: look up, make the link, announce it."""
    span = timedelta(minutes=minutes)
    known = find_by_email(email)
    match Wish(wish):
        case Wish.REGISTER | Wish.CONFIRM if known and known.is_active:
            if wish == Wish.REGISTER and known.code != code:
                signals.email_known_already.send(known)
            elif known.confirmed_at is None:
                token = tokens.issue(known, TokenPurpose.CONFIRM, known.email, span)
                signals.user_registered.send(known, token=token, minutes=minutes)
        case Wish.RESET if known and known.is_active:
            token = tokens.issue(known, TokenPurpose.RESET, known.email, span)
            signals.reset_asked.send(known, token=token, minutes=minutes)
        case Wish.CHANGE_EMAIL:
            person = find_user(code)
            if person is None or not person.is_active or person.email == email:
                return
            tokens.forget(person, TokenPurpose.CHANGE_EMAIL)
            if known is None:
                token = tokens.issue(person, TokenPurpose.CHANGE_EMAIL, email, span)
                signals.email_change_asked.send(person, email=email, token=token, minutes=minutes)
            elif known.is_active:
                signals.email_known_already.send(known)


def confirm(secret: str) -> User:
    """The address of the link's person is confirmed. NotFound for a link that cannot be used."""
    person = tokens.use(secret, TokenPurpose.CONFIRM).user
    if person.confirmed_at is None:
        person.confirmed_at = clock.now()
    db.session.flush()
    return person


def reset(secret: str, password: str, pause: Pause = _no_pause) -> User:
    """A new password by the link from the mail; it proves the address, too. All sessions and links end."""
    token = tokens.find_token(secret, TokenPurpose.RESET)
    if token is None:
        raise NotFound(N_("This link has been used already or has run out. Please ask for a new one."))
    passwords.check(password, token.user.name, token.user.email)
    pause()
    kept = hash_password(password)
    person = tokens.use(secret, TokenPurpose.RESET).user
    person.password_hash = kept
    if person.confirmed_at is None:
        person.confirmed_at = clock.now()
    tokens.forget(person, *TokenPurpose)
    end_sessions(person)
    signals.password_changed.send(person)
    return person


def change_password(user: User, present: str, password: str, pause: Pause = _no_pause) -> User:
    """A new password, proven by the present one. All sessions end: whoever stays must be signed in anew."""
    passwords.check(password, user.name, user.email)
    if passwords.normal(present) == passwords.normal(password):
        raise Invalid(N_("This is your present password. Please choose another one."), field="password")
    hashes: list[str] = []

    def slow() -> None:
        pause()
        hashes.append(hash_password(password))

    person = prove_again(user, present, slow)
    person.password_hash = hashes[0]
    tokens.forget(person, TokenPurpose.RESET, TokenPurpose.CHANGE_EMAIL)
    end_sessions(person)
    signals.password_changed.send(person)
    return person


def change_email(secret: str) -> User:
    """The new address by the link that was sent to it; it is confirmed by that. NotFound, or Conflict when taken."""
    token = tokens.use(secret, TokenPurpose.CHANGE_EMAIL)
    person, old = token.user, token.user.email
    if find_by_email(token.email) is not None:
        raise Conflict(
            N_("This address has an account of its own by now. Please sign in with it, or choose another address.")
        )
    try:
        with db.session.begin_nested():
            person.email = token.email
            person.confirmed_at = clock.now()
            db.session.flush()
    except IntegrityError:
        raise Conflict(
            N_("This address has an account of its own by now. Please sign in with it, or choose another address.")
        ) from None
    tokens.forget(person, *TokenPurpose)
    signals.email_changed.send(person, old=old)
    return person


def rename(user: User, name: str, locale: str) -> None:
    """Another name, and the language of mails (`id` or `en`)."""
    name = tidy(name)
    _check_name(name)
    if locale not in ("id", "en"):
        raise Invalid(N_("Please choose Indonesian or English."), field="locale")
    user.name, user.locale = name, locale
    db.session.flush()


def end_session(user: User, code: str) -> None:
    """Sign one of the person's browsers out; NotFound when it is not theirs."""
    session = db.session.scalar(select(Session).where(Session.user_id == user.id, Session.code == code))
    if session is None:
        raise NotFound(N_("This browser is signed out already."))
    db.session.delete(session)
    db.session.flush()


def end_sessions(user: User, keep: Session | None = None) -> int:
    """Sign the person out everywhere, except in the session to `keep`; how many browsers that were."""
    db.session.flush()
    query = delete(Session).where(Session.user_id == user.id)
    if keep is not None:
        query = query.where(Session.id != keep.id)
    result = db.session.execute(query, execution_options={"synchronize_session": "fetch"})
    return int(result.rowcount)  # type: ignore[attr-defined]


def grant(user: User, role: Role) -> None:
    """Give a role; nothing happens when the person has it."""
    if not user.has_role(role):
        user.grants.append(RoleGrant(role=role))
        db.session.flush()


def revoke(user: User, role: Role) -> None:
    """Take a role away; the person's sessions end at once. A field officer's regencies go with the role."""
    held = [one for one in user.grants if one.role is role]
    for one in held:
        user.grants.remove(one)
    if role is Role.OFFICER:
        user.regencies.clear()
    if held:
        end_sessions(user)


def bind(user: User, regency_codes: Iterable[str]) -> None:
    """The regencies of a field officer, and no others; sessions end when one is lost."""
    wanted = set(regency_codes)
    lost = [one for one in user.regencies if one.regency_code not in wanted]
    for one in lost:
        user.regencies.remove(one)
    present = {one.regency_code for one in user.regencies}
    user.regencies.extend(OfficerRegency(regency_code=code) for code in sorted(wanted - present))
    db.session.flush()
    if lost:
        end_sessions(user)


def disable(user: User) -> None:
    """Close an account from outside: nobody can sign in, sessions and links end at once."""
    if user.disabled_at is None:
        user.disabled_at = clock.now()
    tokens.forget(user, *TokenPurpose)
    end_sessions(user)


def enable(user: User) -> None:
    """Open a disabled account again; sessions stay ended."""
    user.disabled_at = None
    db.session.flush()


def _ask_letter(email: str, wish: Wish, span: timedelta, code: str = "") -> None:
    signals.letter_asked.send(email, wish=str(wish), minutes=int(span.total_seconds() // 60), code=code)


def prove_again(user: User, password: str, pause: Pause = _no_pause) -> User:
    """The same person, proven by the present password: before a step that would hurt in other hands. Invalid names
    `present_password`."""
    kept, own_id = user.password_hash, user.id
    pause()
    if not verify(password, kept):
        raise Invalid(N_("This is not your present password."), field="present_password")
    person = db.session.scalar(lock(select(User).where(User.id == own_id)))
    if person is None or not person.is_active or person.password_hash != kept:
        raise Conflict(N_("Your account has changed meanwhile. Please sign in again."))
    return person


def _check_name(name: str) -> None:
    if not name:
        raise Invalid(N_("Please write your name as it should stand on parcels."), field="name")
    if len(name) > 80:
        raise Invalid(N_("A name has at most %(most)s characters."), field="name", most=80)
    if "://" in name or "@" in name:
        raise Invalid(N_("A name has no web or mail addresses in it."), field="name")
