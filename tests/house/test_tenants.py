"""Nobody reaches what another community, authority or author holds; who ended, was frozen or lacks a factor, nothing."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from icma.advocacy.actions.campaigns.notes import add_note
from icma.advocacy.actions.campaigns.power import add_stakeholder
from icma.core import limit
from icma.core.day import legal_day
from icma.matters.actions.joining import hide
from icma.matters.actions.raising import raise_matter
from icma.matters.models import Letter
from icma.people.actions.accounts import freeze
from icma.people.actions.contacts import open_contact
from icma.people.models import Contact, Membership
from tests.house.world import Tenant, addresses, ours, patterns, proven, signed_in, tables, theirs

pytestmark = pytest.mark.django_db
# What anybody with an account (or a proven address) may do with any public matter.
FOR_ALL = ("support", "support_back", "support_confirm", "follow", "unfollow", "outcome", "remark", "observe")
# What everybody with an account is shown, and a stranger not: a form about something public.
BY_ACCOUNT = ("observe",)
# Doors of a role, not of a tenant: the directory is proposed to by every coordinator, districts grow by all.
SHARED = (
    "is/anket/<str:code>/metnler/",
    "is/qurumlar/",
    "is/reqemler/",
    "huquq/sablonlar/",
    "is/yerler/",
    "is/muraciet-metnleri/",
    "is/qaydalar/",
    "is/teqvim/",
    "is/unvanlar/",
    "huquq/acar/",
)


@pytest.fixture(autouse=True)
def that_friday(at, monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: at)
    limit._BUCKETS.clear()
    with translation.override("az"):
        yield


@pytest.fixture
def own(country, cast, at) -> Tenant:
    return ours(country, cast, at)


@pytest.fixture
def other(country, cast, at) -> Tenant:
    return theirs(country, cast, at)


def client_of(role: str, cast, own: Tenant) -> Client:
    return proven(own) if role == "author" else signed_in(getattr(cast, role))


def held_by(tenant: Tenant) -> dict[str, str]:
    """Addresses that name something of a tenant."""
    names = {route for route, item in patterns() if item.pattern.converters}
    return {r: a for r, a in addresses(tenant).items() if r in names and not r.startswith(SHARED)}


FOREIGN = ("resident", "coordinator", "official", "author", "lawyer", "advocate", "researcher")
once = (
    pytest.mark.one_engine
)  # doors and words are the same whatever the database; one walk of each sort is done on both


def test_what_another_holds_is_not_there(cast, own: Tenant, other: Tenant) -> None:
    """Whatever a stranger does not see of another tenant, these do not see either: 404, or the way to sign in."""
    clients, found, asked = {role: client_of(role, cast, own) for role in FOREIGN}, [], 0
    names = {route: item.name for route, item in patterns()}
    for route, address in held_by(other).items():
        plain = Client().get(address)
        # What a stranger is shown, or nobody by reading: that none of these fails there is a test of safety.
        if names[route] in BY_ACCOUNT or plain.status_code in (200, 405):
            continue
        asked += 1
        lost = route.startswith("is/lent") or route.endswith("tesdiq/")  # back to the page it belongs to
        for role, client in clients.items():
            seen = client.get(address)
            to_login = seen.status_code == 302 and reverse("account_login") in seen["Location"]
            to_login = to_login or seen.get("Location", "").startswith(
                reverse("vault_unlock")
            )  # locked: nothing is said
            same = seen.status_code == plain.status_code == 302 and seen["Location"] == plain["Location"]
            if seen.status_code not in (404, 405) and not to_login and not same and not lost:
                found.append(f"{role} {route}: {seen.status_code} {seen.get('Location', '')}")
    assert found == [] and asked >= 60


def test_one_reaches_what_one_holds_oneself(cast, own: Tenant) -> None:
    """The same crawl opens doors for those who live there: the test above can fail."""
    closed = {r: address for r, address in held_by(own).items() if Client().get(address).status_code != 200}
    for role, least in (("coordinator", 35), ("author", 12), ("official", 6)):
        client = client_of(role, cast, own)
        more = [route for route, address in closed.items() if client.get(address).status_code == 200]
        assert len(more) >= (least if role == "coordinator" else 3), (role, more)


@pytest.mark.parametrize(
    "role", ["coordinator", *(pytest.param(r, marks=once) for r in FOREIGN if r != "coordinator")]
)
def test_nobody_changes_what_another_holds(role: str, cast, own: Tenant, other: Tenant) -> None:
    client, found = client_of(role, cast, own), []
    names = {route: item.name for route, item in patterns()}
    before = tables()
    for route, address in held_by(other).items():
        if names[route] in FOR_ALL or route.startswith(("api/", "mektub-yox/")):
            continue
        given = {"once": route, "sure": "on", "confirmed": "on", "step": "done", "title": "X", "text": "X", "verdict":
                 "agreed", "why": "X", "on": "2026-03-13", "number": "1", "pseudonym": "X", "outcome": "solved"}  # fmt: skip
        response = client.post(address, given)
        locked = response.status_code == 409 and route.startswith(("huquq/", "komek/davam/"))
        if locked:  # the vault is closed: what was sent waits in the browser
            continue
        if response.status_code not in (302, 403, 404, 405) and Client().get(address).status_code != 200:
            found.append(f"{route}: {response.status_code}")
    changed = [table for table, rows in tables().items() if rows != before[table] and table != "core_once"]
    assert (found, changed) == ([], [])


@pytest.mark.parametrize("role", [
    "stranger", *(pytest.param(r, marks=once) for r in ("resident", "coordinator", "official", "author", "researcher")),
])  # fmt: skip
def test_no_page_tells_a_stranger_what_is_not_public(role: str, cast, country, own, other, at) -> None:
    """Name and place of a group that is not listed, drafts, hidden and unpublished matters, contacts."""
    hide(matter=other.matter, sender="prokurorluq", basis="x", received_at=at, at=at, by=cast.moderator)
    raise_matter(title="Dərcsiz başlıq", text="Dərcsiz mətn", place=country.goychay, topic="gender", at=at)
    Letter.objects.filter(pk=own.draft.pk).update(subject="Layihə mövzusu", body="Layihə mətni")
    secret = (
        "Gizli təşəbbüs",
        "Məktəb № 3",
        "Dərcsiz",
        "Yolda işıq",
        "0501112233",
        other.raised.code,
        own.raised.code,
    )
    secret += () if role == "coordinator" else ("Layihə m",)
    if role == "coordinator":  # the own meeting is at the same place
        secret = tuple(word for word in secret if word != "Məktəb № 3")
    for tenant in (other,) if role == "coordinator" else (own, other):  # inside a campaign that is public
        inside = {"campaign": tenant.more["pressing"], "at": at, "by": tenant.coordinator}
        add_note(kind="safety", text="Qorxulu qeyd", **inside)
        add_stakeholder(kind="ally", post="Saxlı tərəf", influence=2, support=1, **inside)
    secret += ("Qorxulu qeyd", "Saxlı tərəf")
    client = Client() if role == "stranger" else client_of(role, cast, own)
    found, read = [], 0
    asked = {**addresses(own), **{f"other {r}": a for r, a in addresses(other).items()}}
    asked |= {f"search {w} {p}": f"{p}?q={w}" for w in ("gizli", "yolda", "dərcsiz") for p in
              ("/axtar/", "/meseleler/", "/meseleler.csv", "/meseleler.atom", "/icmalar/", "/api/v1/matters/")}  # fmt: skip
    for route, address in asked.items():
        response = client.get(address)
        page = b"".join(response.streaming_content) if response.streaming else response.content
        read += response.status_code == 200
        found += [f"{route}: {word}" for word in secret if word.encode() in page]
    assert found == [] and read > 60


# --- the second factor -----------------------------------------------------------------------------------
@once
def test_who_lacks_only_the_second_factor_is_sent_to_give_it(cast, own: Tenant) -> None:
    """Never a 404 for what is there, never the page itself: every address that the factor opens and an account does not."""
    roles = ("officer", "moderator", "lawyer", "advocate", "researcher")
    resident, found, sent = signed_in(cast.resident), [], dict.fromkeys(roles, 0)
    weak = {role: signed_in(getattr(cast, role), strong=False) for role in roles}
    closed = [(r, a) for r, a in addresses(own).items() if status(resident, a) != 200]
    for role in roles:
        strong = signed_in(getattr(cast, role))
        for route, address in closed:
            seen = weak[role].get(address)
            if seen.status_code == 302 and seen["Location"].startswith(reverse("second_factor") + "?next="):
                sent[role] += 1
            elif status(strong, address) == 200:
                found.append(f"{role} {route}: {seen.status_code} {seen.get('Location', '')}")
    assert found == []
    assert min(sent[role] for role in roles if role != "researcher") >= 2 and sent["officer"] >= 60
    # No loop: the page says how to set one up.
    assert {status(client, reverse("second_factor")) for client in weak.values()} == {200}


def status(client: Client, address: str) -> int:
    response = client.get(address)
    if response.streaming:
        list(response)
    return response.status_code


def test_without_the_second_factor_a_post_changes_nothing(cast, own: Tenant) -> None:
    weak, before = signed_in(cast.officer, strong=False), tables()
    for name, code in (
        ("moderate_reject", own.matter.code),
        ("leave", own.matter.code),
        ("event_cancel", own.event.code),
    ):
        response = weak.post(reverse(name, args=[code]), {"rule": "insult", "reason": "x", "once": name})
        assert response["Location"].startswith(reverse("second_factor"))
    assert tables() == before


def test_a_mentor_leads_only_as_one_of_the_union(cast, own: Tenant, at) -> None:
    """A seat that ended, or a session with the mailbox alone, leads no community."""
    own.community.mentor = cast.lawyer
    own.community.save()
    home = reverse("community_home", args=[own.community.code])
    assert signed_in(cast.lawyer).get(home).status_code == 200
    assert signed_in(cast.lawyer, strong=False).get(home)["Location"].startswith(reverse("second_factor"))
    Membership.objects.filter(user=cast.lawyer).update(until=legal_day(at))
    assert signed_in(cast.lawyer).get(home).status_code == 404


# --- ended, frozen -----------------------------------------------------------------------------------------
@once
def test_an_ended_seat_opens_nothing_from_that_day_on(cast, own: Tenant, at) -> None:
    client = signed_in(cast.coordinator)
    assert client.get(reverse("letter", args=[own.matter.code, own.sent.code])).status_code == 200
    Membership.objects.filter(user=cast.coordinator).update(until=legal_day(at))
    resident = signed_in(cast.resident)
    for route, address in held_by(own).items():
        if route.startswith(("is/lent", "lent/", "mektub-yox/")):  # one's own calendar, one's own mail
            continue
        assert client.get(address).status_code == resident.get(address).status_code, route


@once
def test_a_frozen_account_is_nobody_at_once(cast, own: Tenant, at) -> None:
    client, feed = signed_in(cast.coordinator), f"/lent/{own.feed_code.replace('-', '')}.ics"
    assert client.get(reverse("mine")).status_code == 200 and Client().get(feed).status_code == 200
    freeze(user=cast.coordinator, by=cast.officer, at=at)
    for route, address in held_by(own).items():
        response, plain = client.get(address), Client().get(address)
        assert response.status_code == plain.status_code, route
    assert Client().get(feed).status_code == 404
    assert reverse("account_login") in client.get(reverse("mine"))["Location"]


# --- codes -------------------------------------------------------------------------------------------------
def test_a_code_opens_its_own_thing_alone(own: Tenant, other: Tenant) -> None:
    author, official = proven(own), Client()
    assert official.post(reverse("reply"), {"code": own.reply_code})["Location"].endswith(
        f"/cavab/{own.sent.code}/"
    )
    for client in (author, official):
        assert client.get(reverse("own", args=[other.matter.code])).status_code == 302
        assert client.get(reverse("reply_letter", args=[other.sent.code])).status_code == 302
    assert author.get(reverse("own", args=[own.matter.code])).status_code == 200
    assert official.get(reverse("own", args=[own.matter.code])).status_code == 302
    # A return code is no reply code and no calendar, and the other way round.
    assert Client().post(reverse("own_code"), {"code": own.reply_code}).status_code == 422
    assert "_" not in Client().post(reverse("reply"), {"code": own.raised.code}).get("Location", "")
    assert Client().get(f"/lent/{own.raised.code.replace('-', '')}.ics").status_code == 404


def test_a_contact_opens_for_nobody_who_does_not_lead_it(cast, own: Tenant, other: Tenant, at) -> None:
    from icma.core.action import Refused

    row = Contact.objects.get(scope=f"matter:{other.matter.code}")
    for key, scopes, strong in (("coordinator", [f"matter:{own.matter.code}"], True), ("coordinator", None, True),
                                ("lawyer", None, True), ("officer", None, False), ("researcher", None, True)):  # fmt: skip
        with pytest.raises(Refused):
            open_contact(person=row.person, by=getattr(cast, key), who=cast.who(key, strong=strong), reason="ask", at=at,
                         scopes=scopes)  # fmt: skip
    row.expires_on = legal_day(at) - timedelta(days=1)
    row.save()
    with pytest.raises(Refused):
        open_contact(person=row.person, by=cast.officer, who=cast.who("officer"), reason="ask", at=at)
