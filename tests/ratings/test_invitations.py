"""邀请: who follows or wrote is told once that a project can be rated, and nobody else."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from flask import url_for
from sqlalchemy import func, select

from portal import clock, db, worker
from portal.audit.models import AuditEntry
from portal.cases import actions as cases
from portal.cases import invitations as both
from portal.cases.contacts import Contact
from portal.cases.kinds import Kind
from portal.clock import local_day
from portal.notifications.models import Message
from portal.notifications.texts import TEXTS
from portal.projects.models import Project
from portal.ratings import counts, invitations
from portal.ratings.actions import Voter
from portal.ratings.kinds import Channel, Proof
from portal.ratings.models import Wave
from portal.ratings.waves.actions import open_due
from portal.residents.actions import forget_contact, pseudonym_of
from portal.residents.rules import read
from tests import factories
from tests.factories import AT

PHONE, OTHER = "13811110000", "13822220000"


@pytest.fixture
def project(s):
    return factories.project(s)


def opened(s, project, at=AT):
    """The wave that is open, put on record as the worker does."""
    with counts.moving(s, project.id, 10):
        return open_due(s, project, at)[-1]


def follower(s, project, contact=None):
    person = factories.resident(s, contact, keeps=True)
    invitations.follow(s, project, person, at=AT)
    return person


def wrote(s, project, phone="", email="", **more):
    contact = Contact("张先生", phone, email)
    return factories.case(s, project=project, contact=contact, **more)


def told(s):
    """Whom the outbox names, in the order of writing."""
    invited = select(Message.recipient).where(Message.kind == "rating_invited")
    return list(s.scalars(invited.order_by(Message.id)))


def test_a_report_of_wrongdoing_invites_nobody_and_is_in_no_count(s, project):
    reports = [wrote(s, project, phone) for phone in (PHONE, OTHER)]
    other = wrote(s, project, OTHER)
    for case in reports:
        case.kind = Kind.REPORT
    wave = opened(s, project)
    assert both.invite(s, wave, at=AT) == 1
    assert told(s) == [f"case:{other.reference}"]
    entry = s.scalar(select(AuditEntry).where(AuditEntry.act == "wave:invite"))
    assert entry.details == {"invited": 1}


def test_followers_and_writers_are_told_once(s, project):
    person = follower(s, project)
    case = wrote(s, project, PHONE)
    wave = opened(s, project)
    assert both.invite(s, wave, at=AT) == 2
    assert told(s) == [f"resident:{person.id}", f"case:{case.reference}"]
    assert wave.invited_at == AT
    entry = s.scalar(select(AuditEntry).where(AuditEntry.act == "wave:invite"))
    assert (entry.subject, entry.details) == (f"wave:{wave.id}", {"invited": 2})
    assert both.invite(s, wave, at=AT) == 0
    assert len(told(s)) == 2


def test_a_writer_of_several_cases_is_told_once_by_the_last(s, project):
    wrote(s, project, PHONE)
    last = wrote(s, project, PHONE)
    wrote(s, factories.project(s), PHONE)
    wrote(s, None, OTHER)
    both.invite(s, opened(s, project), at=AT)
    assert told(s) == [f"case:{last.reference}"]


def test_who_follows_and_wrote_is_told_as_a_follower(s, project):
    person = follower(s, project, PHONE)
    wrote(s, project, PHONE)
    both.invite(s, opened(s, project), at=AT)
    assert told(s) == [f"resident:{person.id}"]


def test_who_has_rated_in_this_wave_is_not_told(s, project):
    rated = follower(s, project)
    factories.rating(s, project, by=factories.voter(rated))
    also = factories.resident(s, OTHER)
    factories.rating(s, project, by=factories.voter(also))
    wrote(s, project, OTHER)
    waits = follower(s, project)
    both.invite(s, opened(s, project), at=AT)
    assert told(s) == [f"resident:{waits.id}"]


def test_who_forgot_their_contact_or_follows_no_longer_is_not_told(s, project):
    forgot, left = follower(s, project), follower(s, project)
    forget_contact(s, forgot, at=AT)
    invitations.unfollow(s, project, left)
    both.invite(s, opened(s, project), at=AT)
    assert told(s) == []


@pytest.mark.parametrize(
    ("phone", "email", "reached"),
    [
        ("0571-1234567", "", False),
        ("0571-1234567", "li@example.cn", True),
        ("", "li@example.cn", True),
        (PHONE, "", True),
    ],
)
def test_a_landline_takes_no_message(s, project, phone, email, reached):
    wrote(s, project, phone, email)
    both.invite(s, opened(s, project), at=AT)
    assert len(told(s)) == reached


def test_a_writer_with_two_contacts_has_rated_with_either(s, project):
    wrote(s, project, PHONE, "li@example.cn")
    factories.rating(s, project, by=factories.voter(factories.resident(s, "li@example.cn")))
    both.invite(s, opened(s, project), at=AT)
    assert told(s) == []


def test_who_was_rated_for_by_telephone_is_not_told(s, project):
    """Staff enter such a rating under the same pseudonym."""
    wrote(s, project, PHONE)
    rater = pseudonym_of(read(PHONE))
    by = Voter(rater, Proof.STAFF, channel=Channel.PHONE)
    factories.rating(s, project, by=by)
    both.invite(s, opened(s, project), at=AT)
    assert told(s) == []


def test_who_took_the_case_back_is_not_told_and_who_was_refused_is(s, project):
    back, refused = wrote(s, project, PHONE), wrote(s, project, OTHER)
    cases.withdraw(s, back, actor=factories.writer(back), at=AT, note="")
    cases.reject(s, refused, "elsewhere", actor=factories.MODERATOR, at=AT)
    both.invite(s, opened(s, project), at=AT)
    assert told(s) == [f"case:{refused.reference}"]


def test_a_contact_of_another_key_stops_nobody_else(s, project):
    broken, fine = wrote(s, project, PHONE), wrote(s, project, OTHER)
    broken.contact.phone = b"x" * 40
    both.invite(s, opened(s, project), at=AT)
    assert told(s) == [f"case:{fine.reference}"]


def test_each_wave_invites_anew(s, project):
    person = follower(s, project)
    first = opened(s, project)
    both.invite(s, first, at=AT)
    first.closes_on = local_day(AT)
    second = Wave(project_id=project.id, number=2, kind="extra", opens_on=local_day(AT))
    s.add(second)
    s.flush()
    both.invite(s, second, at=AT)
    assert told(s) == [f"resident:{person.id}"] * 2


def test_more_people_than_one_statement_takes_are_all_told(s, project, monkeypatch):
    monkeypatch.setattr(invitations, "_CHUNK", 3)
    for n in range(5):
        follower(s, project)
        wrote(s, project, f"1390000000{n}")
    assert both.invite(s, opened(s, project), at=AT) == 10
    assert len(set(told(s))) == 10


# Which waves are due


@pytest.fixture
def county(app, write):
    """A follower of a project whose wave is open and untold; who it is, and the wave."""

    def make(s):
        project = factories.project(s)
        person = follower(s, project)
        return person.id, opened(s, project).id, project.id

    return write(make)


def send(app, at=AT, **more):
    with app.app_context():
        return both.send_due(at, **more)


def invited_at(write, ident):
    return write(lambda s: s.get(Wave, ident).invited_at)


def test_what_is_due_is_sent_once(app, write, county):
    assert send(app) == 1
    assert send(app) == 0
    assert invited_at(write, county[1]) == AT
    assert write(told) == [f"resident:{county[0]}"]


def test_old_waves_are_settled_without_a_word(app, write, county):
    late = AT + invitations.INVITED_WITHIN
    assert send(app, late) == 0
    assert invited_at(write, county[1]) == late
    assert write(told) == []
    acts = select(AuditEntry.details).where(AuditEntry.act == "wave:invite")
    assert write(lambda s: list(s.scalars(acts))) == [{"passed_over": 1}]
    assert send(app, late) == 0
    assert len(write(lambda s: list(s.scalars(acts)))) == 1


def test_the_last_day_of_news_is_the_thirtieth(app, write, county):
    opens = write(lambda s: s.get(Wave, county[1]).opens_on)
    last = clock.at_local(opens + invitations.INVITED_WITHIN, 12)
    assert send(app, last) == 1


@pytest.mark.parametrize("which", ["coming", "over", "withdrawn"])
def test_what_cannot_be_rated_now_invites_nobody(app, write, county, which):
    def change(s):
        wave, day = s.get(Wave, county[1]), local_day(AT)
        if which == "coming":
            wave.opens_on = day + timedelta(days=1)
        elif which == "over":
            wave.closes_on = day - timedelta(days=1)
        else:
            s.get(Project, county[2]).withdrawn_at = AT

    write(change)
    assert send(app) == 0
    assert invited_at(write, county[1]) is None


def test_what_one_round_leaves_the_next_one_takes(app, write, county):
    def more(s):
        for _ in range(3):
            project = factories.project(s)
            follower(s, project)
            opened(s, project)

    write(more)
    assert [send(app, limit=2) for _ in range(3)] == [2, 2, 0]


def test_killed_between_two_waves_it_goes_on_where_it_stood(app, write, county, monkeypatch):
    def more(s):
        project = factories.project(s)
        follower(s, project)
        opened(s, project)

    write(more)
    real = invitations.settle

    def stumble(s, wave, *more, **words):
        real(s, wave, *more, **words)
        if wave.id != county[1]:
            raise KeyboardInterrupt

    monkeypatch.setattr(both, "settle", stumble)
    with pytest.raises(KeyboardInterrupt):
        send(app)
    assert write(told) == [f"resident:{county[0]}"]
    monkeypatch.setattr(both, "settle", real)
    assert send(app) == 1
    assert len(set(write(told))) == 2


def test_two_workers_at_once_tell_nobody_twice(own_app):
    with own_app.app_context(), db.transaction() as s:
        for _ in range(4):
            project = factories.project(s)
            follower(s, project)
            wrote(s, project, PHONE)
            opened(s, project)
    with ThreadPoolExecutor(4) as threads:
        sent = list(threads.map(lambda _n: send(own_app), range(4)))
    assert sum(sent) == 8
    with own_app.app_context():
        s = db.session()
        assert len(told(s)) == len(set(told(s))) == 8
        assert s.scalar(select(func.count()).where(Wave.invited_at.is_(None))) == 0


# What the message says


def message(app, write, county, monkeypatch, public_url):
    monkeypatch.setitem(app.config, "PUBLIC_URL", public_url)
    sent = []
    monkeypatch.setattr(worker, "send", lambda *words: sent.append(words))
    monkeypatch.setattr(clock, "now", lambda: AT)
    send(app)
    with app.app_context():
        worker.run_once()
    letters = [words for words in sent if "评价" in words[1] and "验证码" not in words[1]]
    assert len(letters) == 1
    return letters[0][2]


def test_the_message_leads_to_the_form_where_the_address_is_known(app, write, county, monkeypatch):
    text = message(app, write, county, monkeypatch, "https://ms.example.gov.cn/ms")
    code = write(lambda s: s.get(Project, county[2]).code)
    with app.test_request_context("/"):
        path = url_for("public.rate", code=code)
    assert f"请打开 https://ms.example.gov.cn/ms{path} 说说" in text


def test_without_an_address_the_message_says_it_in_words(app, write, county, monkeypatch):
    text = message(app, write, county, monkeypatch, "")
    assert "请打开民生实事网站说说您的感受" in text
    assert "http" not in text


def test_the_invitation_leads_nobody_to_an_answer():
    said = "".join(TEXTS["rating_invited"])
    assert not [word for word in ("满意", "五星", "好评", "支持") if word in said]
    assert "评价自愿" in said
