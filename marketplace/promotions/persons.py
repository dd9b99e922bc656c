"""Who somebody is to a voucher: their account, their address of mail and their telephone, each by itself.

A limit per person counts all three, so that signing out, or a second address with the same telephone, is nobody new.
"""

from __future__ import annotations

from hashlib import sha256

from marketplace.accounts.models import User


def persons_of(user: User | None, email: str = "", phone: str = "") -> list[str]:
    """The names of one buyer; `phone` in E.164. What is not known yet is left out."""
    names = [f"user:{user.id}"] if user is not None else []
    mail = email.strip().casefold()
    if mail.count("@") == 1:
        local, host = mail.split("@")
        names.append(f"mail:{local.split('+')[0]}@{host}")
    if phone:
        names.append(f"phone:{phone}")
    return names


def hidden(voucher_code: str, names: list[str]) -> list[str]:
    """The same as hashes of this voucher, sorted: rows are taken in this order."""
    return sorted(sha256(f"{voucher_code}\n{name}".encode()).hexdigest() for name in names)
