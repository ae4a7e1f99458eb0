"""Workbooks to take away: an empty one to fill in, and the list of a year."""

from urllib.parse import quote

from flask import Response, abort, current_app

from portal import clock, db
from portal.imports.blueprint import bp
from portal.imports.export import ledger_book, template_book
from portal.security import Permission
from portal.web import requires

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@bp.get("/imports/template.xlsx")
@requires(Permission.PROJECT_IMPORT)
def template():
    """Send an empty workbook with headers, an example and how to fill it in."""
    return _file("民生实事项目清单模板.xlsx", template_book())


@bp.get("/imports/ledger/<int:year>.xlsx")
@requires(Permission.PROJECT_IMPORT)
def ledger(year: int):
    """Send a year's list as a workbook that can be changed and imported again."""
    return _ledger(year)


@bp.get("/years/<int:year>/ledger.xlsx")
@requires(Permission.PUBLIC)
def public_ledger(year: int):
    """Send a year's list to everybody: all of it is public."""
    return _ledger(year)


def _ledger(year: int) -> Response:
    if not 2000 <= year <= 2100:
        abort(404)
    body, n = ledger_book(db.session(), year, clock.today())
    if not n:
        abort(404)
    return _file(f"{year}年民生实事项目清单.xlsx", body)


def _file(name: str, body: bytes) -> Response:
    response = current_app.response_class(body, content_type=XLSX)
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    response.headers["Cache-Control"] = "no-cache"
    return response
