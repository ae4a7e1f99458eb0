"""What an import did, and taking it back."""

from typing import Any

from flask import abort, flash, g, redirect, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import clock, db
from portal.imports import looks
from portal.imports.blueprint import bp
from portal.imports.flags import Kind
from portal.imports.preview import words
from portal.imports.sheets import LARGEST_ID
from portal.imports.undo import obstacles, undo
from portal.projects.models import ImportBatch, Project
from portal.security import Permission
from portal.web import page, requires

MOST = 300
"""Flags that the page shows; the gravest come first and all are counted."""


@bp.get("/imports/batches/<int:ident>")
@requires(Permission.PROJECT_IMPORT)
def batch(ident: int):
    """Show what an import did, and whether it can be taken back."""
    s = db.session()
    found = _batch(s, ident)
    flags = [_flag(flag) for flag in found.report.get("flags", [])]
    flags.sort(key=lambda flag: (looks.GRAVEST.index(flag["kind"]), flag["row"]))
    may_undo = found.undone_at is None and bool(found.before)
    return page(
        "imports/batch.html",
        batch=found,
        report=found.report,
        flags=flags[:MOST],
        flags_of=len(flags),
        new=_called(s, found.before.get("new", [])),
        changed=_called(s, list(map(int, found.before.get("changed", {})))),
        may_undo=may_undo,
        obstacles=obstacles(s, found) if may_undo else [],
        **words(),
    )


def _called(s: Session, ids: list[int]) -> list[tuple[str, str]]:
    """Return code and name of the first of these projects."""
    some = select(Project.code, Project.name).where(Project.id.in_(ids[:MOST]))
    return [(code, name) for code, name in s.execute(some.order_by(Project.sort_order))]


def _flag(flag: dict[str, Any]) -> dict[str, Any]:
    """Return a kept flag in the reader's language; older batches kept words only."""
    text, params = flag.get("text", flag["message"]), flag.get("params", {})
    kind = Kind(flag.get("kind", Kind.UNCLEAR))
    return flag | {"kind": kind, "words": _(text, **params) if "text" in flag else text}


def _batch(s: Session, ident: int, *, to_change: bool = False) -> ImportBatch:
    if not 0 < ident <= LARGEST_ID:
        abort(404)
    return s.get(ImportBatch, ident, with_for_update=to_change or None) or abort(404)


@bp.post("/imports/batches/<int:ident>/undo")
@requires(Permission.PROJECT_IMPORT)
def undo_batch(ident: int):
    """Take an import back."""
    with db.transaction() as s:
        found = _batch(s, ident, to_change=True)
        withdrawn, restored = undo(s, found, actor=g.actor, at=clock.now())
    numbers = {"withdrawn": withdrawn, "restored": restored}
    flash(_("已撤销：撤下项目 %(withdrawn)s 个，恢复项目 %(restored)s 个。", **numbers), "success")
    return redirect(url_for(".batch", ident=ident), 303)
