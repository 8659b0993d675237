"""The recovery key on three papers, two of which open every case. Runs on a laptop that is offline, without a database.

Split by SLIP-39 with its reference implementation (`shamir-mnemonic`, MIT). Its authors say that it is not hardened
against somebody who measures the machine while it computes: hence the laptop that is offline and belongs to nobody.
The secret is 32 random bytes; the key pair's seed is derived from it. Papers of one set carry the same first words.
"""

import json
import secrets
from collections.abc import Sequence
from typing import Any

from icma.engines import vault
from icma.legalaid.places import grant_at

NEEDED, PAPERS = 2, 3
FORMAT = "icma-recovery-1"


class NotRecovered(Exception):
    """Says in words why nothing was opened or written."""


def made() -> tuple[list[str], bytes]:
    """Three papers and the public key. The secret itself is nowhere else."""
    from shamir_mnemonic import generate_mnemonics

    secret = secrets.token_bytes(vault.KEY)
    papers = generate_mnemonics(1, [(NEEDED, PAPERS)], secret)[0]
    public = vault.public_of(_seed(secret))
    if any(opened(pair) != _seed(secret) for pair in (papers[:2], papers[1:], papers[::2])):
        raise NotRecovered("the papers do not open; nothing was made")
    return papers, public


def paper(typed: str) -> str:
    """The words of one paper, typed with or without their numbers. Raises NotRecovered for a mistyped one."""
    from shamir_mnemonic import MnemonicError
    from shamir_mnemonic.share import Share

    words = [word for word in typed.lower().split() if not word.isdigit()]  # ascii words
    try:
        Share.from_mnemonic(" ".join(words))
    except MnemonicError as error:
        raise NotRecovered(f"Not as on the paper ({len(words)} of its 33 words): {error}") from error
    return " ".join(words)


def opened(papers: Sequence[str]) -> bytes:
    """The seed from two papers. Raises NotRecovered for one, for a mistyped one, and for papers of other sets."""
    from shamir_mnemonic import MnemonicError, combine_mnemonics

    try:
        return _seed(combine_mnemonics([paper(words) for words in papers]))
    except MnemonicError as error:
        raise NotRecovered(f"These papers do not open: {error}") from error


def _seed(secret: bytes) -> bytes:
    return vault.seed_from(secret, "recovery")


def rewrapped(
    export: dict[str, Any], seed: bytes, fingerprint: str, but: Sequence[str] = ()
) -> dict[str, Any]:
    """The grants of an export for the new holder whose fingerprint was read out. Raises NotRecovered.

    Every grant opens at its own place or nothing is written: an export that somebody has mixed is noticed. `but`: codes
    of cases that are left out knowingly, so that one damaged row does not keep all others shut.
    """
    if export.get("format") != FORMAT:
        raise NotRecovered("This is not an export of icma recover.")
    if vault.public_of(seed).hex() != export["papers"]["public"]:
        raise NotRecovered("These papers belong to another recovery key than the export.")
    to = export["to"]
    public = bytes.fromhex(to["public"])
    if _bare(vault.fingerprint(public)) != _bare(fingerprint):
        raise NotRecovered("The fingerprint is not that of the new holder. Let it be read out once more.")
    grants = [_rewrapped(row, seed, export["papers"]["code"], public, to["code"]) for row in export["grants"]
              if row["case"] not in but]  # fmt: skip
    return {"format": FORMAT, "to": to["code"], "grants": grants}


def _rewrapped(row: dict[str, Any], seed: bytes, papers: str, public: bytes, to: str) -> dict[str, Any]:
    at = row["case"], row["compartment"], row["epoch"]
    try:
        key = vault.unwrap(seed, bytes.fromhex(row["blob"]), grant_at(*at, papers))
    except vault.Unopened as error:
        raise NotRecovered(
            f"A grant of case {row['case']} does not open: damaged, or mixed by somebody. Nothing was written. "
            f"If you know why, --leave-out {row['case']} wraps the others."
        ) from error
    return {"case": at[0], "compartment": at[1], "epoch": at[2],
            "blob": vault.wrap(public, key, grant_at(*at, to)).hex()}  # fmt: skip


def _bare(text: str) -> str:
    return "".join(text.split()).lower()  # ascii: hexadecimal digits


def written(value: dict[str, Any]) -> str:
    return json.dumps(value, indent=1)


def read(text: str, *, exported: bool) -> dict[str, Any]:
    """What `written` wrote: by `export`, or (not `exported`) by `open`. Raises NotRecovered, for the other one too."""
    try:
        value = json.loads(text)
    except ValueError as error:
        raise NotRecovered("The file is damaged.") from error
    if not isinstance(value, dict) or value.get("format") != FORMAT:
        raise NotRecovered("This is not a file of icma recover.")
    if exported and "papers" not in value:
        raise NotRecovered(
            "This is the file that `icma recover open` has written. It goes to the server: icma recover import FILE"
        )
    if not exported and "papers" in value:
        raise NotRecovered(
            "This is the file that `icma recover export` has written: nothing in it opens yet. "
            "First on the offline laptop, with two papers: icma recover open FILE OUT --fingerprint … "
            "Then import OUT here."
        )
    return value
