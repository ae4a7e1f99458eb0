"""Contacts that may not rate (利害关系人): put on record, looked up, taken off."""

from flask import abort, flash, g, redirect, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from portal import clock, db
from portal.appraisal.blueprint import bp
from portal.appraisal.contact_forms import (
    DEPARTMENT,
    PROJECT,
    ContactsForm,
    LookUpForm,
    RemoveForm,
)
from portal.departments.queries import by_code as department_by_code
from portal.departments.queries import whole_register
from portal.errors import Invalid
from portal.language import N_
from portal.projects.queries import by_code
from portal.ratings import interests
from portal.ratings.interests import Added, Scope
from portal.ratings.kinds import DOUBT_LABELS
from portal.ratings.models import InterestedContact
from portal.residents.rules import Contact, read
from portal.security import Permission
from portal.web import arg_text, page, requires


@bp.get("/contacts")
@requires(Permission.RATING_MANAGE)
def contacts():
    """List the contacts, of which only the last two characters are known."""
    return _page(LookUpForm(formdata=None))


@bp.post("/contacts/look-up")
@requires(Permission.RATING_MANAGE)
def look_up_contact():
    """Show whether a contact is on the list; by POST, so that it stands in no address."""
    form = LookUpForm()
    if not form.validate_on_submit():
        return _page(form, status=422)
    contact = read(form.contact.data)
    with db.transaction() as s:
        interests.note_look_up(s, contact, actor=g.actor, at=clock.now())
    return _page(form, contact=contact)


@bp.route("/contacts/new", methods=["GET", "POST"])
@requires(Permission.RATING_MANAGE)
def new_contacts():
    """Put a list of contacts on record; what they said in open waves is set aside."""
    form = ContactsForm().offer(whole_register(db.session()))
    if form.validate_on_submit():
        try:
            with db.transaction() as s:
                now = {"actor": g.actor, "at": clock.now()}
                kind, scope = form.chosen_kind(), _scope(s, form)
                added = interests.add(s, form.read, kind, scope, note=form.note.data, **now)
            flash(_told(added), "success")
            return redirect(url_for(".contacts"), 303)
        except Invalid as error:
            form.project.errors = [_(error.message, **error.params)]
    return page("appraisal/contacts_new.html", status=422 if form.errors else 200, form=form)


@bp.route("/contacts/<int(max=2147483647):ident>/remove", methods=["GET", "POST"])
@requires(Permission.RATING_MANAGE)
def remove_contact(ident: int):
    """Take a contact off the list, with a reason."""
    form = RemoveForm()
    if form.validate_on_submit():
        with db.transaction() as s:
            found = _contact_or_404(ident)
            now = {"actor": g.actor, "at": clock.now()}
            interests.remove(s, found, reason=form.reason.data, **now)
        flash(_("已从名单中删除。因它搁置的评价仍待审核员判定。"), "success")
        return redirect(url_for(".contacts"), 303)
    found = _contact_or_404(ident)
    return page(
        "appraisal/contact_remove.html",
        status=422 if form.errors else 200,
        form=form,
        found=found,
        scope=interests.scopes(db.session(), [ident])[ident],
        doubt_labels=DOUBT_LABELS,
    )


def _page(form: LookUpForm, *, contact: Contact | None = None, status: int = 200):
    s = db.session()
    found = interests.contact_page(s, contact, after=arg_text("after", 200))
    return page(
        "appraisal/contacts.html",
        status=status,
        form=form,
        looked_up=contact is not None,
        page=found,
        scopes=interests.scopes(s, [row.id for row in found.rows]),
        counts=interests.count_by_kind(s),
        doubt_labels=DOUBT_LABELS,
        next_url=url_for(".contacts", after=found.next) if found.next else None,
        first_url=None if found.is_first and not contact else url_for(".contacts"),
    )


def _scope(s: Session, form: ContactsForm) -> Scope:
    """Return of which projects the list is. Raises Invalid for a code that is unknown."""
    if form.scope.data == DEPARTMENT:
        return Scope(department=department_by_code(s, form.department.data))
    if form.scope.data == PROJECT:
        project = by_code(s, form.project.data)
        if project is None:
            raise Invalid(N_("没有编号为“%(code)s”的项目。"), code=form.project.data)
        return Scope(project=project)
    return Scope()


def _told(added: Added) -> str:
    said = _("已登记 %(n)s 个联系方式。", n=added.added)
    if added.known:
        said += _("另有 %(n)s 个原来已在名单中。", n=added.known)
    if added.set_aside:
        said += _("正在开放的轮次中有 %(n)s 份评价因此暂不计入，待审核员判定。", n=added.set_aside)
    return said


def _contact_or_404(ident: int) -> InterestedContact:
    return db.session().get(InterestedContact, ident) or abort(404)
