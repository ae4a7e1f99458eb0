"""What visitors in a real browser do again and again."""

import itertools
import re

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.serving import PASSWORD

PHONE, DESKTOP = {"width": 360, "height": 780}, {"width": 1280, "height": 900}
phones = itertools.count(13_900_000_000)

# In rows of targets of at least the least height: what is shown, is no link in a sentence (WCAG
# 2.5.8 leaves those out), and is not the skip link, which waits outside the window.
_SMALL = """() => {
  const least = document.documentElement.dataset.view === "care" ? 60 : 44;
  const wanted = "a[href], button, input:not([type=hidden]), select, textarea, summary";
  return [...document.querySelectorAll(wanted)].filter((e) => {
    if (!e.checkVisibility({ visibilityProperty: true, opacityProperty: true })) return false;
    const box = (e.closest("label, .file-pick") ?? e).getBoundingClientRect();
    if (box.right < 0 || box.height > least - 0.5) return false;
    const said = e.textContent.trim(), around = e.parentElement.textContent.trim();
    return getComputedStyle(e).display !== "inline" || said.length === around.length;
  }).map((e) => e.outerHTML.slice(0, 120));
}"""


PATIENCE = 30_000
"""Milliseconds that a browser may take over one thing while the machine is busy."""

expect.set_options(timeout=PATIENCE)


def sign_in(page: Page, username: str) -> None:
    """Come in by the staff's door."""
    page.goto("/staff/sign-in")
    page.fill("[name=username]", username)
    page.fill("[name=password]", PASSWORD)
    page.click("main button[type=submit]")
    expect(page.locator(".staff-bar")).to_be_visible()


def change_view(page: Page) -> None:
    """Press the switch between the two views, and wait until the choice is remembered."""
    with page.expect_response("**/preferences"):
        page.click("button[name=view]")


def look(page: Page, path: str) -> list[str]:
    """Open a page and return what is wrong with it."""
    page.goto(path)
    return faults(page, path)


def faults(page: Page, path: str) -> list[str]:
    """Return what is wrong with a page: axe's findings, what is too wide, what is too small."""
    found = [
        f"{path}: {v['id']} {v['nodes'][0]['html'][:120]}"
        for v in Axe().run(page).response["violations"]
    ]
    if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
        found.append(f"{path}: wider than the window")
    found += [f"{path}: small target {html}" for html in page.evaluate(_SMALL)]
    return found


def first_link(page: Page, path: str, pattern: str) -> str | None:
    """Return the first address in the text of a page that matches, or None."""
    page.goto(path)
    hrefs = page.locator("main a").evaluate_all("all => all.map(a => a.getAttribute('href'))")
    return next((href for href in hrefs if re.match(pattern, href)), None)
