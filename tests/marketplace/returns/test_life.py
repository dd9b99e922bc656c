"""The life of a return: every answer, every deadline, the operator's word and the one appeal."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from catalog import clock
from catalog.db import db, transaction
from catalog.errors import Conflict, Forbidden, Invalid, Several
from catalog.inventory import promises
from catalog.inventory.models import Stock
from catalog.inventory.workdays import EVERYBODY
from catalog.money import Money
from marketplace.accounts.models import Role
from marketplace.checkout.queries import check_laws as check_laws_of_buying
from marketplace.orders.models import Actor, Order
from marketplace.orders.spans import end_of
from marketplace.payments.models import Refund, RefundState
from marketplace.returns import services as returns
from marketplace.returns.answers import Answer
from marketplace.returns.laws import check_laws
from marketplace.returns.models import RefundLine, Remedy, Return, ReturnState
from marketplace.returns.states import RETURN, TERMINAL
from marketplace.sellers.models import Seller
from tests import factories
from tests.cast import Cast
from tests.conftest import both_databases
from tests.marketplace.checkout.shopping import payment_of
from tests.marketplace.returns.coming import ask, came, fresh, now, sweep, wait

S = ReturnState
FULL = Answer("refund")
NO = "Kain dikirim dalam keadaan utuh."
WHY = "Menurut foto, tepinya memang rusak."


def level(cast: Cast) -> tuple[int, int]:
    query = db.select(Stock.on_hand, Stock.reserved).where(Stock.variant_id == cast.shawl.variants[0].id)
    return tuple(db.session.execute(query).one())  # type: ignore[return-value]


def do(step: object, *values: object, **named: object) -> Return:
    with transaction():
        return step(*values, **named)  # type: ignore[operator, no-any-return]


@pytest.fixture(autouse=True)
def the_laws_hold(cast: Cast) -> object:
    yield
    db.session.rollback()
    assert check_laws() == []
    assert check_laws_of_buying() == []


@both_databases
def test_sent_back_received_and_paid_and_on_the_shelf_only_because_the_seller_says_so(cast: Cast) -> None:
    order = came(cast, (cast.shawl, 1))
    before = level(cast)
    found = ask(order, "return", "changed-mind")
    assert do(returns.accept, found, Answer("refund", sends_back=True), cast.ratna).state is S.TO_SEND_BACK
    assert db.session.scalars(db.select(Refund)).all() == []
    assert do(returns.send_back, found, "JNE", "tg 12345678", cast.sari).state is S.SENT_BACK
    assert now(found).back_number == "TG12345678"
    assert do(returns.receive, found, {order.lines[0].code: 1}, cast.ratna).state is S.SETTLED
    assert level(cast) == (before[0] + 1, before[1])
    refund = db.session.scalars(db.select(Refund)).one()
    surplus = payment_of(order.purchase).surplus
    assert (refund.state, refund.return_code) == (RefundState.OWED, found.code)
    assert refund.total == Money(1_850_000 + surplus)
    (row,) = db.session.scalars(db.select(RefundLine))
    assert (row.quantity, row.items_total, row.total) == (1, Money(1_850_000), Money(1_850_000))
    assert fresh(order).open_returns == 0


def test_pieces_that_came_back_stay_off_the_shelf_unless_told(cast: Cast) -> None:
    order = came(cast, (cast.shawl, 1))
    before = level(cast)
    found = ask(order)
    do(returns.accept, found, Answer("refund", sends_back=True))
    do(returns.receive, found)
    assert level(cast) == before
    other = ask(came(cast, (cast.shawl, 1)))
    do(returns.accept, other, Answer("refund", sends_back=True))
    with pytest.raises(Invalid) as error, transaction():
        returns.receive(other, {other.lines[0].line.code: 2})
    assert error.value.field == f"restock-{other.lines[0].line.code}"


def test_a_claim_that_is_granted_whole_is_paid_at_once(cast: Cast) -> None:
    found = ask(came(cast, (cast.shawl, 2)), "claim")
    assert do(returns.accept, found, FULL, cast.ratna).state is S.SETTLED
    assert db.session.scalars(db.select(Refund)).one().total == Money(1_850_000)
    for step in (returns.take, returns.withdraw):
        with pytest.raises(Conflict), transaction():
            step(found)


def test_less_than_was_asked_for_is_an_offer_that_the_buyer_takes(cast: Cast) -> None:
    order = came(cast, (cast.shawl, 1))
    found = ask(order, "claim")
    part = Answer("refund", granted={order.lines[0].code: Money(500_000)}, words="Bisa ditambal.")
    assert do(returns.accept, found, part, cast.ratna).state is S.OFFERED
    assert db.session.scalars(db.select(Refund)).all() == []
    assert do(returns.take, found, cast.sari).state is S.SETTLED
    assert db.session.scalars(db.select(Refund)).one().total == Money(500_000)


def test_an_offer_that_nobody_answers_counts_as_taken(cast: Cast) -> None:
    order = came(cast, (cast.shawl, 1))
    found = ask(order, "claim")
    do(returns.accept, found, Answer("refund", granted={order.lines[0].code: Money(500_000)}))
    with wait(4):
        assert sweep() == [True]
    assert now(found).state is S.SETTLED


def test_offers_are_checked_by_name(cast: Cast) -> None:
    order = came(cast, (cast.shawl, 1))
    found, code = ask(order), order.lines[0].code
    day = clock.today() - timedelta(days=1)
    for answer, field in (
        (Answer("nothing"), "remedy"),
        (Answer("cake"), "remedy"),
        (Answer("remake", promised_on=clock.today()), "remedy"),
        (Answer("replacement"), "promised_on"),
        (Answer("replacement", promised_on=day), "promised_on"),
        (Answer("replacement", promised_on=clock.today() + timedelta(days=181)), "promised_on"),
        (Answer("refund", granted={code: Money(1_850_001)}), f"granted-{code}"),
        (Answer("refund", granted={code: Money(-1)}), f"granted-{code}"),
        (Answer("refund", granted={code: Money(0)}), "remedy"),
    ):
        with pytest.raises((Invalid, Several)) as error, transaction():
            returns.accept(found, answer)
        errors = error.value.errors if isinstance(error.value, Several) else [error.value]
        assert field in {one.field for one in errors}, answer
    with pytest.raises(Invalid), transaction():
        returns.refuse(found, "tidak")


@both_databases
def test_an_exchange_holds_the_other_piece_from_the_yes_until_it_leaves(cast: Cast) -> None:
    found = ask(came(cast, (cast.shawl, 1)), "exchange")
    on_hand, reserved = level(cast)
    day = clock.today() + timedelta(days=5)
    do(returns.accept, found, Answer("replacement", sends_back=True, promised_on=day), cast.ratna)
    assert level(cast) == (on_hand, reserved + 1)
    do(returns.send_back, found, "", "")
    assert do(returns.receive, found).state is S.REPLACING
    assert do(returns.send_anew, found, "JNE", "TG87654321").state is S.REPLACED
    assert level(cast) == (on_hand - 1, reserved)
    assert do(returns.satisfy, found).state is S.SETTLED
    assert db.session.scalars(db.select(Refund)).all() == []
    assert fresh(found.order).lines[0].returned == 0, "the new piece may have a fault of its own"


def test_an_exchange_needs_another_piece_on_the_shelf(cast: Cast) -> None:
    order = came(cast, (cast.shawl, 3))
    found = ask(order, "exchange")
    with pytest.raises(Conflict), transaction():
        returns.accept(found, Answer("replacement", sends_back=True, promised_on=clock.today()))
    assert now(found).state is S.ASKED


def test_what_is_made_anew_needs_a_day_that_suits_the_buyer(cast: Cast) -> None:
    with transaction():
        made = factories.product(cast.ratnas, "Kain pesanan", stock=None)
    found = ask(came(cast, (made, 1)), "remake")
    day = clock.today() + timedelta(days=30)
    assert do(returns.accept, found, Answer("remake", promised_on=day)).state is S.OFFERED
    found = do(returns.take, found)
    assert found.state is S.REPLACING and found.due_at > clock.now() + timedelta(days=30)
    with wait(45):
        sweep()
    assert now(found).state is S.ESCALATED, "a promise that was not kept goes to the operator"


@both_databases
def test_what_is_made_anew_takes_a_place_in_the_queue_and_gives_it_back_when_nothing_comes_of_it(cast: Cast) -> None:
    with transaction():
        made = factories.product(cast.ratnas, "Kain pesanan", stock=None)
        promises.set_pace(made.maker, 1)
    variant, maker = made.variants[0].id, made.maker_id
    found = ask(came(cast, (made, 1)), "remake")

    def first() -> date:
        db.session.rollback()
        (days,) = promises.plan([promises.Demand(maker, 20, 1)])
        assert days is not None
        return max(days)

    free = first()
    with transaction():
        promises.book({"another": {variant: 1}})
        promises.book_by("this month", {variant: 1}, clock.today())  # if there is room, which depends on the day
    with pytest.raises(Invalid) as refusal, transaction():
        returns.accept(found, Answer("remake", promised_on=clock.today()))
    assert refusal.value.field == "promised_on" and refusal.value.params["day"] == first() > free
    assert now(found).state is S.ASKED and first() > free, "nothing was taken"
    day = first()
    assert do(returns.accept, found, Answer("remake", promised_on=day)).state is S.OFFERED
    assert first() > day, "the next one waits behind it"
    do(returns.withdraw, found)
    assert first() == day
    assert check_laws() == []


@pytest.mark.parametrize(
    ("days", "states"),
    [
        (9, [S.ESCALATED]),
        (30, [S.ESCALATED]),
    ],
)
def test_a_silent_seller_sends_it_to_the_operator_who_is_only_reminded(cast: Cast, days: int, states: list[S]) -> None:
    found = ask(came(cast, (cast.shawl, 1)))
    with wait(days):
        sweep()
        assert [now(found).state] == states
        assert now(found).due_at > clock.now()
    with wait(days + 20):
        sweep()
        found = now(found)
        assert found.state is S.ESCALATED
        assert [one.name for one in found.events] == ["ask", "escalate", "late"]


def test_a_refusal_that_the_buyer_lets_be_is_over(cast: Cast) -> None:
    found = ask(came(cast, (cast.shawl, 1)))
    do(returns.refuse, found, NO, cast.ratna)
    with wait(4):
        sweep()
    assert now(found).state is S.CLOSED


def test_a_deadline_ends_with_its_day_because_letters_name_the_day_alone(cast: Cast) -> None:
    found = do(returns.refuse, ask(came(cast, (cast.shawl, 1))), NO, cast.ratna)
    assert found.due_at == end_of(clock.today() + timedelta(days=3))


def test_the_seller_may_still_say_yes_after_a_no_but_not_half_a_yes(cast: Cast) -> None:
    order = came(cast, (cast.shawl, 1))
    found = ask(order, "claim")
    do(returns.refuse, found, NO)
    do(returns.escalate, found, Actor.BUYER, WHY)
    with pytest.raises(Conflict), transaction():
        returns.accept(found, Answer("refund", granted={order.lines[0].code: Money(1)}))
    assert do(returns.accept, found, FULL).state is S.SETTLED


def test_what_is_not_sent_back_in_time_is_closed_and_may_be_asked_again(cast: Cast) -> None:
    order = came(cast, (cast.shawl, 1))
    found = ask(order)
    do(returns.accept, found, Answer("refund", sends_back=True))
    with wait(9):
        sweep()
    assert now(found).state is S.CLOSED
    assert fresh(order).lines[0].returned == 0
    assert db.session.scalars(db.select(Refund)).all() == []


def test_what_the_seller_does_not_look_at_counts_as_good(cast: Cast) -> None:
    found = ask(came(cast, (cast.shawl, 1)))
    do(returns.accept, found, Answer("refund", sends_back=True))
    do(returns.send_back, found, "JNE", "TG12345678")
    do(returns.note_arrival, found)
    with wait(6):
        sweep()
    assert now(found).state is S.SETTLED
    assert db.session.scalars(db.select(Refund)).one().state is RefundState.OWED


def test_a_seller_who_finds_fault_with_what_came_back_asks_the_operator(cast: Cast) -> None:
    found = ask(came(cast, (cast.shawl, 1)))
    do(returns.accept, found, Answer("refund", sends_back=True))
    do(returns.send_back, found, "JNE", "TG12345678")
    with pytest.raises(Forbidden), transaction():
        returns.escalate(found, Actor.BUYER, WHY)
    do(returns.escalate, found, Actor.SELLER, "Yang kembali kain lain.", cast.ratna)
    found = do(returns.decide, found, cast.tono, Answer("refund", sends_back=True, words=WHY))
    assert not found.sends_back, "it has come back already"
    with wait(4):
        sweep()
    assert now(found).state is S.SETTLED


def escalated(cast: Cast) -> Return:
    found = ask(came(cast, (cast.shawl, 1)), "claim")
    do(returns.refuse, found, NO, cast.ratna)
    return do(returns.escalate, found, Actor.BUYER, WHY, cast.sari)


def test_a_decision_is_carried_out_when_nobody_appeals(cast: Cast) -> None:
    found = escalated(cast)
    assert do(returns.decide, found, cast.tono, Answer("refund", words=WHY)).state is S.DECIDED
    assert db.session.scalars(db.select(Refund)).all() == []
    with wait(4):
        sweep()
    assert now(found).state is S.SETTLED
    assert db.session.scalars(db.select(Refund)).one().return_code == found.code


def test_one_appeal_is_heard_by_another_operator_and_is_the_last_word(cast: Cast) -> None:
    with transaction():
        wulan = factories.user("Wulan", roles=(Role.OPERATOR,))
    found = escalated(cast)
    do(returns.decide, found, cast.tono, Answer("refund", words=WHY))
    do(returns.appeal, found, Actor.SELLER, "Foto itu dari kain yang lain.", cast.ratna)
    with pytest.raises(Conflict), transaction():
        returns.appeal(found, Actor.BUYER, WHY, cast.sari)
    with pytest.raises(Forbidden), transaction():
        returns.decide(found, cast.tono, Answer("refund", words=WHY))
    found = do(returns.decide, found, wulan, Answer("nothing", words="Foto memang dari kain lain."))
    assert (found.state, found.remedy, found.concluded_by_id) == (S.CLOSED, Remedy.NOTHING, wulan.id)
    assert db.session.scalars(db.select(Refund)).all() == []
    for again in (returns.withdraw, returns.take):
        with pytest.raises(Conflict), transaction():
            again(found)


def test_the_only_operator_looks_at_an_appeal_too(cast: Cast) -> None:
    found = escalated(cast)
    do(returns.decide, found, cast.tono, Answer("nothing", words=WHY))
    do(returns.appeal, found, Actor.BUYER, "Lihat foto yang kedua.", cast.sari)
    assert do(returns.decide, found, cast.tono, Answer("refund", words=WHY)).state is S.SETTLED


def test_only_operators_decide_and_they_say_why(cast: Cast) -> None:
    found = escalated(cast)
    with pytest.raises(Forbidden), transaction():
        returns.decide(found, cast.ratna, Answer("nothing", words=WHY))
    with pytest.raises(Invalid) as error, transaction():
        returns.decide(found, cast.tono, Answer("nothing", words="tidak"))
    assert error.value.field == "words"
    asked = ask(came(cast, (cast.plaque, 1)))
    with pytest.raises(Conflict), transaction():
        returns.decide(asked, cast.tono, Answer("nothing", words=WHY))


def test_nobody_moves_what_is_another_sides_to_move(cast: Cast) -> None:
    for name, one in RETURN.transitions.items():
        assert one.actors or one.sources == {S.AGREED}, name
    for state in set(S) - TERMINAL - {S.AGREED}:
        assert RETURN.open_from(state), state
    assert RETURN.terminal() == TERMINAL


def test_every_state_that_is_not_over_gets_a_deadline() -> None:
    for state in S:
        found = Return(state=state, order=Order(seller=Seller(calendar=EVERYBODY)))
        returns._set_timer(found)
        assert (found.due_at is None) == (state in TERMINAL or state is S.AGREED), state
