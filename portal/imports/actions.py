"""From checked rows to projects, as one batch. The same file twice changes nothing."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.audit.actions import record
from portal.clock import local_day
from portal.errors import WrongState
from portal.imports.context import Context
from portal.imports.engine import Reading
from portal.imports.flags import Flag, left_out
from portal.imports.matching import How, Match, fingerprint, match
from portal.imports.notes import Notes
from portal.imports.outcome import Outcome, flags_of, kept, outcome_of
from portal.imports.present import Present, known_key, projects_of, with_rows
from portal.imports.registers import Registers
from portal.imports.rows import Row
from portal.imports.writing import Written, write
from portal.language import N_
from portal.projects.models import ImportBatch, Project, ProjectSource
from portal.projects.record.bulk import Bulk
from portal.projects.record.models import Change
from portal.projects.schedule.standings import scale_on
from portal.security import Actor, Permission, Role, ensure


@dataclass(frozen=True)
class Source:
    """Which file is imported."""

    file_name: str
    file_hash: str
    """SHA-256, hex."""


def ensure_may_import(actor: Actor) -> None:
    """Raise NotAllowed unless `actor` may import; the command line may."""
    if actor.role is not Role.SYSTEM:
        ensure(actor, Permission.PROJECT_IMPORT)


def matches(reading: Reading, present: Present) -> list[Match]:
    """Return which project of the year each row of a table speaks of."""
    is_progress = not reading.is_own and not reading.speaks_of("content")
    rows = reading.ledger.rows
    return match(rows, present.known, reading.year, is_progress=is_progress)


@dataclass(frozen=True)
class Prepared:
    """A table beside the projects of its year, before anything is written."""

    context: Context
    found: list[Match]
    wanted: list[Match]
    """Those that a person did not leave out."""
    codes: list[str]
    last: int
    """The last place in the year's list."""


def prepare(
    s: Session,
    reading: Reading,
    registers: Registers,
    source: Source,
    *,
    left_out_rows: Collection[int] = (),
    is_dry: bool = False,
    actor: Actor,
    at: datetime,
) -> Prepared:
    """Match a table with the projects of its year, and read what its writing needs to know."""
    year, day = reading.year, local_day(at)
    present = projects_of(s, year)
    found = matches(reading, present)
    wanted = [one for one in found if one.row.row not in left_out_rows]
    fresh = [one.row for one in wanted if one.how in (How.NEW, How.BACK)]
    context = Context(
        s=s,
        reading=reading,
        registers=registers,
        present=with_rows(s, present, year, day),
        bulk=Bulk(s, actor=actor, organisation=f"导入：{source.file_name}", at=at),
        scale=scale_on(s, day),
        day=day,
        notes=Notes(reading.header),
        keys={known_key(p) for p in present.projects.values() if p.withdrawn_at is None},
        is_dry=is_dry,
    )
    for one in found:
        if one.row.row in left_out_rows:
            context.notes.add(one.row.row, "", left_out(N_("按导入时的选择，没有导入")))
    last = max((p.sort_order for p in present.projects.values()), default=0)
    return Prepared(context, found, wanted, list(_codes(s, fresh, year)), last)


def import_reading(
    s: Session,
    reading: Reading,
    registers: Registers,
    source: Source,
    *,
    left_out_rows: Collection[int] = (),
    seen: str | None = None,
    actor: Actor,
    at: datetime,
) -> Outcome:
    """Add the projects that are new and change those of which the table says something new.

    `left_out_rows` are first rows of projects that a person does not want; `seen` is the mark
    (`matching.fingerprint`) of the matches that a person has looked at. Raises NotAllowed, and
    WrongState when the rows would be matched otherwise than they were seen.
    """
    ensure_may_import(actor)
    ready = prepare(s, reading, registers, source, left_out_rows=left_out_rows, actor=actor, at=at)
    if seen is not None and seen != fingerprint(ready.found):
        raise WrongState(N_("您核对之后，项目有了变化，没有导入。请重新核对这份表格。"))
    done = write(ready.context, ready.wanted, ready.codes, ready.last)
    return _finish(ready, done, source, actor=actor)


@dataclass(frozen=True)
class Checked:
    """What an import would do."""

    reading: Reading
    found: list[Match]
    outcome: Outcome
    flags: list[Flag]
    changed: frozenset[int]
    """First rows of the known projects that would say something else."""
    mark: str
    """See `matching.fingerprint`."""


def check(
    s: Session,
    reading: Reading,
    registers: Registers,
    source: Source,
    *,
    left_out_rows: Collection[int] = (),
    actor: Actor,
    at: datetime,
) -> Checked:
    """Say what an import would do, and do nothing; what the session holds is forgotten."""
    try:
        with s.no_autoflush:
            ready = prepare(
                s,
                reading,
                registers,
                source,
                left_out_rows=left_out_rows,
                is_dry=True,
                actor=actor,
                at=at,
            )
            done = write(ready.context, ready.wanted, ready.codes, ready.last)
            return Checked(
                reading,
                ready.found,
                outcome_of(ready.context, ready.wanted, done),
                flags_of(ready.context),
                frozenset(row.row for _project, row in done.changed),
                fingerprint(ready.found),
            )
    finally:
        s.rollback()


def _finish(ready: Prepared, done: Written, source: Source, *, actor: Actor) -> Outcome:
    """Keep the batch, if anything was changed, and renew what everybody sees."""
    context, s = ready.context, ready.context.s
    outcome = outcome_of(context, ready.wanted, done)
    touched = [project for project, _row in (*done.new, *done.changed)]
    if not touched:
        return outcome
    batch = ImportBatch(
        at=context.bulk.at,
        actor=actor.name,
        year=context.reading.year,
        file_name=source.file_name,
        file_hash=source.file_hash,
        title=context.reading.ledger.title,
        report={},
    )
    s.add(batch)
    s.flush()
    for report in context.reports:
        report.batch_id = batch.id
    s.add_all(context.reports)
    for project, row in (*done.new, *done.changed):
        for n, cells in _cells(row).items():
            s.add(ProjectSource(project=project, batch=batch, row=n, cells=cells))
    first = last_changes(s, [project.id for project in touched])
    context.bulk.finish(touched)
    outcome.batch = batch.id
    batch.report = asdict(outcome) | {"flags": [kept(flag) for flag in flags_of(context)]}
    batch.before = _before(s, done, first)
    counts = {"year": batch.year, "imported": outcome.imported, "updated": outcome.updated}
    subject = f"import:{batch.id}"
    record(s, actor=actor, act="project:import", subject=subject, at=batch.at, **counts)
    s.flush()
    return outcome


def _before(s: Session, done: Written, first: dict[str, int]) -> dict[str, Any]:
    """Return what it takes to undo the batch, by the ids of projects."""
    ids = [project.id for project, _row in (*done.new, *done.changed)]
    return {
        "new": [project.id for project, _row in done.new],
        "changed": {str(trace.project.id): trace.kept() for trace in done.traces},
        "first": {str(ident): first.get(str(ident), 0) + 1 for ident in ids},
        "last": last_changes(s, ids),
    }


def last_changes(s: Session, ids: Sequence[int]) -> dict[str, int]:
    """Return the number of the last change on record of each of these projects."""
    last = select(Change.project_id, func.max(Change.id)).group_by(Change.project_id)
    rows = s.execute(last.where(Change.project_id.in_(ids)))
    return {str(ident): change for ident, change in rows}


def _cells(row: Row) -> dict[int, dict[str, str]]:
    """Return the published cells of each row that a project was read from."""
    parts = row.items if row.total is None else [row.total, *row.items]
    return {part.row: part.original for part in parts} | {row.row: row.original}


def _codes(s: Session, rows: Sequence[Row], year: int) -> Iterator[str]:
    """Yield a free code for each row: its own where it names one of the year, else the next."""
    taken = set(s.scalars(select(Project.code).where(Project.code.like(f"{year}-%"))))
    given = {row.code for row in rows if row.code.startswith(f"{year}-")} - taken
    n = 0
    for row in rows:
        code = row.code
        if code not in given:
            while (code := f"{year}-{(n := n + 1):02d}") in taken | given:
                continue
        given.discard(code)
        taken.add(code)
        yield code
