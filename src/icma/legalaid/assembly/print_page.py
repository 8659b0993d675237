"""HTML to PDF with WeasyPrint, in the assembling process. Nothing is fetched: pictures come inside the page or not at all."""

from typing import Any

from icma.legalaid.assembly.reasons import Stopped

MOST_PAGES = 500


def warm() -> None:
    """Loads the library and the fonts that the papers use."""
    try:
        import weasyprint
    except OSError as error:  # its native part is not installed
        raise Stopped("no_sandbox", "Pango") from error
    weasyprint.HTML(string="<p>ə ğ ı <b>ö</b> <i>ş</i></p>", url_fetcher=_nothing()).write_pdf()


def _nothing() -> Any:
    from weasyprint.urls import URLFetcher

    return URLFetcher(allowed_protocols=("data",), allow_redirects=False)


def pdf(html: bytes, tagged: bool = True) -> tuple[dict[str, Any], list[bytes]]:
    """One PDF, and on which page each anchor stands. Stopped: too_large."""
    import weasyprint

    document = weasyprint.HTML(string=html.decode(), url_fetcher=_nothing()).render(
        pdf_variant="pdf/ua-1" if tagged else None
    )
    if len(document.pages) > MOST_PAGES:
        raise Stopped("too_large", "pages")
    anchors = {name: number for number, page in enumerate(document.pages, 1) for name in page.anchors}
    return {"pages": len(document.pages), "anchors": anchors}, [document.write_pdf()]
