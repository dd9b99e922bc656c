"""Every page type: axe without a violation on phone and desk, light and dark; nothing wider than 320 px; no complaints."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from catalog.db import transaction
from tests import factories
from tests.house.scene import Scene
from tests.journeys.conftest import Site, hang_pictures

pytestmark = pytest.mark.browser

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SETTLED = """new Promise((settled) => requestAnimationFrame(() => requestAnimationFrame(() => {
    document.getAnimations().forEach((one) => { try { one.finish() } catch {} });
    requestAnimationFrame(settled) })))"""
RUN = """(rules) => SETTLED.then(() => axe.run(document,
    {resultTypes: ["violations"], runOnly: rules ? {type: "rule", values: rules} : {type: "tag", values: TAGS}}))
    .then((found) => found.violations.map((one) => one.id + " (" + one.help + "): " + one.nodes.slice(0, 3).map((node) =>
        node.target.join(" ") + " " + node.failureSummary.replace(/\\s+/g, " ").slice(0, 200)).join(" | ")))""".replace(
    "TAGS", str(TAGS)
).replace("SETTLED", SETTLED)

BRIEFLY = ("seller, money and days", "operator, money")
"""Made of parts that other pages have, too: looked at once on the phone, and for their colours on a dark desk."""


@pytest.fixture(scope="module")
def scene(site: Site) -> Iterator[Scene]:
    with transaction():
        site.notes["many"] = factories.product(site.cast.ratnas, "Kain cual tiga ukuran", variants=3)
    scene = Scene(site.app, site.cast)
    hang_pictures(site.app)
    yield scene


def pages(scene: Scene, group: str, many: Any) -> tuple[str | None, list[str]]:
    """(who looks, what at)"""
    cast, shop = scene.cast, f"/seller/{scene.cast.ratnas.code}"
    product = f"/products/{cast.shawl.slug}-{cast.shawl.code}"
    maker, collection = cast.shawl.maker, scene.collection
    return {
        "finding": (None, [
            "/", "/en/", "/products", "/products?craft=pewter&price_low=1000", "/search?q=cual", "/search?q=zzzzqqqq", "/crafts",
            "/crafts/tenun-cual", "/motifs", "/motifs/kembang-setaman", "/techniques", "/techniques/tenun-gedogan", "/materials",
            "/materials/benang-sutra", "/_components", "/makers", f"/makers/{maker.slug}-{maker.code}", "/places", "/places/19", "/places/19.05.01",
            "/places/19.05", "/collections", f"/collections/{collection.slug}-{collection.code}",
        ]),
        "buying": (None, [
            product, f"/products/{many.slug}-{many.code}", f"/products/{scene.scarf.slug}-{scene.scarf.code}", f"/products/{scene.scarf.slug}-{scene.scarf.code}/reviews",
            "/pages/about", "/nothing", "/cart", f"/wishlists/{scene.shared_list}", f"/watches/{scene.watch_link}",
            f"/purchases/{scene.purchase.code}?token={scene.link()}", f"/purchases/{scene.sent.code}?token={scene.link(scene.sent)}", "/account/session/new", "/account/registration/new",
            "/account/registration", "/account/reset/new", f"/account/reset/{scene.reset}",
        ]),
        "account": ("sari", [
            "/", "/account/", "/account/profile", "/account/profile/edit", "/account/email/edit", "/account/password/edit",
            "/account/purchases", "/account/wishlists", "/account/sessions", "/account/applications/new",
            "/account/notifications", "/account/preferences", "/account/conversations", f"/account/conversations/{scene.conversation}",
            f"/account/unsubscription/{scene.leaving}", "/account/reviews", f"/account/reviews/{scene.review.code}/objections/new",
            f"/purchases/{scene.told.code}/lines/{scene.told_line}/review", f"/purchases/{scene.told.code}",
        ]),
        "seller": ("ratna", [
            f"{shop}/", f"{shop}/products", f"{shop}/products/new", f"{shop}/products/{scene.draft.code}",
            f"{shop}/products/{scene.draft.code}/edit", f"{shop}/products/{scene.draft.code}/pictures",
            f"{shop}/products/{scene.draft.code}/variants", f"{shop}/products/{scene.draft.code}/options",
            f"{shop}/products/{scene.draft.code}/preview", f"{shop}/products/{scene.waiting.code}", f"{shop}/stock", f"{shop}/orders",
            f"{shop}/orders/{scene.order.code}", f"{shop}/orders/{scene.order.code}/slip", f"{shop}/shop", f"{shop}/shop/edit",
            f"{shop}/reviews", f"{shop}/orders/{scene.told_order.code}/buyer-review",
            f"{shop}/conversations", f"{shop}/conversations/{scene.conversation}", f"{shop}/orders/{scene.order.code}/conversation",
            f"/account/posts/{scene.post.code}/reports/new", f"{shop}/shop/deliveries", f"{shop}/makers/{maker.code}/edit", f"{shop}/counter",
            f"{shop}/orders/{scene.sent_order.code}", f"{shop}/labels?order={scene.order.code}", f"{shop}/shop/rates",
            f"{shop}/shop/rates/new", f"{shop}/shop/rates/imports/{scene.own_rate_file}",
        ]),
        "curator": ("dewi", [
            "/curator/", "/curator/submissions", f"/curator/submissions/{scene.submission.code}",
            f"/curator/submissions/{scene.submission.code}/preview", "/curator/collections", "/curator/collections/new",
            f"/curator/collections/{collection.code}", f"/curator/collections/{collection.code}/edit", "/curator/synonyms",
            "/curator/crafts", "/curator/crafts/motifs/new?craft=tenun-cual", "/curator/crafts/crafts/tenun-cual/edit",
            "/curator/crafts/motifs/kembang-setaman/edit",
            "/curator/reviews", f"/curator/reviews/{scene.case.code}",
        ]),
        "officer": ("hasan", ["/officer/", "/officer/makers", f"/officer/makers/{maker.code}", "/officer/dispatches"]),
        "operator": ("tono", [
            "/operator/", "/operator/applications", f"/operator/applications/{scene.application.code}", "/operator/sellers",
            f"/operator/sellers/{cast.ratnas.code}", "/operator/payments", "/operator/orders", f"/operator/orders/{scene.order.code}",
            "/operator/rates", f"/operator/rates/services/{scene.service}", f"/operator/rates/services/{scene.service}/edit",
            f"/operator/rates/{scene.rate}/edit", f"/operator/rates/imports/{scene.rate_file}", "/operator/rates/points",
            f"/operator/rates/points/{scene.point.code}/edit", "/operator/mails", f"/operator/mails/{scene.mail}", "/operator/jobs",
            "/operator/dispatches", f"/operator/dispatches/{scene.dispatch}", f"/operator/dispatches/{scene.prepared}", "/operator/reports",
            f"/operator/reports/{scene.report.code}", "/operator/reviews", f"/operator/reviews/{scene.case.code}",
        ]),
        "seller, money and days": ("ratna", [
            f"{shop}/balance", f"{shop}/balance/calculator", f"{shop}/balance/account", f"{shop}/balance/tax",
            f"{shop}/shop/vouchers", f"{shop}/shop/vouchers/new", f"{shop}/shop/closures", f"{shop}/makers/{maker.code}/capacity",
            f"{shop}/certificates", f"{shop}/certificates/new", f"{shop}/certificates/{scene.certificate.code}", f"{shop}/returns",
            f"{shop}/returns/{scene.returned.code}", f"{shop}/products/{scene.draft.code}/personal",
            f"{shop}/orders/{scene.order.code}/progress", f"{shop}/orders/{scene.order.code}/day",
        ]),
        "operator, money": ("tono", [
            "/operator/payouts", f"/operator/payouts/{scene.batch.code}", "/operator/ledger", "/operator/ledger/rates",
            "/operator/vouchers", "/operator/vouchers/new", "/operator/returns", f"/operator/returns/{scene.returned.code}",
        ]),
    }[group]  # fmt: skip


@pytest.mark.parametrize(
    "group", ["finding", "buying", "account", "seller", "curator", "officer", "operator", *BRIEFLY]
)
def test_pages_are_open_to_everybody(site: Site, visit: Any, scene: Scene, group: str) -> None:
    who, addresses = pages(scene, group, site.notes["many"])
    page = visit(site.cast.people[who] if who else None, axe=True)
    wrong: list[str] = []
    for address in addresses:
        page.set_viewport_size({"width": 390, "height": 844})
        page.emulate_media(color_scheme="light", reduced_motion="reduce")
        answer = page.goto(address)
        assert answer.status == (404 if address == "/nothing" else 200), f"{address}: {answer.status}"
        wrong += [f"{address} phone: {one}" for one in page.evaluate(RUN, None)]
        page.emulate_media(color_scheme="dark", reduced_motion="reduce")
        if group not in BRIEFLY:
            wrong += [f"{address} phone, dark: {one}" for one in page.evaluate(RUN, ["color-contrast"])]
        page.set_viewport_size({"width": 1280, "height": 900})
        wrong += [f"{address} desk, dark: {one}" for one in page.evaluate(RUN, ["color-contrast"])]
        page.emulate_media(color_scheme="light", reduced_motion="reduce")
        if group not in BRIEFLY:
            wrong += [f"{address} desk: {one}" for one in page.evaluate(RUN, None)]
        page.set_viewport_size({"width": 320, "height": 700})
        wide = page.evaluate("document.scrollingElement.scrollWidth")
        if wide > 320:
            wrong.append(f"{address} is {wide} px wide at 320 px")
    assert not wrong, f"{len(wrong)} findings:\n" + "\n".join(wrong)


def test_a_full_cart_and_the_checkout(site: Site, visit: Any, scene: Scene) -> None:
    from tests.journeys import steps

    page = visit(axe=True)
    steps.put_into_cart(page, site.cast.plaque)
    wrong: list[str] = []
    for address in ("/cart", "/checkout", "/en/checkout"):
        page.goto(address)
        for width in (390, 1280):
            page.set_viewport_size({"width": width, "height": 844})
            wrong += [f"{address} {width}: {one}" for one in page.evaluate(RUN, None)]
    assert not wrong, "\n".join(wrong)


def test_where_a_deep_place_lies_can_be_read_on_a_phone(visit: Any) -> None:
    page = visit()
    page.goto("/places/19.05.01")
    ends = page.eval_on_selector_all(".breadcrumbs a", "all => all.map((one) => one.getBoundingClientRect().right)")
    assert len(ends) == 4 and max(ends) <= 390


ARRIVED = """() => {
  const asked = (ending) => performance.getEntriesByType("resource").find(({ name }) => name.endsWith(ending) && !name.includes("arrival")).startTime;
  return [performance.getEntriesByType("navigation")[0].loadEventStart, asked(".js"), asked(".woff2")];
}"""


def test_the_first_picture_comes_light_and_gets_sharp_unless_data_is_to_be_spared(
    site: Site, visit: Any, scene: Scene
) -> None:
    sizes = "document.querySelector('.gallery source').sizes"
    saving = "Object.defineProperty(navigator, 'connection', {value: {saveData: true, effectiveType: '4g'}})"
    address = f"/products/{site.cast.shawl.slug}-{site.cast.shawl.code}"
    page = visit(first=True)
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(address)
    page.locator("img[data-sizes]").wait_for(state="detached")
    page.locator("html[data-scripts], [data-letters]").first.wait_for(state="detached")
    loaded, script, letter = page.evaluate(ARRIVED)
    assert 0 < loaded <= min(script, letter), "scripts and letters do not share the line with the first view"
    assert page.locator("h1").evaluate("one => getComputedStyle(one).fontFamily").startswith('"Young Serif",')
    assert page.evaluate("localStorage.getItem('kriyaloka.letters')")
    assert page.locator("link[rel='manifest']").count() == 1, "it comes late, too, and once"
    sharp = page.evaluate(sizes)
    page.add_init_script(saving)
    page.goto(address)
    assert page.evaluate("document.querySelector('.gallery img').dataset.sizes") == sharp
    assert page.evaluate(sizes) != sharp
