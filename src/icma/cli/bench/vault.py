"""100 MB through the handler that seals: for `icma bench cases`."""

import json
import os
import resource
import subprocess
import sys
from typing import Any

BIG = 100_000_000
BOUNDARY = "icma-bench"


def figures() -> dict[str, tuple[float, str]]:
    """cases.upload100mb.*; needs settings, no database."""
    upload = _in_child()
    return {
        "cases.upload100mb.cpu_mb_s": (upload["mb_s"], "Django's parser, sealed and written with fsync, MB a CPU second"),
        "cases.upload100mb.rss_mb": (upload["rss_mb"], "growth of the peak between the first and the last megabyte"),
    }  # fmt: skip


def _in_child() -> dict[str, Any]:
    """A process of its own: its peak is that of the upload."""
    words = "import django; django.setup(); from icma.cli.bench.vault import upload; upload()"
    done = subprocess.run([sys.executable, "-c", words], env=os.environ | {"DJANGO_SETTINGS_MODULE": "icma.settings"},
                          capture_output=True, text=True, check=True)  # fmt: skip
    return json.loads(done.stdout)


class _Body:
    """A form with one file of BIG bytes, as it comes from a socket; notes the peak after the first megabyte."""

    def __init__(self) -> None:
        head = (
            f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n'.encode()
        )
        self.parts = [head, f"\r\n--{BOUNDARY}--\r\n".encode()]
        self.left, self.block, self.first = BIG, os.urandom(65_536), 0
        self.size = BIG + sum(map(len, self.parts))

    def read(self, size: int = 65_536) -> bytes:
        if len(self.parts) == 2:
            return self.parts.pop(0)
        if not self.first and self.left < BIG - 1_000_000:
            self.first = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        piece = self.block[: min(size, self.left, len(self.block))]
        self.left -= len(piece)
        return piece or (self.parts.pop(0) if self.parts else b"")


def upload() -> None:
    """Print MB a CPU second and the growth of memory; nothing is kept."""
    from django.http.multipartparser import MultiPartParser

    from icma.legalaid.uploads import SealingHandler

    body, handler = _Body(), SealingHandler(None, most=BIG)
    meta = {"CONTENT_TYPE": f"multipart/form-data; boundary={BOUNDARY}", "CONTENT_LENGTH": str(body.size)}
    before = resource.getrusage(resource.RUSAGE_SELF)
    _post, files = MultiPartParser(meta, body, [handler], "utf-8").parse()  # type: ignore[arg-type]
    after = resource.getrusage(resource.RUSAGE_SELF)
    handler.drop()
    assert files["file"].size == BIG
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    print(json.dumps({"mb_s": BIG / 1e6 / cpu, "rss_mb": (after.ru_maxrss - body.first) / 1024}))
