"""What is said of a project in sentences, and in how many figures."""

from datetime import date
from decimal import Decimal
from types import SimpleNamespace

import pytest

from portal.county.presets import LIGHTS
from portal.projects.dossier import stage_steps, task_tree
from portal.projects.kinds import Nature, ProjectStatus, Stage
from portal.projects.schedule.rules import Light, Scale
from portal.projects.wording import freshness, headline, light_rule, number

DAY = date(2026, 11, 10)


def project(status=ProjectStatus.IN_PROGRESS, **more):
    """The columns that sentences are made of."""
    fields = {"start_on": date(2026, 2, 1), "due_on": date(2026, 11, 30), "completed_on": None}
    fields |= {"status": status, "promised_on": date(2026, 11, 30), "reported_on": None}
    fields["percent"] = None if status is ProjectStatus.PLANNED else Decimal(71)
    return SimpleNamespace(**(fields | more))


def standing(light, planned="87.5", gap=None, ratio=None):
    """How a project stands."""
    figures = {"gap": gap and Decimal(gap), "ratio": ratio and Decimal(ratio)}
    return SimpleNamespace(
        verdict=SimpleNamespace(light=light, **figures), planned=Decimal(planned)
    )


def told(project, standing):
    """The headline as a resident reads it, days as they are."""
    spelt = lambda v: number(v) if isinstance(v, Decimal) else v  # noqa: E731
    return "".join(
        said.text % {k: spelt(v) for k, v in said.values.items()}
        for said in headline(project, standing, DAY)
    )


@pytest.mark.parametrize(
    ("found", "sentence"),
    [
        (
            (project(), standing(Light.LATE, gap="-16.5", ratio="81.14")),
            "计划2026-11-30完成。今天应完成87.5%，实际71%，落后16.5个百分点（完成计划的81.1%）。",
        ),
        (
            (project(), standing(Light.AHEAD, gap="6.5", ratio="107.43")),
            "计划2026-11-30完成。今天应完成87.5%，实际94%，超前6.5个百分点（完成计划的107.4%）。",
        ),
        (
            (project(), standing(Light.ON_TIME, gap="0", ratio="100")),
            "计划2026-11-30完成。今天应完成87.5%，实际87.5%，与计划持平。",
        ),
        (
            (project(), standing(Light.AHEAD, planned="0", gap="8")),
            "计划2026-11-30完成。今天还不要求完成，实际已完成8%。",
        ),
        (
            (project(), standing(Light.UNKNOWN)),
            "计划2026-11-30完成。今天应完成87.5%，还没有报进度。",
        ),
        (
            (project(due_on=date(2026, 10, 31)), standing(Light.SEVERE, "100", "-29", "71")),
            "承诺2026-10-31完成，已超过10天。今天应完成100%，实际71%，"
            "落后29个百分点（完成计划的71%）。",
        ),
        (
            (project(ProjectStatus.PLANNED), standing(Light.SEVERE, "88.9", "-88.9", "0")),
            "计划2026-11-30完成。今天应完成88.9%，还没有开工。",
        ),
        (
            (project(ProjectStatus.PLANNED), standing(Light.WAITING)),
            "计划2026-11-30完成。计划2026-02-01开工，还没有开工。",
        ),
        (
            (project(ProjectStatus.COMPLETED, completed_on=date(2026, 12, 3)), None),
            "2026-12-03通过验收，比承诺的2026-11-30晚3天。",
        ),
        (
            (project(ProjectStatus.COMPLETED, completed_on=DAY, promised_on=None), None),
            "2026-11-10通过验收；没有公布承诺日期。",
        ),
        ((project(ProjectStatus.STOPPED), None), "项目已终止，不再实施。"),
    ],
)
def test_the_headline_says_it_in_one_breath(found, sentence):
    assert told(*found) == sentence


@pytest.mark.parametrize(
    ("figure", "text"),
    [("71.00", "71"), ("87.5", "87.5"), ("83.33", "83.3"), ("0", "0"), ("-0.04", "0")],
)
def test_figures_have_one_decimal_at_most(figure, text):
    assert number(Decimal(figure)) == text


def test_a_report_is_fresh_up_to_the_countys_rhythm():
    def age(on, status=ProjectStatus.IN_PROGRESS):
        found = freshness(project(status, reported_on=on), 31, DAY)
        return found and found.text % found.values

    assert age(DAY) == "今天填报。"
    assert age(date(2026, 10, 10)) == "31天前填报。"
    assert age(date(2026, 10, 9)) == "32天前填报，超过31天没有新的填报：超期未报。"
    assert age(None) == "还没有填报进展。"
    assert age(date(2026, 1, 1), ProjectStatus.COMPLETED) is None


@pytest.mark.parametrize(("preset", "word"), [("yinchuan-2025", "百分点"), ("wuhan", "80%")])
def test_the_rule_of_lights_is_quoted_with_its_figures(preset, word):
    scale = Scale.of(LIGHTS[preset])
    text = "".join(said.text % said.values for said in light_rule(scale))
    assert word in text
    assert "超过15天" in text


def test_stages_behind_without_a_record_are_not_claimed():
    steps = {
        step.stage: step.state
        for step in stage_steps(
            Stage.WORK, Nature.SERVICE, [SimpleNamespace(stage=Stage.VOTE, reached_on=DAY)]
        )
    }
    assert list(steps) == list(Stage)
    assert steps[Stage.COLLECTION] == "unknown"
    assert steps[Stage.VOTE] == "done"
    assert steps[Stage.WORK] == "current"
    assert steps[Stage.ACCEPTANCE] == "next"
    assert steps[Stage.UPKEEP] == "none"


def test_a_task_whose_parent_is_gone_stands_at_the_top():
    rows = [SimpleNamespace(id=n, parent_id=p) for n, p in ((1, None), (2, 1), (3, 9))]
    tree = task_tree(rows)
    assert [(t.row.id, [part.row.id for part in t.parts]) for t in tree] == [(1, [2]), (3, [])]
