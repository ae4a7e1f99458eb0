"""Keeping the taxonomy: groups and matters, their order, and who is in charge from a day on.

Nothing that was used is deleted: a category is closed and can be opened again, a route that
has begun stays on record. Each change is in the audit trail with what was there before.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.audit.actions import record
from portal.cases.categories.models import Category, CategoryRoute
from portal.cases.categories.rules import Content, check
from portal.clock import local_day
from portal.county.models import Town
from portal.county.taxonomy import MAX_CODE, Question, Stopper
from portal.departments.models import Department
from portal.errors import Invalid, WrongState
from portal.language import N_
from portal.security import Actor, Permission, ensure

MOST = 500
"""Groups and matters that a county may have; more are no list to choose from."""


def content_of(category: Category) -> Content:
    """Return what a category says of itself."""
    return Content(
        name=category.name,
        words=tuple(category.words),
        questions=tuple(Question.of(one) for one in category.questions),
        stopper=Stopper.of(category.code, category.stopper),
    )


def fingerprint(category: Category) -> str:
    """Return what a page shows of a category, as 16 hex digits: another state, another one."""
    text = json.dumps(_facts(category), ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def add(
    s: Session,
    parent: Category | None,
    content: Content,
    department: Department | None,
    *,
    actor: Actor,
    at: datetime,
) -> Category:
    """Put a group (without `parent`) or a matter on record, the last of its list.

    Raises Invalid for content that `rules` refuses, a name or word that another one has, or
    a parent that is itself a matter.
    """
    ensure(actor, Permission.CATEGORY_MANAGE)
    if parent is not None and parent.parent_code is not None:
        raise Invalid(N_("类别只有两级，事项下面不能再分。"))
    known = list(s.scalars(select(Category)))
    if len(known) >= MOST:
        raise Invalid(N_("类别最多 %(max)s 个，请先关闭不用的。"), max=MOST)
    code = parent.code if parent else None
    category = Category(
        code=_new_code(code, {one.code for one in known}),
        parent_code=code,
        sort_order=1 + max((c.sort_order for c in known if c.parent_code == code), default=-1),
        is_active=True,
    )
    _fill(s, category, content, department)
    s.add(category)
    s.flush()
    _record(s, category, actor, at, before={})
    return category


def change(
    s: Session,
    category: Category,
    content: Content,
    department: Department | None,
    *,
    actor: Actor,
    at: datetime,
    seen: str = "",
) -> None:
    """Change what a category says and who is usually in charge. Raises Invalid as `add`.

    `seen` is the `fingerprint` that the page showed; WrongState when somebody changed it since.
    """
    ensure(actor, Permission.CATEGORY_MANAGE)
    _check_seen(category, seen)
    before = _facts(category)
    _fill(s, category, content, department)
    s.flush()
    _record(s, category, actor, at, before=before)


def close(s: Session, category: Category, *, actor: Actor, at: datetime) -> None:
    """Offer a category no more; a closed group offers none of its matters. Cases keep it."""
    _set_open(s, category, actor, at, is_active=False)


def reopen(s: Session, category: Category, *, actor: Actor, at: datetime) -> None:
    """Offer a closed category again. Raises Invalid when one of its words went to another."""
    _check_words(s, category, category.words)
    _set_open(s, category, actor, at, is_active=True)


def move(s: Session, category: Category, *, up: bool, actor: Actor, at: datetime) -> None:
    """Move a category one place up or down in its list; at the end of the list nothing happens."""
    ensure(actor, Permission.CATEGORY_MANAGE)
    same = Category.parent_code.is_not_distinct_from(category.parent_code)
    rows = list(
        s.scalars(select(Category).where(same).order_by(Category.sort_order, Category.code))
    )
    here = rows.index(category)
    there = here - 1 if up else here + 1
    if not 0 <= there < len(rows):
        return
    before = _facts(category)
    rows[here], rows[there] = rows[there], rows[here]
    for n, row in enumerate(rows):
        row.sort_order = n
    s.flush()
    _record(s, category, actor, at, before=before)


def route(
    s: Session,
    category: Category,
    town: Town | None,
    department: Department,
    valid_from: date,
    *,
    actor: Actor,
    at: datetime,
) -> CategoryRoute:
    """Put `department` in charge from a day on, in one town or wherever no town has its own.

    A rule for the same day and place is replaced. Raises Invalid for a day that is over (who
    was in charge then stays on record) and for a department that takes no work.
    """
    ensure(actor, Permission.CATEGORY_MANAGE)
    if valid_from < local_day(at):
        raise Invalid(N_("生效日期不能早于今天：以前由谁负责，保留原来的记录。"))
    _check_takes_work(department)
    code = town.code if town else None
    same = (r for r in category.routes if (r.town_code, r.valid_from) == (code, valid_from))
    found = next(same, None)
    before = found.department.code if found else None
    if found is None:
        found = CategoryRoute(town_code=code, valid_from=valid_from)
        category.routes.append(found)
    found.department = department
    s.flush()
    _record_route(s, found, actor, at, before=before, after=department.code)
    return found


def drop_route(s: Session, found: CategoryRoute, *, actor: Actor, at: datetime) -> None:
    """Remove a rule that has not begun. Raises WrongState for one that holds or has held."""
    ensure(actor, Permission.CATEGORY_MANAGE)
    if found.valid_from <= local_day(at):
        raise WrongState(N_("已经生效的规则保留记录，不能删除；请另设一条新的规则。"))
    _record_route(s, found, actor, at, before=found.department.code, after=None)
    found.category.routes.remove(found)
    s.delete(found)
    s.flush()


def _new_code(parent: str | None, taken: set[str]) -> str:
    """Return a code that nobody has; it is never shown to residents and never changed."""
    stem = f"{parent[: MAX_CODE - 5].rstrip('.-')}.m" if parent else "g"
    return next(code for n in range(1, MOST + 2) if (code := f"{stem}{n}") not in taken)


def _fill(s: Session, category: Category, content: Content, department: Department | None) -> None:
    check(content)
    others = s.scalars(select(Category).where(Category.code != category.code))
    name = content.name.strip()
    if any((c.parent_code, c.name) == (category.parent_code, name) for c in others):
        raise Invalid(N_("名称“%(name)s”已有。"), name=name)
    _check_words(s, category, content.words)
    if department is not None and department is not category.department:
        _check_takes_work(department)
    category.name, category.words = name, list(content.words)
    category.questions = [one.as_json() for one in content.questions]
    category.stopper = _stopper(content.stopper, category.stopper or {})
    category.department = department


def _stopper(stopper: Stopper | None, before: Mapping[str, str]) -> dict[str, str]:
    """Return what is kept; a code stays, because what is found in a letter goes by it too."""
    if stopper is None:
        return {}
    return {**stopper.as_json(), "code": stopper.code or before.get("code", "")}


def _check_words(s: Session, category: Category, words: Sequence[str]) -> None:
    """A word that led to two matters would lead to neither."""
    others = select(Category).where(Category.code != category.code, Category.is_active)
    owners = {word: other for other in s.scalars(others) for word in other.words}
    for word in words:
        if word in owners:
            name = owners[word].full_name
            raise Invalid(N_("俗称“%(word)s”已属于“%(name)s”。"), word=word, name=name)


def _check_takes_work(department: Department) -> None:
    if not department.is_active:
        raise Invalid(N_("“%(name)s”已停用，不能派单。"), name=department.name)


def _set_open(
    s: Session, category: Category, actor: Actor, at: datetime, *, is_active: bool
) -> None:
    ensure(actor, Permission.CATEGORY_MANAGE)
    if category.is_active == is_active:
        return
    before = _facts(category)
    category.is_active = is_active
    s.flush()
    _record(s, category, actor, at, before=before)


def _check_seen(category: Category, seen: str) -> None:
    if seen and seen != fingerprint(category):
        raise WrongState(N_("您打开页面之后，这个类别已被其他人修改。您的修改没有保存。"))


def _facts(category: Category) -> dict[str, Any]:
    return {
        "name": category.name,
        "department": category.department.code if category.department else None,
        "place": category.sort_order,
        "is_active": category.is_active,
        "words": list(category.words),
        "questions": list(category.questions),
        "stopper": dict(category.stopper),
    }


def _record(
    s: Session, category: Category, actor: Actor, at: datetime, *, before: dict[str, Any]
) -> None:
    """Put on record what was changed; a save that changes nothing leaves no entry."""
    after = _facts(category)
    changed = [key for key in after if key not in before or before[key] != after[key]]
    if changed:
        record(
            s,
            actor=actor,
            act="category:change",
            subject=f"category:{category.code}",
            at=at,
            before={key: before[key] for key in changed if key in before},
            after={key: after[key] for key in changed},
        )


def _record_route(
    s: Session,
    found: CategoryRoute,
    actor: Actor,
    at: datetime,
    *,
    before: str | None,
    after: str | None,
) -> None:
    record(
        s,
        actor=actor,
        act="category:route",
        subject=f"category:{found.category.code}",
        at=at,
        town=found.town_code,
        valid_from=found.valid_from.isoformat(),
        before=before,
        after=after,
    )
