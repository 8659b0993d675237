"""Every public page as a visitor gets it: axe finds nothing, nothing is wider than the phone, one document."""

import gzip

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client

RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}


@pytest.fixture
def told(transactional_db, country, cast, at):
    """A matter with a letter whose term runs, so that pages have something to show."""
    from icma.demo.sample import one_matter

    return one_matter(country=country, cast=cast, at=at)


PUBLIC = ["/", "/meseleler/", "/qurumlar/", "/icmalar/", "/mektublar/", "/muddetler/", "/haqqinda/", "/qoruma/", "/komek/",
          "/qaldirin/", "/qaldirin/yeni/", "/moderasiya/", "/yerler/", "/axtar/?q=su", "/menim/", "/components/", "/hesab/login/"]  # fmt: skip


@pytest.mark.parametrize("path", [*PUBLIC, "matter", "authority", "community"])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_axe_finds_nothing_and_a_phone_needs_no_sideways_scroll(
    open_page, told, path: str, dark: bool
) -> None:
    page = open_page(told.get(path, path), dark=dark)
    found = Axe().run(page, options=RULES).response["violations"]
    assert [(v["id"], v["nodes"][0]["html"][:200]) for v in found] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


@pytest.mark.parametrize("path", ["/", "/meseleler/", "matter"])
def test_a_public_page_is_one_document_of_at_most_20_kb(open_page, told, path: str) -> None:
    where = told.get(path, path)
    answer = Client(headers={"accept-encoding": "gzip"}).get(where)
    assert answer.headers["Content-Encoding"] == "gzip"
    assert len(answer.content) <= 20_000
    assert b"<script" not in gzip.decompress(answer.content)
    asked = []
    page = open_page("/robots.txt")
    page.on("request", lambda request: asked.append(request.url))
    page.goto(page.url.replace("/robots.txt", where))
    assert len([url for url in asked if not url.startswith("data:")]) <= 2


def test_pages_work_without_javascript(open_page, told) -> None:
    page = open_page("/", script=False)
    page.get_by_role("link", name="Məsələ qaldırın").first.click()
    assert "/qaldirin/" in page.url
