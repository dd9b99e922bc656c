"""The picture that a buyer has sent of a transfer, for the operator who looks at the statement."""

from __future__ import annotations

from flask import Blueprint, Response

from marketplace.payments.proofs import find_proof
from marketplace.web.returning import photo_response

pages = Blueprint("proofs", __name__)


@pages.get("/payments/proofs/<code>")
def show(code: str) -> Response:
    return photo_response(find_proof(code))
