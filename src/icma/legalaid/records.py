"""What a sealed row may be: kind → compartment and fields. A plain table, sorted by part; nothing of it stands in clear.

A value is a dict with `kind` and these fields; dates are ISO texts. Whoever adds a kind adds its line here.
"""

from dataclasses import dataclass

from icma.legalaid.words import Compartment

THREAD, FILE = Compartment.THREAD, Compartment.FILE


@dataclass(frozen=True)
class Kind:
    """Where rows of a kind stand and what their value holds."""

    compartment: Compartment
    fields: tuple[str, ...]


KINDS: dict[str, Kind] = {
    # uploads: the key, the name and the true size of a file stand in its row
    "upload": Kind(THREAD, ("name", "type", "size", "key", "by")),
    "paper": Kind(FILE, ("name", "type", "size", "key", "by")),
    # intake
    # cases
    # beyond the case
    "consent": Kind(
        THREAD, ("purpose", "state", "to", "how", "language", "version", "by", "on")
    ),  # state: given, revoked
    "counted": Kind(THREAD, ("fact", "values")),  # the code of a fact and what it says
}
