"""The pages that a Listing gives: HTML with its form, CSV and Atom."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from icma.core.door import View, anyone
from icma.core.listing import LONGEST, PAGE, Asked, Column, Filter, Listing
from icma.core.words import amount, day

FEED = 40
FITS = 14  # letters that a box of the search form shows on a telephone
More = Callable[[HttpRequest, Asked], dict[str, Any]]


def urls(
    listing: Listing, word: str, template: str = "core/list.html", more: More | None = None
) -> list[URLPattern]:
    """`word/`, `word.csv` and `word.atom`, open to anyone: names `x`, `x_csv`, `x_atom`."""
    return [
        path(f"{word}/", anyone(page_of(listing, template, more)), name=listing.name),
        path(f"{word}.csv", anyone(csv_of(listing)), name=f"{listing.name}_csv"),
        path(f"{word}.atom", anyone(atom_of(listing)), name=f"{listing.name}_atom"),
    ]


def page_of(listing: Listing, template: str, more: More | None = None) -> View:
    def view(request: HttpRequest) -> HttpResponse:
        asked = listing.asked(request.GET, with_options=True)
        extra = more(request, asked) if more else {}
        return render(request, template, context(listing, request, asked) | extra)

    return view


def csv_of(listing: Listing) -> View:
    def view(request: HttpRequest) -> HttpResponse:
        found = listing.queryset(request.who, timezone.now(), listing.asked(request.GET))
        response = StreamingHttpResponse(listing.csv(found), content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="icma-{listing.name}.csv"'
        return response

    return view


def atom_of(listing: Listing) -> View:
    def view(request: HttpRequest) -> HttpResponse:
        asked = listing.asked(request.GET)
        found = listing.queryset(request.who, timezone.now(), asked)
        whole = request.build_absolute_uri
        home = whole(_address(listing.name, asked.query))
        feed = Atom1Feed(
            title=f"{listing.title} · İcma", link=home, description=str(listing.about),
            feed_url=whole(request.get_full_path()), language=get_language(),
        )  # fmt: skip
        for row in listing.cut(found, size=FEED).rows:
            if not listing.link(row):  # a row without a page of its own is no news
                continue
            stamp, link = listing.stamp(row), whole(listing.link(row))
            # The same address with another stamp is news: a matter comes back when something happens to it.
            feed.add_item(
                title=listing.heading(row), link=link, description=_in_words(listing, row), updateddate=stamp,
                unique_id=f"{link}#{stamp:%Y%m%dT%H%M%S}",
            )  # fmt: skip
        return HttpResponse(feed.writeString("utf-8"), content_type="application/atom+xml; charset=utf-8")

    return view


def _in_words(listing: Listing, row: Any) -> str:
    """The columns of the page as one line."""
    shown = ((c.label, c.value(row)) for c in listing.columns if c.in_table)
    return " · ".join(
        f"{label}: {day(v) if hasattr(v, 'year') else v}" for label, v in shown if v not in (None, "")
    )


def context(listing: Listing, request: HttpRequest, asked: Asked) -> dict[str, Any]:
    """What core/list.html and its children draw."""
    who, at, given = request.who, timezone.now(), request.GET
    part = listing.page(
        who, at, asked, given.get("after", ""), given.get("before", ""), _size(given.get("n", ""))
    )
    here, query = request.path, asked.query
    return {
        "list": listing, "asked": asked, "total": listing.count(who, at, asked), "found": part.rows,
        "form": _form(listing, asked), "problems": _problems(listing, asked),
        "links": _removable(listing, asked, here),
        "rows": _cards(listing, part.rows) if listing.card else _table(listing, part.rows, asked),
        "page": {
            "prev": f"{here}?{urlencode(query | {'before': part.before})}" if part.before else None,
            "next": f"{here}?{urlencode(query | {'after': part.after})}" if part.after else None,
        },
        "csv_url": _address(f"{listing.name}_csv", query),
        "atom_url": _address(f"{listing.name}_atom", query),
    }  # fmt: skip


def _size(text: str) -> int:
    """Rows a page: `n` of the address, 1–100, for who reads a list at one go."""
    return min(max(int(text), 1), 100) if text.isascii() and text.isdigit() and len(text) < 4 else PAGE


def _address(name: str, query: dict[str, str]) -> str:
    return reverse(name) + (f"?{urlencode(query)}" if query else "")


def _problems(listing: Listing, asked: Asked) -> list[str]:
    labels = {one.name: one.label for one in listing.filters}
    said = [
        _("%(filter)s: there is no such choice, so it was left out.") % {"filter": labels[n]}
        for n in asked.wrong
    ]
    if asked.too_long:
        said.append(_("The search takes %(n)s characters; the rest was left out.") % {"n": LONGEST})
    return said


def _form(listing: Listing, asked: Asked) -> SafeString:
    """Written out by hand: Django's widgets render a template for every option, and a list has hundreds."""
    parts = [_select(one, asked) for one in listing.filters if one.choices]
    hidden = [
        format_html('<input type="hidden" name="{}" value="{}">', one.name, asked.values[one.name])
        for one in listing.filters if not one.choices and one.name in asked.values
    ]  # fmt: skip
    if listing.find:
        parts.insert(0, format_html(
            '<div class="field"><label for="f_q">{}</label><input type="search" id="f_q" name="q" value="{}" '
            'maxlength="{}" enterkeyhint="search"></div>', _("Search"), asked.text, LONGEST,
        ))  # fmt: skip
    if not parts:
        return mark_safe("")
    whole = format_html_join("", "{}", ((part,) for part in [*parts, *hidden]))
    button = format_html('<button class="btn line">{}</button>', _("Show"))
    return format_html('<form class="find" method="get" role="search">{}{}</form>', whole, button)


def _select(one: Filter, asked: Asked) -> SafeString:
    chosen = asked.values.get(one.name, "")
    pairs = asked.options.get(one.name, [])
    if chosen and chosen not in dict(pairs):  # it came by a link
        pairs = [(chosen, asked.words[one.name]), *pairs]
    options = _options(tuple((value, str(label)) for value, label in pairs), chosen)
    return format_html(
        '<div class="field"><label for="f_{0}">{1}</label><select id="f_{0}" name="{0}">'
        '<option value="">{2}</option>{3}</select></div>', one.name, one.label, _("all"), options,
    )  # fmt: skip


@lru_cache(maxsize=128)
def _options(pairs: tuple[tuple[str, str], ...], chosen: str) -> SafeString:
    """Hundreds of options that are the same for most readers."""
    return format_html_join(
        "", '<option value="{}"{}>{}</option>',
        ((value, mark_safe(" selected") if value == chosen else "", label) for value, label in pairs),
    )  # fmt: skip


def _removable(listing: Listing, asked: Asked, here: str) -> list[dict[str, Any]]:
    """Filters that came by a link or whose words are cut in their box, each with the address that takes it away."""
    return [
        {
            "label": f"{one.label}: {asked.words[one.name]} ×", "current": True,
            "url": f"{here}?{urlencode({k: v for k, v in asked.query.items() if k != one.name})}",
        }
        for one in listing.filters
        if one.name in asked.values and not (one.choices and len(str(asked.words[one.name])) <= FITS)
    ]  # fmt: skip


def _cards(listing: Listing, rows: list[Any]) -> SafeString:
    return format_html(
        '<ul class="grid">{}</ul>', format_html_join("", "{}", ((listing.card(r),) for r in rows))
    )


def _table(listing: Listing, rows: list[Any], asked: Asked) -> SafeString:
    shown = [c for c in listing.columns if c.in_table or c.asked in asked.values]
    head = format_html_join("", '<th scope="col">{}</th>', ((c.label,) for c in shown))
    body = format_html_join("", "<tr>{}</tr>", ((_cells(listing, shown, row),) for row in rows))
    return format_html('<table class="stack"><thead><tr>{}</tr></thead><tbody>{}</tbody></table>', head, body)


def _cells(listing: Listing, shown: list[Any], row: Any) -> SafeString:
    first, *rest = shown
    name = first.value(row) or listing.heading(row)
    words, url = day(name) if hasattr(name, "year") else name, listing.link(row)
    link = (
        format_html('<th scope="row"><a href="{}">{}</a></th>', url, words)
        if url
        else format_html('<th scope="row">{}</th>', words)
    )
    cells = format_html_join("", "{}", ((_cell(c, row),) for c in rest))
    return format_html("{}{}", link, cells)


def _cell(column: Column, row: Any) -> SafeString:
    """A cell under its heading; an empty one is left out where rows stand one under the other."""
    value = column.draw(row) if column.draw else column.value(row)
    if value is None or value == "":
        return mark_safe('<td class="no">–</td>')
    return format_html('<td data-label="{}">{}</td>', column.label, _words(value))


def _words(value: Any) -> Any:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return day(value) if hasattr(value, "year") else amount(value)
