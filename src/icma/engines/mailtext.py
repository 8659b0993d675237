"""Words of a mail: bytes in whatever charset to text, headers with encoded words, HTML to plain text.

Offices here write UTF-8, windows-1251 (Russian) and windows-1254 or ISO-8859-9 (Azerbaijani Latin without ə), and
their programs often declare another of these, us-ascii, or nothing. UTF-8 is recognised by its form. The others
are told apart by how letters above 127 stand: in Russian they fill whole words, in Azerbaijani they stand singly
among ASCII letters. Sources: RFC 2047, RFC 2231; the WHATWG Encoding Standard for the names.
"""

import codecs
import html
import re
import unicodedata
from email.header import decode_header
from email.policy import default
from typing import Any

from icma.engines.aztext import clean_text

# Declared by programs that do not know better; their letters above 127 are looked at.
_WEAK = frozenset(("ascii", "iso8859-1", "iso8859-15", "iso8859-9", "cp1252", "cp1254", "cp1251", "utf-8"))
_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_RUN = re.compile(
    rb"[\xa8\xb8\xc0-\xff]+"
)  # Cyrillic letters of windows-1251; all of windows-1254's are here too
_ENCODED = re.compile(r"=\?[^?\s]{1,40}\?[bBqQ]\?[^?]*\?=")
_LONGEST_HEADER = 4_000
_BLOCKS = frozenset(
    (
        "p",
        "div",
        "br",
        "tr",
        "li",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "table",
        "ul",
        "ol",
        "blockquote",
        "hr",
        "pre",
    )
)
_UNSEEN = frozenset(("script", "style", "title"))


def _known(charset: str) -> str:
    """Python's name of a declared charset of text, "" when there is none of that name."""
    try:
        found = codecs.lookup(charset.strip().strip("\"'"))
    except (LookupError, ValueError):
        return ""
    return found.name if getattr(found, "_is_text_encoding", True) else ""


def rescued(data: bytes, declared: str = "") -> str:
    """`data` as text, NFC, with lines ending in \\n: in the charset it is in, not the one it is said to be in."""
    mark = next((name for start, name in _MARKS if data.startswith(start)), "")
    text = data.decode(mark, "replace") if mark else _decoded(data, _known(declared))
    text = text.replace("\ufeff", "").replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", text)


def _decoded(data: bytes, declared: str) -> str:
    if declared and declared not in _WEAK:
        try:
            return data.decode(declared)
        except (UnicodeError, ValueError):
            pass
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        mostly = data.decode("utf-8", "replace")
    lost, whole = mostly.count("\ufffd"), sum(char > "\x7f" for char in mostly)
    if whole > 5 * lost:  # UTF-8 with a byte cut off here and there
        return mostly
    return data.decode(_single_byte(data, declared), "replace")


def _single_byte(data: bytes, declared: str) -> str:
    """cp1251 or cp1254: letters above 127 in runs are Russian, single ones among ASCII letters Azerbaijani."""
    runs = _RUN.findall(data)
    together = sum(len(run) for run in runs if len(run) > 2)
    apart = sum(len(run) for run in runs if len(run) <= 2)
    if together == apart:
        return "cp1254" if declared in ("cp1254", "iso8859-9") else "cp1251"
    return "cp1251" if together > apart else "cp1254"


def raw_text(value: str) -> str:
    """A header as the parser keeps it (bytes above 127 as lone surrogates) as text in its real charset, cut."""
    value = value[:_LONGEST_HEADER].replace("\r", "").replace("\n", "")
    if value.isascii():
        return value
    return rescued(value.encode("utf-8", "surrogateescape"))


def header_text(value: str) -> str:
    """A header for reading: encoded words decoded in the charset they are really in; one line, nothing unseen."""
    value = raw_text(value)
    if _ENCODED.search(value):
        try:
            parts = decode_header(value)
        except Exception:  # broken base64: shown as it came
            parts = [(value, None)]
        value = "".join(
            part if isinstance(part, str) else rescued(part, charset or "") for part, charset in parts
        )
    return " ".join(clean_text(value).split())


def header(name: str, value: str) -> Any:
    """The header parsed by the standard library's policy; None when its parser does not get through it."""
    try:
        return default.header_factory(name, raw_text(value))
    except Exception:  # the parser raises a dozen kinds for malformed headers (bpo-37491 and others)
        return None


def plain(markup: str) -> str:
    """The words of an HTML mail, a line a block; links lose their addresses. Linear in its length."""
    out: list[str] = []
    hidden = ""  # the element, or "--" for a comment, whose content is left out
    for number, piece in enumerate(re.sub(r"\s+", " ", markup).split("<")):
        tag, _, words = piece.partition(">")
        name = _tag(tag) if number else ""
        if name == "!--" or hidden == "--":
            hidden = "" if "-->" in piece else "--"
            out.append(piece.partition("-->")[2])
        elif hidden:
            if name == "/" + hidden:
                hidden = ""
                out.append(words)
        elif not name:
            out.append("<" + piece if number else piece)
        elif name in _UNSEEN:
            hidden = name
        else:
            out.append(("\n" if name.lstrip("/") in _BLOCKS else " " if name in ("td", "th") else "") + words)
    return html.unescape("".join(out).replace("&nbsp;", " "))


def _tag(inside: str) -> str:
    """`p`, `/p`, `!--`, `!doctype` from what stands after "<"; "" when it is no tag but a sign for "less"."""
    if inside.startswith("!--"):
        return "!--"
    found = re.match(r"[/!?]?[A-Za-z][A-Za-z0-9:]{0,30}", inside)
    return found.group().lower() if found else ""


def tidy(text: str, limit: int) -> str:
    """Lines without trailing blanks, at most one empty line between two; nothing unseen; cut at `limit`."""
    out: list[str] = []
    for line in text[: limit * 2].split("\n"):
        line = clean_text(line.replace("\t", " "))
        if line or out and out[-1]:
            out.append(line)
    return "\n".join(out).strip()[:limit]
