"""Legal aid in the demo: who has keys, the groups, then each part's invented cases. All through the actions.

A part is a function `play(country, rings, at)` in a file of this folder; it returns what visitors may try.
"""

from collections.abc import Callable
from datetime import datetime

from icma.demo.country import Country
from icma.demo.legal import beyond, cases, intake
from icma.legalaid.actions.keys.groups import FOUNDED, add_member, found
from icma.legalaid.actions.keys.pairs import Locks, enrol
from icma.legalaid.ring import Ring
from icma.legalaid.unlocking import paper_key, stretched

Rings = dict[str, Ring]
Part = Callable[[Country, Rings, datetime], dict[str, str]]
# Everybody's passphrase and recovery code in the demo, printed on its page: stretched once, not once a person.
WORDS = "alma körpü bulud dəniz kitab zəng"
CODE, SALT = "0000-0000-0000-0000-0000", b"icma demo, no secret"[:16]
KEYED = ("lawyer", "advocate", "officer", "moderator")
PARTS: tuple[Part, ...] = (intake.play, cases.play, beyond.play)


def play(country: Country, at: datetime) -> dict[str, str]:
    """Keys for the staff, the groups with lawyer, advocate and officer in them, then the parts in their order."""
    locks = Locks(stretched(WORDS, SALT), SALT, paper_key(CODE, SALT), SALT)
    rings = {key: enrol(user=country.persons[key], locks=locks, at=at) for key in KEYED}
    first = rings["lawyer"]
    for name in FOUNDED:
        found(ring=first, name=name, at=at)
        for key in ("advocate", "officer"):
            pair = rings[key].pair
            add_member(ring=first, name=name, to=pair, fingerprint=rings[key].fingerprint(), at=at)
            rings[key].forget_groups()
    to_try = {"words": WORDS}
    for part in PARTS:
        to_try |= part(country, rings, at)
    return to_try
