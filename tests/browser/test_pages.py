"""Every page as people get it: axe finds nothing, nothing is wider than a telephone, one small document."""

import gzip
import re
from functools import cache
from io import BytesIO
from urllib.request import Request, urlopen

import pytest
from axe_playwright_python.sync_playwright import Axe
from pypdf import PdfReader

from tests.browser.conftest import DESK, PHONE

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
ALL = {"runOnly": {"type": "tag", "values": TAGS}, "resultTypes": ["violations"]}
COLOURS = {
    "runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]},
    "resultTypes": ["violations"],
}
PUBLIC = [
    "/", "/meseleler/", "/meseleler/?q=zzzz", "/qurumlar/", "/icmalar/", "/yerler/", "/mektublar/", "/moderasiya/", "/qerarlar/", "/vedler/",
    "/muddetler/", "/muddetler/siyahi/", "/axtar/?q=su", "/haqqinda/", "/qoruma/", "/komek/", "/melumat/",
    "/qaldirin/", "/qaldirin/yeni/", "/menim/", "/cavab/", "/components/", "/numune/", "/yoxdur/",
    "/hesab/login/", "/hesab/signup/", "/ru/", "/en/muddetler/", "/icmalar/GYCAY001/", "/qurum/WATERGOY/", "/yer/AZ-GOY/",
    "matter", "event", "support", "follow", "share",
]  # fmt: skip
DARK = {
    "/",
    "/meseleler/",
    "/components/",
    "matter",
    "support",
    "/is/",
    "letter",
    "term",
    "moderate",
    "reply",
}
WORK = {
    "coordinator": [
        "/is/", "/is/lent/", "/is/tapsiriq/", "/is/gorus/", "/is/demeli/", "/is/qurumlar/", "/is/qaldirin/",
        "/is/icma/GYCAY001/", "/is/icma/GYCAY001/gorus/", "/haqqimda/", "/hesab/", "/hesab/email/",
        "/hesab/2fa/totp/activate/", "matter", "letter_new", "letter", "term", "answer", "print", "tasks", "close",
    ],
    "officer": [
        "/is/", "/is/gozleyir/", "/is/bazar-ertesi/", "/is/adamlar/", "/is/nezerden/", "/is/qurumlar/daxil/",
        "/is/icmalar/", "/is/icmalar/yeni/", "/is/qaydalar/", "/is/teqvim/", "/is/teqvim/yeni/",
    ],
    "moderator": ["/is/moderasiya/", "moderate", "reject", "correct", "redact"],
    "advocate": ["/is/qaydalar/appeal.general/", "/is/qaydalar/appeal.general/imza/"],
    "official": ["/is/qurum/", "reply", "reply_answer"],
    "resident": ["/is/", "own", "own_photo"],
}  # fmt: skip


@pytest.fixture(scope="module")
def where(site, signed_in, chromium):
    """Addresses whose codes differ from build to build, found as people find them: by following links."""
    contexts = {}

    @cache
    def links(role: str, path: str) -> tuple[str, ...]:
        if role not in contexts:
            contexts[role] = chromium.new_context(
                base_url=site.url, storage_state=signed_in(role) if role else None
            )
        html = contexts[role].request.get(path).text()
        return tuple(found.replace("&amp;", "&") for found in re.findall(r'href="(/[^"#]*)', html))

    def first(role: str, path: str, pattern: str) -> str:
        found = [link for link in links(role, path) if re.fullmatch(pattern, link)]
        assert found, f"{path} of {role or 'a stranger'} has no link like {pattern}"
        return found[0]

    def find(name: str, role: str = "") -> str:
        if name.startswith("/"):
            return name
        matter = f"/m/{site.matter}/"
        if name in {"support", "follow", "tasks", "close", "letter_new", "matter"}:
            word = {
                "support": "destek/",
                "follow": "izleyin/",
                "tasks": "is/",
                "close": "bitirin/",
                "letter_new": "mektub/",
            }
            return matter + word.get(name, "")
        if name == "share":
            return first("", matter, rf"{matter}paylasin/\d+/")
        if name == "event":
            return first("", "/icmalar/GYCAY001/", r"/gorus/\w+/")
        if name in {"letter", "term", "answer", "print"}:
            letter = re.match(
                r"/m/\w+/mektub/\w+/", first("coordinator", "/is/", r"/m/\w+/mektub/\w+/.*")
            ).group()
            return letter + {"term": "muddet/", "answer": "geldi/", "print": "cap/"}.get(name, "")
        if name in {"moderate", "reject", "correct"}:
            waits = first("moderator", "/is/moderasiya/", r"/is/moderasiya/\w+/")
            return waits + {"reject": "yayimlamayin/", "correct": "duzeldin/"}.get(name, "")
        if name == "redact":
            return redaction(links)
        if name in {"reply", "reply_answer"}:
            return first("official", "/is/qurum/", r"/cavab/\w+/") + (
                "yazin/" if name == "reply_answer" else ""
            )
        return f"/menim/{site.matter}/" + {"own_photo": "sekil/"}.get(name, "")

    yield find
    for context in contexts.values():
        context.close()


def redaction(links) -> str:
    """The page where a photo that waits for a moderator is covered."""
    for waits in links("moderator", "/is/moderasiya/"):
        if re.fullmatch(r"/is/moderasiya/\w+/", waits):
            for link in links("moderator", waits):
                if link.endswith("/ortme/"):
                    return link
    raise AssertionError("no photo waits for a moderator")


def violations(page, options: dict) -> list[tuple[str, str]]:
    found = Axe().run(page, options=options).response["violations"]
    return [(one["id"], node["html"][:160]) for one in found for node in one["nodes"][:2]]


def looks_right(page, address: str, dark: bool) -> None:
    answer = page.goto(address)
    assert answer.status == (404 if address == "/yoxdur/" else 200)
    assert violations(page, ALL) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE
    if dark:
        page.emulate_media(color_scheme="dark")
        assert violations(page, COLOURS) == []


@pytest.mark.parametrize("path", PUBLIC)
def test_a_public_page_fits_a_telephone_and_axe_finds_nothing(visit, where, path: str) -> None:
    page = visit()
    if path == "/yoxdur/":  # the browser itself reports the status of a page that does not exist
        page = page.context.new_page()
    looks_right(page, where(path), path in DARK)


@pytest.mark.parametrize(("role", "path"), [(role, path) for role, paths in WORK.items() for path in paths])
def test_a_working_page_fits_a_telephone_and_axe_finds_nothing(visit, where, role: str, path: str) -> None:
    looks_right(visit(role), where(path, role), path in DARK)


@pytest.mark.parametrize("path", ["/", "/meseleler/", "matter", "/muddetler/"])
def test_a_public_page_is_one_document_of_at_most_20_kb(site, visit, where, path: str) -> None:
    address = where(path)
    with urlopen(Request(site.url + address, headers={"Accept-Encoding": "gzip"})) as answer:
        assert answer.headers["Content-Encoding"] == "gzip"
        body = answer.read()
    assert len(body) <= 20_000
    assert b"<script" not in gzip.decompress(body)
    page, asked = visit(), []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(address)
    assert len([url for url in asked if not url.startswith("data:")]) <= 2


def test_public_pages_work_without_javascript(visit, site) -> None:
    page = visit(script=False)
    page.goto("/")
    page.get_by_role("link", name="Hamısı").first.click()
    page.get_by_label("Axtarış").fill("icmeli")  # without diacritics
    page.get_by_role("button", name="Göstərin").click()
    page.locator(".card a").first.click()
    assert "içməli" in page.locator("h1").inner_text()
    page.get_by_text("Niyə məhz bu tarix?").click()
    page.goto("/muddetler/")
    page.locator("[type=date]").fill("2026-03-13")
    page.locator("main").get_by_role("button").first.click()
    assert "14 aprel 2026" in page.locator(".due").first.inner_text().replace("\xa0", " ")


def test_the_keyboard_sees_where_it_is_and_skips_to_the_content(visit) -> None:
    page = visit(width=DESK)
    page.goto("/meseleler/")
    page.keyboard.press("Tab")
    skip = page.locator("a.skip")
    assert skip.evaluate("e => e === document.activeElement && e.getBoundingClientRect().width > 50")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")
    page.goto("/meseleler/")
    for _stop in range(25):
        page.keyboard.press("Tab")
        ring = page.evaluate(
            "(s => s.outlineStyle + ' ' + parseFloat(s.outlineWidth))(getComputedStyle(document.activeElement))"
        )
        assert ring.split()[0] != "none" and float(ring.split()[1]) >= 2, page.evaluate(
            "document.activeElement.outerHTML"
        )


@pytest.mark.parametrize("script", [True, False])
def test_the_work_menu_is_one_line_on_a_telephone_and_a_list_on_a_desk(visit, script: bool) -> None:
    page = visit("coordinator", script=script)
    page.goto("/is/")
    news = page.locator(".side").get_by_role("link", name="Yeniliklər")
    assert not news.is_visible()
    page.locator(".side summary").press("Enter")
    news.click()
    assert page.url.endswith("/is/lent/")
    page.set_viewport_size({"width": DESK, "height": 760})
    assert not page.locator(".side summary").is_visible()
    assert page.locator(".side").get_by_role("link", name="Tapşırıqlar").is_visible()


def test_what_is_printed_carries_no_navigation_and_monday_is_one_sheet(visit) -> None:
    page = visit("officer", width=DESK)
    page.goto("/is/bazar-ertesi/")
    page.emulate_media(media="print")
    assert page.locator("table").is_visible()
    assert (
        not page.locator(".side a").first.is_visible() and not page.locator(".head nav a").first.is_visible()
    )
    assert page.locator("table thead").is_visible()  # a sheet of paper is no telephone
    assert len(PdfReader(BytesIO(page.pdf(format="A4"))).pages) == 1


def test_the_way_off_a_sensitive_page_leaves_nothing_to_go_back_to(visit) -> None:
    page = visit()
    page.route(
        "https://az.wikipedia.org/**",
        lambda route: route.fulfill(body="<h1>Vikipediya</h1>", content_type="text/html"),
    )
    page.goto("/")
    page.goto("/komek/")
    page.locator("[data-exit]").click()
    page.wait_for_url("https://az.wikipedia.org/**")
    page.go_back()
    assert "/komek/" not in page.url
