"""Verified once by a code that is stored nowhere; a contact kept only where it is wanted."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.audit.models import AuditEntry
from portal.errors import Invalid
from portal.notifications.models import Message
from portal.residents import actions
from portal.residents.addresses import address_of
from portal.residents.kinds import Method, Problem
from portal.residents.models import CodeChallenge, Resident
from portal.residents.rules import CODE_LIFETIME, MAX_TRIES
from tests.factories import AT

PHONE = "13800001234"
SOON = AT + timedelta(minutes=1)


def send(s, contact=PHONE, at=AT):
    """The token and the code of a new challenge."""
    token = actions.send_code(s, contact, at=at).token
    return token, actions.code_of(token)


def verified(s, contact=PHONE, *, keep=False, at=AT):
    token, code = send(s, contact, at)
    return actions.verify(s, token, code, keep_contact=keep, at=at).resident


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06d}"


def acts(s, act):
    return list(s.scalars(select(AuditEntry).where(AuditEntry.act == act)))


def test_the_right_code_verifies(s):
    token, code = send(s)
    outcome = actions.verify(s, token, code, keep_contact=False, at=SOON)
    assert outcome.problem is None
    assert outcome.resident.method is Method.SMS
    assert outcome.resident.verified_at == SOON
    assert outcome.resident.contact is None
    assert acts(s, "resident:verify")[0].details == {"method": "sms"}


def test_neither_the_code_nor_the_contact_is_stored_in_clear(s):
    token, code = send(s)
    s.flush()
    challenge = s.get(CodeChallenge, token)
    message = s.scalar(select(Message))
    assert PHONE.encode() not in challenge.contact
    assert message.recipient == f"code:{token}"
    assert message.payload == {}
    stored = [str(v) for v in (*vars(challenge).values(), *vars(message).values())]
    assert not [text for text in stored if PHONE in text or text == code]


def test_the_same_person_is_one_resident_however_written(s):
    first = verified(s, "138-0000-1234")
    again = verified(s, "+86 13800001234", at=SOON)
    assert again.id == first.id
    assert verified(s, "13900001234").id != first.id


def test_a_wrong_code_is_counted_and_the_fifth_is_the_end(s):
    token, code = send(s)
    lefts = []
    for _ in range(MAX_TRIES):
        outcome = actions.verify(s, token, wrong(code), keep_contact=False, at=AT)
        lefts.append((outcome.problem, outcome.left))
    assert lefts == [(Problem.WRONG, n) for n in (4, 3, 2, 1)] + [(Problem.SPENT, 0)]
    outcome = actions.verify(s, token, code, keep_contact=False, at=AT)
    assert outcome == actions.Outcome(None, Problem.SPENT)
    assert s.scalar(select(Resident)) is None


def test_a_code_expires_and_is_used_once(s):
    token, code = send(s)
    late = AT + CODE_LIFETIME
    assert actions.verify(s, token, code, keep_contact=False, at=late).problem is Problem.EXPIRED
    assert actions.verify(s, token, code, keep_contact=False, at=AT).resident
    assert actions.verify(s, token, code, keep_contact=False, at=AT).problem is Problem.USED


@pytest.mark.parametrize("token", ["", "made up"])
def test_a_made_up_challenge_reads_like_an_expired_one(s, token):
    outcome = actions.verify(s, token, "000000", keep_contact=True, at=AT)
    assert outcome.problem is Problem.EXPIRED


def test_a_code_of_one_challenge_is_none_of_another(s):
    (one, code), (other, its_own) = send(s), send(s)
    assert one != other
    if code != its_own:  # once in a million they are the same by chance
        problem = actions.verify(s, other, code, keep_contact=False, at=AT).problem
        assert problem is Problem.WRONG


def test_what_is_no_contact_gets_no_code(s):
    with pytest.raises(Invalid, match="11 位手机号"):
        actions.send_code(s, "0571-1234567", at=AT)
    assert s.scalar(select(Message)) is None


def test_another_code_replaces_the_first_after_a_minute(s):
    token, code = send(s)
    assert actions.send_again(s, token, at=AT + timedelta(seconds=30)).token == token
    new = actions.send_again(s, token, at=AT + timedelta(seconds=60))
    assert new.token != token
    assert actions.contact_of_challenge(new) == PHONE
    assert actions.verify(s, token, code, keep_contact=False, at=SOON).resident is None
    right = actions.code_of(new.token)
    assert actions.verify(s, new.token, right, keep_contact=False, at=SOON).resident
    assert actions.send_again(s, new.token, at=SOON + timedelta(hours=1)) is None
    assert actions.send_again(s, "made up", at=SOON) is None


def test_a_contact_is_kept_sealed_and_only_where_it_is_wanted(s):
    resident = verified(s, keep=True)
    assert PHONE.encode() not in resident.contact
    assert actions.contact_of(resident) == PHONE
    assert len(acts(s, "resident:keep")) == 1
    again = verified(s, keep=False, at=SOON)
    assert actions.contact_of(again) == PHONE


def test_a_sealed_contact_does_not_open_for_another_resident(s):
    one, other = verified(s, keep=True), verified(s, "13900001234")
    other.contact = one.contact
    with pytest.raises(Invalid):
        actions.contact_of(other)


def test_a_forgotten_contact_is_gone_and_nothing_is_sent_there(s):
    resident = verified(s, keep=True)
    assert address_of(s, f"resident:{resident.id}", at=AT) == PHONE
    actions.forget_contact(s, resident, at=SOON)
    actions.forget_contact(s, resident, at=SOON)
    assert actions.contact_of(resident) is None
    assert address_of(s, f"resident:{resident.id}", at=AT) is None
    assert len(acts(s, "resident:forget")) == 1


def test_somebody_verified_elsewhere_can_leave_a_contact(s):
    resident = actions.verify_identity(s, "https://id.example.cn", "4711", at=AT)
    actions.keep_contact(s, resident, "Zhang@example.cn", at=AT)
    assert actions.contact_of(resident) == "zhang@example.cn"
    with pytest.raises(Invalid):
        actions.keep_contact(s, resident, "nobody", at=AT)


def test_an_identity_is_one_resident_by_issuer_and_subject(s):
    one = actions.verify_identity(s, "https://id.example.cn", "4711", at=AT)
    same = actions.verify_identity(s, "https://id.example.cn", "4711", at=SOON)
    other = actions.verify_identity(s, "https://other.example.cn", "4711", at=SOON)
    assert one.id == same.id
    assert one.id != other.id
    assert one.method is Method.IDENTITY
    assert "4711" not in one.pseudonym


def test_an_erased_resident_leaves_no_trace_and_comes_back_as_a_new_one(s):
    resident = verified(s, keep=True)
    pseudonym, key = resident.pseudonym, resident.cookie_key
    send(s)
    actions.erase(s, resident, at=SOON)
    assert resident.contact is None
    assert resident.pseudonym != pseudonym
    assert resident.cookie_key != key
    assert s.scalar(select(CodeChallenge)) is None
    assert len(acts(s, "resident:erase")) == 1
    assert verified(s, at=SOON).id != resident.id


def test_expired_challenges_are_deleted_used_or_not(s):
    verified(s)
    send(s)
    fresh, _code = send(s, at=AT + timedelta(minutes=5))
    assert actions.forget_expired(s, AT + CODE_LIFETIME) == 2
    assert [c.token for c in s.scalars(select(CodeChallenge))] == [fresh]


def test_nothing_is_sent_for_a_code_that_would_not_verify(s):
    token, code = send(s)
    recipient = f"code:{token}"
    assert address_of(s, recipient, at=AT) == PHONE
    assert address_of(s, recipient, at=AT + CODE_LIFETIME) is None
    actions.verify(s, token, code, keep_contact=False, at=AT)
    assert address_of(s, recipient, at=AT) is None
    assert address_of(s, "code:made up", at=AT) is None
    assert address_of(s, "resident:99999", at=AT) is None
    assert address_of(s, "account:1", at=AT) is None


@pytest.fixture
def production(app):
    """Production without any sender."""
    app.config["MODE"] = "production"
    yield app
    app.config["MODE"] = "test"


@pytest.mark.parametrize("contact", [PHONE, "zhang@example.cn"])
def test_in_production_nothing_is_promised_that_has_no_sender(production, s, contact):
    with pytest.raises(Invalid, match="尚未开通"):
        actions.send_code(s, contact, at=AT)
    assert s.scalar(select(Message)) is None
