"""Registering, proving oneself, links, and what ends sessions."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from catalog import clock
from catalog.codes import hashed
from catalog.db import db, transaction
from catalog.errors import Conflict, Forbidden, Invalid, NotFound, Several
from marketplace.accounts import services, tokens
from marketplace.accounts.models import Role, Session, Token, TokenPurpose, User
from marketplace.accounts.queries import find_by_email, list_sessions, list_users, require_confirmed
from marketplace.outbox.models import Message
from tests import factories
from tests.cast import Cast
from tests.conftest import both_databases

HOUR = timedelta(hours=1)
PASSWORD = "kain hujan senja"


def sessions_of(user: User) -> int:
    return len(list_sessions(user))


def open_session(user: User) -> Session:
    session = Session(
        token_hash=hashed(str(id(object())) + str(clock.now())), user_id=user.id, data={}, expires_at=clock.after(HOUR)
    )
    db.session.add(session)
    db.session.flush()
    return session


@both_databases
def test_registers_a_person_and_confirms_by_the_mail(app: Any, mails: Callable[[], list[Any]]) -> None:
    with transaction():
        assert services.register("  Sari  Dewi ", "Sari@Contoh.EXAMPLE ", PASSWORD, "en", HOUR)
    person = find_by_email("SARI@contoh.example")
    assert person is not None
    assert (person.name, person.email, person.locale, person.confirmed_at) == (
        "Sari Dewi",
        "sari@contoh.example",
        "en",
        None,
    )
    with pytest.raises(Forbidden):
        require_confirmed(person)
    (letter,) = mails()
    assert letter.to == "sari@contoh.example"
    with transaction():
        assert services.confirm(letter.token).confirmed_at is not None
    require_confirmed(find_by_email("sari@contoh.example"))  # type: ignore[arg-type]
    with pytest.raises(NotFound), transaction():
        services.confirm(letter.token)


@both_databases
def test_a_known_address_makes_no_second_person_and_its_owner_hears_of_it(
    cast: Cast, mails: Callable[[], list[Any]]
) -> None:
    with transaction():
        assert services.register("Orang Lain", "SARI@contoh.example", PASSWORD, "id", HOUR) is None
    (letter,) = mails()
    assert letter.to == "sari@contoh.example"
    assert "/account/confirmation/" not in letter.text
    assert len(list_users("sari@")) == 1
    assert services.prove("sari@contoh.example", PASSWORD) is None


def test_tells_all_that_is_wrong_at_once(app: Any) -> None:
    with pytest.raises(Several) as refusal, transaction():
        services.register("", "baru@contoh.example", "12345678", "id", HOUR)
    assert {one.field for one in refusal.value.errors} == {"name", "password"}


@pytest.mark.parametrize("name", ["Menang hadiah https://jahat.example", "klik@jahat.example", "x" * 81])
def test_refuses_names_that_would_carry_advertising_in_our_mails(app: Any, name: str) -> None:
    with pytest.raises(Invalid), transaction():
        services.register(name, "baru@contoh.example", PASSWORD, "id", HOUR)


def test_proves_by_address_and_password_alone(cast: Cast) -> None:
    assert services.prove(" Sari@contoh.example", factories.PASSWORD).code == cast.sari.code  # type: ignore[union-attr]
    assert services.prove("sari@contoh.example", "kain hujan fajar") is None
    assert services.prove("nobody@contoh.example", factories.PASSWORD) is None


def test_renews_a_hash_of_old_parameters(cast: Cast) -> None:
    from argon2 import PasswordHasher

    old = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash(factories.PASSWORD)
    with transaction():
        db.session.merge(cast.sari).password_hash = old
    with transaction():
        services.prove("sari@contoh.example", factories.PASSWORD)
    renewed = find_by_email("sari@contoh.example").password_hash  # type: ignore[union-attr]
    assert renewed != old
    assert services.prove("sari@contoh.example", factories.PASSWORD)


def test_a_closed_account_is_told_so_only_with_the_right_password(cast: Cast) -> None:
    with transaction():
        services.disable(db.session.merge(cast.sari))
    assert services.prove("sari@contoh.example", "kain hujan fajar") is None
    with pytest.raises(Forbidden):
        services.prove("sari@contoh.example", factories.PASSWORD)


def test_asking_costs_the_same_rows_whether_the_address_is_known(cast: Cast, count_queries: Any) -> None:
    asked = {}
    for email in ("sari@contoh.example", "nobody@contoh.example"):
        with count_queries(at_most=5) as statements, transaction():
            services.ask_reset(email, HOUR)
        asked[email] = [one.split(" (")[0] for one in statements]
    assert asked["sari@contoh.example"] == asked["nobody@contoh.example"]
    assert db.session.scalar(db.select(db.func.count()).select_from(Token)) == 0


def reset_link(mails: Callable[[], list[Any]], email: str = "sari@contoh.example", span: timedelta = HOUR) -> str:
    with transaction():
        services.ask_reset(email, span)
    return str(mails()[-1].token)


def test_a_reset_ends_sessions_and_confirms(cast: Cast, mails: Callable[[], list[Any]]) -> None:
    with transaction():
        sari = db.session.merge(cast.sari)
        sari.confirmed_at = None
        open_session(sari)
    token = reset_link(mails)
    with transaction():
        services.reset(token, PASSWORD)
    assert sessions_of(cast.sari) == 0
    assert services.prove("sari@contoh.example", PASSWORD)
    assert services.prove("sari@contoh.example", factories.PASSWORD) is None
    assert find_by_email("sari@contoh.example").confirmed_at  # type: ignore[union-attr]
    assert "kata sandi" in mails()[-1].subject.lower() or "password" in mails()[-1].subject.lower()
    with pytest.raises(NotFound), transaction():
        services.reset(token, "lain kain lain senja")


def test_tokens_are_kept_hashed(cast: Cast, mails: Callable[[], list[Any]]) -> None:
    token = reset_link(mails)
    row = db.session.scalar(db.select(Token))
    assert row is not None
    assert token not in (row.token_hash, row.email)
    assert row.token_hash == hashed(token)


def test_a_newer_link_ends_the_older(cast: Cast, mails: Callable[[], list[Any]]) -> None:
    older, newer = reset_link(mails), reset_link(mails)
    assert tokens.find_token(older, TokenPurpose.RESET) is None
    assert tokens.find_token(newer, TokenPurpose.RESET) is not None


def test_a_link_runs_out(cast: Cast, mails: Callable[[], list[Any]]) -> None:
    token = reset_link(mails, span=timedelta(minutes=30))
    with clock.frozen(clock.now() + timedelta(minutes=31)), pytest.raises(NotFound), transaction():
        services.reset(token, PASSWORD)


def test_a_link_serves_its_purpose_only(cast: Cast, mails: Callable[[], list[Any]]) -> None:
    token = reset_link(mails)
    for deed in (services.confirm, services.change_email):
        with pytest.raises(NotFound), transaction():
            deed(token)
    assert tokens.find_token(token, TokenPurpose.RESET) is not None


def test_a_link_dies_with_the_address_that_it_was_sent_to(cast: Cast, mails: Callable[[], list[Any]]) -> None:
    token = reset_link(mails)
    with transaction():
        db.session.merge(cast.sari).email = "sari.baru@contoh.example"
    with pytest.raises(NotFound), transaction():
        services.reset(token, PASSWORD)


def test_an_unknown_address_gets_no_reset_mail(cast: Cast, mails: Callable[[], list[Any]]) -> None:
    with transaction():
        services.ask_reset("nobody@contoh.example", HOUR)
    assert mails() == []


def test_a_refused_new_password_does_not_use_the_link_up(cast: Cast, mails: Callable[[], list[Any]]) -> None:
    token = reset_link(mails)
    with pytest.raises(Invalid), transaction():
        services.reset(token, "12345678")
    with transaction():
        services.reset(token, PASSWORD)


def test_another_password_needs_the_present_one_and_ends_sessions_and_links(
    cast: Cast, mails: Callable[[], list[Any]]
) -> None:
    token = reset_link(mails)
    with pytest.raises(Invalid) as refusal, transaction():
        services.change_password(db.session.merge(cast.sari), "kain hujan fajar", PASSWORD)
    assert refusal.value.field == "present_password"
    with transaction():
        sari = db.session.merge(cast.sari)
        open_session(sari)
        services.change_password(sari, factories.PASSWORD, PASSWORD)
    assert sessions_of(cast.sari) == 0
    assert tokens.find_token(token, TokenPurpose.RESET) is None
    assert services.prove("sari@contoh.example", PASSWORD)
    with pytest.raises(Invalid), transaction():
        services.change_password(db.session.merge(cast.sari), PASSWORD, PASSWORD)


@both_databases
def test_another_address_needs_the_password_and_the_link(cast: Cast, mails: Callable[[], list[Any]]) -> None:
    with pytest.raises(Invalid), transaction():
        services.ask_email_change(db.session.merge(cast.sari), "baru@contoh.example", "kain hujan fajar", HOUR)
    with transaction():
        services.ask_email_change(db.session.merge(cast.sari), "Baru@contoh.example", factories.PASSWORD, HOUR)
    letters = mails()
    assert sorted(one.to for one in letters) == ["baru@contoh.example", "sari@contoh.example"]
    token = next(one.token for one in letters if one.to == "baru@contoh.example")
    assert all(token not in one.text for one in letters if one.to == "sari@contoh.example")
    assert find_by_email("sari@contoh.example") is not None
    with transaction():
        services.change_email(token)
    assert find_by_email("sari@contoh.example") is None
    assert find_by_email("baru@contoh.example").code == cast.sari.code  # type: ignore[union-attr]
    assert mails()[-1].to == "sari@contoh.example"
    with pytest.raises(NotFound), transaction():
        services.change_email(token)


def test_anothers_address_gets_no_link_but_its_owner_hears_of_it(cast: Cast, mails: Callable[[], list[Any]]) -> None:
    with transaction():
        services.ask_email_change(db.session.merge(cast.sari), "budi@contoh.example", factories.PASSWORD, HOUR)
    (letter,) = mails()
    assert letter.to == "budi@contoh.example"
    assert "/account/email/" not in letter.text


def test_an_address_taken_meanwhile_is_a_conflict(cast: Cast, mails: Callable[[], list[Any]]) -> None:
    with transaction():
        services.ask_email_change(db.session.merge(cast.sari), "baru@contoh.example", factories.PASSWORD, HOUR)
    token = next(one.token for one in mails() if one.to == "baru@contoh.example")
    with transaction():
        factories.user("Baru", email="baru@contoh.example")
    with pytest.raises(Conflict), transaction():
        services.change_email(token)
    assert find_by_email("sari@contoh.example") is not None


def test_ends_one_browser_or_all_others_of_ones_own(cast: Cast) -> None:
    with transaction():
        sari, budi = db.session.merge(cast.sari), db.session.merge(cast.budi)
        here, there, budis = open_session(sari), open_session(sari), open_session(budi)
        with pytest.raises(NotFound):
            services.end_session(sari, budis.code)
        services.end_session(sari, there.code)
        open_session(sari)
        open_session(sari)
        assert services.end_sessions(sari, keep=here) == 2
    assert [one.code for one in list_sessions(cast.sari)] == [here.code]
    assert sessions_of(cast.budi) == 1


def test_losing_a_role_ends_sessions_at_once(cast: Cast) -> None:
    with transaction():
        dewi, hasan = db.session.merge(cast.dewi), db.session.merge(cast.hasan)
        open_session(dewi)
        open_session(hasan)
        services.grant(dewi, Role.CURATOR)
        services.revoke(dewi, Role.OPERATOR)
        assert sessions_of(dewi) == 1
        services.revoke(dewi, Role.CURATOR)
        services.bind(hasan, ["19.05", "19.71"])
        assert sessions_of(hasan) == 1
        services.bind(hasan, ["19.71"])
    assert sessions_of(cast.dewi) == sessions_of(cast.hasan) == 0
    hasan = db.session.get(User, cast.hasan.id)
    assert [one.regency_code for one in hasan.regencies] == ["19.71"]


def test_disabling_ends_sessions_and_links(cast: Cast, mails: Callable[[], list[Any]]) -> None:
    token = reset_link(mails)
    with transaction():
        sari = db.session.merge(cast.sari)
        open_session(sari)
        services.disable(sari)
    assert sessions_of(cast.sari) == 0
    assert tokens.find_token(token, TokenPurpose.RESET) is None
    count = len(mails())
    with transaction():
        services.ask_reset("sari@contoh.example", HOUR)
    assert len(mails()) == count


def test_the_confirmation_can_be_sent_again_until_it_is_done(app: Any, mails: Callable[[], list[Any]]) -> None:
    with transaction():
        services.register("Sari", "sari@contoh.example", PASSWORD, "id", HOUR)
    first = mails()[-1].token
    with transaction():
        services.ask_confirmation(find_by_email("sari@contoh.example"), HOUR)  # type: ignore[arg-type]
    second = mails()[-1].token
    with pytest.raises(NotFound), transaction():
        services.confirm(first)
    with transaction():
        services.confirm(second)
    with pytest.raises(Conflict), transaction():
        services.ask_confirmation(find_by_email("sari@contoh.example"), HOUR)  # type: ignore[arg-type]


def test_slow_work_happens_in_the_pause_before_anything_is_written(cast: Cast) -> None:
    seen: list[bool] = []

    def pause() -> None:
        seen.append(bool(db.session.new or db.session.dirty or db.session.deleted))

    with transaction():
        services.register("Baru", "baru@contoh.example", PASSWORD, "id", HOUR, pause)
        db.session.flush()
        services.prove("sari@contoh.example", factories.PASSWORD, pause)
    assert seen == [False, False]


def test_letters_wait_in_the_outbox_beside_the_deed(app: Any) -> None:
    with pytest.raises(RuntimeError), transaction():
        services.register("Sari", "sari@contoh.example", PASSWORD, "id", HOUR)
        raise RuntimeError
    assert db.session.scalar(db.select(db.func.count()).select_from(Message)) == 0
    assert find_by_email("sari@contoh.example") is None
