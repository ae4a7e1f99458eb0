"""The outbox: sent after the fact, at least once, later and later when it fails."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from portal import clock, worker
from portal.cases import actions
from portal.cases.steps import SECOND_THOUGHTS
from portal.db import session
from portal.notifications.actions import LEASE, MAX_ATTEMPTS, claim, settle
from portal.notifications.models import Message
from portal.notifications.texts import TEXTS
from tests.factories import AT, MODERATOR, case


@pytest.fixture
def sent(monkeypatch):
    """What would have been sent: address, subject, text."""
    found = []
    monkeypatch.setattr(worker, "send", lambda *words: found.append(words))
    return found


def reject(s):
    actions.reject(s, case(s), "elsewhere", actor=MODERATOR, at=AT)


def test_a_message_leaves_once(app, write, sent):
    write(reject)
    with app.app_context():
        assert worker.run_once() == 1
        assert worker.run_once() == 0
    ((address, subject, text),) = sent
    assert address == "13800001234"
    assert "审核结果" in subject
    assert "查询进度" in text


def test_nothing_leaves_for_what_was_rolled_back(app, write, sent):
    def fail(s):
        reject(s)
        raise KeyError("halfway")

    with pytest.raises(KeyError):
        write(fail)
    with app.app_context():
        assert worker.run_once() == 0
    assert not sent


def test_a_failure_is_kept_and_tried_again_later(app, write, monkeypatch):
    def refuse(*_words):
        raise OSError("no line")

    monkeypatch.setattr(worker, "send", refuse)
    write(reject)
    with app.app_context():
        assert worker.run_once() == 1
        assert worker.run_once() == 0
        message = session().scalar(select(Message))
        assert "no line" in message.last_error
        assert message.done_at is None
        assert message.run_at > clock.now()


def test_a_dead_workers_lease_runs_out(s):
    reject(s)
    at = AT + SECOND_THOUGHTS
    assert len(claim(s, at=at)) == 1
    assert claim(s, at=at) == []
    assert len(claim(s, at=at + LEASE + timedelta(seconds=1))) == 1


def test_a_message_is_given_up_in_the_end(s):
    reject(s)
    message = s.scalar(select(Message))
    message.attempts = MAX_ATTEMPTS
    settle(message, "still no line", at=AT)
    assert message.done_at == AT


def test_every_text_can_be_filled_in():
    values = {"reference": "A", "code": "0", "minutes": 10, "project": "P", "address": "a"}
    values |= {"parts": 2}
    for subject, text in TEXTS.values():
        assert "%" not in subject % values + text % values
