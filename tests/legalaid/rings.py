"""People with keys, made without Argon2: `lawyer`, `groups`, `a_case`, `client`. All need a database."""

import secrets
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from icma.core.codes import public_code
from icma.core.day import BAKU
from icma.engines import vault
from icma.legalaid import doors
from icma.legalaid.actions.keys import sessions
from icma.legalaid.keeping import new_case_keys, new_receipt, ring_of_code
from icma.legalaid.models import Case, KeyPair, KeyWrap
from icma.legalaid.pairs import group_pair, new_pair
from icma.legalaid.ring import Ring, member_place
from icma.legalaid.unlocking import halves
from icma.legalaid.words import Compartment
from icma.people.models import Membership, Organisation, User

AT = datetime(2026, 3, 13, 10, 0, tzinfo=BAKU)
ON = date(2026, 3, 13)
NAMES = ("intake", "conflicts", "statistics")


def ring_for(user: Any, at: datetime = AT) -> Ring:
    """A new pair for a user who has none."""
    seed = vault.new_seed()
    return Ring(seed=seed, pair=new_pair(public=vault.public_of(seed), owner=user, on=ON), user=user, at=at)


def lawyer(name: str = "rings", at: datetime = AT, role: str = "lawyer") -> tuple[User, Ring]:
    """Somebody with a seat in the union (when there is one) and a ring. A name of the cast is that person."""
    email = f"{name}@numune.invalid"
    user = User.objects.filter(email=email).first() or User.objects.create_user(
        email, pseudonym=f"Nümunə {name}"
    )
    union = Organisation.objects.filter(kind="union").first()
    if union:
        Membership.objects.get_or_create(
            user=user, role=role, organisation=union, defaults={"since": date(2024, 1, 1)}
        )
    return user, ring_for(user, at)


def at_moment(ring: Ring, at: datetime) -> Ring:
    """The same person in a later request: nothing is remembered."""
    return Ring(seed=ring._seed, pair=ring.pair, user=ring.user, at=at)


def groups(*members: Ring, names: tuple[str, ...] = NAMES) -> dict[str, bytes]:
    """Found the groups with these members; their seeds by name."""
    seeds = {}
    for name in names:
        seeds[name] = vault.new_seed()
        pair = new_pair(public=vault.public_of(seeds[name]), group=name, on=ON)
        for ring in members:
            join(ring, pair, seeds[name])
    return seeds


def join(ring: Ring, pair: KeyPair, seed: bytes) -> None:
    blob = vault.wrap(bytes(ring.pair.public), seed, member_place(pair, ring.pair))
    KeyWrap.objects.create(pair=pair, method=KeyWrap.Method.MEMBER, member=ring.pair, blob=blob)
    ring._groups = None


def papers() -> bytes:
    """Put a recovery key in place; its seed, which in life is on three papers."""
    seed = vault.new_seed()
    new_pair(public=vault.public_of(seed), group="recovery", on=ON)
    return seed


def an_intake(**columns: Any) -> tuple[Case, bytes]:
    """A case that waits: its thread key is granted to the intake group alone (and to papers). → case, key."""
    case = Case.objects.create(code=public_code(), opened_on=ON, touched_on=ON, **columns)
    group = group_pair("intake")
    made = new_case_keys(
        case=case, compartments=[Compartment.THREAD], to=[group] if group else [], by=None, on=ON
    )
    return case, made[Compartment.THREAD]


def a_case(ring: Ring, *others: Ring, **columns: Any) -> Case:
    """A case of `ring`'s owner, both compartments granted to him and to `others`."""
    case = Case.objects.create(code=public_code(), opened_on=ON, touched_on=ON, assignee=ring.user, **columns)
    pairs = [holder.pair for holder in (ring, *others)]
    new_case_keys(case=case, compartments=list(Compartment), to=pairs, by=ring.user, on=ON)
    return case


def client(case: Case, key: bytes | Ring, at: datetime = AT) -> tuple[str, Ring]:
    """A client's code for the case's thread and the ring it gives. `key`: the thread's, or a ring that has it."""
    thread = key.key(case, Compartment.THREAD) if isinstance(key, Ring) else key
    code = new_receipt(case=case, key=thread, on=ON)
    found = ring_of_code(code, at)
    assert found
    return code, found[0]


def random_text() -> str:
    """Nobody types this: for canaries."""
    return f"kanar{secrets.token_hex(6)}"


def unlock(client: Any, ring: Ring, at: datetime | None = None) -> None:
    """A Django test client (signed in: `client_as`) whose vault is open as if the passphrase had been typed."""
    half = halves(ring, client.session.session_key or "")
    sessions.begin(ring=ring, half=half, at=at or timezone.now())
    client.cookies[doors.COOKIE] = half.cookie


def come_back(client: Any, ring: Ring, at: datetime | None = None) -> None:
    """A Django test client in which a client's code was typed; `ring` is from `client(case, …)`."""
    half = halves(ring, "")
    sessions.begin(ring=ring, half=half, at=at or timezone.now())
    client.cookies[doors.CLIENT_COOKIE] = half.cookie
