"""`flask --app wsgi ratings ...`: checking the counts kept of ratings."""

import click
from flask.cli import AppGroup
from sqlalchemy import select

from portal import clock, db
from portal.county.queries import ratings as setting
from portal.ratings.counts import is_wrong, recount
from portal.ratings.models import Score

group = AppGroup("ratings", help="Ratings and the counts kept of them.")

BATCH = 200
"""Projects recounted in one transaction: residents wait for no more than these."""


@group.command("recount")
@click.option("--check", is_flag=True, help="change nothing; exit 1 when a count is wrong")
def recount_command(check: bool) -> None:
    """Make every count and headline anew from the ratings, and say how many were wrong."""
    wrong, idents = 0, list(db.session().scalars(select(Score.project_id)))
    for first in range(0, len(idents), BATCH):
        some = idents[first : first + BATCH]
        with db.transaction() as s:
            minimum = setting(s, clock.today())["minimum"]
            if check:
                wrong += sum(is_wrong(s, ident, minimum) for ident in some)
            else:
                wrong += recount(s, some, minimum)
    click.echo(f"核对 {len(idents)} 个项目的评价计数，不一致 {wrong} 个。")
    if check and wrong:
        raise click.exceptions.Exit(1)
