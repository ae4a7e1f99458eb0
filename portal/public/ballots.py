"""Deputies' ballots on a year's list, as they were published."""

from collections.abc import Iterator
from typing import Any

from flask import Response, abort
from flask_babel import gettext as _

from portal import db
from portal.downloads import csv_file
from portal.language import N_
from portal.limits import by_address, limited
from portal.projects.queries import years
from portal.public.blueprint import bp
from portal.ratings.ballots import queries
from portal.ratings.ballots.queries import ShownBallot
from portal.security import Permission
from portal.web import page, requires

HEAD = (
    N_("序号"),
    N_("项目编号"),
    N_("测评项目（公布的名称）"),
    N_("满意（票）"),
    N_("基本满意（票）"),
    N_("不满意（票）"),
    N_("三项合计（票）"),
    N_("到会（人）"),
    N_("全体组成人员（人）"),
    N_("按规则判定"),
    N_("提示"),
    N_("测评名称"),
    N_("测评主体"),
    N_("测评日期"),
    N_("公布出处"),
)


@bp.get("/ballots/<int:year>")
@requires(Permission.PUBLIC)
def ballots(year: int):
    """Show the ballots on a year's list, each with its rule, its source and what is wrong."""
    s = db.session()
    balloted, listed = queries.years(s), years(s)
    if year not in {*balloted, *listed}:
        abort(404)
    return page(
        "public/ballots.html",
        year=year,
        years=sorted({*balloted, year}, reverse=True),
        is_listed=year in listed,
        ballots=queries.of_year(s, year),
    )


@bp.get("/ballots/<int:year>/<int:ident>.csv")
@requires(Permission.PUBLIC)
@limited("LIMIT_DOWNLOAD_ADDRESS", by_address, method="GET")
def ballot_csv(year: int, ident: int) -> Response:
    """Hand over one ballot as CSV, with its flags."""
    s = db.session()
    of_year = queries.of_year(s, year) if year in queries.years(s) else []
    found = next((b for b in of_year if b.ballot.id == ident), None) or abort(404)
    name = _("%(year)s年%(title)s.csv", year=year, title=found.ballot.title)
    return csv_file(name, _rows(found))


def _rows(found: ShownBallot) -> Iterator[list[Any]]:
    ballot = found.ballot
    yield [_(label) for label in HEAD]
    for line in found.lines:
        votes = line.votes
        yield [
            line.place,
            line.code or "",
            line.name,
            votes.satisfied,
            votes.basic,
            votes.unsatisfied,
            votes.total,
            ballot.present,
            ballot.members,
            _(line.label),
            _("；").join(_(f.message, **f.params) for f in [*found.faults, *line.faults]),
            ballot.title,
            ballot.body,
            ballot.held_on.isoformat(),
            ballot.source,
        ]
