"""Links sent by mail: random, kept hashed, good once, bound to a purpose and an address; a newer one ends the older."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import joinedload

from catalog import clock
from catalog.codes import hashed, new_token
from catalog.db import change, db
from catalog.errors import NotFound
from catalog.text import N_
from marketplace.accounts.models import Token, TokenPurpose, User


def issue(user: User, purpose: TokenPurpose, email: str, span: timedelta) -> str:
    """The secret of a new link for `user` at `email`; older links of the purpose end."""
    forget(user, purpose)
    secret = new_token()
    db.session.add(
        Token(token_hash=hashed(secret), user_id=user.id, purpose=purpose, email=email, expires_at=clock.after(span))
    )
    db.session.flush()
    return secret


def find_token(secret: str, purpose: TokenPurpose) -> Token | None:
    """The link if it may still be used: not run out, its person active, and their address unchanged since."""
    token = db.session.scalar(
        select(Token)
        .options(joinedload(Token.user))
        .where(
            Token.token_hash == hashed(secret),
            Token.purpose == purpose,
            Token.used_at.is_(None),
            Token.expires_at > clock.now(),
        )
    )
    if token is None or not token.user.is_active:
        return None
    if purpose is not TokenPurpose.CHANGE_EMAIL and token.email != token.user.email:
        return None
    return token


def use(secret: str, purpose: TokenPurpose) -> Token:
    """Use the link up; NotFound when it cannot be used. Of two at once, one succeeds."""
    token = find_token(secret, purpose)
    if token is not None:
        now = clock.now()
        if change(update(Token).where(Token.id == token.id, Token.used_at.is_(None)).values(used_at=now)):
            return token
    raise NotFound(N_("This link has been used already or has run out. Please ask for a new one."))


def forget(user: User, *purposes: TokenPurpose) -> None:
    """End the person's open links of these purposes."""
    db.session.execute(
        delete(Token).where(Token.user_id == user.id, Token.purpose.in_(purposes), Token.used_at.is_(None)),
        execution_options={"synchronize_session": False},
    )
