"""事项类别: the taxonomy as staff keep it, and who is in charge of which matter from when on."""

from typing import Any

from flask import Response, abort, flash, g, redirect, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from portal import clock, db
from portal.cases.categories import actions
from portal.cases.categories.models import Category, CategoryRoute
from portal.cases.categories.overview import lines
from portal.cases.categories.queries import in_charge
from portal.county.models import Town
from portal.county.queries import towns
from portal.departments.models import Department
from portal.departments.queries import active, by_code
from portal.errors import Invalid
from portal.language import N_
from portal.moderation.blueprint import bp
from portal.moderation.category_forms import CategoryForm, RouteForm, form_data
from portal.security import Permission
from portal.web import arg_text, page, requires

MOVES = {"up": True, "down": False}


@bp.get("/categories")
@requires(Permission.CATEGORY_MANAGE)
def categories():
    """List every group and matter: who is in charge today, how many cases are open."""
    found = lines(db.session(), g.actor, clock.today())
    return page("moderation/categories.html", groups=found, today=clock.today())


@bp.route("/categories/new", methods=["GET", "POST"])
@requires(Permission.CATEGORY_MANAGE)
def new_category():
    """Put a group, or a matter of the group `in`, on record."""
    s = db.session()
    group = _group(s, arg_text("in"))
    form = CategoryForm().offer(active(s))
    if form.validate_on_submit():
        try:
            with db.transaction() as s:
                group = _group(s, arg_text("in"))
                made = actions.add(s, group, form.content, _department(s, form), **_by())
                code = made.code
            flash(_("类别“%(name)s”已建立。", name=form.name.data), "success")
            return redirect(url_for(".category", code=code), 303)
        except Invalid as refusal:
            _blame(form, refusal)
            group = _group(db.session(), arg_text("in"))
    return _sheet(form, None, group, 422 if form.errors else 200)


@bp.route("/categories/<code>", methods=["GET", "POST"])
@requires(Permission.CATEGORY_MANAGE)
def category(code: str):
    """Show a category with all it says and its routes, and change what it says."""
    s = db.session()
    found = _found(s, code)
    shown = form_data(actions.content_of(found), found.department, actions.fingerprint(found))
    form = CategoryForm(data=shown).offer(_units(s, found))
    if form.validate_on_submit():
        try:
            with db.transaction() as s:
                found = _found(s, code, to_change=True)
                unit, seen = _department(s, form), form.seen.data
                actions.change(s, found, form.content, unit, seen=seen, **_by())
            flash(_("类别“%(name)s”已保存。", name=form.name.data), "success")
            return redirect(url_for(".category", code=code), 303)
        except Invalid as refusal:
            _blame(form, refusal)
            found = _found(db.session(), code)
    return _sheet(form, found, found.parent, 422 if form.errors else 200)


@bp.post("/categories/<code>/<any(close, reopen):act>")
@requires(Permission.CATEGORY_MANAGE)
def open_category(code: str, act: str):
    """Close a category, or open it again."""
    with db.transaction() as s:
        found = _found(s, code, to_change=True)
        (actions.close if act == "close" else actions.reopen)(s, found, **_by())
        name = found.name
    told = _("类别“%(name)s”已关闭，不再提供选择。", name=name)
    flash(told if act == "close" else _("类别“%(name)s”已恢复。", name=name), "success")
    return redirect(url_for(".category", code=code), 303)


@bp.post("/categories/<code>/<any(up, down):way>")
@requires(Permission.CATEGORY_MANAGE)
def move_category(code: str, way: str):
    """Move a category one place in its list."""
    with db.transaction() as s:
        actions.move(s, _found(s, code, to_change=True), up=MOVES[way], **_by())
    return redirect(url_for(".categories", _anchor=code), 303)


@bp.post("/categories/<code>/routes")
@requires(Permission.CATEGORY_MANAGE)
def route_category(code: str):
    """Put a department in charge from a day on."""
    s = db.session()
    form = RouteForm().offer(towns(s), active(s))
    if form.validate_on_submit():
        try:
            with db.transaction() as s:
                found = _found(s, code, to_change=True)
                town = s.get(Town, form.town.data) if form.town.data else None
                unit = _department(s, form) or abort(404)
                actions.route(s, found, town, unit, form.day, **_by())
            flash(_("已设定：%(day)s 起由%(name)s负责。", day=form.day, name=unit.name), "success")
            return redirect(url_for(".category", code=code, _anchor="routes"), 303)
        except Invalid as refusal:
            form.valid_from.errors = [_(refusal.message, **refusal.params)]
    found = _found(db.session(), code)
    return _sheet(_shown(found), found, found.parent, 422, route_form=form)


@bp.post("/categories/<code>/routes/<int(max=2147483647):ident>/remove")
@requires(Permission.CATEGORY_MANAGE)
def remove_route(code: str, ident: int):
    """Remove a rule that has not begun."""
    with db.transaction() as s:
        _found(s, code, to_change=True)
        found = s.get(CategoryRoute, ident) or abort(404)
        if found.category_code != code:
            abort(404)
        actions.drop_route(s, found, **_by())
    flash(_("还没有生效的规则已删除。"), "success")
    return redirect(url_for(".category", code=code, _anchor="routes"), 303)


def _blame(form: CategoryForm, refusal: Invalid) -> None:
    """Let the field that a refusal speaks of carry it."""
    field = form.words if "word" in refusal.params else form.name
    field.errors = [_(refusal.message, **refusal.params)]


def _by() -> dict[str, Any]:
    return {"actor": g.actor, "at": clock.now()}


def _found(s: Session, code: str, *, to_change: bool = False) -> Category:
    return s.get(Category, code, with_for_update=to_change or None) or abort(404)


def _group(s: Session, code: str | None) -> Category | None:
    """Return the group that a new matter goes into; None for a new group."""
    if code is None:
        return None
    group = s.get(Category, code)
    if group is None or group.parent_code is not None:
        abort(404)
    return group


def _department(s: Session, form: CategoryForm | RouteForm) -> Department | None:
    if not form.department.data:
        return None
    return by_code(s, form.department.data) or _unknown()


def _unknown() -> Department:
    raise Invalid(N_("请选择承办单位。"))


def _units(s: Session, found: Category) -> list[Department]:
    """Return the departments to offer: those that take work, and the one that stands there."""
    units = active(s)
    kept = found.department
    return units if kept is None or kept in units else [*units, kept]


def _shown(found: Category) -> CategoryForm:
    """Return the form of a category as it is on record, whatever the request brought."""
    shown = form_data(actions.content_of(found), found.department, actions.fingerprint(found))
    return CategoryForm(formdata=None, data=shown).offer(_units(db.session(), found))


def _sheet(
    form: CategoryForm,
    found: Category | None,
    group: Category | None,
    status: int,
    route_form: RouteForm | None = None,
) -> Response:
    s, today = db.session(), clock.today()
    routes = sorted(found.routes, key=lambda r: (r.valid_from, r.id), reverse=True) if found else []
    return page(
        "moderation/category.html",
        status=status,
        form=form,
        found=found,
        group=group,
        routes=routes,
        route_form=route_form or RouteForm(formdata=None).offer(towns(s), active(s)),
        in_charge=in_charge(s, found, None, today) if found else None,
        today=today,
    )
