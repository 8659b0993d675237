"""The README's pictures, taken anew from a demo that runs.

  python tools/pictures.py http://localhost:8000     writes docs/pictures/*.png

Wants Chromium and Playwright (the environment of the tests). Build the demo anew before: what somebody has tried out
in it would be in the pictures.
"""

import io
import os
import re
import shutil
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import BrowserContext, Page, sync_playwright

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "pictures"
COLOURS = 128
# name, who, address (and of which link on it: the title of what is shown), width, height, dark
PICTURES = (
    ("home", "", "/", "", 1280, 1580, False),
    ("home-dark", "", "/", "", 1280, 1580, True),
    ("matter", "", "/meseleler/?q=bazar+küçəsində", "Bazar küçəsində içməli su", 1280, 1560, False),
    ("matter-phone", "", "/meseleler/?q=bazar+küçəsində", "Bazar küçəsində içməli su", 360, 2020, False),
    ("my-work", "coordinator", "/is/", "", 1280, 1200, False),
    ("authority", "", "/qurum/WATERGOY/", "", 1280, 1180, False),
    ("calculator", "", "/muddetler/?rule=appeal.general&day=2026-03-13", "", 1280, 1100, False),
    ("campaign", "", "/kampaniyalar/", "Hər gün su", 1280, 1560, False),
    ("petition", "", "/petisiyalar/", "Göyçayda su", 1280, 1560, False),
    ("decision", "", "/qerarlar/", "Bələdiyyənin növbəti il büdcəsi", 1280, 1560, False),
    ("initiative", "", "/tesebbusler/", "Su hər həyətə", 1280, 1400, False),
    ("panel", "", "/istirak/", "", 1280, 1560, False),
    ("achieved-phone", "", "/neticeler/", "", 360, 1800, False),
    ("case", "advocate", "/huquq/", "Hasarın sökülməsi", 1280, 1500, False),
    ("help-phone", "", "/komek/", "", 360, 900, False),
)


def signed_in(context: BrowserContext, who: str) -> tuple[Page, str]:
    """A page of that role, and the words of the vault that the demo tells."""
    page, words = context.new_page(), ""
    if who:
        page.goto("/numune/")
        words = page.locator("main code", has_text=re.compile(r"^\S+( \S+){5}$")).first.inner_text()
        page.locator(f"form:has(input[name=who][value={who}]) button").click()
    return page, words


def opened(page: Page, address: str, title: str, words: str) -> None:
    """The page of `address`, or the one its link named `title` leads to; the vault is unlocked where it asks."""
    answer = page.goto(address)
    assert answer is not None and answer.ok, f"{address}: {answer and answer.status}"
    if (asked := page.locator("main [name=words]")).count():
        asked.first.fill(words)
        page.locator("main form .acts button").first.click()
        page.wait_for_load_state()
    if title:
        page.locator("main a", has_text=title).first.click()
        page.wait_for_load_state()


def main(site: str) -> None:
    with sync_playwright() as playwright:
        found = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        for name, who, address, title, width, height, dark in PICTURES:
            context = browser.new_context(
                base_url=site, viewport={"width": width, "height": height}, color_scheme="dark" if dark else "light",
            )  # fmt: skip
            page, words = signed_in(context, who)
            opened(page, address, title, words)
            page.wait_for_load_state("networkidle")  # photos come late
            picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
            few = picture.quantize(COLOURS, dither=Image.Dither.NONE)
            few.save(FOLDER / f"{name}.png", optimize=True)
            print(name, page.url)
            context.close()
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1].rstrip("/"))
