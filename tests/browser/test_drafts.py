"""A half-written letter survives a lost line in this tab, and is gone once it is kept or one has signed out."""

import re

from tests.browser.conftest import PHONE


def kept(page) -> str:
    return page.evaluate("JSON.stringify(sessionStorage)")


def test_a_half_written_letter_comes_back_and_goes_when_it_is_kept_or_one_signs_out(visit) -> None:
    page = visit("", PHONE)  # signs in by itself: it signs out at the end
    page.set_default_timeout(8_000)
    page.goto("/numune/")
    page.locator("form:has(input[name=who][value=coordinator]) button").click()
    page.goto("/is/")
    code = re.search(r"/m/(\w+)/mektub/", page.content())[1]
    wizard, own = f"/m/{code}/mektub/?wish=common", f"/m/{code}/mektub/?wish=information"
    page.goto(wizard)
    page.fill("[name=facts]", "Yarımçıq yazılmış faktlar")
    page.fill("[name=demand]", "Yarımçıq tələb")
    page.goto("/is/")
    page.goto(own)
    assert page.input_value("[name=demand]") == ""  # another letter has a text of its own
    page.goto(wizard)
    assert page.input_value("[name=facts]") == "Yarımçıq yazılmış faktlar"
    assert page.input_value("[name=demand]") == "Yarımçıq tələb"
    page.select_option("[name=authority]", index=1)
    page.get_by_role("button", name="Müraciəti göstərin").click()
    assert "Yarımçıq" in kept(page)  # not yet kept by us
    page.get_by_role("button", name="Qaralamanı saxlayın").click()
    page.get_by_text("Qaralama saxlanıldı.").wait_for()
    assert "Yarımçıq" not in kept(page)
    page.goto(own)
    page.fill("[name=demand]", "Başqası")
    assert "Başqası" in kept(page)
    page.goto("/hesab/logout/")
    page.locator("form[action*=logout] button").click()
    page.wait_for_load_state()
    assert "Başqası" not in kept(page)
