"""The administrators' register of departments."""

from flask import abort, flash, g, redirect, url_for
from flask_babel import gettext as _
from sqlalchemy import func, select

from portal import clock, db
from portal.departments import actions
from portal.departments.models import Department
from portal.departments.queries import by_code, whole_register
from portal.security import Permission
from portal.staff.blueprint import bp
from portal.staff.forms import DepartmentForm, NewDepartmentForm
from portal.web import page, requires


@bp.get("/departments")
@requires(Permission.DEPARTMENT_MANAGE)
def departments():
    """List the register in the county's order."""
    return page("staff/departments.html", departments=whole_register(db.session()))


@bp.route("/departments/new", methods=["GET", "POST"])
@requires(Permission.DEPARTMENT_MANAGE)
def new_department():
    """Put a department on record."""
    form = NewDepartmentForm()
    if form.validate_on_submit():
        with db.transaction() as s:
            last = s.scalar(select(func.max(Department.sort_order))) or 0
            actions.create(
                s,
                code=form.code.data.lower(),
                name=form.name.data,
                aliases=form.alias_list,
                duties=form.duty_list,
                phone=form.phone.data,
                sort_order=last + 1,
                actor=g.actor,
                at=clock.now(),
            )
        flash(_("承办单位已建立。"), "success")
        return redirect(url_for(".departments"), 303)
    return page("staff/department.html", status=422 if form.errors else 200, form=form, found=None)


@bp.route("/departments/<code>", methods=["GET", "POST"])
@requires(Permission.DEPARTMENT_MANAGE)
def department(code: str):
    """Show and change a department."""
    found = by_code(db.session(), code) or abort(404)
    form = DepartmentForm(
        data={
            "name": found.name,
            "phone": found.phone,
            "aliases": "\n".join(a.name for a in found.aliases),
            "duties": "\n".join(d.word for d in found.duties),
            "is_active": found.is_active,
        }
    )
    if form.validate_on_submit():
        with db.transaction() as s:
            actions.change(
                s,
                by_code(s, code) or abort(404),
                name=form.name.data,
                aliases=form.alias_list,
                duties=form.duty_list,
                phone=form.phone.data,
                is_active=form.is_active.data,
                actor=g.actor,
                at=clock.now(),
            )
        flash(_("承办单位已修改。"), "success")
        return redirect(url_for(".departments"), 303)
    return page("staff/department.html", status=422 if form.errors else 200, form=form, found=found)
