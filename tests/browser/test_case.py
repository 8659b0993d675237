"""A lawyer's day in a real browser: unlock, names before facts, take a case, a proceeding and its term, proof, service, end."""

import re
from datetime import datetime, timedelta

from icma.core.day import BAKU
from icma.demo.legal import WORDS
from tests.browser.conftest import DESK


def test_a_case_from_the_reception_to_its_outcome(visit) -> None:
    page = visit("lawyer", DESK)
    page.set_default_timeout(12_000)

    def send(**fields: str) -> None:
        """Fill in the form that has these fields and send it."""
        form = page.locator("main form", has=page.locator(f"[name={next(iter(fields))}]")).first
        for name, value in fields.items():
            field = form.locator(f"[name={name}]").first
            if field.evaluate("e => e.tagName") == "SELECT":
                field.select_option(value)
            elif field.get_attribute("type") == "radio":
                form.locator(f"[name={name}][value={value}]").check()
            else:
                field.fill(value)
        form.locator(".acts button").first.click()
        page.wait_for_load_state()

    def fits() -> None:
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url

    page.goto("/huquq/novbe/")
    assert "/huquq/kilid/" in page.url
    send(words=WORDS)
    assert page.url.endswith("/huquq/novbe/")
    page.locator("ul.queue h3 a").first.click()
    code = re.search(r"/novbe/(\w+)/", page.url)[1]
    fits()
    assert page.goto(f"/huquq/novbe/{code}/danisilan/").url.endswith(
        f"/novbe/{code}/"
    )  # no facts before a verdict
    send(verdict="clear")
    assert page.url.endswith("/danisilan/")
    page.locator(f"a[href='/huquq/goturun/{code}/']").click()
    send(
        verdict="clear",
        title="Nümunə: su kəsilib",
        client="Nümunə Sakin",
        problem="AZ-08-01",
        against="utility",
    )
    assert page.url.endswith(f"/huquq/{code}/") and "Nümunə: su kəsilib" in page.inner_text("h1")
    fits()
    served = f"{datetime.now(BAKU) - timedelta(days=1):%F}"
    page.locator(f"a[href='/huquq/{code}/yeni/instansiya/']").click()
    send(level="court", branch="administrative", body="Nümunə İnzibati Məhkəməsi", served=served)
    assert "Nümunə İnzibati Məhkəməsi" in page.inner_text("main")
    page.locator("a[href*='/muddet/']").first.click()
    send(proof="qeydiyyat 12/3")
    assert "qeydiyyat 12/3" in page.inner_text("main")
    page.locator(f"a[href='/huquq/{code}/yeni/xidmet/']").click()
    send(service="representation", minutes="40")
    page.locator(f"a[href='/huquq/{code}/bagla/']").click()
    send(result="won", benefit="right", enforcement="done")
    assert page.locator(f"form[action='/huquq/{code}/davam/']").count() == 1  # closed: it can be opened again
    page.set_viewport_size({"width": 360, "height": 760})
    fits()
    page.goto("/huquq/acar/")
    page.locator("form[action='/huquq/kilid/baglayin/'] button").click()
    assert "/huquq/kilid/" in page.goto(f"/huquq/{code}/").url  # locked: nothing is shown
