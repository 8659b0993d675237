"""Templates and strangers' files are worked on in a process that has nothing: see child.py and walls.py.

Bytes go in and out through pipes; no file is written. Every failure is an Unrenderable with a reason and a sentence.
"""

import json
import os
import subprocess
import sys
import tempfile
import threading
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from icma.legalaid.assembly.reasons import REASONS

SECONDS = {
    "docx": 20,
    "examine": 20,
    "strip": 40,
    "strip_docx": 20,
    "probe": 20,
    "probe_page": 20,
}  # others: 90
MOST_INPUT = 80 * 1024 * 1024
MOST_STRING = 200_000
_AT_ONCE = threading.BoundedSemaphore(2)


class Unrenderable(Exception):
    """A document could not be made. `reason` is one of REASONS; `detail` a name, never content of a case."""

    def __init__(self, reason: str, detail: str = "") -> None:
        assert reason in REASONS, reason
        super().__init__(reason, detail)
        self.reason = reason
        self.detail = detail

    def __str__(self) -> str:
        return _sentence(self.reason) + (f" ({self.detail})" if self.detail else "")


def _sentence(reason: str) -> str:
    return {
        "undefined": _("The template asks for a value that is not there."),
        "syntax": _("A tag of the template is written wrongly."),
        "forbidden": _("The template asks for more than values: it was refused."),
        "macros": _("The file holds a program (macro or embedded object): it was refused."),
        "external": _(
            "The file points outside itself: remove links, linked pictures and attached templates."
        ),
        "broken": _("The file cannot be read; it may be cut off."),
        "too_large": _("The file is too large."),
        "too_slow": _("Making the document took too long; it was stopped."),
        "encrypted": _("The file is locked with a password or is in an old format."),
        "unsafe": _("The file holds something active that could not be taken out."),
        "changes": _("The file holds comments or tracked changes."),
        "no_sandbox": _("This computer cannot make the document safely."),
        "kind": _("This is not a file of the kind that its name says."),
    }[reason]


@dataclass(frozen=True)
class Examined:
    """What a template wants: names of values, and whether its header carries the draft mark."""

    fields: tuple[str, ...]
    has_mark: bool


def render_docx(template: bytes, context: dict[str, Any]) -> bytes:
    """The template filled with plain values (str, bool, int; lists and dicts of these, else TypeError)."""
    _head, blobs = work("docx", [template], context=plain(context))
    return blobs[0]


def examine(template: bytes) -> Examined:
    """Before a template is stored. Unrenderable says what is wrong with it."""
    head, _blobs = work("examine", [template])
    return Examined(tuple(head["fields"]), head["has_mark"])


def holds() -> dict[str, bool]:
    """What the walls of a document's and of a page's process hold on this computer, tried out just now."""
    with tempfile.NamedTemporaryFile() as secret:
        args = {"secret": secret.name, "folder": os.path.dirname(secret.name)}
        strict, _none = work("probe", [], **args)
        page, _none = work("probe_page", [], **args)
    return strict | {f"page_{name}": held for name, held in page.items()}


def plain(value: Any) -> Any:
    """The value, if it is made of plain things alone."""
    if value is None or type(value) in (bool, int):
        return value
    if type(value) is str:
        if len(value) > MOST_STRING:
            raise Unrenderable("too_large")
        return value
    if type(value) in (list, tuple):
        return [plain(one) for one in value]
    if type(value) is dict and all(type(key) is str for key in value):
        return {key: plain(one) for key, one in value.items()}
    raise TypeError(f"only plain values go into a document, not {type(value).__name__}")


def work(job: str, blobs: list[bytes], **head: Any) -> tuple[dict[str, Any], list[bytes]]:
    """One job of child.JOBS in a process of its own. Raises Unrenderable."""
    if sum(map(len, blobs)) > MOST_INPUT:
        raise Unrenderable("too_large")
    first = json.dumps({**head, "sizes": [len(blob) for blob in blobs]}).encode() + b"\n"
    if not _AT_ONCE.acquire(timeout=60):
        raise Unrenderable("too_slow")
    try:
        code, out = _run(job, b"".join([first, *blobs]))
    finally:
        _AT_ONCE.release()
    if code is None or code == -24:  # SIGXCPU
        raise Unrenderable("too_slow")
    line, _newline, rest = out.partition(b"\n")
    if code != 0 or not line:
        raise Unrenderable("broken")  # the process fell over the file: out of memory, or a library's fault
    answer = json.loads(line)
    if "stopped" in answer:
        raise Unrenderable(answer["stopped"], answer["detail"])
    return answer, _cut(rest, answer.pop("sizes"))


def _run(job: str, given: bytes) -> tuple[int | None, bytes]:
    """Exit code (None: stopped by the clock) and what was said. The environment is empty and no handle is inherited."""
    process = subprocess.Popen(
        [sys.executable, "-I", "-B", "-X", "utf8", "-m", "icma.legalaid.assembly.child", job],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        env={}, cwd="/", close_fds=True, start_new_session=True,
    )  # fmt: skip
    try:
        out, _nothing = process.communicate(given, timeout=SECONDS.get(job, 90))
        return process.returncode, out
    except subprocess.TimeoutExpired:
        return None, b""
    finally:
        if process.poll() is None:
            process.kill()
            process.communicate()


def _cut(data: bytes, sizes: list[int]) -> list[bytes]:
    cut, start = [], 0
    for size in sizes:
        cut.append(data[start : start + size])
        start += size
    if start != len(data):
        raise Unrenderable("broken")
    return cut
