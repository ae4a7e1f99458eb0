"""The main lines of docs/stuffing.md, for the page with the published rule.

Nobody computes them while a page is asked for: the simulation takes a minute. A test reads them
against the document, so that neither can change alone.
"""

from dataclasses import dataclass

from portal.language import N_

HONEST_MOST, HONEST_WORST_RUN = "0.08", "0.3"
"""Percent of honest ratings set aside where nobody cheats: in the worst of the invented worlds
on average, and in the worst single run."""


@dataclass(frozen=True)
class Measured:
    """How far one attacker moves a rate of satisfaction, in points."""

    line: str
    """As the document calls it."""
    label: str
    """In the page's words, marked for translation."""
    praise_open: str
    """Praising a project that 45 % are satisfied with, where every submission counts."""
    praise: str
    """The same with the portal's rule."""
    damning_open: str
    """Damning a project that 95 % are satisfied with, where every submission counts."""
    damning: str
    """The same with the portal's rule."""


LINES = (
    Measured(
        "bot, 1,000 in two hours",
        N_("程序自动刷1000份，2小时内"),
        "+43.4",
        "0.0",
        "-72.6",
        "0.0",
    ),
    Measured(
        "50 contacts, 1 network",
        N_("50个真实联系方式，同一网络，2小时内"),
        "+18.8",
        "0.0",
        "-31.5",
        "0.0",
    ),
    Measured(
        "200 contacts, 20 networks",
        N_("200个真实联系方式，20个网络，2小时内"),
        "+37.6",
        "-0.3",
        "-63.0",
        "+0.1",
    ),
    Measured(
        "10 contacts, 5 networks",
        N_("10个真实联系方式，5个网络，2小时内"),
        "+5.1",
        "+2.6",
        "-8.6",
        "-4.2",
    ),
    Measured(
        "200 contacts, 20 networks, over 20 days",
        N_("200个真实联系方式，20个网络，分散在20天"),
        "+37.6",
        "+27.5",
        "-63.0",
        "-45.6",
    ),
)
"""Three that are held off and two that get through."""
