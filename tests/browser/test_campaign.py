"""From a template to a campaign that everybody reads: at most 40 interactions of its coordinator, without scripts."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESK, PHONE

MOST = 40
TITLE = "Nümunə küçəsinə hər gün su"


class Hand:
    """A person's hand: every tap, tick, choice and filled field is counted."""

    def __init__(self, page) -> None:
        self.page, self.done = page, []
        page.set_default_timeout(8_000)

    def tap(self, name: str, role: str = "link") -> None:
        self.done.append(f"tap {name}")
        self.page.get_by_role(role, name=name, exact=True).first.click()

    def unfold(self, summary: str) -> None:
        self.done.append(f"unfold {summary}")
        self.page.locator("summary", has_text=summary).first.click()

    def press(self, name: str) -> None:
        self.tap(name, "button")

    def fill(self, label: str, words: str) -> None:
        self.done.append(f"fill {label}")
        self.page.get_by_label(label).first.fill(words)

    def choose(self, label: str, at: int) -> None:
        self.done.append(f"choose {label}")
        self.page.get_by_label(label).first.select_option(index=at)

    def tick_first(self, name: str) -> None:
        self.done.append(f"tick {name}")
        self.page.locator(f"input[name={name}]").first.check()


def plan_it(hand: Hand) -> str:
    """From the community's workspace to a plan at a moderator; its code."""
    page = hand.page
    hand.unfold("Yeni iş başladın")
    hand.tap("Kampaniya başladın")
    hand.tap("infrastruktur")
    hand.fill("Kampaniyanın adı", TITLE)
    hand.fill("Problem", "Maydan bəri su həftədə bir gün gəlir. Küçədə təxminən 40 ailə yaşayır.")
    hand.tick_first("matters")
    hand.choose("Bunu hansı qurum həll edə bilər?", 1)
    hand.press("Planı doldurun")
    code = page.url.rstrip("/").rsplit("/", 1)[1]
    expect(page.get_by_text("Hələ nə çatmır")).to_be_visible()
    expect(page.get_by_role("button", name="Moderatora göndərin")).to_have_count(0)
    hand.tap("Planı yazın")
    hand.fill("Dəlillər", "Üç yazılı cavab, 40 ailənin cədvəli, fotolar.")
    hand.fill("Tələb", "Su idarəsi 1 sentyabra qədər xətti təmir etsin və iş cədvəlini dərc etsin.")
    hand.fill("Qərar verənin vəzifəsi", "Su idarəsinin rayon şöbəsinin rəisi")
    hand.press("Yadda saxlayın")
    hand.tap("Göstəriciləri yazın")
    hand.fill("Hədəf", "4")
    hand.press("Yadda saxlayın")
    move_somebody(hand)
    expect(page.get_by_text("Hələ nə çatmır")).to_have_count(0)
    hand.press("Moderatora göndərin")
    return code


def move_somebody(hand: Hand) -> None:
    """The map by keyboard alone: Tab reaches each side, Enter opens it."""
    hand.tap("Xəritəni açın")
    first = hand.page.locator("main svg a").first
    first.focus()
    assert hand.page.evaluate("document.activeElement.getAttribute('aria-label')").startswith("1. ")
    hand.page.keyboard.press("Enter")
    hand.done.append("Enter on the first side")
    hand.choose("Tələbə münasibəti", 1)
    hand.press("Yadda saxlayın")
    hand.page.locator(".crumbs a").last.click()
    hand.done.append("tap crumb")


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_from_a_template_to_a_public_campaign(visit, width: int, record_property) -> None:
    page = visit("coordinator", width, script=False)
    page.goto("/is/icma/GYCAY001/")
    hand = Hand(page)
    code = plan_it(hand)
    record_property("interactions", len(hand.done))
    assert len(hand.done) <= MOST, hand.done
    expect(page.get_by_text("moderator", exact=False).first).to_be_visible()

    moderator = visit("moderator", width, script=False)
    moderator.goto(f"/is/moderasiya/{code}/")
    moderator.get_by_role("link", name="Bütün səhifəni hamının görəcəyi kimi oxuyun").click()
    expect(moderator.get_by_text("1 sentyabra qədər").first).to_be_visible()
    moderator.goto(f"/is/moderasiya/{code}/")
    moderator.get_by_role("button", name="Dərc edin").click()

    anyone = visit(width=width, script=False)
    assert anyone.goto(f"/m/{code}/").status == 200
    text = anyone.locator("main").inner_text()
    assert TITLE in text and "rayon şöbəsinin rəisi" in text and "40 ailənin cədvəli" not in text  # folded
    assert "Heç olmasa" not in text and not anyone.locator("main svg a").count()
    wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert anyone.evaluate(wide) <= 0


def test_the_workspace_and_the_map_fit_and_are_accessible(visit, site) -> None:
    from axe_playwright_python.sync_playwright import Axe

    page = visit("coordinator", PHONE)
    page.goto("/is/icma/GYCAY001/kampaniya/?nov=gender")
    page.get_by_label("Kampaniyanın adı").fill("Qızlar üçün kurs")
    page.get_by_label("Problem").first.fill("Kurs yoxdur.")
    page.get_by_role("button", name="Planı doldurun").click()
    root = page.url
    for path in ("", "plan/", "xerite/", "riskler/", "mesajlar/", "gostericiler/", "yekun/"):
        page.goto(f"{root}{path}")
        wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert page.evaluate(wide) <= 0, path
        found = Axe().run(page).response["violations"]
        assert [(one["id"], [node["target"] for node in one["nodes"]]) for one in found] == [], path
    page.goto(f"{root}xerite/")
    targets = page.locator("main svg a").evaluate_all("all => all.map(a => a.getBoundingClientRect().width)")
    assert len(targets) >= 6 and min(targets) >= 21
    assert re.search(r"influence|təsir", page.locator("main svg a").first.get_attribute("aria-label"))
