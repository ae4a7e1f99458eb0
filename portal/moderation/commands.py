"""`flask --app wsgi moderation ...`: what the moderators' machinery makes of a text, and learns."""

import json
from typing import BinaryIO

import click
from flask.cli import AppGroup

from portal import clock, db
from portal.cases.routing import learning
from portal.errors import PortalError
from portal.moderation import samples
from portal.redaction import propose
from portal.routing.models import RoutingModel

group = AppGroup("moderation", help="What is proposed to moderators.")


@group.command("redact")
@click.argument("file", type=click.File("rb"))
def redact_command(file: BinaryIO) -> None:
    """Print as JSON which personal data would be proposed for masking in FILE (- for stdin).

    The text is UTF-8; `start` and `end` (excluded) count its characters. Nothing is stored.
    """
    try:
        text = file.read().decode("utf-8")
    except UnicodeDecodeError as error:
        raise click.BadParameter(
            f"不是 UTF-8 文本（第 {error.start + 1} 个字节）。", param_hint="FILE"
        ) from error
    found = [{"start": p.start, "end": p.end, "kind": p.kind.value} for p in propose(text)]
    click.echo(json.dumps(found))


@group.command("train")
def train_command() -> None:
    """Learn from this county's own moderated cases where a case belongs.

    Exits 1, and changes nothing, while there are too few cases to learn from.
    """
    texts, labels = learning.examples(db.session())
    db.session().rollback()  # learning takes a while: nothing is held meanwhile
    click.echo(f"可学习的诉求 {len(texts)} 件，承办单位 {len(set(labels))} 个。")
    try:
        model = learning.learn(texts, labels)
        with db.transaction() as s:
            _tell(learning.store(s, model, clock.now()))
    except PortalError as refusal:
        raise click.ClickException(str(refusal)) from refusal


def _tell(row: RoutingModel) -> None:
    click.echo(f"已训练：用 {row.examples} 件，能分辨 {row.labels} 个单位。")
    click.echo(f"准确率 {row.accuracy:.1%}（交叉验证）")
    if row.coverage:
        click.echo(f"置信度 {row.threshold:.1%} 以上达到要求的准确率，覆盖 {row.coverage:.1%}")
    else:
        click.echo("没有达到要求准确率的置信度，不宜自动派单。")


@group.command("evaluate")
@click.argument("file", type=click.File("rb"))
@click.option("--json", "as_json", is_flag=True, help="one JSON object instead of a table")
def evaluate_command(file: BinaryIO, *, as_json: bool) -> None:
    """Measure on FILE (CSV with the columns category,text) how well letters are told apart.

    Each letter is guessed by a model that has not seen it (5-fold cross-validation). Nothing is
    stored.
    """
    try:
        found = samples.read(file.read())
        figures = learning.evaluated(found.texts, found.labels)
    except PortalError as refusal:
        raise click.ClickException(f"{file.name}：{refusal}") from refusal
    if found.skipped:
        click.echo(f"略过缺少类别或文字的 {found.skipped} 行。", err=True)
    if as_json:
        click.echo(json.dumps(figures))
        return
    for name, label in FIGURES.items():
        value = figures[name]
        shown = "没有" if value is None else value if name == "n" else f"{value:.2%}"
        click.echo(f"{label}  {shown}")


FIGURES = {
    "n": "参加评测的诉求",
    "accuracy": "准确率",
    "macro_f1": "宏平均 F1",
    "top2": "前两个建议中有正确的",
    "threshold": "置信度门槛",
    "coverage": "达到门槛的比例",
    "accuracy_at_threshold": "达到门槛时的准确率",
}
