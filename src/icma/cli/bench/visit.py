"""A first visit: bytes, requests and largest contentful paint at 2,000 ms latency, 400 kbit/s, a 4× slower processor."""

import os
import shutil

from icma.cli.bench import ground

SLOW = {"offline": False, "latency": 2000, "downloadThroughput": 400_000 / 8, "uploadThroughput": 400_000 / 8}
LCP = """() => new Promise(done => new PerformanceObserver(list => done(list.getEntries().at(-1).startTime))
          .observe({type: 'largest-contentful-paint', buffered: true}))"""


def figures(long: bool = False) -> dict[str, tuple[float, str]]:
    """Empty (all misses) where Chromium or playwright is missing."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        return {}
    path = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    if path is None:
        return {}
    url = ground.sqlite_url(200)
    about = ground.child("about", url)
    pages = {"home": "/", "list": about["paths"]["list"][0], "detail": about["paths"]["detail"][0]}
    out: dict[str, tuple[float, str]] = {}
    with ground.server(url) as (port, _pid), sync_playwright() as tools:
        browser = tools.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        for name, where in pages.items():
            runs = sorted(_visit(browser, f"http://127.0.0.1:{port}{where}") for _ in range(5 if long else 3))
            lcp, size, requests = runs[len(runs) // 2]
            words = f"Chromium, median of {len(runs)} cold visits"
            out[f"pages.first_visit.{name}.lcp_ms"] = (lcp, words)
            out[f"pages.first_visit.{name}.bytes"] = (size, "on the wire, headers included")
            out[f"pages.first_visit.{name}.requests"] = (requests, "all requests of the visit")
        browser.close()
    return out


def _visit(browser, where: str) -> tuple[float, int, int]:
    page = browser.new_context(viewport={"width": 360, "height": 740}).new_page()
    link = page.context.new_cdp_session(page)
    link.send("Network.enable")
    link.send("Network.emulateNetworkConditions", SLOW)
    link.send("Emulation.setCPUThrottlingRate", {"rate": 4})
    seen = {"bytes": 0, "requests": 0}

    def finished(event) -> None:
        seen["bytes"] += int(event["encodedDataLength"])

    def asked(event) -> None:
        seen["requests"] += not event["request"]["url"].startswith("data:")

    link.on("Network.loadingFinished", finished)
    link.on("Network.requestWillBeSent", asked)
    page.goto(where, wait_until="load", timeout=60_000)
    lcp = page.evaluate(LCP)
    page.wait_for_timeout(500)
    page.context.close()
    return lcp, seen["bytes"], seen["requests"]
