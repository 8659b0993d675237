"""Translations without GNU gettext: extract, add, check, compile, per app.

  python tools/messages.py check                 every message has az and ru, catalogues compiled
  python tools/messages.py missing APP           JSON of untranslated msgids, to fill in
  python tools/messages.py add APP FILE.json     {"msgid": {"az": "…", "ru": "…"}} merged and compiled
  python tools/messages.py compile               write every .mo
  python tools/messages.py prune                 drop messages that no source holds any more

English msgids are the source. Plurals: az and ru nouns after numbers are written out by hand
("msgid|plural" as the key, a list of forms as the value).
"""

import fcntl
import io
import json
import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent / "src" / "icma"
APPS = (
    "core",
    "people",
    "law",
    "matters",
    "events",
    "asks",
    "research",
    "advocacy",
    "legalaid",
    "monitoring",
    "front",
    "demo",
)
LANGUAGES = ("az", "ru")
KEYWORDS = {
    "_": None, "_t": None, "gettext": None, "gettext_lazy": None, "gettext_noop": None,
    "ngettext": (1, 2), "ngettext_lazy": (1, 2), "pgettext": ((1, "c"), 2), "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}  # fmt: skip
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
Key = tuple[str | None, str | tuple[str, str]]


def sources(app: str) -> Iterator[tuple[Path, bytes]]:
    """Python files as they are; templates as Django turns them into Python for extraction."""
    from django.conf import settings
    from django.utils.translation.template import templatize

    if not settings.configured:
        settings.configure()
    for path in sorted((ROOT / app).rglob("*")):
        if "migrations" in path.parts:
            continue
        if path.suffix == ".py":
            yield path, path.read_bytes()
        elif path.suffix in {".html", ".txt", ".svg"} and "templates" in path.parts:
            yield path, templatize(path.read_text("utf-8")).encode()


def found(app: str) -> set[Key]:
    keys: set[Key] = set()
    for _path, content in sources(app):
        for _line, message, _comments, context in extract("python", io.BytesIO(content), KEYWORDS):
            keys.add((context, tuple(message) if isinstance(message, (tuple, list)) else message))
    return {key for key in keys if key[1]}


def po_path(app: str, language: str) -> Path:
    return ROOT / app / "locale" / language / "LC_MESSAGES" / "django.po"


def load(app: str, language: str) -> Catalog:
    path = po_path(app, language)
    if path.exists():
        with path.open("rb") as source:
            return read_po(source, locale=language)
    return Catalog(locale=language, project="icma", charset="utf-8")


def mo_bytes(catalog: Catalog) -> bytes:
    catalog.creation_date = catalog.revision_date = LONG_AGO  # else every run differs
    out = io.BytesIO()
    write_mo(out, catalog)
    return out.getvalue()


def save(app: str, language: str, catalog: Catalog) -> None:
    path = po_path(app, language)
    path.parent.mkdir(parents=True, exist_ok=True)
    out = io.BytesIO()
    write_po(out, catalog, width=110, sort_output=True, no_location=True, omit_header=False)
    # A date in the header would change at every run.
    text = re.sub(rb'"(POT-Creation-Date|PO-Revision-Date|Generated-By|Last-Translator|Language-Team): [^"]*"\n', b"",
                  out.getvalue())  # fmt: skip
    path.write_bytes(text)
    with path.open("rb") as source:
        path.with_suffix(".mo").write_bytes(mo_bytes(read_po(source, locale=language)))


def key_text(key: Key) -> str:
    context, message = key
    text = "|".join(message) if isinstance(message, tuple) else message
    return f"{context}\x04{text}" if context else text


def untranslated(app: str, language: str) -> list[Key]:
    catalog = load(app, language)
    missing = []
    for context, message in found(app):
        row = catalog.get(message[0] if isinstance(message, tuple) else message, context)
        done = row is not None and (
            all(row.string) if isinstance(row.string, (tuple, list)) else bool(row.string)
        )
        if not done or (row is not None and row.fuzzy):
            missing.append((context, message))
    return sorted(missing, key=key_text)


def add(app: str, texts: dict[str, dict[str, str | list[str]]]) -> None:
    for language in LANGUAGES:
        catalog = load(app, language)
        for key, by_language in texts.items():
            if language not in by_language:
                continue
            context, _, text = key.rpartition("\x04")
            value = by_language[language]
            forms = text.split("|")
            catalog.delete(forms[0], context or None)
            is_plural = isinstance(value, list) and len(forms) == 2
            catalog.add(
                (forms[0], forms[1]) if is_plural else text,
                tuple(value) if is_plural else value, context=context or None, flags=_flags(text),
            )  # fmt: skip
        save(app, language, catalog)


def _flags(text: str) -> tuple[str, ...]:
    return ("python-format",) if re.search(r"%\(\w+\)[sd]", text) else ()


def placeholders(text: str) -> set[str]:
    return set(re.findall(r"%\(\w+\)[sd]|\{\w*\}", text))


def disagreements() -> list[str]:
    """Where two apps translate one English string differently, the first app wins silently on every page."""
    seen: dict[tuple[str, str | None, object], tuple[str, object]] = {}
    told = []
    for language in LANGUAGES:
        for app in APPS:
            for row in load(app, language):
                if not row.id:
                    continue
                other, text = seen.setdefault((language, row.context, row.id), (app, row.string))
                if text != row.string:
                    told.append(f"{language}: {row.id!r} is {text!r} in {other}, {row.string!r} in {app}")
    return told


def check() -> int:
    faults = 0
    for fault in disagreements():
        faults += 1
        print(fault)
    for app in APPS:
        for language in LANGUAGES:
            for key in untranslated(app, language):
                faults += 1
                print(f"{app} {language}: not translated: {key_text(key)!r}")
            path = po_path(app, language)
            if not path.exists():
                continue
            catalog = load(app, language)
            if path.with_suffix(".mo").read_bytes() != mo_bytes(catalog):
                faults += 1
                print(f"{app} {language}: .mo is stale; run `python tools/messages.py compile`")
            for row in catalog:
                if not isinstance(row.id, str) or not row.id or not row.string:
                    continue
                if placeholders(row.id) != placeholders(str(row.string)):
                    faults += 1
                    print(f"{app} {language}: placeholders differ: {row.id!r} → {row.string!r}")
    return 1 if faults else 0


def prune() -> None:
    for app in APPS:
        live = {(c, m[0] if isinstance(m, tuple) else m) for c, m in found(app)}
        for language in LANGUAGES:
            catalog = load(app, language)
            for row in list(catalog):
                name = row.id[0] if isinstance(row.id, (tuple, list)) else row.id
                if row.id and (row.context, name) not in live:
                    catalog.delete(name, row.context)
            if po_path(app, language).exists():
                save(app, language, catalog)


def main(words: list[str]) -> int:
    with (ROOT / ".messages.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        match words:
            case ["check"]:
                return check()
            case ["missing", app]:
                keys = sorted({key_text(k) for language in LANGUAGES for k in untranslated(app, language)})
                print(json.dumps({key: {"az": "", "ru": ""} for key in keys}, ensure_ascii=False, indent=1))
            case ["add", app, file]:
                add(app, json.loads(Path(file).read_text("utf-8")))
            case ["compile"]:
                for app in APPS:
                    for language in LANGUAGES:
                        if po_path(app, language).exists():
                            save(app, language, load(app, language))
            case ["prune"]:
                prune()
            case _:
                print(__doc__)
                return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
