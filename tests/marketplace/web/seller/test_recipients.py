"""A shop opens its own account at a payment partner: from the button to the first transfer, and everybody kept out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from catalog import clock
from catalog.db import db, transaction
from marketplace.payments.models import PaymentMethod, WebhookMessage
from marketplace.payments.providers import use
from marketplace.payouts import providers
from marketplace.payouts.models import Recipient
from marketplace.payouts.providers import AccountState
from marketplace.sellers.models import MemberRole, Membership
from marketplace.settings import BadSettings, Settings, complete
from tests import factories
from tests.cast import Cast
from tests.fakes import stripe_connect
from tests.fakes.stripe_server import StripeServer, message
from tests.marketplace.web.test_money import post, text_of

SignIn = Callable[[Any], Any]
THIN = "whsec_thin0000"
HOOK = "/hooks/payouts/stripe"


@pytest.fixture
def stripe_server() -> Iterator[StripeServer]:
    with StripeServer() as server:
        yield server
    use(PaymentMethod.CARD, None)
    providers.use("stripe", None)


@pytest.fixture
def settings(tmp_path: Path, stripe_server: StripeServer, peopled_database: object) -> Settings:
    return Settings(
        data_dir=tmp_path / "data", public_url="http://localhost", stripe_key="sk_test_0123456789",
        stripe_webhook_secrets=("whsec_x0000000",), stripe_url=stripe_server.url, stripe_connect="ID",
        stripe_payout_secrets=(THIN,),
    )  # fmt: skip


def tell(client: FlaskClient, event: dict[str, Any], secret: str = THIN) -> int:
    body, headers = message(event, secret)
    return int(client.post(HOOK, data=body, headers=headers, content_type="application/json").status_code)


def test_from_the_button_to_an_active_account(
    app: Flask, cast: Cast, sign_in: SignIn, stripe_server: StripeServer, work: Any
) -> None:
    ratna, base = sign_in(cast.ratna), f"/seller/{cast.ratnas.code}/balance/partner"
    other = sign_in(cast.budi)
    with transaction():
        staff = factories.user("Staf")
        db.session.add(Membership(user_id=staff.id, seller_id=cast.ratnas.id, role=MemberRole.STAFF))
    helper = sign_in(staff)
    shown = ratna.get(base)
    assert "form-action 'self' https://accounts.stripe.com" in shown.headers["Content-Security-Policy"]
    assert "Dibayar lewat Stripe" in text_of(shown)
    assert post(ratna, f"{base}/link").status_code == 404  # nothing was wished for
    for person, status in ((other, 404), (helper, 403)):
        assert post(person, base, present_password=factories.PASSWORD).status_code == status
    for wrong in ("", "tebakan"):
        assert post(ratna, base, present_password=wrong).status_code == 422
    assert db.session.scalar(db.select(db.func.count()).select_from(Recipient)) == 0
    assert post(ratna, base, present_password=factories.PASSWORD).status_code == 303

    stripe_server.statuses = [503, 503]  # silent: nothing is lost, the button stays
    assert post(ratna, f"{base}/link").headers["Location"].endswith(base)
    assert "tidak menjawab" in text_of(ratna.get(base))
    for person, status in ((other, 404), (helper, 403)):
        assert post(person, f"{base}/link").status_code == status
    first = post(ratna, f"{base}/link")
    assert first.headers["Location"].startswith("https://accounts.stripe.com/r/acct_")
    again = post(ratna, f"{base}/link")
    assert again.headers["Location"] != first.headers["Location"]
    assert len(stripe_server.of("v2.core.account")) == 1
    _, _, _, asked = next(one for one in stripe_server.asked if one[1] == "/v2/core/account_links")
    onboarding = asked["use_case"]["account_onboarding"]
    assert onboarding["return_url"] == f"http://localhost{base}"
    assert onboarding["refresh_url"] == f"http://localhost{base}?expired=1"

    # Back from there: nobody is believed who only comes back.
    assert "Belum lengkap" in text_of(ratna.get(base))
    assert "sudah tidak berlaku" in text_of(ratna.get(f"{base}?expired=1"))
    (account,) = stripe_server.of("v2.core.account")
    stripe_connect.become(stripe_server, account["id"], "active")
    event = stripe_server.events[-1]
    client = app.test_client()
    assert tell(client, event, "whsec_forged00") == 400
    assert client.post(HOOK, data=b"x" * 300_000).status_code == 400
    assert client.post("/hooks/payouts/bank", data=b"{}").status_code == 404
    assert db.session.scalar(db.select(db.func.count()).select_from(WebhookMessage)) == 0
    for _ in range(3):
        assert tell(client, event) == 204
    work()
    db.session.rollback()
    kept = db.session.scalars(db.select(Recipient)).one()
    assert (kept.state, kept.reference, kept.is_cooling) == (AccountState.ACTIVE, account["id"], True)
    assert "Segera siap" in text_of(ratna.get(base))
    assert "Segera siap" in text_of(ratna.get(f"/seller/{cast.ratnas.code}/balance"))
    with clock.frozen(clock.now() + timedelta(days=4)):
        assert "Ready soon" not in text_of(sign_in(cast.ratna).get(f"/en{base}"))

    # It may be looked at by hand, and ended.
    stripe_connect.become(stripe_server, account["id"], "restricted", "requirements_past_due")
    assert post(ratna, f"{base}/reading").status_code == 303
    assert "kurang" in text_of(ratna.get(base))
    assert post(ratna, f"{base}/closing", present_password="tebakan").status_code == 422
    assert post(helper, f"{base}/closing", present_password=factories.PASSWORD).status_code == 403
    assert post(ratna, f"{base}/closing", present_password=factories.PASSWORD).status_code == 303
    db.session.rollback()
    assert db.session.scalars(db.select(Recipient.closed_at)).one() is not None


@pytest.mark.parametrize(
    "wrong",
    [
        {"stripe_connect": "ID", "stripe_payout_secrets": ("whsec_x",)},
        {"stripe_connect": "ID", "stripe_key": "sk_test_0123456789", "stripe_webhook_secrets": ("whsec_x",)},
        {"stripe_connect": "Indonesia", "stripe_key": "sk_test_0123456789", "stripe_webhook_secrets": ("whsec_x",), "stripe_payout_secrets": ("whsec_x",)},
    ],
)  # fmt: skip
def test_a_half_configured_partner_is_refused_at_the_start(tmp_path: Path, wrong: dict[str, Any]) -> None:
    with pytest.raises(BadSettings, match="STRIPE_CONNECT"):
        complete(Settings(data_dir=tmp_path, **wrong))
