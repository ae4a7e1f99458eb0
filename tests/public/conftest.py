"""Opening a project's page."""

import pytest

from tests.public.dossiers import statements


@pytest.fixture
def page_of(client, write):
    """Make a project and open its page."""

    def open_page(make):
        code = write(lambda s: make(s).code)
        page = client.get(f"/projects/{code}")
        assert page.status_code == 200
        return page

    return open_page


@pytest.fixture
def price(app, client, write):
    """Count the queries of a project's page."""

    def count(make):
        code = write(lambda s: make(s).code)
        with statements(app) as found:
            assert client.get(f"/projects/{code}").status_code == 200
        return len(found)

    return count
