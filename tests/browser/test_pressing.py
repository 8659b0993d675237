"""Pressing for a decision through the real browser, without scripts: handed over, told on, watched until it is taken."""

import re
from datetime import datetime

from playwright.sync_api import expect

from icma.core.day import BAKU
from tests.browser.conftest import DESK

SHEET = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n%%EOF"
SOURCE = "https://numune.invalid/meydan"


def today() -> str:
    return datetime.now(BAKU).date().isoformat()


def the_campaign(page) -> str:
    page.goto("/kampaniyalar/")
    return page.get_by_role("link", name="Hər gün su", exact=True).first.get_attribute("href").split("/")[2]


def test_a_delivery_starts_the_clock_and_everybody_sees_what_was_handed_over(visit) -> None:
    anyone = visit(script=False)
    code = the_campaign(anyone)
    page = visit("coordinator", script=False)
    page.goto(f"/is/kampaniya/{code}/")
    page.get_by_role("link", name="Təqdim edin").first.click()
    page.get_by_label("Hansı quruma?").select_option("MUNGOY")
    page.get_by_label("Mövzu").fill("Bələdiyyəyə təqdim")
    page.get_by_label("Nə tələb olunur").fill("Su hər gün verilsin.")
    page.get_by_label("şəxsən").check()
    page.locator("[name=on]").fill(today())
    page.get_by_label("Arxasında neçə nəfər durur?").fill("31")
    page.get_by_label("Qeydiyyat nömrəsi").fill("T-31/26")
    page.locator("[name=registered_on]").fill(today())
    page.get_by_role("button", name="Qeyd edin").click()
    anyone.goto(f"/m/{code}/")
    step = anyone.locator(".thread > li").filter(has_text="T-31/26").last
    expect(step).to_contain_text("31")
    expect(step.locator(".clock")).to_be_visible()  # the law's days run from the registration
    step.get_by_role("link", name=re.compile("təqdim", re.I)).click()
    for words in ("Qanuni müddət", "T-31/26", "icma özü sayıb"):
        expect(anyone.locator("main")).to_contain_text(words)


def test_everything_of_the_media_kit_can_be_taken_along(visit) -> None:
    page = visit(script=False)
    code = the_campaign(page)
    page.goto(f"/m/{code}/")
    page.get_by_role("link", name="Media paketi").click()
    taken = {}
    for link in page.locator(f"main a[href^='/m/{code}/paket/']").all():
        address = link.get_attribute("href")
        taken[address.rsplit("/", 1)[1]] = page.request.get(address).body()[:8]
    assert {name: data[:4] for name, data in taken.items() if name != "press.txt"} == {
        "share.png": b"\x89PNG", "story.png": b"\x89PNG", "poster.pdf": b"%PDF", "delivery.pdf": b"%PDF",
    }  # fmt: skip
    assert taken["press.txt"]
    expect(page.locator("main")).to_contain_text("çərçivə")
    frame = page.locator("pre, textarea, code").filter(has_text="<iframe").first
    source = re.search(r'src="([^"]+)"', frame.text_content() or frame.input_value())[1]
    counter = visit(script=False)
    assert counter.goto(source).status == 200  # served without a worker: no file of it was written yet
    expect(counter.locator("a").first).to_have_attribute("href", re.compile("/m/"))


def test_a_decision_from_its_draft_over_remarks_to_what_was_taken(visit) -> None:
    page = visit("coordinator", DESK, script=False)
    page.goto("/is/icma/GYCAY001/qerar/")
    page.get_by_label("Nə qərara alınmalıdır?").fill("Bağın yanında dayanacaq")
    page.get_by_label("Nə nəzərdə tutulur").fill("Dayanacaq bağın girişinə köçürülür.")
    page.get_by_label("Hansı qurum?").select_option(index=1)
    page.locator("[name=url]").fill(f"https://web.archive.org/web/{SOURCE}")
    page.locator("[name=seen_on]").fill(today())
    page.get_by_role("button", name="Qaralama kimi saxlayın").click()
    code = re.search(r"/is/qerar/(\w+)/", page.url)[1]
    page.get_by_role("button", name="Moderatora göndərin").click()

    moderator = visit("moderator", script=False)
    moderator.goto(f"/is/moderasiya/{code}/")
    moderator.get_by_role("button", name="Dərc edin").click()

    page.goto(f"/is/qerar/{code}/muddet/")
    page.locator("[name=rule][value='plan.display']").check()
    page.locator("[name=opens_on]").fill(today())
    page.locator("main form button").last.click()

    anyone = visit(script=False)
    anyone.goto(f"/m/{code}/")
    anyone.get_by_role("link", name="Təklif yazın").click()
    anyone.get_by_label("Nə dəyişdirilməlidir").fill("Giriş qapısı boş qalsın.")
    anyone.get_by_role("button", name="Göndərin").click()
    expect(anyone.locator("main")).not_to_contain_text("Giriş qapısı boş qalsın.")
    moderator.goto(f"/is/moderasiya/{code}/")
    moderator.locator("button[name=show]").click()
    expect(moderator.locator("button[name=show]")).to_have_count(0)  # the browser itself did not hold it back

    page.goto(f"/is/qerar/{code}/qebul/")
    page.locator("[name=result][value=changed]").check()
    page.locator("[name=on]").fill(today())
    page.locator("[name=url]").fill(f"https://web.archive.org/web/{SOURCE}/qerar")
    page.get_by_role("button", name="Yadda saxlayın").click()
    anyone.goto(f"/m/{code}/")
    expect(anyone.locator("main")).to_contain_text("Giriş qapısı boş qalsın.")
    expect(anyone.locator("main")).to_contain_text("Dəyişikliklə qəbul edilib")
    wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert anyone.evaluate(wide) <= 0
