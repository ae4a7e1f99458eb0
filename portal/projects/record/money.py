"""What must hold of a project's money before a row is published: paid ≤ in place ≤ approved."""

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.errors import Invalid
from portal.language import N_
from portal.projects.funds.models import FundSource, Payment
from portal.projects.record.proposals import Proposal, invalid


def check_fund(p: Proposal) -> None:
    """Raise Invalid unless paid ≤ in place ≤ approved holds with this source."""
    if p.values["in_place_fen"] > p.values["approved_fen"]:
        raise invalid(N_("到位资金不能多于批复资金。"), "in_place_fen")
    others = _in_place(p.s, p.project.id, but=p.target)
    if _paid(p.s, p.project.id) > others + p.values["in_place_fen"]:
        raise invalid(N_("到位资金不能少于已拨付的资金。"), "in_place_fen")


def check_payment(p: Proposal) -> None:
    """Raise Invalid for a payment of nothing, without a day, or beyond what is in place."""
    if not p.values["amount_fen"]:
        raise invalid(N_("金额必须大于0。"), "amount_fen")
    if p.values["paid_on"] is None and p.values["due_on"] is None:
        raise invalid(N_("请填写拨付日期，尚未拨付的填写应付日期。"), "due_on", "paid_on")
    if p.values["paid_on"] is None:
        return
    others = _paid(p.s, p.project.id, but=p.target)
    if others + p.values["amount_fen"] > _in_place(p.s, p.project.id):
        raise invalid(N_("拨付合计不能多于到位资金，请先登记资金到位。"), "amount_fen")


def check_fund_goes(s: Session, target: FundSource) -> None:
    """Raise Invalid when payments lean on a source that is to go."""
    leaning = select(Payment.id).where(Payment.source_id == target.id)
    if s.scalar(leaning.limit(1)):
        raise Invalid(N_("已有拨付记录使用这项资金，不能删除。"))
    if _paid(s, target.project_id) > _in_place(s, target.project_id, but=target):
        raise Invalid(N_("删除后到位资金会少于已拨付的资金，不能删除。"))


def _paid(s: Session, project_id: int, but: Any | None = None) -> int:
    """Return what was paid for a project, leaving one payment out, 分."""
    made = select(func.coalesce(func.sum(Payment.amount_fen), 0)).where(
        Payment.project_id == project_id,
        Payment.paid_on.is_not(None),
        Payment.id != (but.id if but is not None else 0),
    )
    return int(s.scalar(made))


def _in_place(s: Session, project_id: int, but: Any | None = None) -> int:
    """Return what is in place for a project, leaving one source out, 分."""
    there = select(func.coalesce(func.sum(FundSource.in_place_fen), 0)).where(
        FundSource.project_id == project_id, FundSource.id != (but.id if but is not None else 0)
    )
    return int(s.scalar(there))
