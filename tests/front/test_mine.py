"""My work: each role sees its own, late first, one click from doing it; and the director's Monday page."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils.translation import override

from icma.advocacy.models import Campaign
from icma.core.words import date_words
from icma.front.agenda import calendar_of
from icma.front.mine import QUESTIONS, parts, sums
from icma.front.mine.item import Item
from icma.front.mine.steps import next_steps
from icma.front.monday import sheet
from icma.front.notices.news import feed, leaders, who_of_person
from icma.law.actions import answer_data, ask_for_data
from icma.law.book import book, newest
from icma.matters.actions.clocks import decide_objection, object_to
from icma.matters.actions.moderation import publish
from icma.matters.actions.raising import raise_matter
from icma.matters.actions.taking import take_up
from icma.matters.ladder import rungs
from icma.matters.models import Clock, Letter, Task
from icma.people.actions.contacts import open_contact
from icma.people.actions.organisations import close_organisation
from icma.people.models import Contact
from tests.advocacy.campaign_kit import started
from tests.front import rows

pytestmark = pytest.mark.usefixtures("standing_clock")


def promise(matter, rule, due):
    return Clock.objects.create(
        matter=matter, rule=rule, owner="us", edition=newest(), started_at=matter.raised_at,
        due_on=due, earliest_on=due, latest_on=due,
    )  # fmt: skip


@pytest.fixture
def work(country, cast, at):
    """Something for everybody, `n` of each."""

    def fill(n: int = 1):
        today = date(2026, 3, 13)
        for k in range(n):
            waits = rows.matter(country, at, f"Moderasiya {k}", stage="raised", published_at=None)
            promise(waits, "own.moderate", today - timedelta(days=1))
            near = rows.matter(country, at, f"Götürün {k}")
            promise(near, "own.take_up", today + timedelta(days=1))
            rows.matter(country, at, f"Yol {k}", stage="taken", community=country.community)
            led = rows.matter(country, at, f"Müraciət {k}", stage="pressing", community=country.community,
                              authority=country.water)  # fmt: skip
            rows.letter(led, country.water, date(2026, 3, 1))
            old = rows.letter(led, country.water, date(2025, 10, 1), date(2025, 10, 2))
            rows.clock(old, date(2025, 10, 2))
            Task.objects.create(code=rows.code("T"), organisation=country.community, title=f"İş {k}",
                                who=cast.coordinator, until=today - timedelta(days=2), created_at=at)  # fmt: skip

    return fill


def titles(who, at):
    return {str(part.title): [item.title for item in part.items] for part in parts(who, at)}


def test_each_role_sees_its_own(work, cast, at) -> None:
    work()
    moderator, coordinator = titles(cast.who("moderator"), at), titles(cast.who("coordinator"), at)
    official, resident = titles(cast.who("official"), at), titles(cast.who("resident"), at)
    assert any("Moderasiya 0" in found for found in moderator.values())
    assert not any("Moderasiya 0" in found for found in coordinator.values())
    for title in ("Götürün 0", "Yol 0", "Müraciət 0", "İş 0"):
        assert any(title in found for found in coordinator.values()), title
        assert not any(title in found for found in resident.values()), title
    assert any("Müraciət 0" in found for found in official.values())
    assert titles(cast.who("advocate"), at)


def test_a_community_of_a_village_is_shown_what_waits_in_its_district(work, country, cast, at) -> None:
    country.community.place = country.village
    country.community.save()
    work()
    assert any("Götürün 0" in found for found in titles(cast.who("coordinator"), at).values())
    country.village.parent = country.shaki
    country.village.save()
    assert not any("Götürün 0" in found for found in titles(cast.who("coordinator"), at).values())


def test_a_strong_role_without_its_second_factor_sees_nothing_of_it(work, cast, client_as, at) -> None:
    work()
    assert not parts(cast.who("moderator", strong=False), at)
    page = client_as("moderator", strong=False).get(reverse("mine")).content.decode()
    assert "Moderasiya 0" not in page
    assert reverse("second_factor") in page


def test_late_things_stand_first_and_are_counted(work, cast, at) -> None:
    work(2)
    found = parts(cast.who("moderator"), at)
    assert sums(found)["late"] >= 2
    for part in found:
        tones = [item.tone for item in part.items]
        assert tones == sorted(tones, key=["late", "now", "calm"].index)


@pytest.mark.parametrize("role", ["coordinator", "officer", "moderator", "official", "advocate", "resident"])
def test_every_button_leads_to_a_page_that_opens(role, work, cast, client_as, at) -> None:
    work()
    client = client_as(role)
    for part in parts(cast.who(role), at):
        for item in part.items:
            response = client.get(item.url)
            assert response.status_code == 200, (str(part.title), item.url)


def test_who_asked_for_a_call_waits_with_the_officers_until_called(country, cast, at) -> None:
    contact = {"phone": "0501234567", "hour": "10:00–12:00", "woman": True}
    given = {"title": "Yol", "text": "Zəng edin", "place": country.goychay, "topic": "infrastructure"}
    matter = raise_matter(at=at, contact=contact, **given).matter

    def asked(role: str) -> list[Item]:
        return [one for part in parts(cast.who(role), at) for one in part.items if one.url == reverse("desk")]

    (item,) = asked("officer")
    assert (item.title, item.tone) == ("Yol", "now")
    assert "10:00–12:00" in item.why and "0501234567" not in item.why
    assert not any(asked(role) for role in ("moderator", "coordinator", "resident"))
    person = Contact.objects.get(scope=f"matter:{matter.code}").person
    open_contact(person=person, by=cast.officer, who=cast.who("officer"), reason="call_back", at=at)
    assert not asked("officer")


def test_who_takes_a_matter_up_is_told_that_its_author_asked_for_a_call(country, cast, client_as, at) -> None:
    """The officers were told only while nobody had taken it up: the call that was promised was then owed by nobody."""
    given = {"title": "Yol", "text": "Yol bağlanıb", "place": country.goychay, "topic": "infrastructure"}
    matter = raise_matter(at=at, contact={"phone": "0501234567"}, **given).matter
    publish(matter=matter, at=at, by=cast.moderator)
    take_up(matter=matter, community=country.community, way="authority", at=at, by=cast.coordinator)
    url = reverse("contact", args=[matter.code])

    def asked(role: str, to: str) -> list[str]:
        return [one.act for part in parts(cast.who(role), at) for one in part.items if one.url == to]

    assert asked("coordinator", url) == ["Zəng edin"] and asked("officer", reverse("desk")) == ["Zəng edin"]
    assert url in client_as("coordinator").get(f"/en/m/{matter.code}/").content.decode()
    person = Contact.objects.get(scope=f"matter:{matter.code}").person
    open_contact(person=person, by=cast.officer, who=cast.who("officer"), reason="call_back", at=at)
    assert not asked("coordinator", url) and not asked("officer", reverse("desk"))


def test_a_button_promises_only_what_its_page_offers(work, cast, at) -> None:
    """A coordinator takes a matter up; that nobody does is said by the union's desk alone."""
    work()
    act = {
        role: {one.act for part in parts(cast.who(role), at) for one in part.items if "/goturun/" in one.url}
        for role in ("coordinator", "officer")
    }
    assert act == {"coordinator": {"Öz üzərinizə götürün"}, "officer": {"Götürün və ya cavab verin"}}


@pytest.mark.parametrize("role", ["coordinator", "officer", "moderator", "official", "resident"])
def test_it_asks_as_often_for_one_as_for_three(role, work, client_as, connection_queries) -> None:
    client = client_as(role)
    counts = []
    book()  # the law is read once a process
    for more in (1, 2):
        work(more)
        counts.append(connection_queries(lambda: client.get(reverse("mine"))))
    # An officer is asked four questions more: objections, requests about data, first steps, calls; the months that are
    # missing; a coordinator of reports that are due, of the month and of calls. Both of the last days of next steps: their
    # letters, the terms of these, the law; and of what the lawyers have answered. All of mail that came back.
    assert counts[0] == counts[1] <= {"officer": 21, "coordinator": 20}.get(role, 13)


def test_an_objection_and_a_request_about_data_reach_the_officer_and_leave_when_decided(
    work, country, cast, at
) -> None:
    work()
    waited = Clock.objects.filter(owner="authority", letter__isnull=False).first()
    objections, requests = "Objections of authorities", "Requests about data"
    with override("en"):
        object_to(clock=waited, kind="answered", at=at)
        asked = ask_for_data(person=cast.resident.person, kind="access", at=at, by=cast.resident)
        found = {str(part.title): part.items for part in parts(cast.who("officer"), at)}
        assert [item.url for item in found[objections]] == [
            reverse("objection", args=[waited.matter.code, waited.letter.code])
        ]
        assert found[requests][0].due == asked.term.due_on
        assert not {objections, requests} & {str(part.title) for part in parts(cast.who("coordinator"), at)}
        late = {str(part.title): part.items for part in parts(cast.who("officer"), at + timedelta(days=40))}
        assert late[objections][0].tone == late[requests][0].tone == "late"
        decide_objection(clock=waited, upheld=False, at=at, by=cast.officer)
        answer_data(request=asked, text="Səhifənizdədir.", at=at, by=cast.officer)
        assert not {objections, requests} & {str(part.title) for part in parts(cast.who("officer"), at)}


@pytest.fixture
def refused(country, at):
    """A refusal that came so many days ago; complaint and claim run for thirty."""

    def make(days: int, title: str = "Rədd", **more):
        one = rows.matter(
            country, at, title, stage="answered", authority=country.water, community=country.community
        )
        letter = rows.letter(one, country.water, date(2025, 3, 1), date(2025, 3, 2), **more)
        rows.clock(letter, date(2025, 3, 2))
        rows.answer(letter, at.date() - timedelta(days=days), "refusal")
        return letter

    return make


def steps_of(who, at):
    with override("az"):
        found = {str(part.title): part.items for part in parts(who, at)}
    return found.get("Növbəti addımların son günləri", [])


@pytest.mark.parametrize(("days", "shown"), [(3, False), (16, True), (29, True), (30, True), (31, False)])
def test_the_last_day_of_a_step_waits_from_two_weeks_before_its_safe_day_until_it_is_over(
    refused, cast, at, days, shown
) -> None:
    letter = refused(days)
    found = steps_of(cast.who("coordinator"), at)
    assert bool(found) is shown
    if shown:
        complaint, claim = [rung for rung in rungs(letter, at.date()) if rung.key in ("complaint", "claim")]
        (item,) = found
        assert (
            complaint.last_on == claim.last_on
            and str(complaint.title) in item.why
            and str(claim.title) in item.why
        )
        assert item.due == (complaint.safe_on if complaint.safe_on >= at.date() else complaint.last_on)
        assert f"son gün {date_words(complaint.last_on)}" in item.why
        assert "vəkil təsdiqləməyib" in item.why and str(letter.authority) in item.why
        assert item.tone == ("now" if complaint.safe_on < at.date() + timedelta(days=3) else "calm")
        assert item.url == reverse("letter", args=[letter.matter.code, letter.code])
    assert not steps_of(cast.who("resident"), at) and not steps_of(cast.who("moderator"), at)


def test_a_later_day_is_told_with_its_condition_alone_and_leads_to_the_one_letter(refused, cast, at) -> None:
    letter = refused(170)
    (item,) = steps_of(cast.who("coordinator"), at)
    rung = next(rung for rung in rungs(letter, at.date()) if rung.key == "complaint")
    assert item.due == rung.safe_other_on and rung.other_if in item.why and "əsas müddət bitib" in item.why
    assert f"follows={letter.code}" in item.url and "wish=complaint" in item.url


def test_a_letter_that_is_begun_still_waits_and_one_that_was_sent_does_not(
    refused, country, cast, at
) -> None:
    letter = refused(20)
    begun = [
        Letter.objects.create(
            code=rows.code("L"), matter=letter.matter, authority=country.superior, direction="out", kind=kind,
            stage="draft", subject="Şikayət", created_at=at, follows=letter,
        )
        for kind in ("complaint", "claim")
    ]  # fmt: skip
    assert len(steps_of(cast.who("coordinator"), at)) == 1
    Letter.objects.filter(pk=begun[1].pk).update(stage="sent", sent_on=at.date())
    (item,) = steps_of(cast.who("coordinator"), at)
    assert item.url == reverse("letter", args=[letter.matter.code, begun[0].code])
    Letter.objects.filter(pk=begun[0].pk).update(stage="sent", sent_on=at.date())
    assert not steps_of(cast.who("coordinator"), at)


def test_a_silence_that_nothing_has_followed_waits_for_whoever_leads_however_old(country, cast, at) -> None:
    for n, community in enumerate((country.community, country.union)):
        one = rows.matter(
            country, at, f"Susur {n}", stage="pressing", authority=country.water, community=community
        )
        letter = rows.letter(one, country.water, date(2024, 3, 1), date(2024, 3, 2), stage="silent")
        rows.clock(letter, date(2024, 3, 2), asked_on=at.date())
    assert [item.title for item in steps_of(cast.who("coordinator"), at)] == ["Susur 0"]
    assert [item.title for item in steps_of(cast.who("officer"), at)] == ["Susur 1"]
    assert not steps_of(cast.who("officer", strong=False), at)
    first = Letter.objects.get(matter__title="Susur 0")
    rows.letter(first.matter, country.water, at.date(), kind="reminder", rule="", follows=first)
    assert not steps_of(cast.who("coordinator"), at)


def test_an_unconfirmed_silence_leads_to_the_question_first(country, cast, client_as, at) -> None:
    one = rows.matter(country, at, stage="pressing", authority=country.water, community=country.community)
    letter = rows.letter(one, country.water, date(2026, 1, 1), date(2026, 1, 20))
    rows.clock(letter, date(2026, 1, 20))
    (item,) = steps_of(cast.who("coordinator"), at)
    assert item.url == reverse("silence", args=[one.code, letter.code])
    page = client_as("coordinator").get(reverse("mine")).content.decode()
    assert "Növbəti addımların son günləri" in page and "Yuxarı quruma şikayət" in page


def test_the_days_of_steps_are_asked_as_often_for_one_as_for_three(
    refused, cast, at, connection_queries
) -> None:
    who, counts = cast.who("coordinator"), []
    book()
    for more in (1, 2):
        for n in range(more):
            refused(20, f"Rədd {n}")
        counts.append(connection_queries(lambda: list(next_steps(who, at))))
    assert counts[0] == counts[1] <= 3
    assert len(steps_of(who, at)) == 3


def test_a_task_is_done_with_one_press(work, cast, client_as, at) -> None:
    work()
    client = client_as("coordinator")
    (item,) = [i for part in parts(cast.who("coordinator"), at) for i in part.items if i.does]
    done = client.post(item.does, {"once": "t1", "to": "mine"})
    assert done.url == reverse("mine") and Task.objects.get(title="İş 0").done_on


def test_steps_of_a_campaign_that_has_ended_wait_for_nobody(country, cast, at) -> None:
    plan, who = started(country, cast, at), cast.who("coordinator")

    def waiting() -> list[str]:
        late = at + timedelta(days=200)
        return [item.title for part in parts(who, late) for item in part.items if item.does]

    assert waiting()
    Campaign.objects.filter(pk=plan.pk).update(stage="done")
    assert not waiting()


def test_nobody_waits_for_a_stranger(client, country) -> None:
    assert client.get(reverse("mine")).status_code == 302
    assert client.get(reverse("monday")).status_code == 302


def test_the_monday_page_is_for_officers_and_tells_the_quiet_ones(
    work, country, client_as, at, connection_queries
) -> None:
    work()
    country.community.needs = "Böyük zal və iki mikrofon"
    country.community.save()
    client = client_as("officer")
    text = client.get(reverse("monday")).content.decode()
    assert country.community.name in text and country.community.needs in text
    assert client_as("coordinator").get(reverse("monday")).status_code == 404
    line, desk = sheet(at)
    assert line.organisation == country.community and line.quiet
    assert (line.live, line.waiting, line.ask) == (2, 1, 1)
    assert desk.organisation is None and desk.live == 1
    before = connection_queries(lambda: client.get(reverse("monday")))
    work(2)
    assert connection_queries(lambda: client.get(reverse("monday"))) == before <= 14


def test_what_the_union_took_up_itself_waits_for_its_officers_and_is_told_to_them(country, cast, at) -> None:
    ours = {"community": country.union, "stage": "taken"}
    rows.matter(country, at, "Yol seçin", **ours)
    heard = rows.matter(country, at, "Cavaba baxın", **ours | {"stage": "answered"})
    pressed = rows.matter(country, at, "Soruşun", **ours | {"stage": "pressing"})
    rows.letter(pressed, country.water, date(2026, 3, 1))
    old = rows.letter(pressed, country.water, date(2025, 10, 1), date(2025, 10, 2))
    rows.clock(old, date(2025, 10, 2))
    due = rows.clock(rows.letter(pressed, country.water, date(2026, 2, 10)), date(2026, 2, 11))
    rows.entry(heard, "answer_came", at)
    with override("en"):
        found = titles(cast.who("officer"), at)
    assert found["Waiting for the community's decision"] == ["Yol seçin", "Cavaba baxın"]
    assert found["Letters"] and found["Terms"] == ["Soruşun"] * 2
    assert not {"Letters", "Terms"} & set(titles(cast.who("officer", strong=False), at))
    *_groups, desk = sheet(at)
    assert (desk.live, desk.waiting, desk.ask) == (3, 2, 1)
    mailed = who_of_person(cast.officer.person, at)
    assert heard.pk in {block.matter.pk for block in feed(cast.who("officer"), at)}
    assert heard.pk in {block.matter.pk for block in feed(mailed, at)}
    assert cast.officer.person in leaders([country.union.pk], at)[country.union.pk]
    assert f"{due.due_on:%Y%m%d}" in calendar_of(mailed, at).decode()
    assert not feed(cast.who("officer", strong=False), at)


def test_what_a_community_led_is_the_desks_once_it_has_ended(work, country, cast, client, at) -> None:
    work()
    led = {"community": country.community, "authority": country.water}
    heard = rows.matter(country, at, "Cavaba baxın", stage="answered", **led)
    rows.entry(heard, "answer_came", at)
    over = rows.matter(country, at, "Bitib", stage="closed", outcome="solved", **led)
    due = rows.clock(rows.letter(heard, country.water, date(2026, 2, 10)), date(2026, 2, 11))
    Task.objects.create(code=rows.code("T"), organisation=country.community, title="Boya alın",
                        until=at.date() - timedelta(days=2), created_at=at)  # fmt: skip
    gone = "Məsələni birlik davam etdirir."
    assert gone not in client.get(f"/m/{heard.code}/").content.decode()
    counted, desk = sheet(at)
    close_organisation(organisation=country.community, until=at.date(), by=cast.officer, at=at)

    (line,) = sheet(at)
    assert line.organisation is None
    for name in ("live", "waiting", "ask", "late", "unread"):
        assert getattr(line, name) == getattr(counted, name) + getattr(desk, name), name
    rows.promised(rows.matter(country, at, "Vəd olunub", kind="commitment", stage="doing", **led), at.date())
    with override("en"):
        found = titles(cast.who("officer"), at)
    assert found["Decisions and promises"] == ["Vəd olunub"]
    assert found["Waiting for the community's decision"] == ["Yol 0", "Cavaba baxın"]
    assert {"Müraciət 0", "Cavaba baxın"} <= set(found["Terms"])
    assert any("Boya alın" in items for items in found.values())
    assert cast.officer.person in leaders([country.community.pk], at)[country.community.pk]
    for who in (cast.who("officer"), who_of_person(cast.officer.person, at)):
        assert heard.pk in {block.matter.pk for block in feed(who, at)}
    assert f"{due.due_on:%Y%m%d}" in calendar_of(who_of_person(cast.officer.person, at), at).decode()
    assert gone in client.get(f"/m/{heard.code}/").content.decode()
    assert gone not in client.get(f"/m/{over.code}/").content.decode(), "nothing goes on there"


def test_every_question_has_a_heading() -> None:
    assert all(str(title) and callable(ask) for title, ask in QUESTIONS)


def test_the_first_officer_of_an_empty_country_is_told_the_first_steps_until_they_are_done(
    db, at, client
) -> None:
    from icma.people.actions.accounts import create_account
    from icma.people.actions.init import init_country
    from icma.people.actions.organisations import create_organisation
    from icma.people.actions.roles import give_role
    from icma.people.models import Authority, Organisation, User
    from tests.house.world import signed_in

    init_country(officer_email="birinci@numune.invalid", union_name="Nümunə Birliyi", at=at)
    officer, union = User.objects.get(), Organisation.objects.get()
    page = signed_in(officer).get(reverse("mine")).content.decode()
    steps = [reverse(name) for name in ("mfa_index", "people", "organisation_new")]
    assert "İlk addımlar" in page and all(f'href="{url}"' in page for url in steps)
    for role in ("officer", "advocate"):
        other = create_account(email=f"{role}@numune.invalid", at=at)
        give_role(user=other, role=role, organisation=union, by=officer, at=at)
    create_organisation(name="İlk icma", kind="community", form="group", by=officer, at=at)
    left = [reverse("mfa_index"), reverse("directory")]
    assert [item.url for item in dict(_asked(officer, at))["İlk addımlar"]] == left
    local = Authority.objects.filter(kind="executive")
    local.update(superior=Authority.objects.get(code="DJ00VY1N"))
    assert [item.url for item in dict(_asked(officer, at))["İlk addımlar"]] == left[:1]


def _asked(officer, at):
    from icma.core.access import Who

    who = Who(user=officer, seats=(("officer", 1, None),), strong=True, person=officer.person)
    return [(str(part.title), part.items) for part in parts(who, at)]


def test_the_way_is_chosen_once_and_a_campaign_has_none_to_choose(country, cast, at) -> None:
    ours = {"stage": "taken", "community": country.community}
    rows.matter(country, at, "Yol yoxdur", **ours)
    chosen = rows.matter(country, at, "Yol seçilib", way="authority", **ours)
    rows.matter(country, at, "Kampaniya", kind="campaign", way="authority", **ours)
    who = cast.who("coordinator")

    def waiting() -> dict[str, str]:
        return {item.title: item.url for part in parts(who, at) for item in part.items}

    found = waiting()
    assert found["Yol seçilib"] == reverse("letter_new", args=[chosen.code])
    assert "/yol/" in found["Yol yoxdur"]
    assert "Kampaniya" not in found
    Letter.objects.create(
        code=rows.code("L"), matter=chosen, authority=country.water, direction="out", kind="application", stage="draft",
        subject="Su barədə", created_at=at,
    )  # fmt: skip
    assert "Yol seçilib" not in waiting()  # its draft is listed instead
