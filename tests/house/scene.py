"""One of everything that an address can name: most of it Ratna's, so that everybody else's answers can be told."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Flask

from catalog import clock
from catalog.codes import hashed, new_token
from catalog.collections import services as collections
from catalog.db import db, transaction
from catalog.makers.models import Maker
from catalog.makers.people import add_person
from catalog.makers.workshops import add_picture
from catalog.media.papers import Paper
from catalog.media.private import keep
from catalog.money import Money
from catalog.products.models import Product
from catalog.search import upkeep
from marketplace.accounts.models import Session, Token, TokenPurpose
from marketplace.bookkeeping.bookings import Typed
from marketplace.bookkeeping.bookings import make as make_booking
from marketplace.bookkeeping.models import Deed
from marketplace.carts import files as personal
from marketplace.certification import services as certification
from marketplace.certification.queries import find_scan
from marketplace.checkout import addresses
from marketplace.conversations import services as conversations
from marketplace.conversations.models import Side
from marketplace.curation import services as curation
from marketplace.ledger.days import close as close_day
from marketplace.ledger.models import Kind
from marketplace.ledger.services import Entry, post
from marketplace.notifications.leaving import leaving_token
from marketplace.notifications.mail import Mail
from marketplace.notifications.models import Dispatch, Notification
from marketplace.orders import services as orders
from marketplace.orders.access import access_token
from marketplace.orders.models import Actor, Order, ProgressPhoto
from marketplace.outbox.models import Message
from marketplace.payments.models import Charge, Proof, Refund
from marketplace.payments.providers import Turn
from marketplace.payments.services import add_qris
from marketplace.payouts.accounts import name_account
from marketplace.payouts.services import draw
from marketplace.promotions.models import Payer
from marketplace.reconciliation.models import Difference, Gap
from marketplace.returns import photos
from marketplace.returns import services as returns
from marketplace.returns.wishes import Wish
from marketplace.reviews import services as reviews
from marketplace.sellers import services as sellers
from marketplace.sellers.models import Seller
from marketplace.shipping.rates import import_rates, save_rate, save_service
from marketplace.web.curator.synonyms import handle
from marketplace.wishlists import services as wishlists
from marketplace.wishlists import watches
from marketplace.wishlists.links import list_token, watch_token
from marketplace.wishlists.queries import read_pieces
from tests import factories
from tests.cast import Cast
from tests.conftest import form_token
from tests.marketplace.banking.lines import come
from tests.marketplace.checkout.shopping import buy, of, orders_of, pay, payment_of
from tests.marketplace.conversations.talk import small_picture

NOBODY = "nobody"


class Scene:
    """The cast's world, and what stands in each address."""

    def __init__(self, app: Flask, cast: Cast) -> None:
        self.app = app
        self.cast = cast
        self.house = app.extensions["house"]
        self.tokens: dict[str, str] = {}
        self._furnish()
        for name, person in cast.people.items():
            self._sign_in(name, person)

    def _furnish(self) -> None:
        cast = self.cast
        with transaction():
            self.draft = factories.product(cast.ratnas, "Kain cual yang belum siap", live=False)
            maker = db.session.get_one(Maker, cast.shawl.maker_id)
            self.hand = add_person(maker, "Ratna", agrees=True)
            add_picture(maker, self.draft.pictures[0].image)
            self.waiting = factories.product(cast.ratnas, "Kain cual yang menunggu", live=False)
            self.submission = curation.submit(self.waiting, cast.ratna)
            self.collection = collections.create_collection("Dari Mentok")
            collections.place(self.collection, cast.shawl)
            applicant = factories.user("Wati")
            self.application = sellers.apply(
                applicant,
                "Anyaman Contoh Wati",
                "19.05.04",
                "Jalan Contoh 3",
                "0812 3456 7890",
                [factories.craft().slug],
            )
            self.message = factories.add(Message(topic="mail", payload={}, failed_at=clock.now(), attempts=12))
            self.reset, self.confirm, self.change = (new_token() for _ in range(3))
            for secret, purpose in (
                (self.reset, TokenPurpose.RESET), (self.confirm, TokenPurpose.CONFIRM), (self.change, TokenPurpose.CHANGE_EMAIL),
            ):  # fmt: skip
                factories.add(
                    Token(token_hash=hashed(secret), user_id=cast.sari.id, purpose=purpose, email="sari@contoh.example",
                          expires_at=clock.after(timedelta(hours=1)))
                )  # fmt: skip
            upkeep.rebuild(self.house.ports.search)
            upload = b"origin,destination,service,price,days_min,days_max\n19.05,31,x,1,1,1\n"
            service = save_service(
                None,
                {"courier": "JNE", "name": "REG", "divisor": 6000, "minimum": 1000, "step": 1000, "tolerance": 300},
            )
            rate = {"service": service.code, "destination": "", "price": "9000", "days_min": "1", "days_max": "2"}
            self.service = service.code
            self.rate = save_rate(None, {**rate, "origin": "19.05"}).code
            self.own_rate = save_rate(None, rate, cast.ratnas).code
            self.rate_file = import_rates(upload, cast.tono).code
            self.own_rate_file = import_rates(upload, cast.ratna, cast.ratnas).code
            self.voucher = factories.voucher("RATNA10", payer=Payer.SELLER, seller=cast.ratnas).code
            with clock.frozen(clock.now() - timedelta(days=4)):
                name_account(cast.ratnas, "BCA", "1234567890", "Ratna Contoh", factories.PASSWORD, cast.ratna)
            earned = [Entry("bank:b", Money(90_000)), Entry(f"seller:{cast.ratnas.code}", Money(-90_000), "goods")]
            post("earned", Kind.RELEASE, earned)
            owed = [Entry("commission", Money(-7_000)), Entry(f"seller:{cast.budis.code}", Money(7_000), "commission")]
            post("owed", Kind.CORRECTION, owed)
            self.batch = draw(cast.tono)
            kept = Typed(Deed.BANK_FEE, "other", "ADM 11", clock.today(), Money(6_500))
            self.booking = make_booking(kept, cast.tono).code
            gap = Difference(
                source="card", turn=Turn.FEE, about="fee_1", gap=Gap.ONLY_THEIRS, ours=Money(0), theirs=Money(-5_000),
                happened_at=clock.now(),
            )  # fmt: skip
            db.session.add(gap)
            db.session.flush()
            self.gap = gap.code
            self.closed_day = close_day(clock.today() - timedelta(days=1), cast.tono).day.isoformat()
            self.address = addresses.save(
                cast.ratna,
                None,
                {
                    "recipient": "Ratna", "phone": "0812 3456 7890", "address": "Jalan Contoh 2",
                    "place_code": "19.05.01.1003", "postal_code": "33311",
                },
            ).code  # fmt: skip
            self.point = sellers.save_point(
                None,
                {
                    "name": "Galeri Contoh",
                    "district_code": "19.05.01",
                    "address": "Jalan Contoh 5",
                    "hours": "Senin–Sabtu",
                },
            )
        self._wish()
        with transaction():
            paper = Paper("pdf", "0" * 64, b"%PDF-1.7\n%%EOF")
            certification.lay_down(self.house.ports.private, paper)
            self.certificate = certification.state(
                cast.ratnas, cast.shawl.maker, {"kind": "halal", "number": "ID00000000000000001"}, cast.ratna, paper
            )
            self.scan = find_scan(self.certificate)
        self.purchase = buy(of(cast.sari), (cast.shawl, 1), (cast.plaque, 1)).purchase
        pay(self.purchase, cast.tono)
        self.order = next(one for one in orders_of(self.purchase) if one.seller_id == cast.ratnas.id)
        with transaction() as session:
            files = keep(self.house.ports.private, small_picture("a loom"), ProgressPhoto.FOLDER)
            self.work = ProgressPhoto(order_id=self.order.id, files=files, digest=files[-1][-1])
            session.add(self.work)
        with transaction():
            made = db.session.get_one(Order, self.order.id).lines[0]
            made.file = personal.add(personal.lay_down(self.house.ports.private, small_picture("a drawing")))
            self.line = made.code
        other = buy(of(cast.sari), (cast.shawl, 1)).purchase
        pay(other, cast.tono)
        with transaction():
            (theirs,) = orders_of(other)
            orders.cancel(theirs, Actor.SELLER, "Benang emasnya habis di gudang", cast.ratna)
        self.sent = buy(of(cast.sari), (cast.shawl, 1)).purchase
        pay(self.sent, cast.tono)
        self.bank_line = come(cast, payment_of(self.sent), 77)
        with transaction():
            (self.sent_order,) = orders_of(self.sent)
            self.parcel = orders.ship(self.sent_order, Actor.SELLER, user=cast.ratna).shipments[0]
        self._review()
        with transaction():
            self.qris_account = add_qris(factories.qris_text()).code
            self.charge = Charge(
                payment_id=payment_of(self.sent).id, provider="nobody", odd="1 USD/100", parked_at=clock.now()
            )
            db.session.add(self.charge)
            shown = keep(self.house.ports.private, small_picture("a slip"), Proof.FOLDER)
            self.proof = Proof(payment_id=payment_of(self.sent).id, files=shown, digest=shown[-1][-1])
            db.session.add(self.proof)
        self.refund = db.session.scalars(db.select(Refund)).one()
        self.house.ports.mailer.send(Mail("sari@contoh.example", "Pesanan", "Isi\n", "<p>Isi</p>", "<abc@localhost>"))
        self.mail = next(self.house.settings.mails_dir.glob("*.eml")).stem
        with transaction():
            about = conversations.begin_about_product(
                cast.sari, db.session.get_one(Product, cast.shawl.id), db.session.get_one(Seller, cast.ratnas.id)
            )
            self.conversation = about.code
            self.post = conversations.say(about, cast.sari, Side.BUYER, "Apakah ada yang merah?")
            self.attachment = conversations.attach(self.house.ports.private, small_picture(), cast.sari)
            conversations.say(about, cast.sari, Side.BUYER, "Seperti ini.", [self.attachment])
            self.report = conversations.report(self.post, cast.ratna, Side.SELLER, "spam")
        self.notification = db.session.scalars(
            db.select(Notification).where(Notification.user_id == cast.ratna.id).limit(1)
        ).one()
        self.dispatch, self.prepared = (
            db.session.scalars(
                db.select(Dispatch.code).where(Dispatch.channel == channel).order_by(Dispatch.id)
            ).first()
            for channel in ("mail", "whatsapp")
        )
        self.leaving = leaving_token(self.house.settings.secret_key, cast.sari.code, "order-shipped")
        self.synonyms = handle(next(iter(self.house.ports.search.list_synonyms())))

    def _wish(self) -> None:
        """Ratna's list, shared, and the piece of Budi's that she waits for."""
        cast = self.cast
        with transaction():
            self.wishlist = wishlists.make(cast.ratna, "Untuk rumah").code
            wishlists.wish(cast.ratna, cast.plaque.variants[0].code, self.wishlist)
            shared = wishlists.share(cast.ratna, self.wishlist)
            self.shared_list = list_token(self.house.settings.secret_key, shared.share_code or "")
            self.wish = read_pieces(shared)[0].code
            gone = factories.product(cast.budis, "Plakat yang habis", stock=0)
            self.watch = watches.watch(gone.variants[0].code, cast.ratna.email, "id", cast.ratna).code
            self.watch_link = watch_token(self.house.settings.secret_key, self.watch)

    def _review(self) -> None:
        """Sari's words about a scarf: the first reported, those about the next still to be written."""
        cast = self.cast
        with transaction():
            self.scarf = factories.product(db.session.merge(cast.ratnas), "Syal cual", stock=5)
        self.review_of, self.told = (buy(of(cast.sari), (self.scarf, 1)).purchase for _ in range(2))
        for purchase in (self.review_of, self.told):
            pay(purchase, cast.tono)
            with transaction():
                (order,) = orders_of(purchase)
                orders.ship(order, Actor.SELLER, user=cast.ratna)
                orders.mark_delivered(order, Actor.BUYER, cast.sari)
        with transaction():
            (order,) = orders_of(self.review_of)
            photo = reviews.keep_photo(self.house.ports.private, small_picture("a shawl"), order.lines[0])
            self.review = reviews.write(order.lines[0], cast.sari, 4, "Bagus.", photos=[photo])
            reviews.rate_buyer(order, cast.ratna, 5)
            self.case = reviews.report(self.review, cast.budi, "insult")
            (self.told_order,) = orders_of(self.told)
            self.told_line = self.told_order.lines[0].code
            self.told_photo = reviews.keep_photo(
                self.house.ports.private, small_picture("another"), self.told_order.lines[0]
            )
            self.review_photo = photo
        self._send_back(self.scarf)

    def _send_back(self, scarf: Product) -> None:
        """One of two pieces that came is claimed, and the operator is asked."""
        cast = self.cast
        self.kept = buy(of(cast.sari), (scarf, 2)).purchase
        pay(self.kept, cast.tono)
        with transaction():
            (self.kept_order,) = orders_of(self.kept)
            orders.ship(self.kept_order, Actor.SELLER, user=cast.ratna)
            orders.mark_delivered(self.kept_order, Actor.BUYER, cast.sari)
        with transaction():
            (order,) = orders_of(self.kept)
            self.return_photo = photos.attach(self.house.ports.private, small_picture("a torn scarf"), self.kept)
            wish = Wish("claim", {order.lines[0].code: (1, "damaged")}, "Tepinya robek.", [self.return_photo])
            self.returned = returns.ask(order, wish, cast.sari)
        with transaction():
            returns.refuse(self.returned, "Kain dikirim utuh.", cast.ratna)
        with transaction():
            returns.escalate(self.returned, Actor.BUYER, "Lihat fotonya.", cast.sari)

    def _sign_in(self, name: str, person: Any) -> None:
        token = new_token()
        with transaction() as session:
            session.add(
                Session(token_hash=hashed(token), user_id=person.id, data={}, expires_at=clock.after(timedelta(days=1)))
            )
        self.tokens[name] = token
        if name == "ratna":
            self.session_code = db.session.scalar(db.select(Session.code).where(Session.token_hash == hashed(token)))

    def values(self, endpoint: str, arguments: set[str]) -> dict[str, str]:
        """What stands in this endpoint's address."""
        special = {
            "storefront.products.show": {"name": f"{self.cast.shawl.slug}-{self.cast.shawl.code}"},
            "storefront.reviews": {"code": self.told.code, "line": self.told_line, "photo": self.told_photo.code},
            "storefront.reviews.appeal": {"code": self.review_of.code, "line": self.review.line.code},
            "storefront.reviews.index": {"name": f"{self.cast.shawl.slug}-{self.cast.shawl.code}"},
            "storefront.returns": {
                "code": self.kept.code, "order": self.kept_order.code, "found": self.returned.code,
                "photo": self.return_photo.code, "name": "escalate",
            },
            "seller.returns": {"code": self.returned.code, "photo": self.return_photo.code, "name": "accept"},
            "operator.returns": {"code": self.returned.code, "photo": self.return_photo.code},
            "account.objections": {"code": self.review.code},
            "account.addresses": {"code": self.address},
            "account.wishlists": {"code": self.wishlist},
            "account.wishlists.unwatch": {"code": self.watch},
            "account.wishes": {"code": self.wish},
            "storefront.watches": {"token": self.watch_link},
            "storefront.wishlists.show": {"token": self.shared_list},
            "operator.bookings": {"code": self.booking},
            "operator.reconciliation": {"code": self.gap},
            "operator.days": {"day": self.closed_day},
            "operator.payouts": {"code": self.batch.code},
            "operator.payouts.confirm": {"code": self.batch.payouts[0].code},
            "operator.payouts.fail": {"code": self.batch.payouts[0].code},
            "operator.payouts.let_go": {"code": self.batch.payouts[0].code},
            "operator.vouchers": {"code": self.voucher},
            "seller.vouchers": {"code": self.voucher},
            "seller.reviews": {"code": self.review.code},
            "seller.buyers": {"order": self.told_order.code},
            "curator.reviews": {"code": self.case.code, "photo": self.review_photo.code},
            "operator.reviews": {"code": self.case.code, "photo": self.review_photo.code},
            "storefront.makers.show": {"name": f"{self.cast.shawl.maker.slug}-{self.cast.shawl.maker.code}"},
            "storefront.collections.show": {"name": f"{self.collection.slug}-{self.collection.code}"},
            "storefront.crafts.show": {"slug": "tenun-cual"},
            "storefront.motifs.show": {"slug": "kembang-setaman"},
            "storefront.sitemaps.show": {"name": "pages"},
            "storefront.materials.show": {"slug": "benang-sutra"},
            "storefront.techniques.show": {"slug": "tenun-gedogan"},
            "storefront.places.show": {"code": "19.05"},
            "storefront.pages.show": {"slug": "about"},
            "storefront.cart.update": {"code": self.cast.shawl.variants[0].code},
            "storefront.cart.tell": {"seller": self.cast.ratnas.code},
            "storefront.cart.put_back": {"code": self.cast.shawl.variants[0].code},
            "storefront.cart.save": {"code": self.cast.shawl.variants[0].code},
            "storefront.cart.destroy": {"code": self.cast.shawl.variants[0].code},
            "account.confirmation.show": {"token": self.confirm},
            "account.confirmation.update": {"token": self.confirm},
            "account.email.show": {"token": self.change},
            "account.email.create": {"token": self.change},
            "account.reset.edit": {"token": self.reset},
            "account.reset.update": {"token": self.reset},
            "account.sessions.destroy": {"code": self.session_code or ""},
            "account.conversations": {"code": self.conversation},
            "account.attachments.show": {"code": self.attachment.code},
            "account.reports": {"code": self.post.code},
            "account.scans.show": {"code": self.scan.code if self.scan else ""},
            "seller.certificates": {"code": self.certificate.code},
            "curator.certificates": {"code": self.certificate.code},
            "officer.certificates": {"code": self.certificate.code},
            "seller.conversations": {"code": self.conversation},
            "operator.reports": {"code": self.report.code},
            "storefront.questions.create": {"name": f"{self.cast.shawl.slug}-{self.cast.shawl.code}"},
            "account.notifications.read": {"code": self.notification.code},
            "account.unsubscription": {"token": self.leaving},
            "account.applications.show": {"code": self.cast.ratnas.code},
            "account.applications.edit": {"code": self.cast.ratnas.code},
            "account.applications.update": {"code": self.cast.ratnas.code},
            "curator.submissions": {"code": self.submission.code},
            "curator.crafts": {"kind": "techniques", "slug": "tenun-gedogan"},
            "curator.portraits": {"kind": "techniques", "slug": "tenun-gedogan"},
            "curator": {"code": self.collection.code, "product": self.cast.shawl.code, "group": self.synonyms},
            "officer.makers.show": {"code": self.cast.shawl.maker.code},
            "operator.applications": {"code": self.application.code},
            "operator.dispatches": {"code": self.dispatch},
            "officer.dispatches": {"code": self.prepared},
            "operator.jobs": {"code": self.message.code},
            "operator.mails.show": {"name": self.mail},
            "operator.orders": {"code": self.order.code, "name": "deliver", "photo": self.work.code, "line": self.line},
            "operator.documents": {"code": self.order.code, "kind": "receipt"},
            "seller.documents": {"order": self.order.code, "kind": "receipt"},
            "storefront.documents": {"code": self.purchase.code, "order": self.order.code, "kind": "receipt"},
            "operator.cash": {"kind": "shop", "code": self.cast.budis.code},
            "operator.payments.send_refund": {"code": self.refund.code},
            "operator.statements": {"code": self.bank_line.statement.code},
            "operator.statements.line": {"code": self.bank_line.code},
            "operator.statements.decide": {"code": self.bank_line.code},
            "operator.payments.approve_refund": {"code": self.refund.code},
            "operator.payments.second": {"code": payment_of(self.sent).code},
            "operator.payments.close_account": {"code": self.qris_account},
            "operator.payments.look": {"code": self.charge.code},
            "storefront.payments": {"code": self.sent.code, "payment": payment_of(self.sent).code},
            "storefront.paybacks": {"code": self.refund.payment.purchase_code},
            "storefront.proofs": {"code": self.sent.code, "payment": payment_of(self.sent).code},
            "operator.proofs": {"code": self.proof.code},
            "hooks.payments": {"provider": "nobody"},
            "hooks.payouts": {"provider": "nobody"},
            "operator.imports": {"code": self.rate_file},
            "operator.rates": {"code": self.rate},
            "operator.services": {"code": self.service},
            "seller.closures": {"since": "2026-12-24"},
            "seller.rates": {"rate": self.own_rate},
            "seller.imports": {"code": self.own_rate_file},
            "operator.points": {"code": self.point.code},
            "operator.sellers": {"code": self.cast.ratnas.code},
            "seller.capacities": {"maker": self.cast.shawl.maker.code},
            "seller.orders": {"code": self.order.code, "line": self.line},
            "seller.progress": {"photo": self.work.code},
            "seller.counter": {"order": self.sent_order.code},
            "seller.shipments.update": {"order": self.sent_order.code, "shipment": self.parcel.code},
            "storefront.purchases": {
                "code": self.purchase.code, "order": self.order.code, "photo": self.work.code, "line": self.line,
            },
            "storefront.answers.edit": {"code": self.line},
            "storefront.answers.update": {"code": self.line},
            "storefront.cart.file": {"code": self.line},
            "storefront.purchases.arrive": {
                "code": self.sent.code, "order": self.sent_order.code, "shipment": self.parcel.code,
            },
            "seller": {
                "seller": self.cast.ratnas.code, "code": self.draft.code, "product": self.draft.code, "order": self.order.code,
                "picture": self.draft.pictures[0].image.code, "maker": self.cast.shawl.maker.code,
                "person": self.hand.code,
            },
        }  # fmt: skip
        found: dict[str, str] = {}
        parts = endpoint.split(".")
        for length in range(1, len(parts) + 1):
            found |= special.get(".".join(parts[:length]), {})
        missing = arguments - set(found)
        assert not missing, f"say in tests/house/scene.py what stands for {sorted(missing)} in {endpoint}"
        return {name: found[name] for name in arguments}

    def ask(self, method: str, address: str, person: str, data: dict[str, str] | None = None) -> Any:
        """One request of one person, with their form token, asking for JSON so that refusals are short."""
        client = self.app.test_client()
        fields = dict(data or {})
        if person != NOBODY:
            client.set_cookie("kriyaloka", self.tokens[person])
            fields.setdefault("form_token", form_token(self.house.settings.secret_key, self.tokens[person]))
        return client.open(
            address,
            method=method,
            data=fields if method != "GET" else None,
            headers={"Accept": "application/json, text/html;q=0.9"},
        )

    def link(self, purchase: Any = None) -> str:
        """The token in the mail of Sari's purchase, or of another."""
        return access_token(self.house.settings.secret_key, (purchase or self.purchase).code)
