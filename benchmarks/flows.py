"""What buyers do, as flows for the load generator."""

from __future__ import annotations

import re
import time
from urllib.parse import urlencode

import brotli

from benchmarks.load import Connection, Flow


def page(path: str, extra: str = "", status: int = 200) -> Flow:
    """One GET."""

    async def flow(connection: Connection, turn: int) -> bool:
        return (await connection.request("GET", path, extra=extra)).status == status

    return flow


def personal(path: str, variant: str) -> Flow:
    """One GET by a visitor with a cart: nothing of it comes from the shared cache."""

    async def flow(connection: Connection, turn: int) -> bool:
        if not connection.cookie:
            await connection.request("POST", "/cart", urlencode({"variant": variant, "quantity": 1}))
        return (await connection.request("GET", path)).status == 200

    return flow


def several(paths: list[str], variant: str) -> Flow:
    """GETs of these one after the other by a visitor with a cart."""

    async def flow(connection: Connection, turn: int) -> bool:
        if not connection.cookie:
            await connection.request("POST", "/cart", urlencode({"variant": variant, "quantity": 1}))
        return (await connection.request("GET", paths[turn % len(paths)])).status == 200

    return flow


def add_to_cart(variants: list[str]) -> Flow:
    """A new visitor puts one piece into the cart, durably."""

    async def flow(connection: Connection, turn: int) -> bool:
        connection.cookie = ""
        variant = variants[turn % len(variants)]
        return (await connection.request("POST", "/cart", urlencode({"variant": variant, "quantity": 1}))).status == 303

    return flow


_HIDDEN = re.compile(r'<input type="hidden" name="([a-z_]+)" value="([^"]*)"')
_PICKUP = re.compile(r'name="(deliveries-[0-9a-z]+)" value="pickup"')


def purchase(pairs: list[tuple[str, str]], products: list[str], *, placing: bool = False) -> Flow:
    """Product page, two pieces of two shops into the cart, checkout by pick-up and transfer, the page that follows.

    With `placing` only the request that places the purchase is timed."""

    async def flow(connection: Connection, turn: int) -> bool:
        connection.cookie = ""
        await connection.request("GET", products[turn % len(products)])
        for variant in pairs[turn % len(pairs)]:
            if (
                await connection.request("POST", "/cart", urlencode({"variant": variant, "quantity": 1}))
            ).status != 303:
                return False
        answers = {
            "email": f"pembeli{turn}@contoh.example", "recipient": "Pembeli Contoh", "phone": "081200000000",
            "payment_method": "bank-transfer",
        }  # fmt: skip
        text = _text(await connection.request("GET", "/checkout"))
        answers |= dict.fromkeys(_PICKUP.findall(text), "pickup")
        await connection.request("POST", "/checkout/draft", urlencode(answers))
        text = _text(await connection.request("GET", "/checkout"))
        hidden = {name: value.replace("&#34;", '"').replace("&amp;", "&") for name, value in _HIDDEN.findall(text)}
        begun = time.perf_counter()
        answer = await connection.request("POST", "/checkout", urlencode(answers | hidden))
        connection.took = (time.perf_counter() - begun) * 1000 if placing else None
        if answer.status != 303:
            return False
        return (await connection.request("GET", answer.headers["location"])).status == 200

    return flow


def _text(answer: object) -> str:
    body = answer.body  # type: ignore[attr-defined]
    if answer.headers.get("content-encoding") == "br":  # type: ignore[attr-defined]
        body = brotli.decompress(body)
    return body.decode()  # type: ignore[no-any-return]
