"""What a message form brings, on both sides of a conversation: words, pictures that are kept until it is sent, the hint.

Pictures are received and kept as the author's drafts before the words are looked at, so that a hint or a complaint
loses none of them: the form comes back with what was typed and with the pictures already there.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_limiter.util import get_remote_address
from markupsafe import Markup, escape

from catalog.codes import CODE, new_code
from catalog.errors import Conflict, DomainError, Invalid, Several, TooMany
from catalog.text import mask_cards
from marketplace.conversations import services
from marketplace.conversations.leaks import Leak, find_leaks
from marketplace.conversations.models import Attachment, Conversation, Post, Side
from marketplace.conversations.queries import list_drafts
from marketplace.web.errors import sentence
from marketplace.web.lifecycle import attempt, house
from marketplace.web.uploads import all_pictures
from marketplace.web.visits import visit

_ADDRESS = re.compile(r"https?://[^\s<>\"']+")


def limit() -> str:
    return str(house().settings.message_limit)


def sender() -> str:
    """Whose messages are counted: a person's, whatever they write from; a guest's address."""
    return f"message:{visit.user.code if visit.user else get_remote_address()}"


@dataclass
class Draft:
    """A message that is being written. `errors` are sentences per field; `leaks` are what the hint is about."""

    text: str = ""
    once: str = field(default_factory=lambda: new_code(16))
    attachments: list[Attachment] = field(default_factory=list)
    was_hinted: bool = False
    leaks: list[Leak] = field(default_factory=list)
    errors: dict[str, list[str]] = field(default_factory=dict)

    def complain(self, error: DomainError) -> None:
        for one in error.errors if isinstance(error, Several) else [error]:
            self.errors.setdefault(one.field if one.field in ("text", "pictures") else "", []).append(sentence(one))

    @property
    def status(self) -> int:
        """Of the page that brings it back: pictures that came with it stay only where the answer is a success."""
        return 200 if self.attachments else 422

    @property
    def hint(self) -> str:
        """Why not to write this, in one gentle sentence; empty where nothing was found or the hint was shown before."""
        names = {
            Leak.PHONE: _("a phone number"),
            Leak.EMAIL: _("a mail address"),
            Leak.LINK: _("a link to a messenger"),
            Leak.ACCOUNT: _("a bank account"),
        }
        return ", ".join(names[one] for one in self.leaks)


def read() -> Draft:
    """The form as it was sent. Receives its pictures, so call it before anything is written; objects of the database
    that were read before must be read anew afterwards."""
    once = request.form.get("once", "")
    draft = Draft(
        text=request.form.get("text", "")[: 2 * services.LONGEST],
        once=once if CODE.match(once) else new_code(16),
        was_hinted=request.form.get("hinted") == "y",
    )
    _receive(draft)
    if not draft.errors and not draft.was_hinted:
        draft.leaks = find_leaks(draft.text)
    return draft


def _receive(draft: Draft) -> None:
    files = [one for one in request.files.getlist("pictures") if one.filename]
    kept = [code for code in request.form.getlist("kept") if CODE.match(code)]
    pictures, refused = all_pictures(files[: services.PICTURES_MAX])
    if refused:
        draft.errors.setdefault("pictures", []).extend(refused)
    author = visit.person
    draft.attachments = list_drafts(author, kept)
    room = services.PICTURES_MAX - len(draft.attachments)
    if len(files) > room:
        draft.errors.setdefault("pictures", []).append(
            _("At most %(limit)s pictures fit into one message.", limit=services.PICTURES_MAX)
        )
    for picture in pictures[: max(0, room)]:
        try:
            draft.attachments.append(services.attach(house().ports.private, picture, author))
        except Conflict as error:
            draft.complain(error)
            break


def say(conversation: Conversation, side: Side, draft: Draft) -> Post | None:
    """Send the draft; None when it comes back with a complaint or the hint."""
    if draft.errors or draft.leaks:
        return None
    try:
        with attempt():
            post = services.say(conversation, visit.person, side, draft.text, draft.attachments, draft.once)
    except (Invalid, Conflict, TooMany) as error:
        draft.complain(error)
        return None
    if mask_cards(draft.text) != draft.text:
        visit.tell("info", _("We have hidden the card number: such numbers do not belong into messages."))
    return post


def linked(text: str) -> Markup:
    """A message as HTML: everything is text, and only addresses of our own site are links."""
    base = house().settings.public_url
    parts, place = [], 0
    for match in _ADDRESS.finditer(text):
        address = match[0].rstrip(".,;:!?)")
        if address == base or address.startswith((f"{base}/", f"{base}?")):
            parts += [escape(text[place : match.start()]), Markup('<a href="{}">{}</a>').format(address, address)]
            place = match.start() + len(address)
    parts.append(escape(text[place:]))
    return Markup("").join(parts)


def page_values(conversation: Conversation, side: Side, draft: Draft | None) -> dict[str, Any]:
    """What the thread's template needs beside the thread itself."""
    return {
        "conversation": conversation,
        "side": side,
        "draft": draft or Draft(),
        "linked": linked,
        "pictures_max": services.PICTURES_MAX,
        "longest": services.LONGEST,
    }
