#!/usr/bin/env python3
"""Check the count of a petition yourself: one file, Python 3.9+ and PyNaCl (pip install pynacl).

    python verify.py FOLDER-OR-ADDRESS [--key HEX] [--receipt TEXT] [--number N] [--saved FILE] [--lang en]

FOLDER-OR-ADDRESS holds count.json, leaves.bin, removals.jsonl, checkpoints.jsonl and, if partners signed too,
witnesses.jsonl. It is checked that
  1. every checkpoint is signed with the key, names the one before, and goes back neither in time nor in size;
  2. the first `size` leaves have the root that the checkpoint of that size states, so of any two checkpoints the
     older one is the beginning of the newer (hashes of RFC 9162);
  3. every removal is a leaf, has a reason, and removes one leaf that was added before and not removed yet;
  4. the number on the page is adds - removes of its checkpoint (protected petitions: rounded down to 25s);
  5. a receipt, if given, stands in the log and was not removed;
  6. checkpoints that you saved earlier (--saved) are still there, unchanged.
It does not and cannot check that those who signed are real people.

A log may grow while it is read: count.json is read first, and all that stands behind its number is checked as far as
the other files reach. From an address it is begun again a few times before anything is said not to hold. Who downloads
the files of a petition that still runs takes count.json first.

The key stands in checkpoints.jsonl too, but give it with --key as you noted it from the petition's page or a poster:
then nobody can sign a whole new log with another key.

Exit: 0 everything holds, 1 something does not, 2 it could not be checked.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

try:
    from nacl.exceptions import CryptoError
    from nacl.signing import VerifyKey
except ImportError:  # said when it runs: without it no signature can be checked
    VerifyKey = None

STEP = 25
FIRST = "0" * 64
DOMAIN = "icma-petition-1"
SIZE = 32
TRIES, PAUSE = 4, 10.0  # from an address: how often all is read, and seconds between (a cache may lag behind)
WORDS = {
    "nacl": ("PyNaCl yoxdur. Quraşdırın: pip install pynacl", "PyNaCl is missing. Run: pip install pynacl"),
    "missing": ("{0} oxunmur: {1}", "{0} cannot be read: {1}"),
    "broken": ("{0}, sətir {1} oxunmur", "{0}, line {1} cannot be read"),
    "empty": ("heç bir yoxlama nöqtəsi yoxdur", "there is no checkpoint"),
    "torn": ("leaves.bin: ölçüsü 32 baytın misli deyil", "leaves.bin: not a multiple of 32 bytes"),
    "key": ("yoxlama nöqtəsi {0}: açar başqadır", "checkpoint {0}: another key"),
    "signature": ("yoxlama nöqtəsi {0}: rəqəmsal təsdiq düz gəlmir", "checkpoint {0}: bad signature"),
    "canonical": ("yoxlama nöqtəsi {0}: mətn qaydaya uyğun yazılmayıb", "checkpoint {0}: not canonical"),
    "number": ("yoxlama nöqtəsi {0}: nömrəsi {1} olmalı idi", "checkpoint {0}: should have number {1}"),
    "previous": ("yoxlama nöqtəsi {0} əvvəlkinə bağlanmır", "checkpoint {0} does not follow the one before"),
    "petition": ("yoxlama nöqtəsi {0} başqa petisiyanındır", "checkpoint {0} is of another petition"),
    "back": ("yoxlama nöqtəsi {0}: vaxt və ya say geri gedib", "checkpoint {0}: time or size went back"),
    "sum": ("yoxlama nöqtəsi {0}: əlavə + çıxarma ölçüyə bərabər deyil", "checkpoint {0}: adds + removes is not the size"),
    "root": ("yoxlama nöqtəsi {0}: ilk {1} qeydin kökü başqadır", "checkpoint {0}: the first {1} leaves have another root"),
    "short": ("yoxlama nöqtəsi {0}: leaves.bin faylında {1} qeyd yoxdur", "checkpoint {0}: leaves.bin has no {1} leaves"),
    "long": ("leaves.bin: son yoxlama nöqtəsindən {0} qeyd artıqdır", "leaves.bin: {0} leaves more than the last checkpoint has"),
    "removal": ("removals.jsonl, sətir {0}: qeyd {1} bu çıxarma deyil", "removals.jsonl, line {0}: leaf {1} is not this removal"),
    "removed": ("removals.jsonl, sətir {0}: qeyd {1} çıxarıla bilməz", "removals.jsonl, line {0}: leaf {1} cannot be removed"),
    "reason": ("removals.jsonl, sətir {0}: səbəb göstərilməyib", "removals.jsonl, line {0}: no reason"),
    "removes": ("yoxlama nöqtəsi {0}: {1} çıxarma deyir, siyahıda {2} var", "checkpoint {0}: says {1} removals, {2} are listed"),
    "page": ("səhifədəki rəqəm {0}, jurnala görə {1}", "the number on the page is {0}, the log says {1}"),
    "count": ("count.json öz yoxlama nöqtəsinə uyğun deyil: {0}", "count.json differs from its checkpoint: {0}"),
    "old": ("count.json son yoxlama nöqtəsindən geri qalır: {0}", "count.json stays behind the last checkpoint: {0}"),
    "grown": ("oxunan müddətdə jurnal böyüyüb: count.json-dan sonra daha {0} yoxlama nöqtəsi var",
              "the log grew while it was read: {0} more checkpoints than count.json knows"),
    "again": ("Faylları dəstək verilən vaxt yükləmisinizsə, hamısını yenidən yükləyin, count.json faylını birinci götürün.",
              "If you downloaded the files while support was being given, download all of them again, count.json first."),
    "saved": ("saxladığınız yoxlama nöqtəsi {0} jurnalda yoxdur və ya dəyişib", "the checkpoint {0} that you saved is gone or was changed"),
    "witness": ("witnesses.jsonl, sətir {0}: şahidin rəqəmsal təsdiqi düz gəlmir", "witnesses.jsonl, line {0}: bad signature of the witness"),
    "receipt_bad": ("qəbz oxunmur: 64 onaltılıq işarə olmalıdır", "the receipt cannot be read: it has 64 hexadecimal digits"),
    "receipt_not": ("qəbz jurnalda yoxdur", "the receipt is not in the log"),
    "receipt_removed": ("qəbzin qeydi ({0}) jurnaldan çıxarılıb: {1}", "the receipt is leaf {0}, but it was removed: {1}"),
    "receipt_in": ("qəbz jurnaldadır, qeyd {0}", "the receipt stands in the log, leaf {0}"),
    "ok": ("hər şey düz gəlir: yoxlama nöqtəsi {0}, əlavə {1}, çıxarma {2}, say {3}",
           "everything holds: {0} checkpoints, {1} adds, {2} removals, count {3}"),
    "steps": ("səhifə 25-25 göstərir, aşağı yuvarlaqlaşdırılmış: {0}", "the page shows steps of 25, rounded down: {0}"),
    "trust": ("açar: {0}. Onu səhifədə və ya plakatda göstərilənlə müqayisə edin.", "key: {0}. Compare it with the page or a poster."),
    "not": ("Bu, dəstəkləyənlərin gerçək insanlar olduğunu sübut etmir.", "This does not prove that those who signed are real people."),
    "no": ("DÜZ GƏLMİR: ", "DOES NOT HOLD: "),
}  # fmt: skip
# Said of files too that were taken from a growing log one by one in another order.
GROWS = {"torn", "count", "short", "long", "removal", "removed", "removes", "witness"}


class Unchecked(Exception):
    """Something is missing, so nothing can be said. `args`: a name of WORDS and what it tells."""


# --- what is hashed and signed (RFC 9162, 2.1) --------------------------------------------------------
def canonical(value: dict) -> str:
    """JSON with sorted keys, without spaces, in ASCII: one text for one value."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True)


def leaf_hash(data: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def add_leaf(petition: str, commit: bytes) -> bytes:
    """Hash of the leaf of a signature; `commit` is known to whoever keeps the receipt."""
    return leaf_hash(
        canonical({"commit": commit.hex(), "kind": "add", "petition": petition, "v": 1}).encode()
    )


def removal_leaf(petition: str, index: int, reason: str) -> bytes:
    """Hash of the leaf that removes leaf `index`."""
    value = {"index": index, "kind": "remove", "petition": petition, "reason": reason, "v": 1}
    return leaf_hash(canonical(value).encode())


def commit_of(petition: str, nonce: bytes) -> bytes:
    """What of a receipt is kept: its hash."""
    return hashlib.sha256(f"{DOMAIN}\0{petition}\0".encode() + nonce).digest()


def link_of(body: str, signature: bytes) -> str:
    """How the next checkpoint names this one."""
    return hashlib.sha256(body.encode() + signature).hexdigest()


class Roots:
    """The root of the leaves so far; appending costs one hash a leaf on average."""

    def __init__(self) -> None:
        self.size, self.peaks = 0, []

    def append(self, leaf: bytes) -> None:
        size, node = self.size, leaf
        while size & 1:
            node, size = node_hash(self.peaks.pop(), node), size >> 1
        self.peaks.append(node)
        self.size += 1

    def root(self) -> bytes:
        if not self.peaks:
            return hashlib.sha256(b"").digest()
        *rest, node = self.peaks
        for peak in reversed(rest):
            node = node_hash(peak, node)
        return node


class Source:
    """A folder, or an address that begins with http."""

    def __init__(self, where: str) -> None:
        self.where = where.rstrip("/")
        self.far = self.where.startswith(("http://", "https://"))

    def read(self, name: str, needed: bool = True) -> bytes:
        try:
            if self.far:
                address = f"{self.where}/{urllib.parse.quote(name)}"
                asked = urllib.request.Request(address, headers={"Cache-Control": "no-cache"})
                with urllib.request.urlopen(asked, timeout=60) as answer:
                    return answer.read()
            return (Path(self.where) / name).read_bytes()
        except OSError as error:
            if not needed:
                return b""
            raise Unchecked("missing", name, error) from error


def lines(data: bytes, name: str) -> Iterator[tuple[int, dict]]:
    """(number from 1, object) of every line."""
    for number, line in enumerate(data.decode("utf-8", "replace").splitlines(), 1):
        try:
            found = json.loads(line)
        except ValueError:
            raise Unchecked("broken", name, number) from None
        if not isinstance(found, dict):
            raise Unchecked("broken", name, number)
        yield number, found


def signed(key: bytes, body: str, signature: bytes) -> bool:
    try:
        VerifyKey(key).verify(body.encode(), signature)
    except (CryptoError, ValueError, TypeError):
        return False
    return True


# --- checking -----------------------------------------------------------------------------------------
class Log:
    """What was read, and in `wrong` all that does not hold: (name of WORDS, what it tells).

    The files are read in the order in which they are vouched for: `count` first, then what grows. So all of them reach
    at least to its number; what they hold beyond is checked too, as far as every file reaches.
    """

    def __init__(self, source: Source, key: str = "") -> None:
        self.source, self.key = source, key.lower()
        self.wrong: list[tuple] = []
        self.count: dict = {}  # count.json
        self.bodies: list[dict] = []
        self.texts: list[str] = []
        self.removed: dict[int, str] = {}  # leaf: reason
        self.removals: list[int] = []  # leaves that remove, in order
        self.leaves = b""

    def bad(self, name: str, *tells: object) -> None:
        self.wrong.append((name, *tells))

    @property
    def last(self) -> dict:
        return self.bodies[-1]

    def check(self) -> None:
        """Everything but the receipt. Raises Unchecked where a file is missing or cannot be read."""
        self.count = self._counted()
        self.leaves = self.source.read("leaves.bin")
        removals = self.source.read("removals.jsonl")
        witnesses = self.source.read("witnesses.jsonl", needed=False)
        self._checkpoints()
        if len(self.leaves) % SIZE:
            self.bad("torn")
        self._removals(removals)
        self._number()
        self._roots()
        self._witnesses(witnesses)

    def _counted(self) -> dict:
        try:
            count = json.loads(self.source.read("count.json"))
            whole = all(isinstance(count[name], int) for name in ("step", "count", "number", "size"))
        except (ValueError, KeyError, TypeError):
            whole = False
        if not whole:
            raise Unchecked("broken", "count.json", 1)
        return count

    def _checkpoints(self) -> None:
        before = FIRST
        for place, line in lines(self.source.read("checkpoints.jsonl"), "checkpoints.jsonl"):
            try:
                body, signature = str(line["body"]), bytes.fromhex(line["signature"])
                said, key = json.loads(body), str(line["key"]).lower()
                self._checkpoint(place, said, body, signature, key, before)
            except (KeyError, ValueError, TypeError, AttributeError):
                raise Unchecked("broken", "checkpoints.jsonl", place) from None
            before = link_of(body, signature)
            self.bodies.append(said)
            self.texts.append(body)
        if not self.bodies:
            raise Unchecked("empty")

    def _checkpoint(self, place: int, said: dict, body: str, signature: bytes, key: str, before: str) -> None:
        self.key = self.key or key
        number, earlier = said["number"], self.bodies[-1] if self.bodies else None
        if key != self.key:
            self.bad("key", number)
        if not signed(bytes.fromhex(self.key), body, signature):
            self.bad("signature", number)
        if canonical(said) != body:
            self.bad("canonical", number)
        if number != place:
            self.bad("number", number, place)
        if said["previous"] != before:
            self.bad("previous", number)
        if said["adds"] + said["removes"] != said["size"] or min(said["adds"], said["removes"]) < 0:
            self.bad("sum", number)
        at, root = datetime.fromisoformat(said["at"]), bytes.fromhex(said["root"])
        if earlier is None or len(root) != SIZE:
            return
        if said["petition"] != earlier["petition"]:
            self.bad("petition", number)
        late = at < datetime.fromisoformat(earlier["at"])
        if late or any(said[name] < earlier[name] for name in ("size", "adds", "removes")):
            self.bad("back", number)

    def _removals(self, data: bytes) -> None:
        for number, line in lines(data, "removals.jsonl"):
            try:
                at, index, reason = int(line["leaf"]), int(line["index"]), str(line["reason"])
            except (KeyError, ValueError, TypeError):
                raise Unchecked("broken", "removals.jsonl", number) from None
            if at >= max(len(self.leaves) // SIZE, self.count["size"]) and at < self.last["size"]:
                return  # signed after the leaves were read
            if not reason:
                self.bad("reason", number)
            if self.leaf(at) != removal_leaf(self.last["petition"], index, reason):
                self.bad("removal", number, at)
            after = self.removals[-1] if self.removals else -1
            if not 0 <= index < at or at <= after or index in self.removed or index in self.removals:
                self.bad("removed", number, index)
            self.removed[index] = reason
            self.removals.append(at)

    def leaf(self, index: int) -> bytes:
        return self.leaves[index * SIZE : index * SIZE + SIZE] if index >= 0 else b""

    def _roots(self) -> None:
        roots, n, listed, known = Roots(), len(self.leaves) // SIZE, 0, len(self.bodies)
        for place, said in enumerate(self.bodies):
            late = place >= self.count["number"]  # signed after count.json was read
            if not 0 <= said["size"] <= n:
                if late:
                    known = place
                    break
                self.bad("short", said["number"], said["size"])
                return
            while roots.size < said["size"]:
                roots.append(self.leaf(roots.size))
            if roots.root().hex() != said["root"]:
                self.bad("root", said["number"], said["size"])
            while listed < len(self.removals) and self.removals[listed] < said["size"]:
                listed += 1
            if listed != said["removes"]:
                if late and listed == len(self.removals) < said["removes"]:
                    known = place
                    break
                self.bad("removes", said["number"], said["removes"], listed)
        if n > self.last["size"] or len(self.removals) > self.last["removes"]:
            self.bad("long", n - self.last["size"])
        if not known:
            raise Unchecked("empty")
        del self.bodies[known:]

    def _number(self) -> None:
        """What count.json says is what its checkpoint says; and from an address it does not stay behind the others."""
        count, number = self.count, self.count["number"]
        none = {
            "petition": self.last["petition"],
            "number": 0,
            "size": 0,
            "adds": 0,
            "removes": 0,
            "at": None,
        }
        heads = [none | {"root": Roots().root().hex()}, *self.bodies]
        if not 0 <= number < len(heads):
            self.bad("count", "number")
            return
        head = heads[number]
        for name in ("petition", "number", "size", "adds", "removes", "root", "at"):
            if count.get(name) != head.get(name):
                self.bad("count", name)
        step = count["step"] if count["step"] in (1, STEP) else 1
        should = (head["adds"] - head["removes"]) // step * step
        if step != count["step"] or should != count["count"]:
            self.bad("page", count["count"], should)
        if self.source.far and self._counted()["number"] < self.last["number"]:
            self.bad("old", self.last["number"])

    def number(self, step: int = 1) -> int:
        """What the page may say."""
        return (self.last["adds"] - self.last["removes"]) // step * step

    def _witnesses(self, data: bytes) -> None:
        for number, line in lines(data, "witnesses.jsonl"):
            try:
                body = dict(enumerate(self.texts, 1))[line["number"]]
                good = signed(bytes.fromhex(line["key"]), body, bytes.fromhex(line["signature"]))
            except (KeyError, ValueError, TypeError):
                good = False
            if not good:
                self.bad("witness", number)

    def compare(self, saved: bytes) -> None:
        """Checkpoints that somebody kept are still part of the log."""
        for place, line in lines(saved, "--saved"):
            if line.get("body") not in self.texts:
                self.bad("saved", place)

    def shown(self, number: int) -> None:
        """The number that somebody saw on the page: that of any checkpoint, rounded or not."""
        numbers = {
            (said["adds"] - said["removes"]) // step * step for said in self.bodies for step in (1, STEP)
        }
        if number not in numbers:
            self.bad("page", number, self.number())

    def receipt(self, text: str) -> int | None:
        """Number of the live leaf of a receipt; None with a word in `wrong` where there is none."""
        try:
            nonce = bytes.fromhex(
                "".join(text.split())[-2 * SIZE :]
            )  # the petition's code may stand before it
        except ValueError:
            nonce = b""
        if len(nonce) != SIZE:
            self.bad("receipt_bad")
            return None
        found = list(self._places(add_leaf(self.last["petition"], commit_of(self.last["petition"], nonce))))
        live = [index for index in found if index not in self.removed]
        if live:
            return live[-1]
        if found:
            self.bad("receipt_removed", found[-1], self.removed[found[-1]])
        else:
            self.bad("receipt_not")
        return None

    def _places(self, leaf: bytes) -> Iterator[int]:
        at, end = self.leaves.find(leaf), self.last["size"] * SIZE
        while 0 <= at < end:
            if at % SIZE == 0:
                yield at // SIZE
            at = self.leaves.find(leaf, at + 1)


def checked(where: str, key: str = "") -> Log:
    """The log of a folder or an address. What does not hold at an address is read again: it may only have grown."""
    source = Source(where)
    for rest in reversed(range(TRIES if source.far else 1)):
        log = Log(source, key)
        try:
            log.check()
        except Unchecked:
            if not rest:
                raise
        else:
            if not log.wrong:
                break
        if rest:
            time.sleep(PAUSE)
    return log


def asked_for(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Check the count of a petition.")
    parser.add_argument("where", help="folder or address of the petition's log")
    parser.add_argument("--key", default="", help="public key as you noted it (64 hex digits)")
    parser.add_argument("--receipt", default="", help="your receipt: 64 hex digits")
    parser.add_argument("--number", type=int, help="number that you saw on the page")
    parser.add_argument("--saved", default="", help="checkpoints.jsonl that you saved earlier")
    parser.add_argument("--lang", choices=("az", "en"), default="az")
    return parser.parse_args(arguments)


def main(arguments: list[str] | None = None) -> int:
    """Print what was found; the exit code."""
    asked, index = asked_for(arguments), None
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(encoding="utf-8", errors="replace")

    def say(name: str, *tells: object) -> str:
        return WORDS[name][asked.lang == "en"].format(*tells)

    if VerifyKey is None:
        print(say("nacl"))
        return 2
    try:
        log = checked(asked.where, asked.key)
        if asked.saved:
            log.compare(Source(str(Path(asked.saved).parent)).read(Path(asked.saved).name))
        if asked.number is not None:
            log.shown(asked.number)
        index = log.receipt(asked.receipt) if asked.receipt else None
    except Unchecked as reason:
        print(say(*reason.args))
        return 2
    for wrong in log.wrong:
        print(say("no") + say(*wrong))
    if {name for name, *_tells in log.wrong} & GROWS and not log.source.far:
        print(say("again"))
    if index is not None:
        print(say("receipt_in", index))
    if not log.wrong:
        if later := log.last["number"] - log.count["number"]:
            print(say("grown", later))
        print(say("ok", len(log.bodies), log.last["adds"], log.last["removes"], log.number()))
        if log.count["step"] == STEP:
            print(say("steps", log.number(STEP)))
    print(say("trust", log.key))
    print(say("not"))
    return 1 if log.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
