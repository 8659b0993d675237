"""Forms of real pages, read from their HTML and filled in as somebody would: text gets `word`, files hold it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

PDF = b"%PDF-1.4\n%s\n%%%%EOF"


@dataclass
class Form:
    action: str = ""
    fields: list[dict[str, Any]] = field(default_factory=list)

    def names(self) -> set[str]:
        return {str(one["name"]) for one in self.fields}

    def filled(self, word: str, press: dict[str, Any] | None = None) -> dict[str, Any]:
        """What a browser would send after `word` was typed wherever one can type; `press`: the button."""
        sent: dict[str, Any] = {}
        for one in self.fields:
            name, kind, value = one["name"], one["type"], one["value"]
            if kind == "hidden":
                sent[name] = value
            elif kind in ("checkbox", "select", "radio"):
                sent.setdefault(name, value)
            elif kind == "file":
                sent[name] = SimpleUploadedFile(f"{word}.pdf", PDF.replace(b"%s", word.encode() * 9000))
            elif kind == "date":
                sent[name] = "2026-03-16"
            elif kind == "number":
                sent[name] = "3"
            elif kind != "button":
                most = int(one["maxlength"] or 4000)
                sent[name] = (value if one["readonly"] else word)[:most]
        return sent | ({press["name"]: press["value"]} if press else {})

    def buttons(self) -> list[dict[str, Any] | None]:
        named = [one for one in self.fields if one["type"] == "button" and one["name"]]
        return [*named] or [None]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._now: Form | None = None
        self._select: dict[str, Any] | None = None

    def handle_starttag(self, tag: str, given: list[tuple[str, str | None]]) -> None:
        attrs = dict(given)
        if tag == "form" and (attrs.get("method") or "").lower() == "post":
            self._now = Form(attrs.get("action") or "")
            self.forms.append(self._now)
        elif self._now is None:
            return
        elif tag == "option" and self._select is not None and not self._select["value"]:
            self._select["value"] = attrs.get("value") or ""
        elif tag in ("input", "textarea", "select", "button") and attrs.get("name"):
            kind = (attrs.get("type") or "text") if tag == "input" else {"button": "button"}.get(tag, tag)
            one = {"name": attrs["name"], "type": kind, "value": attrs.get("value") or ("on" if kind == "checkbox" else ""),
                   "maxlength": attrs.get("maxlength"), "readonly": "readonly" in attrs}  # fmt: skip
            self._select = one if tag == "select" else None
            self._now.fields.append(one)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._now = None


def forms_of(html: str) -> Iterator[Form]:
    """Every form of a page that writes."""
    reader = _Reader()
    reader.feed(html)
    yield from reader.forms
