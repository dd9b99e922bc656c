"""Midtrans: one Snap page per attempt (virtual accounts, QRIS, wallets), asked about afterwards; refunds; signed messages.

Plain HTTP with the server key: `POST /snap/v1/transactions` opens a page, `GET /v2/{name}/status` is the fact, `cancel`
and `refund` stand beside it. Every call ends within about CONNECT_SECONDS + READ_SECONDS. Sums are whole rupiah, which
Midtrans writes "275000.00".

A name (`order_id`) can be used once. A page whose answer was lost has used its name: nobody can find its address again,
so the next page of the same attempt is called `name~2`, and every question asks about all the names that an attempt and
those before it had. A message's signature covers neither the state nor the time, so a message is a hint and no more.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import math
import re
from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta
from typing import Any
from urllib.parse import quote as escaped
from urllib.parse import urlsplit

import structlog
import urllib3

from catalog import clock
from catalog.errors import Invalid, Unavailable
from catalog.money import ZERO, Money
from catalog.text import N_
from marketplace.adapters.breaker import Breaker
from marketplace.payments.models import PaymentMethod, PaymentState
from marketplace.payments.providers import (
    Capabilities,
    Dispute,
    Hint,
    PaymentRequest,
    RefundOutcome,
    RefundRequest,
    RefundResult,
    RefundWay,
    Refused,
    Snapshot,
    Start,
)

CONNECT_SECONDS = 3.0
READ_SECONDS = 8.0
LARGEST = 256_000
NAMES = 4
"""So many pages of one attempt, and so many names of earlier attempts, are followed."""
QRIS_MOST = Money(10_000_000)
LONGEST_PAGE, SHORTEST_PAGE = timedelta(days=7), timedelta(minutes=5)

_BY_QRIS = frozenset({"gopay", "shopeepay", "other_qris", "qris"})
_STATES = {
    "pending": PaymentState.PENDING,
    "authorize": PaymentState.PENDING,
    **dict.fromkeys(
        ("capture", "settlement", "refund", "partial_refund", "chargeback", "partial_chargeback"), PaymentState.PAID
    ),
    "expire": PaymentState.EXPIRED,
    **dict.fromkeys(("cancel", "deny", "failure"), PaymentState.CANCELLED),
}
_REFUND_DAYS = {"gopay": 45, "shopeepay": 365, "dana": 45, "ovo": 7, "kredivo": 14, "akulaku": 30, "credit_card": 180}
"""How long its way of paying takes money back; QRIS is 45 days among GoPay's own, 365 among ShopeePay's, else 7."""
_WHOLE_ONLY = frozenset({"shopeepay", "ovo"})
_NIGHT = (time(23, 55), time(6, 0))
"""ShopeePay sends nothing back between these hours of Jakarta."""

log = structlog.get_logger("midtrans")


class Midtrans:
    """A `PaymentProvider` by Midtrans. `secrets` sign its messages (the server key itself unless others are named);
    `methods` are those that its page offers; `hook` is where it shall send messages (empty: where its dashboard says)."""

    code = "midtrans"

    def __init__(
        self,
        key: str,
        secrets: Sequence[str] = (),
        methods: Sequence[str] = (),
        url: str = "",
        page_url: str = "",
        hook: str = "",
        breaker: Breaker | None = None,
    ) -> None:
        sandbox = "sandbox." if key.startswith("SB-") else ""
        self.url = (url or f"https://api.{sandbox}midtrans.com").rstrip("/")
        self.page_url = (page_url or f"https://app.{sandbox}midtrans.com").rstrip("/")
        self.secrets = tuple(secrets) or (key,)
        self.methods = tuple(methods)
        self.hook = hook
        self.breaker = breaker or Breaker(pause=30.0)
        self.capabilities = Capabilities(
            methods=frozenset({PaymentMethod.ONLINE}),
            is_local=False,
            expires=True,
            refund=RefundWay.API,  # asked per payment: a virtual account's money goes back by hand
            lowest=Money(1_000),
            highest=Money(999_999_999),
            pages=(self.page_url,),
        )
        self._http = urllib3.PoolManager(
            maxsize=4,
            retries=False,
            timeout=urllib3.Timeout(connect=CONNECT_SECONDS, read=READ_SECONDS),
            headers={
                "authorization": "Basic " + base64.b64encode(f"{key}:".encode()).decode(),
                "content-type": "application/json",
                "accept": "application/json",
            },
        )

    def start(self, request: PaymentRequest) -> Start:
        name = request.reference
        for _ in range(NAMES):
            status, answer = self._call("POST", self.page_url + "/snap/v1/transactions", self._page(request, name))
            if status in (200, 201):
                return Start(request.total, provider_reference=name, redirect_url=self._address(answer))
            if not _is_taken(status, answer):
                raise _refused(status, answer)
            row = self._status(name)
            if row is not None and _snapshot(row).state is PaymentState.PAID:
                return Start(request.total, provider_reference=name, redirect_url=request.return_url)
            name = _next(name)
        raise _silence()

    def fetch(self, provider_reference: str) -> Snapshot | None:
        newest, *earlier = _names(provider_reference)
        row = self._status(newest)
        found = Snapshot(PaymentState.PENDING, ZERO, ZERO) if row is None else _snapshot(row)
        before = [_snapshot(one) for one in map(self._status, earlier) if one is not None]
        paid = [one for one in (found, *before) if one.state is PaymentState.PAID]
        if len(paid) > 1:
            both = " + ".join(str(one.paid.rupiah) for one in paid)
            return Snapshot(PaymentState.PAID, ZERO, ZERO, odd=both, second_reference=paid[0].second_reference)
        return paid[0] if paid else found

    def refund(self, request: RefundRequest) -> RefundResult:
        name = request.second_reference or request.provider_reference or ""
        try:
            row = self._status(name) if name else None
        except Refused as error:
            return RefundResult(RefundOutcome.FAILED, why=error.why)
        if row is None:
            return RefundResult(RefundOutcome.BY_HAND, why="no transaction")
        sent = _sent(row, request.reference)
        if sent is not None:
            return sent
        if row.get("transaction_status") == "cancel":  # it was called off before it was settled
            return _called_off(row)
        is_whole = request.total == _snapshot(row).paid
        refusal = _refusal(row, is_whole)
        if refusal:
            return RefundResult(RefundOutcome.BY_HAND, why=refusal)
        if _is_of_shopee(row) and not _NIGHT[1] <= clock.now().astimezone(clock.WIB).time() < _NIGHT[0]:
            return RefundResult(RefundOutcome.PENDING, why="night")
        if row.get("transaction_status") == "capture":  # not settled yet: it is called off, or waits
            return self._call_off(name) if is_whole else RefundResult(RefundOutcome.PENDING, why="capture")
        asked = {"refund_key": request.reference, "amount": request.total.rupiah, "reason": "Refund"}
        status, answer = self._call("POST", f"{self.url}/v2/{escaped(name, safe='')}/refund", asked)
        if 400 <= status < 500 and status != 406:
            return RefundResult(RefundOutcome.FAILED, why=_why(status, answer))
        row = self._status(name)
        found = _sent(row, request.reference) if row else None
        return found or RefundResult(RefundOutcome.PENDING, why=_why(status, answer))

    def cancel(self, provider_reference: str, page: str = "") -> Snapshot | None:
        """Close the page and what was begun on it. Money that has come stays, and is told."""
        for _ in range(2):  # the buyer may choose a way while the page is being closed
            for name in _names(provider_reference):
                row = self._status(name)
                if row is not None and _snapshot(row).state is PaymentState.PENDING:
                    self._call("POST", f"{self.url}/v2/{escaped(name, safe='')}/cancel", {})
            if not page or self._close(page):
                break
        found = self.fetch(provider_reference)
        if found is None or found.state is not PaymentState.PENDING:
            return found
        return Snapshot(PaymentState.CANCELLED, ZERO, ZERO)

    def parse_webhook(self, headers: Mapping[str, str], body: bytes) -> list[Hint]:
        try:
            told: Any = json.loads(body[: LARGEST + 1])
            name, status, sum_ = str(told["order_id"]), str(told["status_code"]), str(told["gross_amount"])
            signed = str(told["signature_key"]).encode()
        except (ValueError, KeyError, TypeError, RecursionError):
            raise _unsigned() from None
        good = False
        for secret in self.secrets:
            right = hashlib.sha512((name + status + sum_ + secret).encode()).hexdigest().encode()
            good |= hmac.compare_digest(right, signed)
        if not good:
            raise _unsigned()
        said = [str(told.get(one, ""))[:40] for one in ("transaction_id", "transaction_status", "fraud_status")]
        event = "|".join([name, status, sum_, *said, str(told.get("refund_amount", ""))[:20]])
        return [Hint(name, hashlib.sha256(event.encode()).hexdigest(), _attempt(name)[0])]

    def _page(self, request: PaymentRequest, name: str) -> dict[str, Any]:
        methods = [one for one in self.methods if request.total <= QRIS_MOST or one not in _BY_QRIS]
        asked: dict[str, Any] = {
            "transaction_details": {"order_id": name, "gross_amount": request.total.rupiah},
            "item_details": [
                {"id": request.payment[:50], "price": request.total.rupiah, "quantity": 1, "name": request.title[:50]}
            ],
            "enabled_payments": methods,
            "callbacks": {"finish": request.return_url},
        }
        if request.email:
            asked["customer_details"] = {"email": request.email}
        if request.expires_at is not None:
            left = min(max(request.expires_at - clock.now(), SHORTEST_PAGE), LONGEST_PAGE)
            span = {"duration": math.ceil(left.total_seconds() / 60), "unit": "minutes"}
            start = clock.now().astimezone(clock.WIB).strftime("%Y-%m-%d %H:%M:%S %z")
            asked |= {"page_expiry": span, "expiry": {"start_time": start, **span}}
        return asked

    def _address(self, answer: dict[str, Any]) -> str:
        address = str(answer.get("redirect_url") or "")
        where = urlsplit(address)
        if f"{where.scheme}://{where.netloc}" not in self.capabilities.pages:
            raise _silence()
        return address

    def _close(self, page: str) -> bool:
        """Whether nobody can begin anything on this page any more."""
        token = urlsplit(page).path.rstrip("/").rpartition("/")[2]
        address = f"{self.page_url}/snap/v1/transactions/{escaped(token, safe='')}/cancel"
        status, answer = self._call("POST", address, {})
        return "progress" not in json.dumps(answer.get("error_messages", "")) or status < 400

    def _call_off(self, name: str) -> RefundResult:
        status, answer = self._call("POST", f"{self.url}/v2/{escaped(name, safe='')}/cancel", {})
        if status == 200:
            return _called_off(answer)
        return RefundResult(RefundOutcome.FAILED, why=_why(status, answer))

    def _status(self, name: str) -> dict[str, Any] | None:
        """What is known of a transaction; None while nobody has chosen a way of paying on its page."""
        status, row = self._call("GET", f"{self.url}/v2/{escaped(name, safe='')}/status")
        if status == 404:
            return None
        if "transaction_status" not in row or name not in (row.get("order_id"), row.get("transaction_id")):
            raise _refused(status, row)
        return row

    def _call(self, method: str, url: str, body: dict[str, Any] | None = None) -> tuple[int, dict[str, Any]]:
        """The status and the answer; Midtrans writes the status into the answer, often beside a 200. Unavailable when
        there is no answer, or one that says nothing: then nothing is known."""
        if not self.breaker.admits():
            raise _silence()
        data = None if body is None else json.dumps(body).encode()
        headers = dict(self._http.headers)
        if self.hook:
            headers["x-override-notification"] = self.hook
        try:
            response = self._http.request(method, url, body=data, headers=headers, preload_content=False)
            text = response.read(LARGEST + 1, decode_content=True)
            response.release_conn()
            answer = json.loads(text) if len(text) <= LARGEST else None
            status = int(answer.get("status_code") or response.status) if isinstance(answer, dict) else 0
        except (urllib3.exceptions.HTTPError, OSError, ValueError, RecursionError) as error:
            self.breaker.failed()
            log.warning("no answer", kind=type(error).__name__)
            raise _silence() from error
        if not isinstance(answer, dict) or status in (0, 401, 403, 409, 429) or status >= 500:
            (self.breaker.succeeded if status in (409, 429) else self.breaker.failed)()
            log.warning("no answer", status=status)
            raise _silence()
        self.breaker.succeeded()
        return status, answer


def _snapshot(row: dict[str, Any]) -> Snapshot:
    """What a transaction's row means for us. What nobody can read waits for a person (`odd`)."""
    status, fraud, name = (
        str(row["transaction_status"]),
        str(row.get("fraud_status", "")),
        str(row.get("transaction_id", "")),
    )
    state = _STATES.get(status, PaymentState.PENDING)
    odd = "" if status in _STATES else f"status {status}"[:80]
    if status == "capture" and fraud == "challenge":
        state, odd = PaymentState.PENDING, "challenge"
    elif status == "capture" and fraud == "deny":
        state = PaymentState.CANCELLED
    if state is not PaymentState.PAID:
        return Snapshot(state, ZERO, ZERO, odd=odd, second_reference=name if odd else "")
    currency = str(row.get("currency") or "IDR")
    paid = _rupiah(row.get("gross_amount"), currency)
    back = ZERO
    told = row.get("refund_amount") or (row.get("gross_amount") if status == "refund" else None)
    if told or status == "partial_refund":
        refunded = _rupiah(told, currency)
        back, odd = refunded or ZERO, "" if refunded is not None else f"-{told} {currency}"[:80]
    if status == "partial_chargeback":
        odd = status
    if paid is None:
        odd = f"{row.get('gross_amount')} {currency}"[:80]
    lost = Dispute.LOST if status == "chargeback" else None
    return Snapshot(state, paid or ZERO, back, odd=odd, dispute=lost, second_reference=name)


def _rupiah(sum_: object, currency: str) -> Money | None:
    """ "275000.00" as money; None for another currency and for broken rupiah."""
    match = re.fullmatch(r"(\d{1,12})(?:\.0{1,2})?", str(sum_), re.ASCII)
    return Money(int(match[1])) if match and currency == "IDR" else None


def _sent(row: dict[str, Any], key: str) -> RefundResult | None:
    """What became of our refund `key`, when the transaction lists it."""
    for one in row.get("refunds") or []:
        if one.get("refund_key") == key:
            reference = f"midtrans-{one.get('refund_chargeback_uuid') or one.get('refund_chargeback_id')}"[:80]
            is_over = one.get("refund_method") == "online" or one.get("bank_confirmed_at")
            return RefundResult(RefundOutcome.SUCCEEDED if is_over else RefundOutcome.PENDING, reference)
    return None


def _called_off(row: dict[str, Any]) -> RefundResult:
    return RefundResult(RefundOutcome.SUCCEEDED, f"midtrans-cancel-{row.get('transaction_id')}"[:80])


def _refusal(row: dict[str, Any], is_whole: bool) -> str:
    """Why people must send this money back: its way of paying takes none, not in parts, or not any more."""
    way = str(row.get("payment_type", ""))
    days = _REFUND_DAYS.get(way)
    if way == "qris":
        days = _REFUND_DAYS["shopeepay" if _is_of_shopee(row) else "gopay"]
        issuer, acquirer = str(row.get("issuer", "")).casefold(), str(row.get("acquirer", "")).casefold()
        if issuer and issuer not in acquirer:
            days = 7
    if days is None:
        return way or "unknown"
    if not is_whole and (way in _WHOLE_ONLY or _is_of_shopee(row)):
        return f"{way}: whole only"
    try:
        settled = datetime.strptime(str(row.get("settlement_time")), "%Y-%m-%d %H:%M:%S").replace(tzinfo=clock.WIB)
    except ValueError:
        return ""
    return f"{way}: {days} days" if clock.now() > settled + timedelta(days=days) else ""


def _is_of_shopee(row: dict[str, Any]) -> bool:
    return row.get("payment_type") == "shopeepay" or "shopee" in str(row.get("acquirer", "")).casefold()


def _is_taken(status: int, answer: dict[str, Any]) -> bool:
    return status == 406 or (status == 400 and "order_id" in json.dumps(answer.get("error_messages", "")))


def _attempt(name: str) -> tuple[str, int, int]:
    """`code-3~2` is the second page of the third attempt."""
    base, _, page = name.partition("~")
    code, _, number = base.partition("-")
    return code, int(number) if number.isdigit() else 1, int(page) if page.isdigit() else 1


def _next(name: str) -> str:
    return f"{name.partition('~')[0]}~{_attempt(name)[2] + 1}"


def _names(name: str) -> list[str]:
    """All that an attempt was called, the newest first, then the attempts before it."""
    code, number, page = _attempt(name)
    base = name.partition("~")[0]
    names = [base if one == 1 else f"{base}~{one}" for one in range(page, 0, -1)][:NAMES]
    return names + [code if one == 1 else f"{code}-{one}" for one in range(number - 1, 0, -1)][:NAMES]


def _why(status: int, answer: dict[str, Any]) -> str:
    return f"{status} {answer.get('status_message') or answer.get('error_messages') or ''}".strip()[:200]


def _unsigned() -> Invalid:
    return Invalid(N_("This message is not signed by the payment partner."))


def _refused(status: int, answer: dict[str, Any]) -> Refused:
    why = _why(status, answer)
    log.warning("refused", why=why)
    return Refused(_silence().message, why)


def _silence() -> Unavailable:
    return Unavailable(N_("The payment partner does not answer at the moment. Nothing was charged."), retry_after=30)
