"""A community's page as each may see it, its own home, and the founding path."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from icma.events.actions import hold_event, plan_event
from icma.front.founding import STEPS, path_of
from icma.matters.actions.tasks import set_task
from icma.matters.models import Letter, Task
from icma.people.actions.organisations import tick_step, waiting_words
from icma.people.models import Membership, Milestone, Organisation, User
from tests.front.noticing import public_matter

pytestmark = pytest.mark.django_db


@pytest.fixture
def community(country):
    Organisation.objects.filter(pk=country.community.pk).update(
        aims="Hər evdə su",
        needs="Kürək",
        offers="Toplantı otağı",
        topics=["infrastructure"],
        public_contact="icma@numune.invalid",
    )
    return Organisation.objects.get(pk=country.community.pk)


def url(community, home: bool = False) -> str:
    return f"/is/icma/{community.code}/" if home else f"/icmalar/{community.code}/"


def test_in_full_everyone_sees_aims_needs_and_matters(client, community, country) -> None:
    public_matter(country, timezone.now())
    public_matter(
        country, timezone.now(), code="AAAA0002", title="Hələ baxılmayıb", stage="raised", published_at=None
    )
    page = client.get(url(community)).content.decode()
    for words in (community.name, "Hər evdə su", "Kürək", "Toplantı otağı", "Küçədə su yoxdur"):
        assert words in page
    assert "Hələ baxılmayıb" not in page


def test_region_and_topics_only_means_no_name_no_place_no_meeting(client, community, country, cast) -> None:
    Organisation.objects.filter(pk=community.pk).update(seen="region")
    page = client.get(url(community)).content.decode()
    assert "Mərkəzi Aran" in page
    for words in (community.name, "Göyçay", "Hər evdə su", "Kürək", "icma@numune"):
        assert words not in page, words


def test_who_came_by_sex_is_for_the_team_alone_and_a_correction_shows_strangers_nobody(
    client, client_as, community, cast
) -> None:
    now = timezone.now()
    event = plan_event(organisation=community, title="Görüş", starts_at=now, at=now, by=cast.coordinator)
    counts = {("female", "30-44"): 12, ("male", "30-44"): 18}
    hold_event(event=event, counts=counts, at=now, by=cast.coordinator)
    page = reverse("event", args=[event.code])
    assert "12 / 30" in client_as("coordinator").get(page).content.decode().replace("\xa0", " ")
    seen = client.get(page).content.decode()
    assert "<dd>30</dd>" in seen and 'class="stat"' not in seen


def test_an_unlisted_community_does_not_exist_for_strangers(client, client_as, community) -> None:
    Organisation.objects.filter(pk=community.pk).update(seen="unlisted")
    assert client.get(url(community)).status_code == 404
    assert client_as("resident").get(url(community)).status_code == 404
    assert client_as("coordinator").get(url(community, home=True)).status_code == 200


def test_no_coordinators_name_stands_on_the_public_page(client, community) -> None:
    assert "Nümunə koordinator" not in client.get(url(community)).content.decode()


def test_the_public_page_is_small_and_asks_the_same_for_one_and_for_many(
    client, community, country, cast, django_assert_max_num_queries
) -> None:
    now = timezone.now()
    for n in range(6):
        matter = public_matter(country, now, code=f"BBBB000{n}", title=f"Məsələ {n}")
        event = plan_event(
            organisation=community,
            title="Görüş",
            starts_at=now - timedelta(days=n + 1),
            at=now,
            by=cast.coordinator,
            matter=matter,
        )
        hold_event(event=event, counts={("female", "60+"): 5}, at=now, by=cast.coordinator)
    with django_assert_max_num_queries(12):
        response = client.get(url(community), headers={"accept-encoding": "gzip"})
    assert len(response.content) < 20_000


# --- its own home ----------------------------------------------------------------------------------
def test_the_home_is_for_its_own_people_mentor_and_officers(client, client_as, community, cast) -> None:
    expected = {
        "stranger": 302,
        "resident": 404,
        "official": 404,
        "coordinator": 200,
        "officer": 200,
        "lawyer": 404,
    }
    for key, status in expected.items():
        assert client_as(key).get(url(community, home=True)).status_code == status, key
    Organisation.objects.filter(pk=community.pk).update(mentor=cast.lawyer)
    assert client_as("lawyer").get(url(community, home=True)).status_code == 200


def test_late_tasks_come_first_and_one_press_ends_one(client_as, community, cast) -> None:
    now = timezone.now()
    for title, days in (("Sabah", 1), ("Gecikən", -3), ("Vaxtsız", None)):
        until = (now + timedelta(days=days)).date() if days else None
        set_task(
            organisation=community, title=title, at=now - timedelta(days=9), by=cast.coordinator, until=until
        )
    client = client_as("coordinator")
    page = client.get(url(community, home=True)).content.decode()
    assert page.index("Gecikən") < page.index("Sabah") < page.index("Vaxtsız")
    task = Task.objects.get(title="Gecikən")
    assert client.post(f"/is/tapsiriq/{task.code}/bitdi/", {"once": "1"}).status_code == 302
    task.refresh_from_db()
    assert task.done_on is not None
    assert "Gecikən" not in client.get(url(community, home=True)).content.decode()


def test_a_stranger_ends_no_task(client_as, community, cast) -> None:
    task = set_task(organisation=community, title="İş", at=timezone.now(), by=cast.coordinator)
    assert client_as("resident").post(f"/is/tapsiriq/{task.code}/bitdi/").status_code == 404


def test_a_task_is_added_once_and_bad_input_is_named(client_as, community) -> None:
    client = client_as("coordinator")
    for _ in range(3):
        client.post(f"{url(community, home=True)}tapsiriq/", {"title": "Boru almaq", "once": "t"})
    assert Task.objects.count() == 1
    page = client.post(
        f"{url(community, home=True)}tapsiriq/", {"title": "Boru", "until": "31.31.2026"}
    ).content.decode()
    assert 'role="alert"' in page


def test_everybody_of_a_community_finds_the_way_home(client_as, community, cast) -> None:
    home, homes = url(community, home=True), "/is/icmalar/"
    assert homes in client_as("coordinator").get("/is/").content.decode()
    assert client_as("coordinator").get(homes).url == home
    Membership.objects.create(
        user=cast.resident, role="member", organisation=community, since=date(2026, 1, 1)
    )
    assert client_as("resident").get(homes).url == home
    assert home in client_as("officer").get(homes).content.decode()
    assert client_as("official").get(homes).status_code == 200


def test_the_community_says_itself_who_sees_it(client_as, community) -> None:
    client = client_as("coordinator")
    page = client.post(
        f"{url(community, home=True)}melumat/",
        {"name": "Yeni ad", "seen": "region", "aims": "<script>a</script>", "topics": ["social"]},
    )
    assert page.status_code == 302
    community.refresh_from_db()
    assert (community.seen, community.topics) == ("region", ["social"])
    assert waiting_words(community)["name"] == "Yeni ad", "a moderator reads it first"
    assert "<script>a" not in client.get(url(community, home=True)).content.decode()
    assert client.post(f"{url(community, home=True)}melumat/", {"seen": "everything"}).status_code == 200


# --- the founding path -----------------------------------------------------------------------------
def names(community) -> list[str]:
    return [stand.step.name for stand in path_of(community) if stand.on]


def test_the_path_has_the_eight_steps_in_their_order() -> None:
    assert [s.name for s in STEPS] == [
        "place",
        "talks",
        "group",
        "meeting",
        "aims",
        "matter",
        "answer",
        "result",
    ]


def test_steps_are_seen_in_the_data_and_the_others_ticked(community, country, cast) -> None:
    now = timezone.now()
    assert names(community) == []
    assert [s.step.name for s in path_of(community) if s.next] == ["place"]
    tick_step(organisation=community, step="place", on=date(2026, 1, 5), by=cast.coordinator)
    tick_step(organisation=community, step="talks", on=date(2026, 1, 9), by=cast.coordinator)
    assert [s.step.name for s in path_of(community) if s.next] == ["group"]
    for n in range(2):
        user = User.objects.create_user(f"uzv{n}@numune.invalid")
        Membership.objects.create(user=user, role="member", organisation=community, since=date(2026, 2, 1))
    event = plan_event(organisation=community, title="Görüş", starts_at=now, at=now, by=cast.coordinator)
    hold_event(event=event, minutes="Danışıldı", at=now, by=cast.coordinator)
    matter = public_matter(country, now)
    Letter.objects.create(
        code="LETTER01",
        matter=matter,
        direction="in",
        stage="received",
        authority=country.water,
        subject="Cavab",
        answer="formal",
        created_at=now,
        received_on=date(2026, 3, 1),
    )
    assert names(community) == ["place", "talks", "group", "meeting", "matter", "answer"]
    assert [s.step.name for s in path_of(community) if s.next] == ["aims"]
    matter.stage, matter.outcome = "closed", "solved"
    matter.save()
    assert names(community)[-1] == "result"


def test_only_a_real_step_is_ticked_and_the_tick_can_be_taken_back(client_as, community) -> None:
    client, address = client_as("coordinator"), f"{url(community, home=True)}addim/"
    assert client.post(address, {"step": "place"}).status_code == 302
    assert client.post(address, {"step": "place"}).status_code == 302
    assert client.post(address, {"step": "moon"}).status_code == 404
    assert client.get(address).status_code == 404
    assert Milestone.objects.count() == 1
    client.post(address, {"step": "place", "undo": "1"})
    assert not Milestone.objects.exists()
    assert client_as("resident").post(address, {"step": "place"}).status_code == 404


NEW = ("campaign_new", "petition_new", "initiative_new", "decision_new", "commitment_new", "event_new")


def test_where_a_community_has_ended_nobody_is_offered_to_begin_something(
    client, client_as, community, country
) -> None:
    officer, matter = (
        client_as("officer"),
        public_matter(country, timezone.now(), community=community, stage="taken"),
    )
    addresses = [reverse(name, args=[community.code]) for name in NEW]

    def offered(*pages: str) -> set[str]:
        html = "".join(officer.get(page).content.decode() for page in pages)
        return {address for address in addresses if f'href="{address}' in html}

    assert offered(url(community, home=True), f"/m/{matter.code}/") == set(addresses)
    assert all(officer.get(address).status_code == 200 for address in addresses)
    Organisation.objects.filter(pk=community.pk).update(until=timezone.now().date())
    assert offered(url(community, home=True), f"/m/{matter.code}/") == set()
    assert all(officer.get(address).status_code == 404 for address in addresses)
    assert reverse("letter_new", args=[matter.code]) in officer.get(f"/m/{matter.code}/").content.decode(), (
        "the desk goes on"
    )

    gone = "İcma fəaliyyətini dayandırıb."
    public = client.get(url(community)).content.decode()
    assert gone in public and "icma@numune.invalid" not in public and "Kürək" not in public
    assert gone in officer.get(url(community, home=True)).content.decode()
    Organisation.objects.filter(pk=community.pk).update(seen="region")
    part = client.get(url(community)).content.decode()
    assert gone in part and "Rayonunuzda məsələ qaldırın" not in part


def test_many_tasks_do_not_push_meetings_and_matters_away(client_as, community, cast) -> None:
    for n in range(8):
        set_task(
            organisation=community,
            title=f"İş {n}.",
            until=date(2026, 1, 1 + n),
            at=timezone.now(),
            by=cast.coordinator,
        )
    page = client_as("coordinator").get(url(community, home=True)).content.decode()
    first, _fold, rest = page.partition("<summary>Digər tapşırıqlar: 2</summary>")
    assert "İş 5." in first and "İş 6." not in first and "İş 6." in rest and "İş 7." in rest
