"""What residents and deputies say of one promise, and what followed: a part of its page."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from portal.county.models import Town
from portal.county.queries import ratings as setting
from portal.county.queries import towns
from portal.language import N_
from portal.projects.models import Project
from portal.projects.upkeep.models import Revisit
from portal.ratings.ballots.queries import of_project
from portal.ratings.followups.workflow import REMEDY_LABELS
from portal.ratings.invitations import is_followed
from portal.ratings.kinds import (
    CHANNEL_LABELS,
    DIMENSION_LABELS,
    DOUBT_LABELS,
    LEVEL_LABELS,
    PROOF_LABELS,
    WAVE_LABELS,
    Channel,
    Proof,
)
from portal.ratings.models import Wave
from portal.ratings.overview import appeals
from portal.ratings.queries import FollowUpCounts, Voices, voices
from portal.ratings.rules import CHANGE_LABELS, Figure
from portal.ratings.waves.actions import due, window
from portal.ratings.waves.rules import Window
from portal.ratings.words import heard, other_remedies
from portal.residents import sessions

LABELS: dict[str, Any] = {
    "level_labels": LEVEL_LABELS,
    "proof_labels": PROOF_LABELS,
    "channel_labels": CHANNEL_LABELS,
    "dimension_labels": DIMENSION_LABELS,
    "doubt_labels": DOUBT_LABELS,
    "change_labels": CHANGE_LABELS,
    "remedy_labels": REMEDY_LABELS,
    "wave_labels": WAVE_LABELS,
    "apart_proofs": (Proof.NONE, Proof.STAFF),
}
"""Words of ratings that the page's templates use."""


LIMIT_WORDS = {"working_day": N_("%(n)s个工作日"), "day": N_("%(n)s天")}
"""Unit of a limit -> how a length of time is spelt in it."""


@dataclass(frozen=True)
class Share:
    """A number of what followed, with the number it is a part of."""

    label: str
    n: int
    of_label: str
    of: int
    is_part: bool = False
    """Whether it is a part of the line above it."""


@dataclass(frozen=True)
class Table:
    """Figures side by side: what it is called, what its first column holds, and its rows."""

    title: str
    first: str
    rows: list[tuple[str, Figure]]
    note: str


def parts(s: Session, project: Project, day: date, revisits: list[Revisit]) -> dict[str, Any]:
    """Return what a project's page shows of ratings, at a fixed number of queries."""
    said, rules = voices(s, project, day), setting(s, day)
    shown = heard(s, project)
    months: dict[int | None, int] = {r.id: r.months for r in revisits}
    names = {w.wave.id: wave_name(w.wave, months) for w in said.waves}
    speaking, places = said.headline_wave, towns(s)
    return {
        "voices": said,
        "wave_names": names,
        "rounds": rounds(s, project, said, day),
        "tables": _tables(said, names[speaking.id], places) if speaking else [],
        "heard": shown,
        "remedies": other_remedies(s, project, shown),
        "appeals": appeals(s, [Project.id == project.id]),
        "follow_up": shares(said.follow_up),
        "limits": limits(rules),
        "ballot_lines": of_project(s, project.id),
        "followed": is_followed(s, project, sessions.current(s)),
        **LABELS,
    }


def _tables(said: Voices, wave: str, places: list[Town]) -> list[Table]:
    """Return the speaking wave by dimension, by channel and by town."""
    dimensions = [(_(DIMENSION_LABELS[d]), f) for d, f in said.dimensions.items()]
    local = [(town.name, said.towns[town.code]) for town in places if town.code in said.towns]
    return [
        Table(
            _("分项评价"),
            _("分项"),
            dimensions,
            _("分项可以不填，所以各项份数不同。%(wave)s，已验证居民。", wave=wave),
        ),
        Table(
            _("从哪里评的"),
            _("渠道"),
            channel_rows(said.channels),
            _("按渠道和是否验证分开计算。%(wave)s。", wave=wave),
        ),
        Table(
            _("各乡镇街道"),
            _("乡镇街道"),
            [(name, f) for name, f in local if f.total],
            _("按扫码的点位所在乡镇，没有点位的按项目所在乡镇。%(wave)s，已验证居民。", wave=wave),
        ),
    ]


def channel_rows(channels: Mapping[Channel, Mapping[Proof, Figure]]) -> list[tuple[str, Figure]]:
    """Return a row for each channel and each way of standing behind a rating that was used."""
    return [
        (
            _(
                "%(channel)s · %(proof)s",
                channel=_(CHANNEL_LABELS[channel]),
                proof=_(PROOF_LABELS[proof]),
            ),
            f,
        )
        for channel, proofs in channels.items()
        for proof, f in proofs.items()
        if f.total
    ]


def wave_name(wave: Wave, months: dict[int | None, int]) -> str:
    """Return what a wave is called: its number, and what it follows."""
    kind = _(WAVE_LABELS[wave.kind])
    after = months.get(wave.revisit_id)
    if after is not None:
        return _("第%(n)s轮 %(kind)s（%(months)s个月）", n=wave.number, kind=kind, months=after)
    return _("第%(n)s轮 %(kind)s", n=wave.number, kind=kind)


@dataclass(frozen=True)
class Rounds:
    """The waves around a day: the one to rate in, the last to have begun, the next."""

    open: Window | None
    last: Window | None
    next: Window | None


def rounds(s: Session, project: Project, said: Voices, day: date) -> Rounds:
    """Return the waves of a project as they lie around `day`, on record already or due."""
    following = due(s, project, day)
    stored = [window(w.wave) for w in said.waves]
    begun = [w for w in [*stored, *following] if w.opens_on <= day]
    coming = [w for w in stored if w.opens_on > day]
    latest = begun[-1] if begun else None
    return Rounds(
        open=latest if latest and latest.holds(day) else None,
        last=latest,
        next=coming[0] if coming else None,
    )


def limits(rules: dict[str, Any]) -> dict[str, str]:
    """Return the county's limits for calling back and for the remedy, in words."""
    return {
        name: _(LIMIT_WORDS[rules[name]["unit"]], n=rules[name]["days"])
        for name in ("call_back", "remedy")
    }


def shares(c: FollowUpCounts) -> list[Share]:
    """Return what followed from bad ratings, each number with what it is a part of.

    Who left no contact cannot be called: the place is looked at instead, which counts as a call,
    so that calls are told of all that were opened.
    """
    same = c.replied - c.better
    running = c.opened - c.replied - c.no_reply
    opened = _("立项差评")
    return [
        Share(_("居民留了联系方式"), c.with_contact, opened, c.opened),
        Share(_("已回访（含未联系上）或现场核实"), c.called, opened, c.opened),
        Share(_("其中按时"), c.called_in_time, _("已回访"), c.called, is_part=True),
        Share(_("已整改或说明"), c.remedied, opened, c.opened),
        Share(_("其中按时"), c.remedied_in_time, _("已整改或说明"), c.remedied, is_part=True),
        Share(_("居民再次评价"), c.replied, opened, c.opened),
        Share(_("改评为满意"), c.better, _("再次评价"), c.replied, is_part=True),
        Share(_("仍不满意"), same, _("再次评价"), c.replied, is_part=True),
        Share(_("居民未再评价"), c.no_reply, opened, c.opened),
        Share(_("还在办理"), running, opened, c.opened),
    ]
