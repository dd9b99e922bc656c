"""The whole way of the money: a buyer pays two shops by card with a programme's voucher, gets a part of one piece back and
sends another back; the shops are paid, one bank sends it back and is asked again; the partner, the programme and the tax
office settle; and at the end nobody owes anybody anything that the books do not say."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest

from catalog import clock
from catalog.db import db, transaction
from catalog.money import ZERO, Money
from marketplace.accounts.models import Role, User
from marketplace.bookkeeping.rates import set_rate
from marketplace.checkout.queries import check_laws
from marketplace.ledger.queries import balance, balances, verify
from marketplace.orders.models import Order, OrderState
from marketplace.payments import providers
from marketplace.payments.models import PaymentMethod, Refund, RefundState
from marketplace.payouts import laws as payout_laws
from marketplace.payouts.accounts import name_account
from marketplace.payouts.models import PayoutBatch
from marketplace.promotions.models import Fund, Payer
from marketplace.reconciliation.comparing import compare
from marketplace.returns.laws import check_laws as check_laws_of_returns
from marketplace.subscribers.outside import send_refunds
from tests import factories
from tests.conftest import Visitor
from tests.fakes.stripe_book import pay_out
from tests.fakes.stripe_server import StripeServer, message
from tests.journeys import steps
from tests.journeys.conftest import Site, photo
from tests.marketplace.invariants import broken

pytestmark = pytest.mark.browser
SECRET = "whsec_0123456789"
PAGE = "https://checkout.stripe.com/"


@pytest.fixture(scope="module")
def stripe() -> Iterator[StripeServer]:
    with StripeServer() as server:
        yield server
        providers.use(PaymentMethod.CARD, None)


@pytest.fixture(scope="module")
def more_settings(stripe: StripeServer) -> dict[str, Any]:
    return {"stripe_key": "sk_test_0123456789", "stripe_webhook_secrets": (SECRET,), "stripe_url": stripe.url}


@pytest.fixture
def rini(site: Site) -> User:
    """A second operator, a commission, a programme that gives 10 %, and shops that named their bank days ago."""
    cast = site.cast
    with clock.frozen(clock.now() - timedelta(days=4)), transaction():
        for seller, owner in ((cast.ratnas, cast.ratna), (cast.budis, cast.budi)):
            name_account(seller, "BCA", "1234567890", "Contoh Nama", factories.PASSWORD, owner)
    with transaction():
        set_rate(750, date(2026, 1, 1))
        fund = factories.add(Fund(name="Program Contoh", budget=Money(10_000_000)))
        factories.voucher("PROGRAM1", percent=10, payer=Payer.PROGRAMME, fund=fund)
        return factories.user("Rini", roles=(Role.OPERATOR,))


def test_every_rupiah_arrives(site: Site, visit: Any, stripe: StripeServer, rini: User) -> None:
    cast = site.cast
    buyer = visit(cast.sari)
    code = pays_by_card(site, buyer, stripe)
    ratnas, budis = (order_of(code, shop.id) for shop in (cast.ratnas, cast.budis))
    ratna, budi = (visit(person, java_script_enabled=False) for person in (cast.ratna, cast.budi))
    steps.ship(ratna, cast.ratnas.code, ratnas.code)
    steps.ship(budi, cast.budis.code, budis.code)
    for _ in range(2):
        buyer.goto(f"/en/purchases/{code}")
        buyer.get_by_role("button", name=re.compile("all is well")).first.click()
    fresh()
    assert balances("escrow") == {}

    # A part of a plaque goes back, and a shawl altogether.
    asks(buyer, code, budis, "claim")
    answers(budi, cast.budis.code, granted="100.000")
    buyer.reload()
    buyer.get_by_role("button", name="Take the offer").click()
    asks(buyer, code, ratnas, "return")
    answers(ratna, cast.ratnas.code)
    buyer.reload()
    buyer.get_by_role("button", name="I have sent it").click()
    ratna.reload()
    ratna.get_by_role("button", name="I have received it").click()
    with site.app.app_context():
        send_refunds()
    tell(site, stripe)
    fresh()
    refunds = db.session.scalars(db.select(Refund).order_by(Refund.id)).all()
    assert [one.state for one in refunds] == [RefundState.SENT] * 2
    assert refunds[0].total == Money(100_000)
    assert balance("gateway:card").rupiah * 100 == stripe.balance()

    # Two people pay both shops; one bank sends it back, and is asked again.
    tono, other = visit(cast.tono, java_script_enabled=False), visit(rini, java_script_enabled=False)
    earned = {shop.code: -balance(f"seller:{shop.code}") for shop in (cast.ratnas, cast.budis)}
    assert all(sum_ > ZERO for sum_ in earned.values())
    for round_ in range(2):
        tono.goto("/en/operator/payouts")
        tono.get_by_role("button", name=re.compile("Draw the batch")).click()
        assert tono.get_by_role("button", name="Approve the batch").count() == 0, "not by whoever drew it"
        other.goto(tono.url)
        other.get_by_role("button", name="Approve the batch").click()
        tono.reload()
        paid = tono.locator(".queue-row", has=tono.get_by_role("button", name="It is paid"))
        assert paid.count() == 2 - round_
        while paid.count():
            paid.first.locator('input[name="reference"]').fill(f"TRX-{round_}-{paid.count()}")
            paid.first.get_by_role("button", name="It is paid").click()
        if not round_:
            row = tono.locator(".queue-row", has_text=cast.budis.name)
            row.locator("summary", has_text="It did not arrive").click()
            row.locator('input[name="reason"]').fill("Rekening ditutup")
            row.get_by_role("button", name="Put it back on the shop's balance").click()
            fresh()
            assert -balance(f"seller:{cast.budis.code}") == earned[cast.budis.code]
            budi.goto(f"/en/seller/{cast.budis.code}/balance")
            assert budi.get_by_text("Sent back by the bank").count() and budi.get_by_text("Rekening ditutup").count()
    fresh()
    assert balances("seller") == balances("payout") == {}
    batches = db.session.scalars(db.select(PayoutBatch)).all()
    assert [len(one.payouts) for one in batches] == [2, 1]

    # The partner pays out what it holds, the programme its vouchers, the tax is handed over.
    bank = batches[0].source
    gross, (fund,) = Money(stripe.balance() // 100), balances("sponsor")
    fee = Money(stripe.of("charge")[0]["balance_transaction"]["fee"] // 100)
    payout = pay_out(stripe, (gross - fee).rupiah * 100)
    books(tono, other, "settlement", "card", payout["id"], sum=gross, fee=fee, bank=bank)
    books(tono, other, "sponsored", fund.partition(":")[2], "SP2D 1", sum=balance(fund), bank=bank)
    books(tono, other, "remitted", "ppn", "NTPN 1", sum=-balance("ppn"), bank=bank)
    fresh()
    left = {name: balance(name) for name in ("gateway:card", "ppn", "surplus")}
    assert left == dict.fromkeys(left, ZERO)
    for kind in ("escrow", "seller", "refund", "payout", "sponsor", "dispute"):
        assert balances(kind) == {}, kind
    ours = -balance("commission") - balance("fee:card")
    assert balances("bank") == {f"bank:{bank}": ours}, "what is left on the bank is what the house has earned"
    tono.goto("/en/operator/ledger/reconciliation")
    tono.get_by_role("button", name=re.compile("Read the book")).click()
    site.work()
    tono.goto("/en/operator/ledger/reconciliation")
    assert tono.get_by_text("Both books say the same").count()
    with site.app.app_context():
        found = compare("card", clock.now() - timedelta(days=1), clock.after(timedelta(hours=1)))
    assert (found.differences, found.alike) == ([], 4), "the payment, two refunds, the payout"
    fresh()
    assert broken() == check_laws() == check_laws_of_returns() == payout_laws.check_laws() == verify() == []


def fresh() -> None:
    db.session.rollback()
    db.session.expire_all()


def order_of(code: str, seller_id: int) -> Order:
    fresh()
    found = db.session.scalars(db.select(Order).where(Order.seller_id == seller_id).order_by(Order.id.desc())).first()
    assert found is not None
    assert found.purchase.code == code
    return found


def pays_by_card(site: Site, buyer: Any, stripe: StripeServer) -> str:
    """Two shawls and two plaques; the partner's page is a link, and its messages come twice, the last first."""
    buyer.route(f"{PAGE}**", lambda route: route.fulfill(body="<title>Stripe</title><h1>Stripe</h1>", content_type="text/html"))  # fmt: skip
    for product in (site.cast.shawl, site.cast.plaque, site.cast.shawl, site.cast.plaque):
        steps.put_into_cart(buyer, product)
    buyer.locator("details#vouchers summary").click()
    buyer.locator('input[name="voucher"]').fill("PROGRAM1")
    buyer.locator("#vouchers").get_by_role("button", name="Use").click()
    assert buyer.get_by_text("PROGRAM1").count()
    address = steps.check_out(buyer, "sari@contoh.example", "card", leads_to=re.escape(PAGE))
    session = address.rpartition("/")[2]
    assert stripe.rows[session]["amount_total"] == 391_500_000, "4.350.000 less a tenth, in sen"
    stripe.pay(session)
    tell(site, stripe)
    buyer.goto(stripe.rows[session]["_return"])
    assert buyer.locator(".timeline").count() == 2
    found = re.search(r"/purchases/([0-9a-z]+)", buyer.url)
    assert found
    fresh()
    assert set(db.session.scalars(db.select(Order.state))) == {OrderState.TO_CONFIRM}
    return found[1]


def tell(site: Site, stripe: StripeServer) -> None:
    client = Visitor(site.app, site.app.response_class)
    for event in [*reversed(stripe.events), *stripe.events]:
        body, headers = message(event, SECRET)
        assert client.post("/hooks/payments/stripe", data=body, headers=headers).status_code == 204
    site.work()


def asks(buyer: Any, code: str, order: Order, kind: str) -> None:
    """One piece of an order is not right."""
    buyer.goto(f"/en/purchases/{code}")
    part = buyer.locator("section.order__part", has=buyer.locator(f"#order-{order.code}"))
    part.get_by_role("link", name="Something is not right").click()
    line = order.lines[0].code
    steps.choose(buyer.locator(f'input[name="kind"][value="{kind}"]'))
    buyer.locator(f'select[name="reason-{line}"]').select_option("damaged")
    picture = io.BytesIO()
    photo(2, (640, 480)).save(picture, "JPEG")
    chosen = {"name": "robek.jpg", "mimeType": "image/jpeg", "buffer": picture.getvalue()}
    buyer.locator('input[name="photos"]').set_input_files(chosen)
    buyer.locator('textarea[name="words"]').fill("Ada bagian yang rusak di tepinya.")
    buyer.get_by_role("button", name="Send to the shop").click()
    buyer.wait_for_url(re.compile("/returns/"))


def answers(seller: Any, shop: str, granted: str = "") -> None:
    seller.goto(f"/en/seller/{shop}/returns")
    seller.locator("main a[href*='/returns/']").first.click()
    if granted:
        seller.locator('input[name^="granted-"]').fill(granted)
        seller.locator('textarea[name="words"]').first.fill("Maaf sekali, kami kembalikan sebagian.")
    seller.get_by_role("button", name="Send the answer").click()


def books(tono: Any, other: Any, deed: str, scope: str, reference: str, **typed: Any) -> None:
    """An operator copies a statement, looks at the journal and books it; where money leaves, a second one looks too."""
    tono.goto(f"/en/operator/ledger/bookings/new?deed={deed}")
    tono.locator('select[name="scope"]').select_option(scope)
    tono.locator('input[name="reference"]').fill(reference)
    bank = typed.pop("bank")
    tono.locator('select[name="bank"]').select_option(bank)
    for name, sum_ in typed.items():
        tono.locator(f'input[name="{name}"]').fill(str(sum_.rupiah))
    tono.get_by_role("button", name="Look at the journal").click()
    tono.get_by_role("button", name=re.compile("Book it|Hand it to a second operator")).click()
    if deed == "remitted":
        assert tono.get_by_role("button", name="Approve and book it").count() == 0, "not by whoever wrote it"
        other.goto(tono.url)
        other.get_by_role("button", name="Approve and book it").click()
