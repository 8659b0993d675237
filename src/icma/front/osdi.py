"""`/api/v1/osdi/`: public campaigns and petitions in the shape of OSDI 1.2 (HAL), for tools that speak it. Only read.

Rows and rules are those of the lists; no people, no signatures, nothing to sign with. Pages follow by `_links.next`.
Source: opensupporter.github.io/osdi-docs (aep, petitions, advocacy_campaigns).
"""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.text import Truncator
from ninja import Query, Router
from ninja.errors import HttpError

from icma.core.access import STRANGER
from icma.core.day import legal_day, moment
from icma.core.listing import MOST, BadCursor, Listing
from icma.front.lists import CAMPAIGNS, PETITIONS

TYPE, ROWS, SUMMARY = "application/hal+json", 100, 300
CURIES = [{"name": "osdi", "href": "https://opensupporter.github.io/osdi-docs/{rel}.html", "templated": True}]
More = Callable[[Any], dict[str, Any]]
router = Router()


def _targets(row: Any) -> dict[str, Any]:
    return {"targets": str(row.matter.authority)} if row.matter.authority else {}


def _signed(row: Any) -> dict[str, Any]:
    """The number that stands on the petition's page, and to whom it goes."""
    target = [{"name": str(row.matter.authority)}] if row.matter.authority else []
    return {"total_signatures": row.shown, "target": target}


KINDS: dict[str, tuple[Listing, More]] = {
    "petitions": (PETITIONS, _signed),
    "advocacy_campaigns": (CAMPAIGNS, _targets),
}


def _hal(data: dict[str, Any]) -> JsonResponse:
    return JsonResponse(data, content_type=TYPE, json_dumps_params={"ensure_ascii": False})


def _at(request: HttpRequest, *parts: str) -> dict[str, str]:
    return {"href": request.build_absolute_uri(reverse("api", args=["/".join(("osdi", *parts, ""))]))}


@router.get("/", url_name="osdi", operation_id="osdi")
def entry(request: HttpRequest) -> JsonResponse:
    """What there is in the shape of OSDI: where its clients begin."""
    kinds = {
        f"osdi:{name}": _at(request, name) | {"title": str(listing.title)}
        for name, (listing, _more) in KINDS.items()
    }
    docs = {"href": request.build_absolute_uri(reverse("data"))}
    links = {"curies": CURIES, "self": _at(request), "docs": docs} | kinds
    return _hal({"motd": settings.UNION_NAME, "max_pagesize": ROWS, "_links": links})


def _one(request: HttpRequest, name: str, row: Any) -> dict[str, Any]:
    listing, more = KINDS[name]
    matter = row.matter
    return {
        "identifiers": [f"icma:{matter.code}"], "origin_system": settings.UNION_NAME,
        "created_date": moment(legal_day(matter.published_at), 0).isoformat(), "modified_date": listing.stamp(row).isoformat(),
        "title": listing.heading(row), "summary": Truncator(" ".join(matter.text.split())).chars(SUMMARY),
        "browser_url": request.build_absolute_uri(listing.link(row)), **more(row),
        "_links": {"self": _at(request, name, matter.code)},
    }  # fmt: skip


def _page(request: HttpRequest, name: str, after: str, per_page: int) -> JsonResponse:
    listing = KINDS[name][0]
    found = listing.queryset(STRANGER, timezone.now(), listing.asked({}))
    try:
        part = listing.cut(found, after=after, size=per_page)
    except BadCursor as error:
        raise HttpError(400, "`after` is not a place in this list") from error
    rows = [_one(request, name, row) for row in part.rows]
    links = {
        "curies": CURIES,
        "self": _at(request, name),
        f"osdi:{name}": [row["_links"]["self"] for row in rows],
    }
    if part.after:
        query = urlencode({"after": part.after, "per_page": per_page})
        links["next"] = {"href": f"{_at(request, name)['href']}?{query}"}
    n = found.order_by()[: MOST + 1].count()
    known = {"total_records": n} if n <= MOST else {}
    return _hal({"per_page": per_page} | known | {"_links": links, "_embedded": {f"osdi:{name}": rows}})


def _mount(name: str) -> None:
    listing = KINDS[name][0]

    def rows(request: HttpRequest, after: str = "", per_page: int = Query(25, ge=1, le=ROWS)) -> JsonResponse:
        return _page(request, name, after, per_page)

    def one(request: HttpRequest, code: str) -> JsonResponse:
        found = listing.queryset(STRANGER, timezone.now(), listing.asked({})).filter(matter__code=code)
        row = found.first()
        if row is None:
            raise Http404
        return _hal(_one(request, name, row))

    for path, view, word in ((f"/{name}/", rows, name), (f"/{name}/{{code}}/", one, f"{name}_one")):
        router.get(path, url_name=f"osdi_{word}", operation_id=f"osdi_{word}", summary=f"OSDI: {name}")(view)


for _name in KINDS:
    _mount(_name)
