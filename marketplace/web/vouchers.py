"""Vouchers in words, and the form that makes one; for buyers, sellers and operators."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import DateField, SelectField, SelectMultipleField, StringField

from catalog import clock
from catalog.crafts.queries import list_crafts
from catalog.errors import Invalid
from catalog.money import ZERO
from catalog.text import N_, localized
from marketplace.accounts.models import User
from marketplace.promotions.models import Payer, Voucher, VoucherKind
from marketplace.promotions.queries import find_fund, list_funds
from marketplace.promotions.services import make
from marketplace.sellers.models import Seller
from marketplace.sellers.queries import find_seller
from marketplace.web.filters import day
from marketplace.web.forms import AtMost, Form, MoneyField, Needed, line
from marketplace.web.locale import current_locale


def describe(voucher: Voucher) -> str:
    """What it takes off, for whoever may use it: `25% off, at most Rp50.000, from Rp200.000`."""
    locale = current_locale()

    def money(value: Any) -> str:
        return str(value.format(locale))

    if voucher.kind is VoucherKind.PERCENTAGE:
        said = [_("%(percent)s%% off", percent=voucher.percent)]
    elif voucher.kind is VoucherKind.FIXED:
        said = [_("%(sum)s off", sum=money(voucher.worth))]
    else:
        said = [_("shipping for nothing") if voucher.cap is None else _("off the shipping")]
    if voucher.cap is not None:
        said.append(_("at most %(sum)s", sum=money(voucher.cap)))
    if voucher.seller is not None:
        said.append(_("pieces of %(seller)s", seller=voucher.seller.name))
    if voucher.crafts:
        said.append(", ".join(localized(one, "name", locale) for one in voucher.crafts))
    if voucher.minimum:
        said.append(_("from %(sum)s", sum=money(voucher.minimum)))
    return ", ".join(said)


class VoucherForm(Form):
    """A seller's own voucher: for all their pieces, paid by them."""

    code = StringField(
        _l("Code"), validators=[Needed(), AtMost(26)], filters=[line],
        description=_l("What buyers type: 4 to 20 letters and digits, for example CUAL25."),
    )  # fmt: skip
    kind = SelectField(
        _l("What it takes off"),
        choices=[("percentage", _l("A percentage")), ("fixed", _l("A fixed sum")), ("shipping", _l("The shipping"))],
        default="percentage",
    )
    percent = StringField(
        _l("Percentage"), validators=[AtMost(3)], filters=[line], description=_l("For a percentage: from 1 to 100.")
    )
    worth = MoneyField(_l("Fixed sum"), description=_l("For a fixed sum: how much it takes off."))
    cap = MoneyField(_l("At most"), description=_l("Bounds a percentage or the shipping. Empty: no bound."))
    minimum = MoneyField(
        _l("From which sum"), description=_l("What the pieces that it is for must cost. Empty: from the first rupiah.")
    )
    starts_on = DateField(_l("First day"), validators=[Needed()])
    ends_on = DateField(_l("Last day"), validators=[Needed()])
    most_uses = StringField(
        _l("How often in all"),
        validators=[AtMost(7)],
        filters=[line],
        description=_l("Empty: as often as people like."),
    )
    most_each = StringField(
        _l("How often per person"), validators=[AtMost(7)], filters=[line], default="1",
        description=_l("A person is their account, mail and telephone. Empty: as often as they like."),
    )  # fmt: skip

    @classmethod
    def fresh(cls) -> Any:
        """An empty form that begins today and lasts thirty days."""
        today = clock.today()
        form = cls(formdata=None, data={"starts_on": today, "ends_on": today + timedelta(days=30), "most_each": "1"})
        form.offer()
        return form

    def offer(self) -> None:
        """Fill in what can be chosen."""

    def save(self, user: User, seller: Seller | None = None) -> Voucher:
        """Make it; errors name the fields of this form."""
        return make(
            self.code.data or "",
            VoucherKind(self.kind.data),
            percent=self._whole("percent"),
            worth=self.worth.data,
            cap=self.cap.data,
            minimum=self.minimum.data or ZERO,
            starts_at=clock.start_of(self.starts_on.data),
            ends_at=clock.start_of(self.ends_on.data + timedelta(days=1)),
            most_uses=self._whole("most_uses"),
            most_each=self._whole("most_each"),
            user=user,
            **self.scope(seller),
        )

    def scope(self, seller: Seller | None) -> dict[str, Any]:
        return {"payer": Payer.SELLER, "seller": seller}

    def _whole(self, name: str) -> int | None:
        text = self[name].data or ""
        if not text:
            return None
        if not (text.isascii() and text.isdigit()):
            raise Invalid(N_("Write a whole number, without dots."), field=name)
        return int(text)


class HouseVoucherForm(VoucherForm):
    """An operator's voucher: for everything, some crafts or one shop, paid by whoever agreed to pay."""

    payer = SelectField(
        _l("Who pays"),
        choices=[("platform", _l("The marketplace")), ("programme", _l("A programme")), ("seller", _l("The shop"))],
        default="platform",
    )
    fund = SelectField(_l("Programme"), validate_choice=False, description=_l("Where a programme pays."))
    seller = StringField(
        _l("Code of the shop"), validators=[AtMost(26)], filters=[line],
        description=_l("Only pieces of this shop. Empty: of every shop."),
    )  # fmt: skip
    shop_percent = StringField(
        _l("Of this, the shop bears"), validators=[AtMost(2)], filters=[line],
        description=_l("In percent, as agreed with the shop above, where the marketplace pays the rest. Empty: nothing."),
    )  # fmt: skip
    crafts = SelectMultipleField(
        _l("Crafts"), validate_choice=False, description=_l("Only pieces of these crafts. None: of every craft.")
    )

    def offer(self) -> None:
        self.fund.choices = [("", "–"), *((one.code, f"{one.name} · {one.left}") for one in list_funds())]
        locale = current_locale()
        self.crafts.choices = [(one.slug, localized(one, "name", locale)) for one in list_crafts()]

    def scope(self, seller: Seller | None) -> dict[str, Any]:
        shop = None
        if self.seller.data:
            shop = find_seller(self.seller.data)
            if shop is None:
                raise Invalid(N_("There is no shop of this code."), field="seller")
        wanted = set(self.crafts.data or [])
        return {
            "payer": Payer(self.payer.data),
            "fund": find_fund(self.fund.data or ""),
            "shop_percent": self._whole("shop_percent"),
            "seller": shop,
            "crafts": [one for one in list_crafts() if one.slug in wanted],
        }


class FundForm(Form):
    """A programme's money for vouchers."""

    name = StringField(_l("Name of the programme"), validators=[Needed(), AtMost(80)], filters=[line])
    budget = MoneyField(_l("Its budget for vouchers"), validators=[Needed()])


def desk_rows(vouchers: list[Voucher], stop_url: Any, tells_payer: bool = True) -> list[dict[str, Any]]:
    """Vouchers for the lists of desks; `stop_url` gives the address that stops one."""
    states = {
        "running": (_("Running"), "success"),
        "coming": (_("Not yet"), "info"),
        "used-up": (_("Used up"), "warning"),
        "over": (_("Over"), "quiet"),
        "stopped": (_("Stopped"), "quiet"),
    }
    return [
        {
            "code": one.code,
            "text": describe(one),
            "payer": _payer(one) if tells_payer or one.shop_percent else "",
            "state": states[one.state][0],
            "kind": states[one.state][1],
            "used": one.used,
            "most": one.most_uses,
            "from": day(one.starts_at.astimezone(clock.WIB)),
            "until": day(one.ends_at.astimezone(clock.WIB) - timedelta(days=1)),
            "stop_url": stop_url(one.code)
            if one.state in ("running", "coming", "used-up") and (tells_payer or not one.shop_percent)
            else None,
        }
        for one in vouchers
    ]


def _payer(voucher: Voucher) -> str:
    if voucher.payer is Payer.SELLER and voucher.seller is not None:
        return _("%(seller)s pays", seller=voucher.seller.name)
    if voucher.shop_percent and voucher.seller is not None:
        return _(
            "the marketplace pays, %(seller)s bears %(percent)s %%",
            seller=voucher.seller.name,
            percent=voucher.shop_percent,
        )
    if voucher.fund is not None:
        return _("%(programme)s pays", programme=voucher.fund.name)
    return _("the marketplace pays")
