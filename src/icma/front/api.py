"""`/api/v1/`: every public list, read-only, in one loop; and one matter with its thread.

No persons, no key. The rules are those of the pages; whoever asks is a stranger here.
"""

from datetime import date, datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.html import strip_tags
from ninja import NinjaAPI, Query, Schema
from ninja.errors import HttpError, ValidationError
from pydantic import Field, create_model

from icma.advocacy.figures import pressed
from icma.core.access import STRANGER, allowed
from icma.core.day import legal_day
from icma.core.listing import LONGEST, MOST, BadCursor, Column, Listing
from icma.core.words import WITHHELD
from icma.front import figures, lists, osdi
from icma.front.achieved import Figure, computed
from icma.matters.threadview import thread
from icma.research.declared.public import public_declared

ROWS = 100  # at most, a page
FEW = 20  # choices that fit into a sentence
api = NinjaAPI(
    title="İcma",
    version="1",
    description="What is public on İcma: matters, letters, terms of law, authorities, communities, places. "
    "Read-only, no key. Dates are legal days in Asia/Baku. An absent record is unknown, never a breach.",
    urls_namespace="api-1",
    docs_url=None,
)


@api.exception_handler(ValidationError)
def _unreadable(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """What cannot be read as asked is a 400 with words, as everything else that cannot be asked."""
    words = "; ".join(f"{one['loc'][-1]}: {one['msg']}" for one in error.errors)
    return api.create_response(request, {"detail": words}, status=400)


class Problem(Schema):
    detail: str = Field(
        description="What is wrong with the question", examples=["`after` is not a place in this list"]
    )


def _english(text: Any) -> str:
    with translation.override("en"):
        return str(text)


def _column(column: Column) -> Any:
    kind: Any = column.kind | None if column.kind in (date, datetime, int, float) else column.kind
    return kind, Field(description=_english(column.label), examples=[column.example])


def _row(listing: Listing) -> dict[str, Any]:
    """Names, types and examples of a row, from its columns."""
    url = (str, Field(description="Address of its page", examples=["/m/7Q4FM2KD/"]))
    return {column.name: _column(column) for column in listing.columns} | {"url": url}


def _page(listing: Listing) -> type[Schema]:
    row = create_model(f"{listing.name}_row", __base__=Schema, **_row(listing))
    counted = Field(description=f'How many; "{MOST}+" beyond', examples=["64"])
    further = Field(None, description="Address of the next rows", examples=["/api/v1/matters/?after=MTcw"])
    return create_model(
        f"{listing.name}_page",
        __base__=Schema,
        count=(str, counted),
        rows=(list[row], ...),
        next=(str | None, further),
    )


def _asked(listing: Listing) -> type[Schema]:
    """What may be asked: the filters of the page, and where to go on."""
    given: dict[str, Any] = {f.name: (str, Field("", description=_english(f.label))) for f in listing.filters}
    if listing.find:
        given["q"] = (str, Field("", description="Words to find; diacritics do not matter"))
    given["after"] = (str, Field("", description="Where the last page ended"))
    given["limit"] = (int, Field(25, ge=1, le=ROWS))
    return create_model(f"{listing.name}_asked", __base__=Schema, **given)


def rows_of(listing: Listing, request: HttpRequest, given: dict[str, Any]) -> dict[str, Any]:
    """One page of a list as plain values; 400 with words for what cannot be asked."""
    asked = listing.asked(given)
    if asked.wrong:
        raise HttpError(400, "; ".join(_no_choice(name, asked.options.get(name)) for name in asked.wrong))
    if asked.too_long:
        raise HttpError(400, f"The search takes {LONGEST} characters")
    found = listing.queryset(STRANGER, timezone.now(), asked)
    try:
        part = listing.cut(found, after=given["after"], size=given["limit"])
    except BadCursor as error:
        raise HttpError(400, "`after` is not a place in this list") from error
    n = found.order_by()[: MOST + 1].count()
    return {
        "count": f"{MOST}+" if n > MOST else str(n),
        "rows": [listing.record(row) | {"url": listing.link(row)} for row in part.rows],
        "next": _next(request, part.after),
    }


def _no_choice(name: str, known: list[tuple[str, Any]] | None) -> str:
    """Which choices there are, where they are few; places and authorities have lists of their own."""
    few = known if known and len(known) <= FEW else ()
    return f"No such choice: {name}" + (
        f"; there are: {', '.join(value for value, _label in few)}" if few else ""
    )


def _next(request: HttpRequest, after: str) -> str | None:
    if not after:
        return None
    asked = request.GET.copy()
    asked["after"] = after
    return f"{request.path}?{asked.urlencode()}"


def _mount(listing: Listing) -> None:
    def rows(request: HttpRequest, given: Any) -> dict[str, Any]:
        return rows_of(listing, request, given.dict())

    rows.__annotations__["given"] = Query[_asked(listing)]
    word = listing.api or listing.name
    about = {"summary": _english(listing.title), "description": _english(listing.about), "operation_id": word}
    api.get(f"/{word}/", response={200: _page(listing), 400: Problem}, url_name=word, **about)(rows)


for _listing in lists.PUBLIC:
    _mount(_listing)


class Figures(Schema):
    """What anyone could count on the public lists."""

    on: date = Field(examples=["2026-03-13"], description="The legal day")
    campaigns: int = Field(examples=[14])
    campaign_communities: int = Field(examples=[7], description="Communities behind these campaigns")
    communities: int = Field(examples=[7])
    matters: int = Field(examples=[312])
    solved: int = Field(examples=[96], description="Wholly or in part")
    letters: int = Field(examples=[210])
    answers: int = Field(examples=[160])


@api.get("/figures/", response=Figures, url_name="figures", operation_id="figures")
def country(request: HttpRequest) -> dict[str, Any]:
    """The figures of the page about us, computed from the rows that the lists show."""
    today = legal_day(timezone.now())
    found, ours = figures.country(today), pressed(today)
    plain = {
        name: getattr(found, name) for name in ("communities", "matters", "solved", "letters", "answers")
    }
    return plain | {"on": today, "campaigns": ours.campaigns, "campaign_communities": ours.communities}


class Part(Schema):
    """One part of a figure."""

    key: str = Field(examples=["infrastructure"])
    label: str = Field(examples=["infrastruktur"])
    value: int = Field(examples=[4])


class Split(Schema):
    """A figure by topic, level, result…"""

    name: str = Field(examples=["topic"])
    title: str = Field(examples=["Mövzu üzrə"])
    parts: list[Part]


class Counted(Schema):
    """A figure with its definition, its rows and its date."""

    name: str = Field(examples=["campaigns"])
    title: str = Field(examples=["kampaniya"])
    value: int | float | None = Field(description="None: no data, or withheld", examples=[14])
    is_withheld: bool = Field(examples=[False])
    is_least: bool = Field(description="At least so many: small numbers are not in it", examples=[False])
    low: float | None = Field(None, description="Of a share: its 95% interval", examples=[0.41])
    high: float | None = Field(None, examples=[0.57])
    n: int | None = Field(None, description="Of a share: cases behind it", examples=[140])
    on: date | None = Field(
        description="Counted on, or the last day of what was released", examples=["2026-03-13"]
    )
    kind: str = Field(description="record: live rows that anyone can list; people: only what was released")
    counted: str = Field(examples=["Hamının oxuya bildiyi kampaniyalar."])
    left_out: str = Field(examples=["Hazırlanan kampaniyalar."])
    brought_in: int = Field(description="Of it, brought in from before İcma", examples=[2])
    data: list[str] = Field(description="Addresses of its rows", examples=[["/kampaniyalar/"]])
    splits: list[Split]


class DeclaredFigure(Schema):
    """A figure from before İcma: declared, never added to a counted one."""

    code: str = Field(examples=["7Q4FM2KD"])
    theme: str = Field(examples=["help"])
    title: str = Field(examples=["hüquqi yardım alan şəxs"])
    value: float = Field(examples=[2000])
    unit: str = Field(examples=["nəfər"])
    is_least: bool = Field(examples=[True])
    first: date = Field(examples=["2015-01-01"])
    last: date = Field(examples=["2024-12-31"])
    definition: str
    source: str
    declared_by: str


class Achieved(Schema):
    """What has been achieved. The two lists are of different kinds: do not add one to the other."""

    on: date
    figures: list[Counted]
    declared: list[DeclaredFigure]


@api.get("/achieved/", response=Achieved, url_name="achieved", operation_id="achieved")
def what_was_achieved(request: HttpRequest) -> dict[str, Any]:
    """Counted and released figures, each with definition, rows and date; apart from them the declared ones."""
    today = legal_day(timezone.now())
    return {
        "on": today, "figures": [_counted(one) for one in computed(today)], "declared": [
            {field: getattr(row, field) for field in DeclaredFigure.model_fields} for row in public_declared()
        ],
    }  # fmt: skip


def _counted(one: Figure) -> dict[str, Any]:
    words, share = one.words, one.share
    splits = [
        {"name": split.name, "title": str(split.title), "parts": [
            {"key": row["key"], "label": str(row["label"]), "value": row["value"]} for row in split.rows
        ]}
        for split in one.splits
    ]  # fmt: skip
    return {
        "name": one.name, "title": str(words.title), "value": None if isinstance(one.value, str) else one.value,
        "is_withheld": one.value == WITHHELD, "is_least": one.is_least, "low": share and share.low,
        "high": share and share.high, "n": share and share.n, "on": one.on, "kind": words.kind,
        "counted": str(words.counted), "left_out": str(words.left_out), "brought_in": one.past,
        "data": [url for _word, url in one.data], "splits": splits,
    }  # fmt: skip


class Step(Schema):
    """One thing that happened, that is now, or that may come."""

    state: str = Field(examples=["done"], description="done, now, next, late or gone")
    on: date | None = Field(None, examples=["2026-03-13"])
    title: str = Field(examples=["Müraciət göndərildi"])
    body: str = Field("", examples=["ərizə · Nümunə Su İdarəsi"])


Whole = create_model(
    "matter_whole", __base__=Schema, **_row(lists.MATTERS),
    text=(str, Field(description="What was written", examples=["Su gecə gəlir."])), steps=(list[Step], ...),
)  # fmt: skip


@api.get("/matters/{code}/", response={200: Whole, 404: Problem}, url_name="matter", operation_id="matter")
def matter(request: HttpRequest, code: str) -> dict[str, Any]:
    """One matter with its text and its thread, as a stranger sees it."""
    at = timezone.now()
    found = allowed(lists.MATTERS.rows().filter(code=code).defer(None), STRANGER, "view", at).first()
    if found is None:
        raise Http404
    row = lists.MATTERS.record(found) | {"url": lists.MATTERS.link(found), "text": found.text}
    return row | {"steps": [_step(step) for step in thread(found, STRANGER, legal_day(at))]}


def _step(step: dict[str, Any]) -> dict[str, Any]:
    on = step.get("on")
    said = {name: strip_tags(str(step.get(name) or "")) for name in ("title", "body")}
    return {"state": step["state"], "on": on if isinstance(on, date) else None, **said}


api.add_router("/osdi/", osdi.router)

# Every door of the API says aloud that it is open: what is listed here is public.
ROUTES = api.urls
for _route in ROUTES[0]:
    _route.callback.door = "anyone"
