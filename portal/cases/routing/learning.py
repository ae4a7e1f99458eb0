"""Learning from this county's own cases: which texts, whose they were, and the stored model.

Only what a person confirmed is learned from (`similar.confirmed`), so a wrong route that
somebody corrected teaches where the case belongs, and the machine never learns from itself.
"""

import hashlib
from datetime import datetime, timedelta
from importlib import import_module

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.audit.actions import record
from portal.cases.models import Case
from portal.cases.routing.learned import look_again
from portal.cases.routing.similar import confirmed
from portal.departments.models import Department
from portal.errors import Refusal
from portal.language import N_
from portal.routing.classifier import Classifier
from portal.routing.models import RoutingModel
from portal.security import SYSTEM

EXAMPLES_AT_MOST = 20_000
"""The newest cases that are learned from: duties change, and a training stays a matter of
minutes."""

_TRAINING = "portal.routing.training"
_EVALUATION = "portal.routing.evaluation"
"""Loaded by name and only here: no web worker may load scikit-learn."""


def examples(s: Session) -> tuple[list[str], list[str]]:
    """Return the texts to learn from, as residents wrote them, and the department of each."""
    rows = s.execute(
        select(Case.title, Case.body, Department.code)
        .join(Case.department)
        .where(confirmed(), Department.is_active)
        .order_by(Case.id.desc())
        .limit(EXAMPLES_AT_MOST)
    ).all()
    return [f"{title}\n{body}" for title, body, _ in rows], [code for *_, code in rows]


def learn(texts: list[str], labels: list[str]) -> Classifier:
    """Return a model of the texts. Raises Invalid when there is too little to learn from.

    Raises Refusal where scikit-learn is not installed.
    """
    return _load(_TRAINING).train(texts, labels)


def evaluated(texts: list[str], labels: list[str]) -> dict[str, float | int | None]:
    """Return how well the labels of unseen texts are guessed: see `evaluation.evaluate`.

    Raises as `learn`.
    """
    return _load(_EVALUATION).evaluate(texts, labels)


def store(s: Session, classifier: Classifier, at: datetime) -> RoutingModel:
    """Put a model on record: from now on it is used, wherever the portal runs."""
    data, facts = classifier.to_bytes(), classifier.facts
    row = RoutingModel(
        trained_at=at,
        examples=facts.n,
        labels=len(facts.counts),
        accuracy=facts.accuracy,
        threshold=facts.threshold,
        coverage=facts.coverage,
        sha256=hashlib.sha256(data).hexdigest(),
        data=data,
    )
    s.add(row)
    s.flush()
    figures = {"examples": row.examples, "labels": row.labels, "accuracy": round(row.accuracy, 4)}
    subject = f"routing-model:{row.id}"
    record(s, actor=SYSTEM, act="routing:train", subject=subject, at=at, **figures)
    look_again()
    return row


def is_due(s: Session, days: int, at: datetime) -> bool:
    """Say whether it is time to learn again: `days` after the last time; 0: never by itself."""
    if days <= 0:
        return False
    last = s.scalar(select(func.max(RoutingModel.trained_at)))
    return last is None or at - last >= timedelta(days=days)


def _load(name: str):
    try:
        return import_module(name)
    except ImportError as error:
        raise Refusal(
            N_("没有安装 scikit-learn，不能训练模型；安装后重试：pip install scikit-learn")
        ) from error
