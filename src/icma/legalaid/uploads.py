"""Files sealed as they arrive: no byte of theirs is on a disk in clear, in no temporary file, at no moment.

`@sealed_uploads()` stands right under the door of a view that takes files. It puts its handler in place before
anything reads the form, the check against forged requests included; what the view has not kept with
`actions.keys.files.keep` is gone when it returns, however it returns.
"""

import functools
import hashlib
import os
import secrets
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopUpload
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from icma.engines import vault

View = Callable[..., HttpResponse]
MOST = 100_000_000  # bytes of one file
MOST_FILES = 10
FORM = 2_500_000  # what the other fields and the boundaries may add
BLOCK = 256 * 1024
SEEN, PICTURES = 8_000_000, {"jpeg": "image/jpeg", "png": "image/png"}  # what may be looked at in place
SPARE = 200_000_000  # bytes that have to stay free on the disk


def folder() -> Path:
    return Path(settings.HOME) / "vault"


def path_of(name: str) -> Path:
    return folder() / name[:2] / name


def file_place(name: str) -> str:
    """Where sealed bytes belong: they open under no other name."""
    return f"file|{name}"


class SealedUpload(UploadedFile):
    """What a form gets instead of the bytes: their key, name on the disk, size, first bytes and SHA-256."""

    def __init__(self, *, stored: str, key: bytes, name: str, size: int, head: bytes, sha256: str):
        super().__init__(file=None, name=name, content_type="application/octet-stream", size=size)
        self.stored, self.key, self.head, self.sha256 = stored, key, head, sha256
        self.is_kept = False

    @property
    def part(self) -> Path:
        return path_of(self.stored).with_suffix(".part")


class SealingHandler(FileUploadHandler):
    """Seals each file of a request under a key of its own, in constant memory."""

    def __init__(self, request: HttpRequest | None = None, most: int = MOST):
        super().__init__(request)
        self.most, self.uploads = most, []
        self.refused = ""  # "big" or "many"
        self._out: BinaryIO | None = None

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        if len(self.uploads) >= MOST_FILES:
            self.refused = "many"
            raise StopUpload(connection_reset=True)
        self._stored, self._key, self._head = secrets.token_hex(16), vault.new_key(), b""
        self._hash = hashlib.sha256()
        self._sealer = vault.Sealer(self._key, file_place(self._stored))
        part = path_of(self._stored).with_suffix(".part")
        part.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        self._out, self._part = os.fdopen(handle, "wb", buffering=BLOCK), part

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        assert self._out is not None
        if start + len(raw_data) > self.most:
            self.refused = "big"
            raise StopUpload(connection_reset=True)
        if start == 0:
            self._head = raw_data[:16]
        self._hash.update(raw_data)
        self._out.write(self._sealer.push(raw_data))

    def file_complete(self, file_size: int) -> SealedUpload:
        assert self._out is not None
        with self._out as out:
            out.write(self._sealer.finish())
            out.flush()
            os.fsync(out.fileno())
        self._out = None
        upload = SealedUpload(
            stored=self._stored, key=self._key, name=self.file_name or "", size=self._sealer.size, head=self._head,
            sha256=self._hash.hexdigest(),
        )  # fmt: skip
        self.uploads.append(upload)
        return upload

    def is_cut(self) -> bool:
        """The form has ended in the middle of a file."""
        return self._out is not None

    def drop(self) -> None:
        """What was cut, refused or not kept leaves nothing."""
        if self._out is not None:
            self._out.close()
            self._part.unlink(missing_ok=True)
        for upload in self.uploads:
            if not upload.is_kept:
                upload.part.unlink(missing_ok=True)


def sealed_uploads(most: int = MOST) -> Callable[[View], View]:
    """For a view that takes files, under its door. What is too large is refused before it is read."""

    def wrap(view: View) -> View:
        checked = csrf_protect(view)

        @functools.wraps(view)
        def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.method != "POST":
                return checked(request, *args, **kwargs)
            if _length(request) > most + FORM:
                return _too_big(request, most)
            if not has_room(_length(request)):
                return render(request, "legalaid/too_big.html", {"full": True}, status=507)
            handler = SealingHandler(request, most)
            request.upload_handlers = [handler]
            try:
                request.POST  # noqa: B018  (reads the form, so that a stop is noticed here)
                if handler.refused:
                    return _too_big(request, most, handler.refused == "many")
                if handler.is_cut():
                    return render(request, "legalaid/too_big.html", {"cut": True}, status=400)
                return checked(request, *args, **kwargs)
            finally:
                handler.drop()

        return csrf_exempt(inner)

    return wrap


def _too_big(request: HttpRequest, most: int, many: bool = False) -> HttpResponse:
    page = {"most": most // 1_000_000, "many": many, "files": MOST_FILES}
    response = render(request, "legalaid/too_big.html", page, status=413)
    response.headers["Connection"] = "close"
    return response


def _length(request: HttpRequest) -> int:
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return 0


def has_room(size: int) -> bool:
    """Whether so many bytes more leave the disk what it needs."""
    place = folder() if folder().exists() else Path(settings.HOME)
    state = os.statvfs(place)
    return state.f_bavail * state.f_frsize >= SPARE + size


def sealed_copy(name: str, data: bytes) -> SealedUpload:
    """Bytes that were kept elsewhere, sealed as if they had just arrived. What is not kept is cleared away within a day."""
    handler = SealingHandler(most=len(data))
    handler.new_file("file", name, "application/octet-stream", len(data))
    handler.receive_data_chunk(data, 0)
    return handler.file_complete(len(data))


def put_in_place(upload: SealedUpload) -> None:
    """From `.part` to its name, when the transaction that names it stands."""
    upload.part.rename(path_of(upload.stored))
    upload.is_kept = True


def erase_bytes(names: list[str]) -> None:
    for name in names:
        path_of(name).unlink(missing_ok=True)


def blocks(name: str) -> Iterator[bytes]:
    """The sealed bytes of a file. Raises FileNotFoundError."""
    with path_of(name).open("rb") as source:
        while block := source.read(BLOCK):
            yield block


def opened(name: str, key: bytes, size: int) -> Iterator[bytes]:
    """A file in clear, in pieces. Raises Unopened: at once for another key, at the end for a file that was cut."""
    return vault.opened(key, blocks(name), file_place(name), size)


def can_be_seen(value: dict[str, Any]) -> bool:
    """A picture of a few megabytes: a browser draws it in a sandbox without running anything."""
    return value["type"] in PICTURES and value["size"] <= SEEN


def sent(name: str, value: dict[str, Any], seen: bool = False) -> StreamingHttpResponse:
    """A file as an attachment; `value` is that of its row. Its first piece is opened before anything is said.

    `seen`: in place, for what `can_be_seen`.
    """
    pieces = opened(name, bytes.fromhex(value["key"]), value["size"])
    first = next(pieces, b"")
    response = StreamingHttpResponse(_chained(first, pieces), content_type="application/octet-stream")
    response.headers["Content-Length"] = str(value["size"])  # a file that is cut shows: fewer bytes came
    _guarded(response, value["name"])
    if seen and can_be_seen(value):
        response.headers["Content-Type"] = PICTURES[value["type"]]
        response.headers["Content-Disposition"] = "inline"
    return response


def sent_bytes(name: str, data: bytes) -> HttpResponse:
    """What was made here, as an attachment under the same guards."""
    return _guarded(HttpResponse(data, content_type="application/octet-stream"), name)


def _guarded(response: Any, name: str) -> Any:
    """Not shown in place, never kept on the way, never guessed at, without scripts whatever it is."""
    response.headers["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response.headers["Content-Encoding"] = "identity"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "no-store, private"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def _chained(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from rest
