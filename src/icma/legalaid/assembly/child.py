"""The assembling process: a fresh interpreter without environment, keys, network, Django, and nothing to write to.

`python -I -m icma.legalaid.assembly.child JOB`. In on stdin, out on stdout: one line of JSON (the plain values; `sizes`: lengths
of the blobs), then the blobs. The walls stand before the first byte of a template or a file is read.
"""

import importlib
import json
import os
import sys
import tempfile
from typing import Any

from icma.legalaid.assembly import walls
from icma.legalaid.assembly.reasons import Stopped

Answer = tuple[dict[str, Any], list[bytes]]


def folders() -> list[str]:
    """What a page's printing may read: code and fonts, never the home of the data or of the keys."""
    code = {sys.prefix, sys.base_prefix, os.path.dirname(os.path.dirname(os.path.dirname(__file__)))}
    return [*code, "/usr", "/lib", "/lib64", "/etc/fonts", "/var/cache/fontconfig"]


# job → (module, whose `warm` loads everything; work; megabytes; seconds; may read code and fonts)
JOBS = {
    "docx": ("filling", "render", 512, 10, False),
    "examine": ("filling", "examine", 512, 10, False),
    "strip_docx": ("filling", "strip", 512, 10, False),
    "page": ("print_page", "pdf", 1024, 60, True),
    "look": ("binding", "look", 1024, 60, False),
    "join": ("binding", "join", 1024, 60, False),
    "strip": ("binding", "strip", 1024, 30, False),
    "probe": ("probe", "probe", 512, 5, False),
    "probe_page": ("probe", "probe", 512, 5, True),
}


def read() -> Answer:
    head = json.loads(sys.stdin.buffer.readline())
    blobs = [sys.stdin.buffer.read(size) for size in head.pop("sizes")]
    return head, blobs


def say(head: dict[str, Any], blobs: list[bytes]) -> None:
    out = sys.stdout.buffer
    out.write(json.dumps({**head, "sizes": [len(b) for b in blobs]}).encode() + b"\n")
    for blob in blobs:
        out.write(blob)
    out.flush()


def main(job: str) -> None:
    module, work, megabytes, seconds, reading = JOBS[job]
    tempfile.tempdir = "/nowhere"  # else a library tries out where it could write
    walls.limits(megabytes, seconds)
    try:
        works = importlib.import_module(f"icma.legalaid.assembly.{module}")
        works.warm()
    except Stopped as stopped:  # a library is missing
        say({"stopped": stopped.reason, "detail": stopped.detail}, [])
        return
    if not walls.close(folders() if reading else None):
        say({"stopped": "no_sandbox", "detail": ""}, [])
        return
    head, blobs = read()
    try:
        answer = getattr(works, work)(*blobs, **head)
    except Stopped as stopped:
        answer = {"stopped": stopped.reason, "detail": stopped.detail}, []
    except MemoryError:
        answer = {"stopped": "too_large", "detail": ""}, []
    except (
        Exception
    ) as error:  # the libraries raise many kinds for damaged files; their words may quote content
        answer = {"stopped": "broken", "detail": type(error).__name__}, []
    say(*answer)


if __name__ == "__main__":
    main(sys.argv[1])
