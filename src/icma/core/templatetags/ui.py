"""Components of İcma, built into every template. Their page: /components/.

Text given to a tag is escaped; only what is marked safe (another component's output) passes as it is.
What a tag takes is told by the docstring of the function it names.
"""

import re
import uuid
from typing import Any

from django import template
from django.conf import settings
from django.shortcuts import resolve_url
from django.template import Context
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from icma.core import charts, fields, maps, parts, threads, words
from icma.core.styles import styles as css

register = template.Library()

for _component in (
    words.day,
    charts.bars, charts.columns, charts.spark, charts.progress_mini, charts.figure_number, charts.stat,
    maps.district_map,
    threads.thread, threads.clock, threads.late_mark, threads.certainty,
    fields.field, fields.form_errors, fields.form_fields,
    parts.tag, parts.button, parts.link_button, parts.heading, parts.links, parts.languages, parts.crumbs,
    parts.chips, parts.path, parts.empty, parts.pager, parts.facts, parts.copyable, parts.quick_exit,
    parts.progress,
):  # fmt: skip
    register.simple_tag(_component)

register.filter("num", words.num)
register.filter("percent", words.percent)
register.filter("amount", words.amount)
register.filter("date_words", words.date_words)
register.filter("quarter_words", words.quarter_words)


@register.filter
def at_signs(value: Any) -> SafeString:
    """An address of mail or of a site that a narrow line breaks behind its signs, never inside a word."""
    return mark_safe(re.sub(r"([@./])(?=\w)", r"\1<wbr>", escape(str(value))))


@register.simple_tag(takes_context=True)
def styles(context: Context, chunk: str = "") -> SafeString:
    """`{% styles %}` for every page, `{% styles "work" %}` in addition on workspace pages."""
    request = context.get("request")
    nonce = getattr(request, "csp_nonce", "") if request else ""
    return format_html('<style nonce="{}">{}</style>', str(nonce), mark_safe(css(chunk)))


@register.simple_tag
def icon() -> SafeString:
    """The browser tab's icon as a data URI: one request less."""
    return parts.ICON


@register.simple_tag
def home_url() -> str:
    """The first page in the language of this one: "/" for the default language, "/ru/", "/en/"."""
    language = get_language() or settings.LANGUAGE_CODE
    return "/" if language == settings.LANGUAGE_CODE else f"/{language}/"


@register.simple_tag
def mark() -> SafeString:
    """The lozenge beside the name."""
    return parts.MARK


@register.simple_tag
def once() -> SafeString:
    """The idempotency key of a form: four quick taps do the thing once."""
    return format_html('<input type="hidden" name="once" value="{}">', uuid.uuid4().hex)


@register.simple_tag(takes_context=True)
def account_links(context: Context) -> SafeString:
    """Sign in, or my work and sign out: addresses from settings, so that core knows no page above it."""
    user = context.get("user")
    if user is not None and user.is_authenticated:
        items = [
            {"url": resolve_url(settings.LOGIN_REDIRECT_URL), "label": _("My work")},
            {"url": resolve_url("account_logout"), "label": _("Sign out")},
        ]
    else:
        items = [{"url": resolve_url(settings.LOGIN_URL), "label": _("Sign in")}]
    return parts.links(items)


@register.simple_block_tag
def card(content: str, url: str, title: str, **more: Any) -> SafeString:
    """`{% card url title note="…" step=3 of=6 %}tags and place{% endcard %}` inside <ul class="grid">."""
    return parts.card(content, url, title, **more)


@register.simple_block_tag
def panel(content: str, title: str = "") -> SafeString:
    """A titled part of an aside or a page."""
    head = format_html("<h2>{}</h2>", title) if title else ""
    return format_html('<section class="panel">{}{}</section>', head, mark_safe(content))


@register.simple_block_tag
def fold(content: str, summary: str, open: bool = False) -> SafeString:
    """Something that opens on a tap."""
    return format_html(
        "<details{}><summary>{}</summary>{}</details>",
        mark_safe(" open" if open else ""),
        summary,
        mark_safe(content),
    )


@register.simple_block_tag
def note(content: str, title: str = "", tone: str = "calm") -> SafeString:
    """A remark set apart; tones as for tags. The words say what the tone means."""
    head = format_html("<strong>{}</strong>", title) if title else ""
    kind = tone if tone in parts.TONES else "calm"
    return format_html('<div class="note {}">{}<div>{}</div></div>', kind, head, mark_safe(content))


@register.simple_block_tag
def scroll(content: str, label: str) -> SafeString:
    """A wide table scrolls in its own box, also by keyboard."""
    return format_html(
        '<div class="scroll" tabindex="0" role="region" aria-label="{}">{}</div>', label, mark_safe(content)
    )
