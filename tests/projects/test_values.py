"""What counts as a change of a public field."""

import pytest

from portal.projects.record.values import differ


@pytest.mark.parametrize("old", [None, "", [], {}, False])
@pytest.mark.parametrize("new", [None, "", [], {}, False])
def test_nothing_is_nothing_however_it_is_written(old, new):
    assert not differ(old, new)


@pytest.mark.parametrize("old", [None, ""])
@pytest.mark.parametrize("new", [0, "0", True, "x", [3]])
def test_a_figure_of_nought_is_something(old, new):
    assert differ(old, new)
    assert differ(new, old)
