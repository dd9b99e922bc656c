"""What waits for the curators today."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Blueprint, render_template
from sqlalchemy import select

from catalog import clock
from catalog.collections.queries import list_collections
from catalog.db import db
from marketplace.curation.models import Submission
from marketplace.curation.queries import count_queue, list_queue
from marketplace.reviews.queries import count_cases, list_cases
from marketplace.sellers.models import Decision
from marketplace.web.curator.spans import in_words, waiting
from marketplace.web.judging import reason_names

pages = Blueprint("home", __name__)

DAYS = 14
SOON = timedelta(days=7)


@pages.get("/")
def show() -> str:
    queue = list_queue(limit=4)
    now = clock.now()
    collections = list_collections()
    return render_template(
        "curator/home/show.html",
        first=queue[0] if queue else None,
        following=queue[1:],
        count=count_queue(),
        longest=in_words(queue[0].submitted_at) if queue else None,
        answers=_answers(),
        showing=[row for row in collections if row[0].is_showing],
        ending=[one for one, _ in collections if one.is_showing and one.ends_at and one.ends_at - now < SOON],
        coming=[row for row in collections if row[0].starts_at > now],
        cases=list_cases(limit=3),
        case_count=count_cases(),
        reasons=reason_names(),
        waiting=waiting,
        in_words=in_words,
        now=now,
    )


def _answers() -> dict[str, Any]:
    """What was answered in the last days: per day, and how much of it was put on sale."""
    today = clock.today()
    rows = db.session.execute(
        select(Submission.decided_at, Submission.decision).where(
            Submission.decided_at > clock.now() - timedelta(days=DAYS),
            Submission.decision.in_([Decision.APPROVED, Decision.REFUSED]),
        )
    ).all()
    bars = [0] * DAYS
    for decided_at, _decision in rows:
        if decided_at is None:
            continue
        ago = (today - decided_at.astimezone(clock.WIB).date()).days
        if 0 <= ago < DAYS:
            bars[DAYS - 1 - ago] += 1
    approved = sum(decision is Decision.APPROVED for _at, decision in rows)
    return {"bars": bars, "count": len(rows), "approved": approved, "share": approved / len(rows) if rows else None}
