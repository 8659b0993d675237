"""A mail that came in: who wrote, when, what kind of message it is, its words and its attachments.

`read` takes the raw bytes that a mail server hands over (or an .eml file saved from a mailbox) and is the same for
the same bytes. It never asserts who wrote: `sender` is what the header says; `auth` is what our own mail server
found, read only from Authentication-Results fields that bear its name (RFC 8601; the server must strip foreign
fields that claim it). Kinds: "bounce" (RFC 3464, and what mailer-daemons write without it), "auto" (RFC 3834 and
its forerunners), "forwarded", else "message".

Limits: 20 MB, 200 parts, 12 levels; what lies beyond raises Unreadable, as does what is no mail.
"""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import Message
from email.policy import compat32
from typing import Any, cast

from icma.engines.aztext import fold
from icma.engines.mailtext import header, header_text, plain, raw_text, rescued, tidy

MOST_BYTES, MOST_PARTS, MOST_DEPTH, MOST_TEXT = 20_000_000, 200, 12, 100_000
METHODS = ("spf", "dkim", "dmarc")


class Unreadable(ValueError):
    """No mail, or larger, deeper or in more pieces than is taken; the text is for a log and holds no content."""


@dataclass(frozen=True, slots=True)
class Attachment:
    name: str  # a bare file name, made safe; "" when none was given
    media_type: str  # as the sender declares it, e.g. "application/pdf": to be sniffed before use
    data: bytes


@dataclass(frozen=True, slots=True)
class Incoming:
    message_id: str  # "<…@…>"; made from the content when the mail has none, so that a copy has the same
    sent_at: datetime | None  # the sender's own date, with its zone
    sender: str  # address alone, unverified; "" when there is none
    recipients: tuple[str, ...]  # addresses, those of the delivery first, lower case, each once
    subject: str
    text: str  # plain, at most MOST_TEXT characters
    kind: str  # "message", "bounce", "auto", "forwarded"
    auth: dict[
        str, str
    ]  # {"spf": "pass", "dkim": "fail", "dmarc": "none"}; only what the trusted server said
    attachments: tuple[Attachment, ...]


@dataclass(slots=True)
class _Found:
    """What a walk through the parts gathers."""

    texts: list[str] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    parts: int = 0
    carried: bool = False  # another message lies inside
    actions: list[str] = field(default_factory=list)  # of a delivery report: failed, delayed, delivered…


def read(raw: bytes, *, trusted: str = "") -> Incoming:
    """`raw` understood; `trusted` is the authserv-id of the own mail server, "" for none.

    Raises Unreadable.
    """
    message = _parsed(raw)
    found = _Found()
    _walk(message, found, 0, _is_report(message))
    text = tidy("\n\n".join(found.texts), MOST_TEXT)
    subject = header_text(_first(message, "subject"))[:500]
    sender = next(iter(_addresses(message, "from")), "") or next(iter(_addresses(message, "sender")), "")
    return Incoming(
        message_id=_message_id(message, raw),
        sent_at=_date(message),
        sender=sender,
        recipients=tuple(
            dict.fromkeys(
                address.lower()
                for name in ("x-original-to", "delivered-to", "envelope-to", "to", "cc")
                for address in _addresses(message, name)
            )
        )[:50],
        subject=subject,
        text=text,
        kind=_kind(message, found, sender, subject, text),
        auth=_auth(message, trusted) if trusted else {},
        attachments=tuple(found.attachments),
    )


def _parsed(raw: bytes) -> Message:
    if not raw.strip():
        raise Unreadable("empty")
    if len(raw) > MOST_BYTES:
        raise Unreadable("too large")
    low = raw.lower()
    # Asked before parsing: the parser goes a level deeper for each of them, and every line passes all levels.
    if low.count(b"boundary") + low.count(b"message/") > 2 * MOST_PARTS:
        raise Unreadable("too many parts")
    try:  # headers are parsed one by one, cut: the newer policy's parser is quadratic in their length
        message = message_from_bytes(raw, policy=compat32)
    except Exception as error:  # RecursionError, and what the parser raises for broken input
        raise Unreadable("cannot be parsed") from error
    if not {"from", "date", "message-id", "received"} & {name.lower() for name in message.keys()}:  # noqa: SIM118
        raise Unreadable("no mail")
    return message


# headers


def _all(message: Message, name: str) -> list[str]:
    """Values of a header as they came, top first, with bytes that no charset declares."""
    return [str(value) for key, value in message.raw_items() if key.lower() == name]


def _first(message: Message, name: str) -> str:
    return next(iter(_all(message, name)), "")


def _addresses(message: Message, name: str) -> Iterator[str]:
    for value in _all(message, name)[:10]:
        parsed = header(name if name in ("from", "to", "cc", "sender") else "to", value)
        specs = [one.addr_spec for one in parsed.addresses] if parsed else []
        if not any("@" in spec for spec in specs):  # malformed: what looks like an address
            specs = re.findall(r'[^\s<>,;:()"@]{1,64}@[^\s<>,;:()"@]{1,190}', raw_text(value))
        for spec in specs:
            spec = header_text(spec)
            if "@" in spec.strip("@") and len(spec) <= 254 and " " not in spec:
                yield spec


def _date(message: Message) -> datetime | None:
    found = getattr(header("date", _first(message, "date")), "datetime", None)
    if not isinstance(found, datetime) or not 1990 <= found.year < 2200:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _message_id(message: Message, raw: bytes) -> str:
    found = re.search(r"<[^<>\s]{1,400}>", raw_text(_first(message, "message-id")))
    if found:
        return found.group()
    body = re.split(rb"\r?\n\r?\n", raw, maxsplit=1)[-1].replace(b"\r\n", b"\n").strip()
    said = "\0".join(raw_text(_first(message, name)) for name in ("from", "date", "subject"))
    made = hashlib.sha256(said.encode() + b"\0" + body).hexdigest()[:40]
    return f"<{made}@none.invalid>"


def _auth(message: Message, trusted: str) -> dict[str, str]:
    """What the server of that name found. Of several fields the upper one counts: it was added last."""
    out: dict[str, str] = {}
    for value in _all(message, "authentication-results")[:20]:
        text = raw_text(value)
        while (bare := re.sub(r"\([^()]*\)", " ", text)) != text:
            text = bare
        name, *results = re.sub(r'"[^"]*"', '""', text).split(";")
        if (name.split() or [""])[0].lower() != trusted.lower():
            continue
        here: dict[str, str] = {}
        for result in results:
            said = re.match(r"\s*(spf|dkim|dmarc)(?:/\d+)?\s*=\s*([a-z]{1,20})\b", result.lower())
            if said and here.get(said[1]) != "pass":  # one good signature of several is enough
                here[said[1]] = said[2]
        out = here | out
    return out


# parts


def _is_report(message: Message) -> bool:
    return message.get_content_type() == "multipart/report" or _type_parameter(message, "report-type") != ""


def _type_parameter(part: Message, name: str) -> str:
    parsed = header("content-type", _first(part, "content-type"))
    return str(parsed.params.get(name, "")).lower() if parsed else ""


def _walk(part: Message, found: _Found, depth: int, report: bool) -> None:
    found.parts += 1
    if found.parts > MOST_PARTS or depth > MOST_DEPTH:
        raise Unreadable("too many parts")
    kind = part.get_content_type()
    payload = part.get_payload()
    inside = cast(list[Message], payload if isinstance(payload, list) else [])
    if kind in ("message/delivery-status", "message/disposition-notification"):
        if report:
            found.actions += [
                _first(block, "action").strip().lower() for block in inside if _first(block, "action")
            ]
    elif kind == "multipart/alternative":
        _walk_alternatives(inside, found, depth, report)
    elif inside and part.get_content_maintype() == "message":
        found.carried = found.carried or not report
        if not report:  # what a report returns is our own letter
            found.texts.append(_heading(inside[0]))
            _walk(inside[0], found, depth + 1, report)
    elif inside:
        for one in inside:
            _walk(one, found, depth + 1, report)
    elif not (report and kind == "text/rfc822-headers"):
        _leaf(part, kind, found)


def _walk_alternatives(inside: list[Message], found: _Found, depth: int, report: bool) -> None:
    """Plain words when they say anything, else the richest form that does; attachments of any form."""
    chosen: list[str] = []
    for one in inside:
        here = _Found(parts=found.parts)
        _walk(one, here, depth + 1, report)
        said = any(text.strip() for text in here.texts)
        if said and not chosen:
            chosen = here.texts
        found.parts, found.carried = here.parts, found.carried or here.carried
        found.attachments += here.attachments
        found.actions += here.actions
    found.texts += chosen


def _leaf(part: Message, kind: str, found: _Found) -> None:
    name = _file_name(part)
    kept_apart = raw_text(_first(part, "content-disposition")).strip().lower().startswith("attachment")
    data = _bytes(part)
    if kind in ("text/plain", "text/html") and not kept_apart and not name:
        words = rescued(data[: 4 * MOST_TEXT], _type_parameter(part, "charset"))
        found.texts.append(plain(words) if kind == "text/html" else words)
    elif data:
        found.attachments.append(Attachment(name, kind[:100], data))


def _bytes(part: Message) -> bytes:
    try:
        data: Any = part.get_payload(decode=True)
    except Exception:  # a transfer encoding that is not what it says
        data = None
    return data if isinstance(data, bytes) else b""


def _file_name(part: Message) -> str:
    for name, key in (("content-disposition", "filename"), ("content-type", "name")):
        parsed = header(name, _first(part, name))
        given = header_text(str(parsed.params.get(key, ""))) if parsed else ""
        bare = re.sub(r'[<>:"|?*]', "", re.split(r"[/\\]", given)[-1]).strip(". ")
        if bare:
            stem, dot, end = bare.rpartition(".")
            return f"{stem[:100]}{dot}{end[:10]}" if dot else bare[:100]
    return ""


def _heading(message: Message) -> str:
    """The head of a message carried inside another, for the reader."""
    lines = (header_text(_first(message, name)) for name in ("from", "date", "subject"))
    return "\n".join(line for line in lines if line)


# kinds

# Compiled when the first mail is read: a worker that reads none keeps half a megabyte.
_DAEMON = r"(?i:mailer-daemon|mail-daemon|maildaemon|postmaster)@"
_UNDELIVERED = (
    r"undeliver|delivery status|delivery fail|delivery notification|failure notice|returned mail|not delivered"
    r"|mail delivery|catdirilm|не доставлен|недоставлен|не удалось доставить|невозможно доставить"
)
_AUTO_SUBJECT = (
    r"(?:re: ?)?(?:auto(?:matic)?[ -]?(?:reply|response)|out of (?:the )?office|автоответ|avtomatik (?:cavab|bildiris)"
    r"|avtocavab|ofisde deyilem|автоматический ответ)"
)
_FORWARD_SUBJECT = r"(?:fwd?|wg|ilt|yonl|пересл|перенапр)[:.]"
_FORWARD_LINE = (
    r"^(?:-{2,} ?(?:forwarded message|пересылаемое сообщение|пересланное сообщение|пересылаемое письмо"
    r"|yonlendirilmis (?:mesaj|mektub)|iletilmis mesaj|iletilen mesaj)|begin forwarded message:)"
)


def _kind(message: Message, found: _Found, sender: str, subject: str, text: str) -> str:
    about = fold(subject)
    if _is_bounce(message, found, sender, about):
        return "bounce"
    if _is_auto(message, found, about):
        return "auto"
    lines = (fold(line) for line in text.split("\n")[:400])
    if (
        found.carried
        or re.match(_FORWARD_SUBJECT, about)
        or any(re.match(_FORWARD_LINE, line) for line in lines)
    ):
        return "forwarded"
    return "message"


def _is_bounce(message: Message, found: _Found, sender: str, about: str) -> bool:
    if found.actions:  # a report of a delay, or that it did arrive, is no bounce
        return "failed" in found.actions
    if _type_parameter(message, "report-type") == "delivery-status" or _first(message, "x-failed-recipients"):
        return True
    nobody = _first(message, "return-path").strip() == "<>"
    daemon = bool(re.match(_DAEMON, sender))
    return daemon and (nobody or sender.lower().startswith("mail") or bool(re.search(_UNDELIVERED, about)))


def _is_auto(message: Message, found: _Found, about: str) -> bool:
    submitted = raw_text(_first(message, "auto-submitted")).split(";")[0].strip().lower()
    precedence = raw_text(_first(message, "precedence")).strip().lower()
    return bool(
        submitted not in ("", "no")
        or precedence in ("auto_reply", "auto-reply", "bulk", "junk", "list")
        or any(
            _first(message, name)
            for name in ("x-autoreply", "x-autorespond", "x-autoresponder", "x-mail-autoreply")
        )
        or found.actions
        or _is_report(message)
        or re.match(_AUTO_SUBJECT, about)
    )
