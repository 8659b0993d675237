"""A visitor without JavaScript: reads pages, follows links, fills in the forms that are really there."""

import html
from dataclasses import dataclass, field
from datetime import datetime
from html.parser import HTMLParser
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

SILENT = {"script", "style", "template"}


@dataclass
class Form:
    action: str
    method: str
    fields: dict[str, list[str]] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)
    buttons: list[tuple[str, str]] = field(default_factory=list)


class _Reader(HTMLParser):
    """Forms with what they hold, links, and the words that a reader sees."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.links: list[str] = []
        self.words: list[str] = []
        self.form: Form | None = None
        self.select = self.area = ""
        self.first = self.chosen = False
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        a = {name: value or "" for name, value in attrs}
        if tag in SILENT:
            self.silent += 1
        if tag == "a" and "href" in a:
            self.links.append(a["href"])
        if tag == "form":
            self.form = Form(a.get("action", ""), a.get("method", "get").lower())
            self.forms.append(self.form)
        if self.form is None or "name" not in a and tag not in {"option", "button"}:
            return
        if tag == "input":
            self._input(a)
        elif tag == "select":
            self.select, self.first, self.chosen = a["name"], True, False
            self.form.names.add(a["name"])
        elif tag == "option" and self.select:
            if "selected" in a or self.first:
                self.form.fields[self.select] = [a.get("value", "")]
            self.first = False
        elif tag == "textarea":
            self.area = a["name"]
            self.form.names.add(a["name"])
            self.form.fields[a["name"]] = [""]
        elif tag == "button" and "name" in a:
            self.form.buttons.append((a["name"], a.get("value", "")))

    def _input(self, a: dict[str, str]) -> None:
        assert self.form is not None
        kind, name = a.get("type", "text"), a["name"]
        self.form.names.add(name)
        if kind == "submit":
            self.form.buttons.append((name, a.get("value", "")))
        elif kind in {"radio", "checkbox"}:
            if "checked" in a:
                self.form.fields.setdefault(name, []).append(a.get("value", "on"))
        elif kind != "file":
            self.form.fields.setdefault(name, []).append(a.get("value", ""))

    def handle_endtag(self, tag: str) -> None:
        if tag in SILENT:
            self.silent -= 1
        if tag == "form":
            self.form = None
        if tag == "select":
            self.select = ""
        if tag == "textarea":  # as browsers do: the first newline is no part of the text
            if self.form is not None and self.area:
                self.form.fields[self.area] = [self.form.fields[self.area][0].removeprefix("\n")]
            self.area = ""

    def handle_data(self, data: str) -> None:
        if self.area and self.form is not None:
            self.form.fields[self.area] = [self.form.fields[self.area][0] + data]
        elif not self.silent:
            self.words.append(data)


class Page:
    """A page that was answered with 200."""

    def __init__(self, response: HttpResponse, url: str) -> None:
        self.response, self.url, self.status = response, url, response.status_code
        self.html = response.content.decode() if "html" in response.get("Content-Type", "") else ""
        reader = _Reader()
        reader.feed(self.html)
        self.forms, self.links = reader.forms, [html.unescape(link) for link in reader.links]
        self.text = " ".join(" ".join(reader.words).split())

    def says(self, *texts: str) -> None:
        missing = [text for text in texts if text not in self.text]
        assert not missing, f"{self.url} does not say {missing}:\n{self.text[:3000]}"

    def never_says(self, *texts: str) -> None:
        found = [text for text in texts if text in self.text]
        around = [self.text[max(0, self.text.find(text) - 90) :][:200] for text in found]
        assert not found, f"{self.url} says {found}: {around}"

    def link(self, part: str) -> str:
        found = [link for link in self.links if part in link]
        assert found, f"{self.url} has no link with {part}: {self.links}"
        return found[0]

    def form(self, *names: str) -> Form:
        """The posting form that has these fields or buttons."""
        for form in self.forms:
            if form.method == "post" and set(names) <= form.names | {name for name, _value in form.buttons}:
                return form
        raise AssertionError(f"{self.url} has no form with {names}: {[sorted(f.names) for f in self.forms]}")

    def form_to(self, part: str) -> Form:
        """The form that is sent to an address with this part."""
        for form in self.forms:
            if part in form.action:
                return form
        raise AssertionError(f"{self.url} sends nothing to {part}: {[f.action for f in self.forms]}")


class Visitor:
    def __init__(self, client: Client | None = None) -> None:
        self.client = client or Client()

    def open(self, url: str) -> Page:
        response = self.client.get(url, follow=True)
        assert response.status_code == 200, f"{url}: {response.status_code}"
        final = response.redirect_chain[-1][0] if response.redirect_chain else url
        return Page(response, final)

    def fill(self, page: Page, *names: str, ok: bool = True, **values: Any) -> Page:
        """Fill in the form that has the fields `names` (and those of `values`) and send it, as it stands."""
        return self._send(page, page.form(*names, *values), values, ok)

    def press(self, page: Page, part: str, **values: Any) -> Page:
        """Send the form whose address has this part."""
        return self._send(page, page.form_to(part), values, True)

    def _send(self, page: Page, form: Form, values: dict[str, Any], ok: bool) -> Page:
        data: dict[str, Any] = {name: list(found) for name, found in form.fields.items()}
        data |= {name: value if isinstance(value, list) else [value] for name, value in values.items()}
        action = form.action or page.url
        response = self.client.post(action, data, follow=True)
        if ok:
            assert response.status_code == 200, (
                f"{action}: {response.status_code}\n{Page(response, action).text[:1500]}"
            )
        final = response.redirect_chain[-1][0] if response.redirect_chain else action
        return Page(response, final)


class Clock:
    """The day that everybody sees: `clock.go(at)` moves it for the views."""

    def __init__(self, patch: pytest.MonkeyPatch, at: datetime) -> None:
        self.at = at
        patch.setattr(timezone, "now", lambda: self.at)

    def go(self, at: datetime) -> None:
        self.at = at
