"""The forms on the page of a case, one for each act, with choices and ids of their own."""

from collections.abc import Iterable
from functools import cached_property, partial
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import or_, select
from sqlalchemy.orm import Session
from wtforms import Field, FieldList, FormField
from wtforms.fields.choices import SelectChoice

from portal.cases.categories.queries import groups, matters
from portal.cases.classifying import FIXED
from portal.cases.decisions import why_reworded
from portal.cases.forms import NoteForm, SeenForm
from portal.cases.kinds import (
    KIND_LABELS,
    REJECT_REASONS,
    TARGET_LABELS,
    WITHHOLD_REASONS,
    Kind,
)
from portal.cases.models import Case
from portal.cases.workflow import Action
from portal.county.queries import towns
from portal.departments.models import Department
from portal.departments.queries import active
from portal.errors import Invalid
from portal.forms import filled, one_explained, one_of
from portal.language import N_
from portal.moderation import forms
from portal.moderation.case_texts import LETTER, TEXT_FORMS, released, slot_of
from portal.moderation.targets import rows_of, staff
from portal.moderation.targets import units as units_to_name
from portal.projects.models import Project

REVEAL = "reveal"

FORMS: dict[str, type[SeenForm]] = {
    Action.CLASSIFY.value: forms.ClassifyForm,
    Action.TARGET.value: forms.TargetsForm,
    Action.ASSIGN.value: forms.AssignForm,
    Action.REASSIGN.value: forms.RouteForm,
    Action.REJECT.value: forms.RejectForm,
    Action.WITHHOLD.value: forms.WithholdForm,
    Action.SEND_BACK.value: NoteForm,
    Action.ASK_ASSIST.value: forms.AskAssistForm,
    Action.END_ASSIST.value: forms.EndAssistForm,
    REVEAL: forms.RevealForm,
    **TEXT_FORMS,
}
"""The form of each act; those of publication are the texts' own."""

NEEDED = frozenset({"department", "public_title", "public_body", "text"})
"""Fields that are needed wherever they stand alone, although another may speak for them."""

PROJECTS_NAMED = 3
"""Projects that are told to somebody whose words fit several."""


class Choices:
    """What the forms of one page choose from, read once."""

    def __init__(self, s: Session, case: Case) -> None:
        """Read nothing yet."""
        self.s, self.case = s, case

    @cached_property
    def units(self) -> list[Department]:
        """The departments that may be given work."""
        return active(self.s)

    @property
    def recipients(self) -> list[Department]:
        """Those of them that the case does not complain about (信访工作条例, art. 28, 30)."""
        return [unit for unit in self.units if not self.case.conflicts_with(unit)]

    @property
    def may_assist(self) -> list[Department]:
        """Those that can be asked for their part now."""
        asked = {task.department_id for task in self.case.assists if task.is_open}
        taken = asked | {self.case.department_id}
        return [unit for unit in self.recipients if unit.id not in taken]


def blank(act: str, choices: Choices, **data: Any) -> Any:
    """Return the form of an act as the page first shows it."""
    form = _kind(act, choices.case)(formdata=None, data=_first(act, choices.case) | data)
    return _ready(act, form, choices)


def sent(act: str, choices: Choices) -> Any:
    """Return the form of an act as it was sent."""
    slot = slot_of(act, choices.case)
    return _ready(slot, _kind(slot, choices.case)(), choices)


def leaves(fields: Iterable[Field]) -> list[Field]:
    """Return the fields of a form with those inside its rows, each by itself."""
    found: list[Field] = []
    for field in fields:
        if isinstance(field, FieldList):
            found += leaves(field.entries)
        elif isinstance(field, FormField):
            found += leaves(field.form)
        else:
            found.append(field)
    return found


def _kind(act: str, case: Case) -> type[SeenForm]:
    """Return the form of an act; that of the letter fits the answers that go out with it."""
    return FORMS[act].fit(released(case)) if act == LETTER else FORMS[act]


def _first(act: str, case: Case) -> dict[str, Any]:
    """Return what a form begins with."""
    if act == Action.TARGET:
        return {"targets": rows_of(case)}
    if act == LETTER:
        return {"note": why_reworded(case)}
    if act == Action.CLASSIFY:
        return {
            "kind": case.kind.value,
            "category": case.category_code or "",
            "project": case.project.code if case.project else "",
            "town": case.town_code or "",
        }
    return {}


def _ready(act: str, form: Any, choices: Choices) -> Any:
    """Give a form its choices, and ids of its own: the page has many forms with a note."""
    if act in OFFERS:
        OFFERS[act](form, choices)
    for field in leaves(form):
        name = field.id if "-" in field.id else field.name
        field.id = f"note-{act}" if field.name == "note" else f"{act}-{name}"
        if field.name in NEEDED:
            field.flags.required = True
    return form


def _offer_units(form: Any, choices: Choices) -> None:
    form.department.choices = _named(choices.recipients)
    for row in getattr(form, "assists", ()):
        row.form.department.choices = _named(choices.recipients, _("不请"))


def _offer_others(form: Any, choices: Choices) -> None:
    others = [unit for unit in choices.recipients if unit.id != choices.case.department_id]
    form.department.choices = _named(others)


def _offer_assistants(form: Any, choices: Choices) -> None:
    form.department.choices = _named(choices.may_assist)


def _offer_reasons(form: Any, _choices: Choices) -> None:
    form.reason.choices = one_explained(
        (key, _(reason.label), _(reason.instead)) for key, reason in REJECT_REASONS.items()
    )


def _offer_withholding(form: Any, _choices: Choices) -> None:
    form.reason.choices = one_of((key, _(label)) for key, label in WITHHOLD_REASONS.items())


def _offer_targets(form: Any, choices: Choices) -> None:
    units = _named(units_to_name(choices.case, choices.units), _("不填"))
    accounts = one_of(staff(choices.s), _("不填"))
    kinds = one_of(((kind.value, _(label)) for kind, label in TARGET_LABELS.items()), _("无"))
    for row in form.targets:
        row.form.kind.choices = kinds
        row.form.department.choices = units
        row.form.account.choices = accounts


def _offer_files(form: Any, choices: Choices) -> None:
    """Offer what a case can be filed under, and what it is filed under now."""
    case = choices.case
    kinds = [case.kind] if case.kind in FIXED else [kind for kind in Kind if kind not in FIXED]
    form.kind.choices = one_of((kind.value, _(KIND_LABELS[kind])) for kind in kinds)
    found = [
        SelectChoice(one.code, one.name, optgroup=group.name)
        for group in groups(choices.s)
        for one in (group, *matters(group))
    ]
    if case.category and case.category.code not in {option.value for option in found}:
        name = case.category.full_name
        found.append(SelectChoice(case.category.code, name, optgroup=_("已停用")))
    form.category.choices = [SelectChoice("", _("未分类")), *found]
    places = ((town.code, town.name) for town in towns(choices.s))
    form.town.choices = one_of(places, _("未说明"))
    form.find_project = partial(find_project, choices.s)


def _demand_words(form: Any, choices: Choices) -> None:
    """Ask beside the field for what the act asks of whoever closes over an unhappy resident."""
    if choices.case.is_unhappy:
        words = filled(_("居民曾表示未解决，办结时请写明给居民的说明。"))
        form.note.validators = [*form.note.validators, words]


OFFERS = {
    Action.ASSIGN.value: _offer_units,
    Action.REASSIGN.value: _offer_others,
    Action.ASK_ASSIST.value: _offer_assistants,
    Action.REJECT.value: _offer_reasons,
    Action.WITHHOLD.value: _offer_withholding,
    Action.TARGET.value: _offer_targets,
    Action.CLASSIFY.value: _offer_files,
    Action.CLOSE.value: _demand_words,
}
"""What gives each form its choices."""


def find_project(s: Session, text: str) -> Project:
    """Return the project with this code, or the only one with these words in its name.

    Raises Invalid for none, and for several, naming the first of them.
    """
    named = Project.name.icontains(text, autoescape=True)
    fits = or_(Project.code == text, named), Project.withdrawn_at.is_(None)
    order = (Project.code != text, Project.year.desc(), Project.id)
    found = s.scalars(select(Project).where(*fits).order_by(*order).limit(PROJECTS_NAMED + 1)).all()
    if not found:
        raise Invalid(N_("没有找到“%(text)s”，请填写项目编号或名称中的几个字。"), text=text)
    if found[0].code == text or len(found) == 1:
        return found[0]
    some = "、".join(f"{one.code} {one.name}" for one in found[:PROJECTS_NAMED])
    raise Invalid(N_("符合的项目不止一个：%(some)s。请填写项目编号。"), some=some)


def _named(units: Iterable[Department], empty: Any = None) -> list[SelectChoice]:
    return one_of(((unit.code, unit.name) for unit in units), empty or _("请选择"))
