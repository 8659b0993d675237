"""`/api/v1/`: every public list, read-only, in one loop. No persons; the rules are those of the pages."""

from datetime import date, datetime
from typing import Any

from django.http import HttpRequest
from django.utils import timezone, translation
from ninja import NinjaAPI, Query, Schema
from ninja.errors import HttpError
from pydantic import Field, create_model

from icma.core.listing import BadCursor, Column, Listing
from icma.front import lists

MOST = 100
api = NinjaAPI(
    title="İcma",
    version="1",
    description="What is public on İcma: matters, letters, terms of law, authorities, places. Read-only; no key is "
    "needed. Dates are legal days in Asia/Baku. An absent record is unknown, never a breach.",
    urls_namespace="api-1",
    docs_url=None,
)  # fmt: skip


class Problem(Schema):
    detail: str


def _field(column: Column) -> Any:
    kind: Any = column.kind
    optional = kind in (date, datetime, int)
    return (
        kind | None if optional else kind,
        Field(description=_english(column.label), examples=[column.example]),
    )


def _english(text: Any) -> str:
    with translation.override("en"):
        return str(text)


def _schemas(listing: Listing) -> tuple[type[Schema], type[Schema]]:
    """(one page of rows, what may be asked), named after the list."""
    name = listing.name.title().replace("_", "")
    row = create_model(name + "Row", __base__=Schema, **{c.name: _field(c) for c in listing.columns},
                       url=(str, Field(description="The page of it", examples=["/m/7Q4FM2KD/"])))  # fmt: skip
    page = create_model(
        name + "Page", __base__=Schema, count=(str, Field(description='How many, "1000+" beyond', examples=["64"])),
        rows=(list[row], ...), next=(str | None, Field(description="Address of the next rows", examples=[None])),
    )  # fmt: skip
    asked = {f.name: (str, Field("", description=_english(f.label))) for f in listing.filters}
    if listing.find:
        asked["q"] = (str, Field("", description="Words to find; diacritics do not matter"))
    asked |= {
        "after": (str, Field("", description="Where the last page ended")),
        "limit": (int, Field(25, ge=1, le=MOST)),
    }
    return page, create_model(name + "Asked", __base__=Schema, **asked)


def _mount(listing: Listing) -> None:
    page, wanted = _schemas(listing)

    def rows(request: HttpRequest, wanted: Any) -> dict[str, Any]:
        given = wanted.dict()
        asked = listing.asked(given)
        if asked.wrong:
            raise HttpError(400, f"No such choice: {', '.join(asked.wrong)}")
        if asked.too_long:
            raise HttpError(400, "The search takes 200 characters")
        found = listing.queryset(request.who, timezone.now(), asked)
        try:
            part = listing.cut(found, after=given["after"], size=given["limit"])
        except BadCursor as error:
            raise HttpError(400, "`after` is not a place in this list") from error
        return {
            "count": _count(found), "rows": [listing.record(row) | {"url": listing.link(row)} for row in part.rows],
            "next": _next(request, part.after),
        }  # fmt: skip

    rows.__annotations__["wanted"] = Query[wanted]
    rows.__doc__ = _english(listing.about)
    api.get(f"/{listing.name}/", response={200: page, 400: Problem}, url_name=listing.name,
            operation_id=listing.name, summary=_english(listing.title))(rows)  # fmt: skip


def _count(found: Any) -> str:
    n = found.order_by()[:1001].count()
    return "1000+" if n > 1000 else str(n)


def _next(request: HttpRequest, after: str) -> str | None:
    if not after:
        return None
    asked = request.GET.copy()
    asked["after"] = after
    return f"{request.path}?{asked.urlencode()}"


for _listing in lists.PUBLIC:
    _mount(_listing)
