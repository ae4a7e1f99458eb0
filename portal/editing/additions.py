"""The administrators' door for putting one project on a year's list by hand."""

from datetime import date

from flask import flash, g, redirect, url_for
from flask_babel import gettext as _

from portal import clock, db
from portal.departments.queries import active, by_code
from portal.editing import reading
from portal.editing.blueprint import bp
from portal.editing.forms import ProjectForm
from portal.errors import Invalid
from portal.forms import one_of
from portal.projects.models import Project
from portal.projects.record.additions import add_project
from portal.security import Permission
from portal.web import page, requires


@bp.route("/projects/new", methods=["GET", "POST"])
@requires(Permission.PROJECT_IMPORT)
def new_project():
    """Put a project on a year's list."""
    form = ProjectForm(data={"year": str(clock.today().year)})
    form.department.choices = one_of(((d.code, d.name) for d in active(db.session())), _("请选择"))
    if form.validate_on_submit():
        try:
            code = _added(form).code
            flash(_("项目已列入清单并公开。承诺期限、资金等请继续填报，经审核后公开。"), "success")
            return redirect(url_for(".workbench", code=code), 303)
        except Invalid as error:
            for name in error.params.get("fields", ("name",)):
                form[name].errors = [_(error.message, **error.params)]
    return page("editing/new_project.html", status=422 if form.errors else 200, form=form)


def _added(form: ProjectForm) -> Project:
    with db.transaction() as s:
        unit = by_code(s, form.department.data)
        if unit is None:
            raise Invalid(_("所选的内容已不存在，请重新选择。"), fields=("department",))
        return add_project(
            s,
            year=int(form.year.data),
            name=form.name.data,
            department=unit,
            listed_on=date.fromisoformat(reading.day(form.listed_on.data)),
            document_no=form.document_no.data,
            actor=g.actor,
            at=clock.now(),
        )
