"""Courier services and rates for those who look after them; a seller's own are found through the seller."""

from __future__ import annotations

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from catalog.db import db
from marketplace.sellers.models import Seller
from marketplace.shipping.models import CourierService, RateImport, ShippingRate


def list_services(active_only: bool = False) -> list[CourierService]:
    """Every service by courier and name."""
    statement = select(CourierService).order_by(CourierService.courier, CourierService.name, CourierService.id)
    return list(db.session.scalars(statement.where(CourierService.is_active) if active_only else statement))


def count_rates() -> dict[int, int]:
    """How many shared rates each service has, by its row id."""
    counted = (
        select(ShippingRate.service_id, func.count())
        .where(ShippingRate.seller_id.is_(None))
        .group_by(ShippingRate.service_id)
    )
    return {row[0]: row[1] for row in db.session.execute(counted)}


def find_service(code: str) -> CourierService | None:
    """A service in any state."""
    return db.session.scalar(select(CourierService).where(CourierService.code == code))


def list_rates(
    seller: Seller | None, service: CourierService | None = None, after: str | None = None, limit: int = 50
) -> list[ShippingRate]:
    """Shared rates, or a seller's own, in the order in which they came; `after` is the code of the last one seen."""
    statement = _rates(seller).order_by(ShippingRate.id).limit(limit)
    if service is not None:
        statement = statement.where(ShippingRate.service_id == service.id)
    if after:
        last = select(ShippingRate.id).where(ShippingRate.code == after).scalar_subquery()
        statement = statement.where(ShippingRate.id > last)
    return list(db.session.scalars(statement))


def find_rate(seller: Seller | None, code: str) -> ShippingRate | None:
    """A shared rate, or one of the seller's own; another seller's does not exist."""
    return db.session.scalar(_rates(seller).where(ShippingRate.code == code))


def list_imports(seller: Seller | None, limit: int = 5) -> list[RateImport]:
    """The last files that were brought in."""
    return list(db.session.scalars(_imports(seller).order_by(RateImport.id.desc()).limit(limit)))


def find_import(seller: Seller | None, code: str) -> RateImport | None:
    """One of them, with whatever was wrong."""
    return db.session.scalar(_imports(seller).where(RateImport.code == code))


def tracking_link(courier: str, number: str, pages: dict[str, str]) -> str:
    """Where the courier shows a parcel; empty when it is not known. `pages` as `tracking_pages` gives them."""
    return pages.get(courier.casefold(), "").replace("{number}", number)


def tracking_pages(couriers: set[str]) -> dict[str, str]:
    """The couriers' pages for parcels by the courier's name in lower case, in one query; none are asked for none."""
    wanted = {one.casefold() for one in couriers if one}
    if not wanted:
        return {}
    rows = db.session.execute(
        select(CourierService.courier, CourierService.tracking_url)
        .where(
            or_(func.lower(CourierService.courier).in_(wanted), CourierService.courier.in_(couriers)),
            CourierService.tracking_url != "",
        )
        .order_by(CourierService.id.desc())
    )
    return {row[0].casefold(): row[1] for row in rows}


def _rates(seller: Seller | None) -> Select[ShippingRate]:
    return (
        select(ShippingRate)
        .join(ShippingRate.service)
        .options(contains_eager(ShippingRate.service))
        .where(ShippingRate.seller_id == (seller.id if seller else None))
    )


def _imports(seller: Seller | None) -> Select[RateImport]:
    whose = RateImport.seller_id == (seller.id if seller else None)
    return select(RateImport).where(whose).options(joinedload(RateImport.user, innerjoin=True))
