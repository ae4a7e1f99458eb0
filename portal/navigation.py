"""The ways through the house that every page offers, by who is looking."""

from dataclasses import dataclass
from typing import Any

from flask import Flask, g, request, url_for

from portal import clock, db
from portal.county.queries import profile
from portal.language import N_
from portal.security import Permission, permits


@dataclass(frozen=True)
class Way:
    """One entry of a navigation."""

    endpoint: str
    label: str
    permission: Permission = Permission.PUBLIC
    also: tuple[str, ...] = ()
    """Other pages that are reached by it and show it as the current one."""


PUBLIC_WAYS = (
    Way("public.home", N_("首页")),
    Way("public.projects", N_("民生项目")),
    Way("public.scores", N_("满意度")),
    Way("public.new_feedback", N_("提交诉求")),
    Way("public.track", N_("查询进度")),
    Way("public.mine", N_("我的评价")),
    Way("public.feedback", N_("办理公开"), also=("public.ledger",)),
)

STAFF_WAYS = (
    Way(
        "moderation.queue",
        N_("审核派单"),
        Permission.CASE_MODERATE,
        ("moderation.workload", "moderation.phrases"),
    ),
    Way("moderation.clusters", N_("热点诉求"), Permission.CASE_MODERATE),
    Way("moderation.appeals", N_("诉求申诉"), Permission.CASE_MODERATE, ("moderation.appeal",)),
    Way("moderation.entry", N_("登记诉求"), Permission.CASE_MODERATE),
    Way("appraisal.comments", N_("评价意见"), Permission.RATING_MODERATE),
    Way("appraisal.doubts", N_("存疑评价"), Permission.RATING_MODERATE),
    Way("appraisal.entry", N_("登记评价"), Permission.RATING_MODERATE),
    Way("desk.queue", N_("承办办理"), Permission.CASE_HANDLE, ("desk.tasks",)),
    Way("appraisal.follow_ups", N_("差评回访"), Permission.RATING_ANSWER),
    Way("editing.home", N_("项目填报"), Permission.PROJECT_EDIT),
    Way("editing.review_queue", N_("填报审核"), Permission.PROJECT_REVIEW),
    Way("imports.home", N_("导入清单"), Permission.PROJECT_IMPORT),
    Way("supervision.cases", N_("督查查看"), Permission.CASE_INSPECT, ("supervision.returned",)),
    Way("supervision.disputes", N_("待裁定"), Permission.CASE_RULE),
    Way(
        "appraisal.waves",
        N_("评价管理"),
        Permission.RATING_MANAGE,
        ("appraisal.contacts", "appraisal.ballots"),
    ),
    Way("appraisal.oversight", N_("回访督查"), Permission.RATING_INSPECT),
    Way("appraisal.appeals", N_("差评申诉"), Permission.RATING_INSPECT),
    Way("supervision.audit", N_("操作审计"), Permission.AUDIT_READ),
    Way(
        "moderation.categories",
        N_("类别管理"),
        Permission.CATEGORY_MANAGE,
        ("moderation.category", "moderation.new_category"),
    ),
    Way("staff.accounts", N_("账号管理"), Permission.ACCOUNT_MANAGE),
    Way("staff.departments", N_("承办单位"), Permission.DEPARTMENT_MANAGE),
    Way("editing.leaders", N_("县级领导"), Permission.DEPARTMENT_MANAGE),
    Way("staff.own", N_("我的账号"), Permission.STAFF),
)


def init_app(app: Flask) -> None:
    """Offer the navigation and the county's profile to every template."""
    app.context_processor(_context)


def _context() -> dict[str, Any]:
    return {
        "nav": [_shown(w) for w in PUBLIC_WAYS],
        "staff_nav": [
            _shown(w) for w in STAFF_WAYS if g.actor.is_staff and permits(g.actor, w.permission)
        ],
        "county": profile(db.session(), clock.today()),
    }


def _shown(way: Way) -> dict[str, Any]:
    return {
        "url": url_for(way.endpoint),
        "label": way.label,
        "is_current": request.endpoint in (way.endpoint, *way.also),
    }
