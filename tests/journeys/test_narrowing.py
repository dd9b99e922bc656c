"""Narrowing a list by filters, with what swaps it there at once, late, or never."""

from __future__ import annotations

from threading import Event
from typing import Any

import pytest

from tests.journeys.conftest import Site

pytestmark = pytest.mark.browser

SWAP = "**/vendor/htmx*.js"
PEWTER = "input[name='craft'][value='pewter']"
MARK = "window.stillTheSamePage = true"


def pieces(page: Any) -> list[str]:
    return list(page.locator("#listing .card__title").all_inner_texts())


def choose(page: Any, box: str = PEWTER) -> None:
    """Tick a box as a script does, without a pointer that would have announced it."""
    page.evaluate("(box) => { const one = document.querySelector(box); one.checked = true;"
                  " one.dispatchEvent(new Event('change', { bubbles: true })); }", box)  # fmt: skip


def opened(visit: Any) -> Any:
    page = visit()
    page.goto("/en/products")
    page.wait_for_function("!!customElements.get('filter-form') && !document.documentElement.dataset.scripts")
    assert len(pieces(page)) > 1
    page.evaluate(MARK)
    return page


def test_who_only_looks_loads_nothing_to_swap_and_the_first_choice_is_enough(site: Site, visit: Any) -> None:
    asked: list[str] = []
    page = opened(lambda: _watched(visit(), asked))
    page.wait_for_timeout(300)
    assert asked == []
    choose(page)
    page.wait_for_url("**craft=pewter**")
    page.wait_for_function("document.querySelectorAll('#listing .card__title').length === 1")
    assert len(asked) == 1
    assert page.evaluate("window.stillTheSamePage"), "the list was swapped in place"


def test_what_is_chosen_while_it_is_on_its_way_is_not_lost(site: Site, visit: Any) -> None:
    page = visit()
    may_arrive = Event()

    def slowly(route: Any) -> None:
        if may_arrive.is_set():
            route.continue_()
        else:
            held.append(route)

    held: list[Any] = []
    page.route(SWAP, slowly)
    page = opened(lambda: page)
    page.get_by_role("link", name="Filter").click()
    page.wait_for_function("document.querySelector('script[src*=htmx]')")
    choose(page)
    page.wait_for_timeout(400)
    assert "craft" not in page.url
    may_arrive.set()
    for route in held:
        route.continue_()
    page.wait_for_url("**craft=pewter**")
    assert page.evaluate("window.stillTheSamePage")
    assert page.locator("#filters").is_visible(), "there may be more to choose"


def test_where_it_never_comes_the_browser_itself_narrows(site: Site, visit: Any) -> None:
    page = visit()
    page.route(SWAP, lambda route: route.fulfill(status=404))
    page = opened(lambda: page)
    choose(page)
    page.wait_for_url("**craft=pewter**")
    page.wait_for_load_state()
    assert page.evaluate("window.stillTheSamePage") is None, "a new page"
    assert len(pieces(page)) == 1
    page.wait_for_function("!!customElements.get('filter-form')")
    page.evaluate(f"document.querySelector({PEWTER!r}).click()")
    page.wait_for_url(lambda url: "craft" not in url)
    page.wait_for_load_state()
    assert len(pieces(page)) > 1


def _watched(page: Any, asked: list[str]) -> Any:
    page.on("request", lambda one: asked.append(one.url) if "htmx" in one.url else None)
    return page


TICKED = "[...document.querySelectorAll('#filter-form input:checked')].map((one) => `${one.name}=${one.value}`).sort()"
TOLD = """fetch(location.href).then((answer) => answer.text()).then((text) => [...new DOMParser()
    .parseFromString(text, 'text/html').querySelectorAll('#filter-form input[checked]')]
    .map((one) => `${one.name}=${one.value}`).sort())"""


def test_what_is_ticked_is_what_was_chosen(site: Site, visit: Any) -> None:
    """Values that come and go with every choice take no ticks with them: not when one is added, taken back, or undone."""
    page = opened(visit)
    for turn in range(8):
        free = "#filter-form input[type='checkbox']:not(:checked)"
        boxes = page.evaluate(f"[...document.querySelectorAll({free!r})].map((one) => [one.name, one.value])")
        name, value = boxes[(turn * 7) % len(boxes)]
        before = page.url
        choose(page, f"#filter-form input[name={name!r}][value={value!r}]")
        page.wait_for_url(lambda url: url != before)
        page.wait_for_timeout(250)
        assert page.evaluate(TICKED) == page.evaluate(TOLD), f"after {name}={value}"
        if turn % 3 == 2:
            before = page.url
            page.locator(".chips__chip").first.click()
            page.wait_for_url(lambda url: url != before)
            page.wait_for_timeout(250)
            assert page.evaluate(TICKED) == page.evaluate(TOLD), "a choice was taken back"
    page.go_back()
    page.wait_for_timeout(600)
    assert page.evaluate(TICKED) == page.evaluate(TOLD), "the page before"
