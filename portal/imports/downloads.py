"""Workbooks to take away: an empty one to fill in, and the list of a year."""

from flask import Response, abort

from portal import clock, db
from portal.imports.blueprint import bp
from portal.imports.export import ledger_book, template_book
from portal.limits import by_address, limited
from portal.security import Permission
from portal.web import XLSX, download, requires


@bp.get("/imports/template.xlsx")
@requires(Permission.PROJECT_IMPORT)
def template():
    """Send an empty workbook with headers, an example and how to fill it in."""
    return download("民生实事项目清单模板.xlsx", template_book(), XLSX)


@bp.get("/imports/ledger/<int:year>.xlsx")
@requires(Permission.PROJECT_IMPORT)
@limited("LIMIT_DOWNLOAD_ADDRESS", by_address, method="GET")
def ledger(year: int):
    """Send a year's list as a workbook that can be changed and imported again."""
    return _ledger(year)


@bp.get("/years/<int:year>/ledger.xlsx")
@requires(Permission.PUBLIC)
@limited("LIMIT_DOWNLOAD_ADDRESS", by_address, method="GET")
def public_ledger(year: int):
    """Send a year's list to everybody: all of it is public."""
    return _ledger(year)


def _ledger(year: int) -> Response:
    if not 2000 <= year <= 2100:
        abort(404)
    body, n = ledger_book(db.session(), year, clock.today())
    if not n:
        abort(404)
    return download(f"{year}年民生实事项目清单.xlsx", body, XLSX)
