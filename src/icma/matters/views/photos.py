"""Photos through their doors: small ones for everybody, the whole ones for those who look after a matter."""

from django.http import FileResponse, Http404, HttpRequest, HttpResponse

from icma.core.door import can
from icma.core.files import TYPES, open_file
from icma.core.models import File
from icma.matters.models import Document

ENDS = {"jpeg": "jpg", "png": "png", "pdf": "pdf", "text": "txt"}
CLOSED = "default-src 'none'; sandbox"


@can("view", Document, select=("matter", "thumb"))
def photo(request: HttpRequest, document: Document, matter: str) -> HttpResponse:
    """The moderated thumbnail, in the page."""
    if document.matter.code != matter or document.thumb is None:
        raise Http404
    response = _served(document.thumb, document.code)
    response["Cache-Control"] = "public, max-age=600"  # a legal notice takes it away within the hour
    return response


@can("read", Document, select=("file",))
def file(request: HttpRequest, document: Document) -> HttpResponse:
    """The whole photo or paper, as an attachment; the desk may show it in its own page."""
    response = _served(document.file, document.code)
    if document.file.kind not in ("jpeg", "png") or "s" not in request.GET:
        response["Content-Disposition"] = (
            f'attachment; filename="icma-{document.code}.{ENDS[document.file.kind]}"'
        )
    response["Cache-Control"] = "no-store, private"
    return response


def _served(kept: File, code: str) -> HttpResponse:
    try:
        source = open_file(kept)
    except FileNotFoundError as error:
        raise Http404 from error
    response = FileResponse(source, content_type=TYPES[kept.kind])
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = CLOSED
    response["Content-Length"] = kept.size
    return response
