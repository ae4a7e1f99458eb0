"""The printed invitation to rate a project, for notice boards and doors.

Source of the words: rating is voluntary and nobody may hint at an answer (国办发〔2019〕51号;
the 四平 standard forbids leading words), so all five levels stand there alike.
"""

from urllib.parse import urlsplit

from flask import url_for
from flask_babel import gettext as _

from portal import clock, db
from portal.county.queries import ratings as setting
from portal.deadlines import Limit
from portal.language import N_
from portal.public.blueprint import bp
from portal.public.posters import public_address, qr
from portal.public.project import days_words, project_or_404
from portal.ratings.kinds import LEVEL_LABELS, WaveKind
from portal.ratings.waves.actions import open_now
from portal.security import Permission
from portal.web import page, requires

OCCASIONS = {
    WaveKind.COMPLETION: N_("项目已完成验收，请您评价"),
    WaveKind.REVISIT: N_("项目做过“回头看”，再请您评价"),
    WaveKind.EXTRA: N_("请您评价这个项目"),
}

LENGTHS = {"working_day": N_("%(n)s个工作日"), "day": N_("%(n)s日")}


@bp.get("/projects/<code>/notice")
@requires(Permission.PUBLIC)
def notice(code: str):
    """Show the invitation, to print on A4; while rating is closed, say so instead."""
    s, day = db.session(), clock.today()
    project = project_or_404(code)
    rules = setting(s, day)
    address = public_address(url_for(".scan", code=project.code))
    parts = urlsplit(address)
    response = page(
        "public/notice.html",
        project=project,
        window=open_now(s, project, day),
        occasions=OCCASIONS,
        level_labels=LEVEL_LABELS,
        call_back=_spelt(Limit.of(rules["call_back"])),
        remedy=_spelt(Limit.of(rules["remedy"])),
        code=qr(address),
        short_address=parts.netloc + parts.path,
        day_words=days_words(None),
    )
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _spelt(limit: Limit) -> str:
    return _(LENGTHS[limit.unit], n=limit.days)
