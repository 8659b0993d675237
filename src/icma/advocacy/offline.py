#!/usr/bin/env python3
"""What must not happen on the server: keys that stay at home. One file, Python 3.9+ and PyNaCl (pip install pynacl).

python offline.py new-key FILE                 make a witness's key and print its public half
python offline.py witness FILE FOLDER          sign the last checkpoint of a log (check it with verify.py first)
python offline.py open SECRET FILE [OUT]       open a sealed scan with the campaign's secret key (64 hex digits)
python offline.py names SECRET FILE            open the sealed names of a sample, one a line
"""

from __future__ import annotations

import getpass
import json
import os
import sys
from pathlib import Path

from nacl.public import PrivateKey, SealedBox
from nacl.signing import SigningKey


def new_key(file: str) -> str:
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    made = SigningKey.generate()
    with os.fdopen(handle, "w") as out:
        out.write(bytes(made).hex() + "\n")
    return bytes(made.verify_key).hex()


def witness(file: str, folder: str) -> str:
    """Number of the checkpoint, public key and signature, to be pasted into the page of witnesses."""
    key = SigningKey(bytes.fromhex(Path(file).read_text().strip()))
    body = json.loads((Path(folder) / "checkpoints.jsonl").read_text("utf-8").splitlines()[-1])["body"]
    number, signature = json.loads(body)["number"], key.sign(body.encode()).signature.hex()
    return f"{number}\n{bytes(key.verify_key).hex()}\n{signature}"


def campaign_key() -> SealedBox:
    """Typed, never an argument: those stay in the history of the shell."""
    secret = getpass.getpass("Secret key of the campaign (64 hex digits): ")
    return SealedBox(PrivateKey(bytes.fromhex("".join(secret.split()))))


def open_scan(file: str, out: str = "") -> str:
    target = Path(out or file + ".opened")
    target.write_bytes(campaign_key().decrypt(Path(file).read_bytes()))
    return str(target)


def names(file: str) -> str:
    box = campaign_key()
    rows = (json.loads(line) for line in Path(file).read_text("utf-8").splitlines())
    found = [(row["leaf"], bytes.fromhex(row["sealed"])) for row in rows]
    words = [(leaf, box.decrypt(seal).decode() if seal else "-") for leaf, seal in found]
    return "\n".join("\t".join([str(leaf), *text.split("\n")]) for leaf, text in words)


COMMANDS = {"new-key": new_key, "witness": witness, "open": open_scan, "names": names}


def main(words: list[str]) -> int:
    if len(words) < 2 or words[0] not in COMMANDS:
        print(__doc__)
        return 2
    print(COMMANDS[words[0]](*words[1:]))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
