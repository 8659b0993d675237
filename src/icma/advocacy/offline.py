#!/usr/bin/env python3
"""What must not happen on the server: keys that stay at home. One file, Python 3.9+ and PyNaCl (pip install pynacl).

python offline.py campaign-key FILE            make a campaign's key: the secret goes into FILE, its public half is printed
python offline.py open SCAN [OUT]              open a sealed scan; asks for the campaign's secret key (64 hex digits)
python offline.py names SAMPLE                 open the sealed names of a sample, one a line; asks for the secret key
python offline.py new-key FILE                 make a witness's key and print its public half
python offline.py witness FILE FOLDER          sign the last checkpoint of a log (check it with verify.py first)
"""

from __future__ import annotations

import getpass
import hashlib
import json
import os
import sys
from inspect import signature
from pathlib import Path

from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, SealedBox
from nacl.signing import SigningKey

KIND = "icma-campaign-key"  # so that a witness's key, or half a line, is not taken for it


def _keep(file: str, data: bytes) -> None:
    """Into a new file that nobody else on this computer can read."""
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as out:
        out.write(data)


def _line(secret: bytes) -> bytes:
    return f"{secret.hex()}\n".encode()


def new_key(file: str) -> str:
    made = SigningKey.generate()
    _keep(file, _line(bytes(made)))
    return bytes(made.verify_key).hex()


def new_campaign_key(file: str) -> str:
    """The public half, to be pasted into the petition's page; print FILE, keep two copies apart, delete it."""
    made = PrivateKey.generate()
    _keep(file, _line(bytes(made)))
    return written(bytes(made.public_key))


def written(public: bytes) -> str:
    """A campaign's public key as it is pasted: what it is, 64 hex digits, and a check of both."""
    check = hashlib.sha256(KIND.encode() + public).hexdigest()[:8]
    return f"{KIND}-{public.hex()}-{check}"


def read(text: str) -> bytes:
    """The key that was `written`; ValueError for anything else."""
    words = "".join(text.split()).lower()
    public = bytes.fromhex(words[len(KIND) + 1 : -9])
    if len(public) != 32 or words != written(public):
        raise ValueError("not the public half of a campaign's key")
    return public


def witness(file: str, folder: str) -> str:
    """Number of the checkpoint, public key and signature, to be pasted into the page of witnesses."""
    key = SigningKey(bytes.fromhex(Path(file).read_text().strip()))
    body = json.loads((Path(folder) / "checkpoints.jsonl").read_text("utf-8").splitlines()[-1])["body"]
    number, signed = json.loads(body)["number"], key.sign(body.encode()).signature.hex()
    return f"{number}\n{bytes(key.verify_key).hex()}\n{signed}"


def campaign_key() -> SealedBox:
    """Typed, never an argument: those stay in the history of the shell."""
    secret = getpass.getpass("Secret key of the campaign (64 hex digits): ")
    return SealedBox(PrivateKey(bytes.fromhex("".join(secret.split()))))


def open_scan(file: str, out: str = "") -> str:
    """Where the scan lies in clear: names stand on it."""
    target = out or file + ".opened"
    _keep(target, campaign_key().decrypt(Path(file).read_bytes()))
    return target


def names(file: str) -> str:
    box = campaign_key()
    rows = (json.loads(line) for line in Path(file).read_text("utf-8").splitlines())
    found = [(row["leaf"], bytes.fromhex(row["sealed"])) for row in rows]
    words = [(leaf, box.decrypt(seal).decode() if seal else "-") for leaf, seal in found]
    return "\n".join("\t".join([str(leaf), *text.split("\n")]) for leaf, text in words)


COMMANDS = {
    "campaign-key": new_campaign_key,
    "open": open_scan,
    "names": names,
    "new-key": new_key,
    "witness": witness,
}


def why(error: Exception) -> str:
    """One line for who sits at home, instead of the lines of a program that broke off."""
    if isinstance(error, FileExistsError):
        return f"Bu fayl artıq var, ona toxunulmadı / This file is there already and was left alone: {error.filename}"
    if isinstance(error, OSError):
        return f"Açılmır / Cannot be opened: {error.filename} ({error.strerror})"
    if isinstance(error, CryptoError):
        return "Bu açarla açılmır / This key does not open it"
    return "Oxunmur: açar və ya fayl başqadır / Cannot be read: another key or file was meant"


def main(words: list[str]) -> int:
    """Exit: 0 done, 1 it could not be done, 2 nothing of this kind was asked for."""
    command = COMMANDS.get(words[0]) if words else None
    if command is None:
        print(__doc__)
        return 2
    try:
        asked = signature(command).bind(*words[1:])
    except TypeError:
        print(__doc__)
        return 2
    try:
        print(command(*asked.args))
    except (OSError, CryptoError, ValueError, LookupError, TypeError, EOFError) as error:
        print(why(error))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
