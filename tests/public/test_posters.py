"""Posters and their codes: what is printed leads where it says."""

import re

import pytest
import segno

from portal.config import load
from portal.errors import Refusal
from portal.projects.kinds import ProjectStatus
from portal.public.posters import QUIET, qr
from tests import factories
from tests.public.rows import add
from tests.test_main_job import FORM


def matrix_of(path, size):
    """Read a code's modules back from its path."""
    inner = size - 2 * QUIET
    found = [bytearray(inner) for _ in range(inner)]
    for x, y, width in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\d+z", path):
        for i in range(int(width)):
            found[int(y) - QUIET][int(x) - QUIET + i] = 1
    return tuple(found)


def drawn(page):
    """The code of a page as a matrix."""
    svg = page.text.split('class="qr"')[1].split("</svg>")[0]
    size = int(re.search(r'viewBox="0 0 (\d+) ', svg)[1])
    assert 'fill="#000"' in svg
    return matrix_of(re.search(r' d="([^"]+)"', svg)[1], size)


def code_of(address):
    """What a code of this address looks like."""
    return tuple(segno.make(address, error="m", micro=False).matrix)


@pytest.fixture
def project(write):
    """A running project with a site, and its code."""

    def make(s):
        unit = factories.department(s, "县水利局", code="shuili")
        found = factories.project(s, status=ProjectStatus.IN_PROGRESS, unit=unit)
        add(s, found, "site", number=3, name="文昌路段", address="文昌路12号", status="planned")
        return found.code

    return write(make)


def test_a_code_has_the_blank_margin_and_the_level_that_worn_paper_needs():
    found = qr("https://ms.example.gov.cn/scan/2026-01")
    assert matrix_of(found.path, found.size) == code_of("https://ms.example.gov.cn/scan/2026-01")
    made = segno.make("https://ms.example.gov.cn/scan/2026-01", error="m", micro=False)
    assert made.error in ("M", "Q", "H")
    assert found.size == made.symbol_size(border=4)[0]


def test_a_projects_poster_says_what_is_promised_and_leads_to_the_scan_page(client, project):
    page = client.get(f"/projects/{project}/poster")
    assert page.status_code == 200
    address = f"http://localhost/scan/{project}"
    assert drawn(page) == code_of(address)
    for shown in (
        "城东供水管网改造",
        "县水利局",
        "更换老旧供水管道12公里。",
        "2026年11月底",
        f"localhost/scan/{project}",
        "12345",
        "扫码评价",
        "扫码反映问题",
    ):
        assert shown in page.text, shown
    assert client.get(f"/scan/{project}").status_code == 200


def test_a_sites_poster_leads_to_that_site(client, project):
    page = client.get(f"/projects/{project}/sites/3/poster")
    assert drawn(page) == code_of(f"http://localhost/scan/{project}/3")
    assert "点位3：文昌路段" in page.text
    assert "文昌路12号" in client.get(f"/scan/{project}/3").text


def test_the_code_holds_the_public_address_where_one_is_set(app, client, project, monkeypatch):
    monkeypatch.setitem(app.config, "PUBLIC_URL", "https://ms.example.gov.cn/ms")
    page = client.get(f"/projects/{project}/poster", environ_overrides={"SCRIPT_NAME": "/inner"})
    assert drawn(page) == code_of(f"https://ms.example.gov.cn/ms/scan/{project}")
    assert f"ms.example.gov.cn/ms/scan/{project}" in page.text


def test_under_a_path_the_code_holds_that_path_once(client, project):
    page = client.get(f"/projects/{project}/poster", environ_overrides={"SCRIPT_NAME": "/ms"})
    assert drawn(page) == code_of(f"http://localhost/ms/scan/{project}")


def test_a_public_address_without_scheme_is_refused(monkeypatch, tmp_path):
    monkeypatch.setenv("PORTAL_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("PORTAL_PUBLIC_URL", "https://ms.example.gov.cn/")
    assert load()["PUBLIC_URL"] == "https://ms.example.gov.cn"
    monkeypatch.setenv("PORTAL_PUBLIC_URL", "ms.example.gov.cn")
    with pytest.raises(Refusal):
        load()


@pytest.mark.parametrize("path", ["/projects/{}/poster", "/projects/{}/sites/3/poster", "/scan/{}"])
def test_no_page_of_a_poster_carries_style_of_its_own(client, project, path):
    page = client.get(path.format(project))
    assert not re.search(r"\sstyle=|<style", page.text)
    assert page.headers["X-Robots-Tag"] == "noindex"


def test_before_acceptance_a_scan_says_when_rating_opens_and_takes_reports(client, project):
    page = client.get(f"/scan/{project}/3").text
    assert "完成验收后开放评价。承诺11月底完成。" in page
    assert f"/projects/{project}/rate" not in page
    assert f"/feedback/new?project={project}&amp;channel=qr" in page


def test_after_acceptance_a_scan_leads_to_the_rating_of_that_site(client, write):
    def make(s):
        found = factories.project(s)
        add(s, found, "site", number=1, name="文昌路段", status="completed")
        return found.code

    code = write(make)
    page = client.get(f"/scan/{code}/1").text
    rate = re.search(rf'href="(/projects/{code}/rate[^"]*)"', page)[1].replace("&amp;", "&")
    assert rate == f"/projects/{code}/rate?channel=qr&site=1"
    assert client.get(rate).status_code == 200


def test_a_site_that_is_not_there_is_not_found(client, project):
    for path in ("/projects/{}/sites/9/poster", "/scan/{}/9", "/scan/{}/99999999999999999999"):
        assert client.get(path.format(project)).status_code == 404, path
    assert client.get("/scan/none").status_code == 404


def test_a_very_long_name_gets_smaller_type(client, write):
    code = write(lambda s: factories.project(s, "老旧小区供水管网和道路综合改造提升" * 5).code)
    assert "poster-longest" in client.get(f"/projects/{code}/poster").text


def test_a_poster_of_years_ago_still_leads_to_a_form_that_knows_the_project(client, write):
    """The form offers two years, and the one that the poster names."""
    for year in (2026, 2025):
        write(lambda s, year=year: factories.project(s, year=year).code)
    old = write(lambda s: factories.project(s, "老街路灯", year=2019).code)
    page = client.get("/feedback/new", query_string={"project": old})
    assert f'selected value="{old}"' in page.text
    form = {**FORM, "project": old, "phone": "13911112222"}
    assert client.post("/feedback/new", data=form).status_code == 303
    assert f'value="{old}"' not in client.get("/feedback/new").text
