"""A project set back to work rests: what was said stays, nothing new is taken."""

import pytest

from portal.errors import WrongState
from portal.projects.kinds import ProjectStatus
from portal.ratings.waves.actions import open_now
from tests import factories


def test_a_project_set_back_to_work_takes_no_rating_until_it_is_accepted_again(s):
    project = factories.project(s)
    factories.rating(s, project, 4)
    project.status, project.completed_on = ProjectStatus.IN_PROGRESS, None
    s.flush()
    day = factories.AT.date()
    assert open_now(s, project, day) is None
    with pytest.raises(WrongState):
        factories.rating(s, project, 5)
    project.status, project.completed_on = ProjectStatus.COMPLETED, day
    s.flush()
    assert open_now(s, project, day) is not None
    factories.rating(s, project, 5)
