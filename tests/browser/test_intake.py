"""Coming for help in a real browser without JavaScript at 320 px: six screens, a code, back with it."""


def test_six_screens_without_javascript_at_320_px_and_back_with_the_code(visit) -> None:
    page = visit("", 320, script=False)
    page.set_default_timeout(8_000)
    page.goto("/komek/")
    page.locator("a[href='/komek/yazin/1/']").click()
    given = (
        {"textarea[name=what]": "Ev sahibi bizi çıxarır."},
        {"input[name=other]": "Nümunə Bankı"},
        {"textarea[name=papers]": "bir məktub"},
        {},
        {},
    )
    for number, fields in enumerate(given, 1):
        page.wait_for_url(
            f"**/komek/yazin/{number}/"
        )  # and until it is drawn: a click ends when the answer begins
        for name, value in fields.items():
            page.fill(name, value)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
        page.locator("main form button").first.click()
    page.locator("button[value=show]").click()
    code = page.inner_text("main code")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.fill("input[name=code]", code.lower().replace("-", " "))
    page.locator("main form button").first.click()
    page.wait_for_url("**/komek/yazin/oldu/")
    page.goto("/komek/davam/baglayin/")
    page.goto("/komek/davam/")
    page.fill("input[name=code]", code)
    page.locator("main form button").first.click()
    page.locator("textarea[name=text]").wait_for()
    assert page.title().startswith("Forma")


def test_who_comes_in_russian_stays_in_russian(visit) -> None:
    """The server that is tested here has read its addresses as in production, each language's for itself."""
    page = visit("", 360, script=False)
    page.set_default_timeout(8_000)
    page.goto("/ru/komek/")
    page.locator("a[href='/ru/komek/yazin/1/']").click()
    page.fill("textarea[name=what]", "Нас выселяют.")
    page.locator("main form button").first.click()
    page.wait_for_url("**/ru/komek/yazin/2/")
    assert page.locator("html").get_attribute("lang") == "ru"
