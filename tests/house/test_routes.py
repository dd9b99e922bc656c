"""Who may do what: every route × everybody of the cast, as `matrix.py` says; what is Ratna's does not exist for Budi."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from flask import Flask, request

from catalog.db import db
from marketplace.settings import Settings
from marketplace.web import lifecycle
from marketplace.web.guards import Surface
from marketplace.web.lifecycle import SAFE
from tests.house.matrix import COLUMNS, TABLE
from tests.house.scene import Scene

BARE = {"assets", "favicon", "healthz", "readyz", "media"}


@pytest.fixture
def settings(settings: Settings) -> Settings:
    often = "10000 per minute"
    return replace(settings, sign_in_limit=often, register_limit=often, reset_limit=often, checkout_limit=often)


@pytest.fixture
def scene(app: Flask, cast: Any) -> Scene:
    """The world, in which every request is undone at its end, so that no cell depends on another."""
    scene = Scene(app, cast)

    def undo(response: Any) -> Any:
        if request.method not in SAFE:
            lifecycle.give_up()
        return response

    app.after_request_funcs.setdefault(None, []).insert(0, undo)
    return scene


def routes(app: Flask) -> list[tuple[str, str, set[str]]]:
    """(method, endpoint, names in its address) of every route but the bare ones."""
    return sorted(
        (method, rule.endpoint, set(rule.arguments))
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if rule.endpoint not in BARE
    )


def expected() -> dict[tuple[str, str], list[str]]:
    rows: dict[tuple[str, str], list[str]] = {}
    for line in TABLE.strip().splitlines():
        if line.strip() and not line.startswith("#"):
            method, endpoint, *answers = line.split()
            assert len(answers) == len(COLUMNS), line
            assert (method, endpoint) not in rows, f"{endpoint} stands there twice"
            rows[method, endpoint] = answers
    return rows


def word(response: Any) -> str:
    """`door` leads to the sign-in, `→` somewhere else; every other answer is its number."""
    if response.status_code in (301, 302, 303):
        return "door" if "/account/session/new?next=" in response.headers["Location"] else "→"
    return str(response.status_code)


def test_every_route_answers_everybody_as_the_matrix_says(app: Flask, scene: Scene) -> None:
    table = expected()
    wrong = []
    for method, endpoint, arguments in routes(app):
        with app.test_request_context():
            address = app.url_for(endpoint, **scene.values(endpoint, arguments))
        answers = [word(scene.ask(method, address, person)) for person in COLUMNS]
        if table.get((method, endpoint)) != answers:
            told = table.get((method, endpoint), ["not listed"])
            wrong.append(
                f"{method:5}{endpoint:40}"
                + "".join(f"{one:6}" for one in answers).rstrip()
                + f"   # listed: {' '.join(told)}"
            )
    gone = sorted(set(table) - {(method, endpoint) for method, endpoint, _ in routes(app)})
    assert not wrong, f"{len(wrong)} rows differ (what happened, then what the matrix says):\n" + "\n".join(wrong)
    assert not gone, f"the matrix lists routes that are gone: {gone}"


def test_nobody_but_the_right_people_pass_a_desk() -> None:
    """The matrix itself is held against the rule: a desk answers outsiders with the door, 403 or 404 only."""
    insiders = {"seller": {"ratna"}, "curator": {"dewi"}, "officer": {"hasan"}, "operator": {"tono"}}
    for (method, endpoint), answers in expected().items():
        surface = endpoint.split(".")[0]
        if surface not in insiders:
            continue
        for person, answer in zip(COLUMNS, answers, strict=True):
            if person not in insiders[surface]:
                right = {"nobody": "door" if method == "GET" else "403"}.get(person, "404")
                assert answer == right, f"{method} {endpoint}: {person} gets {answer}"


def test_every_route_belongs_to_a_surface(app: Flask) -> None:
    surfaces = {name for name, blueprint in app.blueprints.items() if isinstance(blueprint, Surface)}
    assert surfaces == {"storefront", "account", "seller", "curator", "officer", "operator", "hooks"}
    for rule in app.url_map.iter_rules():
        if rule.endpoint not in BARE:
            assert rule.endpoint.split(".")[0] in surfaces, f"{rule.endpoint} stands behind no guard"
    for name in surfaces:
        assert app.before_request_funcs.get(name), f"{name} has no guard"


def test_no_address_takes_a_row_id(app: Flask) -> None:
    for rule in app.url_map.iter_rules():
        assert not {name for name in rule.arguments if name == "id" or name.endswith("_id")}, rule
        assert "<int:" not in rule.rule, rule


class TestWhatIsRatnasDoesNotExistForBudi:
    """Through his own shop's desk, which the guard lets him into, with her codes in the address."""

    def test_by_every_address_of_the_desk(self, app: Flask, scene: Scene) -> None:
        tried = 0
        for method, endpoint, arguments in routes(app):
            if not endpoint.startswith("seller.") or arguments == {"seller"}:
                continue
            values = scene.values(endpoint, arguments) | {"seller": scene.cast.budis.code}
            with app.test_request_context():
                address = app.url_for(endpoint, **values)
            answer = scene.ask(
                method,
                address,
                "budi",
                {"quantity": "1", "title": "Diambil", "point": "50-50", "reason": "Alasan yang cukup panjang"},
            )
            if method == "GET" and answer.status_code == 303:  # the address of a refused form leads to its page
                answer = scene.ask("GET", answer.headers["Location"], "budi")
            assert answer.status_code == 404, f"{method} {endpoint}: {answer.status_code}"
            tried += 1
        assert tried >= 20

    def test_by_codes_in_a_form(self, app: Flask, scene: Scene) -> None:
        """Her variant, picture and maker named in the forms of his own shop change nothing of hers."""
        before = _of_ratna(scene)
        his = scene.cast.plaque.code
        shop = scene.cast.budis.code
        hers = scene.cast.shawl
        fields = {
            f"stock-{hers.variants[0].code}": "0", f"level-{hers.variants[0].code}": "0", hers.variants[0].code: "0",
            "picture": hers.pictures[0].image.code, "maker": hers.maker.code, "product": hers.code, "variant": hers.variants[0].code,
            "version": "1", "title": "Diambil alih",
        }  # fmt: skip
        app.after_request_funcs[None].pop(0)  # let it really write
        for address in (
            f"/seller/{shop}/stock",
            f"/seller/{shop}/products/{his}",
            f"/seller/{shop}/products/{his}/pictures/descriptions",
            f"/seller/{shop}/products/{his}/variants",
            f"/seller/{shop}/products",
        ):
            assert scene.ask("POST", address, "budi", fields).status_code < 500
        assert _of_ratna(scene) == before

    def test_nothing_of_hers_is_shown_in_his_desk(self, app: Flask, scene: Scene) -> None:
        secrets = (scene.draft.title, scene.draft.code, scene.order.code, scene.cast.ratnas.name)
        desk = f"/seller/{scene.cast.budis.code}"
        for page in ("", "products", "orders", "stock", "shop"):
            text = scene.ask("GET", f"{desk}/{page}", "budi").text
            for secret in secrets:
                assert secret not in text, (page, secret)

    def test_the_purchase_of_sari_is_hers_and_the_links(self, scene: Scene) -> None:
        address = f"/purchases/{scene.purchase.code}"
        for person in ("nobody", "ratna", "budi", "dewi", "hasan", "tono"):
            assert scene.ask("GET", address, person).status_code == 404, person
            assert scene.ask("GET", f"{address}?token={'0' * 43}", person).status_code == 404, person
        assert scene.ask("GET", address, "sari").status_code == 200
        assert scene.ask("GET", f"{address}?token={scene.link()}", "nobody").status_code == 200

    def test_hidden_and_missing_things_look_alike(self, scene: Scene) -> None:
        """The same bytes for what is not there and for what is not yours (but for the request's id)."""
        shop = scene.cast.budis.code
        texts = set()
        for code in (scene.draft.code, "zzzzzzzzzz"):
            answer = scene.ask("GET", f"/seller/{shop}/products/{code}", "budi")
            texts.add(answer.text.replace(answer.headers["X-Request-Id"], ""))
        assert len(texts) == 1


class TestAnotherRegencysOfficer:
    def test_sees_none_of_its_makers(self, app: Flask, scene: Scene) -> None:
        plaque = scene.cast.plaque
        assert scene.ask("GET", f"/officer/makers/{plaque.maker.code}", "hasan").status_code == 404
        assert plaque.maker.name not in scene.ask("GET", "/officer/makers", "hasan").text

    def test_loses_sight_at_once_when_the_regency_is_taken(self, app: Flask, scene: Scene) -> None:
        from catalog.db import transaction
        from marketplace.accounts.models import OfficerRegency

        address = f"/officer/makers/{scene.cast.shawl.maker.code}"
        assert scene.ask("GET", address, "hasan").status_code == 200
        with transaction() as session:
            session.execute(db.delete(OfficerRegency).where(OfficerRegency.user_id == scene.cast.hasan.id))
        assert scene.ask("GET", address, "hasan").status_code == 404


def _of_ratna(scene: Scene) -> list[Any]:
    db.session.rollback()
    shop = scene.cast.ratnas.id
    return [
        db.session.execute(db.text(statement), {"shop": shop}).all()
        for statement in (
            "SELECT * FROM products WHERE seller_id = :shop ORDER BY id",
            "SELECT * FROM variants WHERE seller_id = :shop ORDER BY id",
            "SELECT s.* FROM stocks s JOIN variants v ON v.id = s.variant_id WHERE v.seller_id = :shop ORDER BY 1",
            "SELECT p.* FROM product_pictures p JOIN products q ON q.id = p.product_id WHERE q.seller_id = :shop ORDER BY 1",
        )
    ]
