"""What every surface shares about returns: their words, the one timeline, what waits for whom, forms, private photos."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from flask import Response, request

from catalog.errors import DomainError, Invalid, NotFound, Several
from catalog.media.private import PrivatePicture
from catalog.money import Money
from catalog.text import N_, localized
from marketplace.orders.models import Actor
from marketplace.returns.anew import first_day
from marketplace.returns.answers import Answer
from marketplace.returns.models import Reason, Remedy, Return, ReturnKind, ReturnState
from marketplace.returns.queries import list_refund_lines
from marketplace.returns.services import open_moves
from marketplace.web.errors import sentence
from marketplace.web.filters import day, day_short, instant, money
from marketplace.web.lifecycle import house
from marketplace.web.locale import current_locale
from marketplace.web.speech import gettext as _

TYPES = {"jpeg": "image/jpeg", "webp": "image/webp", "avif": "image/avif"}
S = ReturnState


def kinds() -> dict[ReturnKind, tuple[str, str]]:
    """What may be asked for: a word and what it means."""
    return {
        ReturnKind.RETURN: (_("Return"), _("Send it back and get the money.")),
        ReturnKind.EXCHANGE: (_("Exchange"), _("Send it back and get another one.")),
        ReturnKind.CLAIM: (_("Claim"), _("Keep it, or never got it, and get money back.")),
        ReturnKind.REMAKE: (_("Remake"), _("Have it made again.")),
    }


def reasons() -> dict[Reason, str]:
    return {
        Reason.DAMAGED: _("Damaged"),
        Reason.WRONG: _("Not the piece that I ordered"),
        Reason.NOT_AS_DESCRIBED: _("Not as described"),
        Reason.MISSING: _("Missing from the parcel"),
        Reason.LATE: _("Came too late"),
        Reason.HIDDEN: _("A fault that showed in use"),
        Reason.MIND: _("It does not suit me, or I changed my mind"),
    }


def remedies() -> dict[Remedy, str]:
    return {
        Remedy.REFUND: _("Money back"),
        Remedy.REPLACEMENT: _("Another piece"),
        Remedy.REMAKE: _("Made again"),
        Remedy.NOTHING: _("Nothing"),
    }


def state_name(found: Return) -> str:
    if found.remedy is Remedy.REMAKE and found.state in (S.REPLACING, S.REPLACED):
        return _("Being made again") if found.state is S.REPLACING else _("Made again and on its way")
    return {
        S.ASKED: _("Waiting for the shop"),
        S.OFFERED: _("An offer is made"),
        S.REFUSED: _("Refused by the shop"),
        S.ESCALATED: _("With the operator"),
        S.DECIDED: _("Decided"),
        S.APPEALED: _("Appealed"),
        S.TO_SEND_BACK: _("To be sent back"),
        S.SENT_BACK: _("On its way back"),
        S.REPLACING: _("Something else follows"),
        S.REPLACED: _("Something else is on its way"),
        S.SETTLED: _("Settled"),
        S.CLOSED: _("Closed"),
    }[found.state]


def badge_kind(found: Return) -> str:
    if found.is_over:
        return "quiet"
    return "warning" if found.state in (S.ASKED, S.ESCALATED, S.APPEALED, S.SENT_BACK, S.REPLACING) else "info"


def waits_for(found: Return, reader: Actor | None = None) -> str:
    """Who is to do what until when, and what happens otherwise; empty when it is over. Whoever is to do it reads so."""
    if found.due_at is None:
        return ""
    # What ends with a day ends at its last minute, not at the first one of the next.
    by = instant(found.due_at - timedelta(minutes=1), found.order.seller.district_code)
    own: dict[Actor | None, dict[ReturnState, str]] = {
        Actor.SELLER: {
            S.ASKED: _("Please answer by %(day)s, otherwise an operator takes over.", day=by),
            S.SENT_BACK: _("Please look at what came back by %(day)s, otherwise it counts as good.", day=by),
            S.REPLACING: _("Please send it in time: if it has not left by %(day)s, an operator takes over.", day=by),
        },
        Actor.BUYER: {
            S.OFFERED: _("Please answer by %(day)s, otherwise the offer counts as taken.", day=by),
            S.REFUSED: _("You may ask the operator until %(day)s, otherwise it is closed.", day=by),
            S.TO_SEND_BACK: _("Please send the pieces back by %(day)s, otherwise it is closed.", day=by),
            S.REPLACED: _("Please say by %(day)s whether all is well, otherwise it counts as well.", day=by),
        },
        Actor.OPERATOR: {
            S.ESCALATED: _("Please decide by %(day)s.", day=by),
            S.APPEALED: _("Please decide about the appeal by %(day)s.", day=by),
        },
    }
    if found.state in own.get(reader, {}):
        return own[reader][found.state]
    return {
        S.ASKED: _("The shop answers by %(day)s, otherwise an operator takes over.", day=by),
        S.OFFERED: _("The buyer answers by %(day)s, otherwise the offer counts as taken.", day=by),
        S.REFUSED: _("The buyer may ask the operator until %(day)s, otherwise it is closed.", day=by),
        S.ESCALATED: _("An operator decides, normally by %(day)s.", day=by),
        S.DECIDED: _("Either side may appeal until %(day)s, then it is carried out.", day=by),
        S.APPEALED: _("The appeal is looked at, normally by %(day)s.", day=by),
        S.TO_SEND_BACK: _("The buyer sends the pieces back by %(day)s, otherwise it is closed.", day=by),
        S.SENT_BACK: _("The shop looks at what came back by %(day)s, otherwise it counts as good.", day=by),
        S.REPLACING: _("If it has not left by %(day)s, an operator takes over.", day=by),
        S.REPLACED: _("The buyer says by %(day)s whether all is well, otherwise it counts as well.", day=by),
    }[found.state]


@dataclass(frozen=True)
class Step:
    label: str
    at: str = ""
    note: str = ""
    state: str = "done"


def steps(found: Return, reader: Actor | None = None) -> list[Step]:
    """What has happened, and what is waited for: the same timeline for everybody, but for who is to do something."""
    names = {
        "ask": _("The buyer asks"),
        "accept": _("The shop agrees"),
        "offer": _("The shop offers"),
        "refuse": _("The shop refuses"),
        "take": _("The offer is taken"),
        "withdraw": _("The buyer gave it up"),
        "escalate": _("Passed to the operator"),
        "late": _("Operators are reminded"),
        "unsent": _("The shop did not send these pieces"),
        "rule": _("The operator decides"),
        "appeal": _("Appealed"),
        "uphold": _("The decision stands"),
        "conclude": _("The last decision"),
        "send_back": _("Sent back"),
        "receive": _("Received by the shop"),
        "send_anew": _("Sent to the buyer"),
        "satisfy": _("All is well"),
        "close": _("Closed, as the days are over"),
    }
    actors = {
        Actor.BUYER: _("the buyer"),
        Actor.SELLER: _("the shop"),
        Actor.OPERATOR: _("the operator"),
        Actor.SYSTEM: _("by the clock"),
    }
    place = found.order.seller.district_code
    rows = [
        Step(names.get(one.name, one.name), f"{instant(one.at, place)} · {actors[one.actor]}", one.note)
        for one in found.events
    ]
    if found.is_over:
        return [*rows, Step(state_name(found), note=agreed(found) if found.state is S.SETTLED else "")]
    return [*rows, Step(state_name(found), note=waits_for(found, reader), state="now")]


def agreed(found: Return) -> str:
    """What was offered, agreed or decided, in one line; empty where nothing was."""
    if found.remedy is None:
        return ""
    parts = [remedies()[found.remedy]]
    if found.remedy is Remedy.REPLACEMENT and (choices := wanted(found)):
        parts = [_("Another piece: %(choices)s", choices=choices)]
    if found.remedy is Remedy.REFUND:
        parts = [_("Money back: %(sum)s", sum=money(found.granted))]
    if found.promised_on:
        parts.append(_("by %(day)s", day=day(found.promised_on)))
    if found.sends_back:
        parts.append(_("the pieces go back to the shop"))
    return ", ".join(parts)


def wanted(found: Return) -> str:
    """What is to come instead where it is not another one of the same: `Size 2`."""
    locale = current_locale()
    return "; ".join(localized(one, "wanted_choices", locale) for one in found.lines if one.wanted_id)


@dataclass
class Form:
    """A form that may come back: what was typed and the sentences per field."""

    typed: Mapping[str, str] = field(default_factory=dict)
    errors: dict[str, list[str]] = field(default_factory=dict)

    def complain(self, error: DomainError) -> None:
        for one in error.errors if isinstance(error, Several) else [error]:
            self.errors.setdefault(one.field or "", []).append(sentence(one))

    def f(self, name: str, label: str, required: bool = False, data: str = "", **more: Any) -> dict[str, Any]:
        """One question in the shape that the `field` component draws."""
        return {
            "id": name, "name": name, "label": label, "required": required, "data": self.typed.get(name, data),
            "errors": self.errors.get(name, []), **more,
        }  # fmt: skip


def whole(text: str) -> int:
    """A count as typed; −1 for what is none, which no rule lets through."""
    text = text.strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 6 else (0 if not text else -1)


def read_day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip()) if text.strip() else None
    except ValueError:
        raise Invalid(N_("Choose a day."), field="promised_on") from None


def read_answer(found: Return) -> Answer:
    """What a seller or an operator typed. A sum left empty is all of it."""
    granted: dict[str, Money] = {}
    for one in found.lines:
        name = f"granted-{one.line.code}"
        typed = request.form.get(name, "").strip()
        granted[one.line.code] = Money.parse(typed, field=name) if typed else one.worth
    return Answer(
        request.form.get("remedy", ""),
        request.form.get("sends_back") == "y",
        read_day(request.form.get("promised_on", "")),
        granted,
        request.form.get("words", ""),
    )


def may_remake(found: Return) -> bool:
    return all(one.line.is_made_to_order for one in found.lines)


def page_values(found: Return, actor: Actor, form: Form | None = None) -> dict[str, Any]:
    """What every page of one return needs."""
    answers = {"accept", "rule", "conclude"}.intersection(open_moves(found, actor))
    return {
        "found": found,
        "order": found.order,
        "moves": open_moves(found, actor),
        "form": form or Form(),
        "kind_words": kinds()[found.kind],
        "reasons": reasons(),
        "remedies": remedies(),
        "state": state_name(found),
        "badge_kind": badge_kind(found),
        "agreed": agreed(found),
        "waits": waits_for(found, actor),
        "steps": steps(found, actor),
        "first_day": first_day(found) if answers and may_remake(found) else None,
        "refund_lines": list_refund_lines(found),
    }


def row(found: Return, url: str) -> dict[str, Any]:
    """One return in a queue."""
    first = found.lines[0]
    line, others = first.line, sum(one.quantity for one in found.lines[1:])
    title = f"{first.quantity} × {localized(line, 'title', current_locale())}"
    return {
        "url": url,
        "title": f"{kinds()[found.kind][0]} · {title}" + (f" · {_('%(num)d more', num=others)}" if others else ""),
        "meta": f"{found.order.code} · {found.order.purchase.recipient} · {reasons()[found.lines[0].reason]}",
        "image": line.image,
        "badge": state_name(found),
        "badge_kind": badge_kind(found),
        "age": day_short(found.due_at - timedelta(minutes=1)) if found.due_at else day_short(found.created_at),
    }


def photo_response(photo: PrivatePicture | None) -> Response:
    """A photo from the private storage (`size=small` stands in pages); nobody on the way keeps it."""
    if photo is None:
        raise NotFound(N_("There is no such picture."))
    name, kind, _width, _height = photo.file(small=request.args.get("size") == "small")
    try:
        body = house().ports.private.read(name)
    except FileNotFoundError:
        raise NotFound(N_("There is no such picture.")) from None
    response = Response(body, content_type=TYPES[kind])
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["Content-Disposition"] = "inline"
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
