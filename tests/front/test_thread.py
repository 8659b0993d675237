"""The thread: what happened, how it stands in the words the record allows, what may come next."""

import re
from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from icma.advocacy.views.campaign import links_of
from icma.core.access import STRANGER
from icma.core.day import legal_day, moment
from icma.core.models import File
from icma.core.words import date_words
from icma.engines.aztext import lower_az
from icma.front.lists import seen
from icma.matters.access import public_only
from icma.matters.actions.incoming import record_answer
from icma.matters.actions.officials import (
    answer_by_code,
    confirm_answer,
    issue_reply_code,
    object_as_authority,
)
from icma.matters.ladder import rungs
from icma.matters.models import Clock, Document, Entry, Letter, Link, Matter, Task, Words
from icma.matters.story import Story
from icma.matters.threadview import glance, thread
from tests.front import rows
from tests.matters.letters_kit import came, registered

pytestmark = pytest.mark.usefixtures("standing_clock")
TODAY = date(2026, 3, 13)


@pytest.fixture
def pressed(country, at):
    """A matter whose letter was registered so many days ago; its term is 30 days, at the latest 90."""

    def make(days: int, **more):
        start = TODAY - timedelta(days=days)
        one = rows.matter(country, at, stage="pressing", authority=country.water, community=country.community)
        sent = rows.letter(one, country.water, start - timedelta(days=1), start)
        return one, sent, rows.clock(sent, start, **more)

    return make


def states(matter, who=STRANGER) -> list[tuple[str, str]]:
    return [(step["state"], str(step["title"])) for step in thread(matter, who, TODAY)]


def text(matter, who=STRANGER) -> str:
    return " ".join(
        f"{s['title']} {s.get('body', '')} {s.get('meta', '')} {s.get('html', '')}"
        for s in thread(matter, who, TODAY)
    )


@pytest.mark.parametrize(
    "days, more, state, words",
    [
        (5, {}, "now", "müddət davam edir"),
        (40, {}, "now", "uzadıla bilər"),
        (120, {}, "now", "məlumat yoxdur"),
        (120, {"asked_on": TODAY}, "late", "cavabsız"),
        (120, {"asked_on": TODAY, "disputed_at": moment(TODAY)}, "now", "qurumun bildirdiyinə baxırıq"),
    ],
)
def test_it_stands_in_the_words_the_record_allows(days, more, state, words, pressed) -> None:
    one, _sent, _term = pressed(days, **more)
    now = next((s, title) for s, title in states(one) if s in ("now", "late"))
    assert now[0] == state
    assert words in lower_az(now[1])


def test_a_term_that_ended_is_late_to_nobody_before_somebody_asked(pressed) -> None:
    one, _sent, _term = pressed(120)
    assert "late" not in [state for state, _title in states(one)]
    assert "is-late" not in text(one)


def test_news_of_one_clock_is_one_step_with_the_earlier_ones_as_small_print(pressed) -> None:
    one, sent, term = pressed(40)
    for verb, back in (("due_soon", 12), ("due_today", 10), ("term_ended", 9)):
        on = TODAY - timedelta(days=back)
        rows.entry(one, verb, moment(on), letter=sent, clock=term)
    words = "Cavab gözlənilən tarix keçib · vəkil təsdiqləməyib"  # nobody signed the rule: it is not said to have ended
    found = [step for step in thread(one, STRANGER, TODAY) if step["title"] == words]
    assert len(found) == 1
    assert found[0]["on"] == TODAY - timedelta(days=9)
    assert "1 mart" in found[0]["meta"].replace("\xa0", " ") and "3 mart" in found[0]["meta"].replace(
        "\xa0", " "
    )


def test_registration_is_told_with_the_letter_and_not_twice(pressed) -> None:
    one, _sent, _term = pressed(5)
    assert text(one).count("118/26") == 1
    assert (
        len([1 for step in thread(one, STRANGER, TODAY) if 'class="clock' in str(step.get("html", ""))]) == 1
    )


def test_an_erased_text_leaves_a_tombstone(country, at) -> None:
    one = rows.matter(country, at)
    said = rows.entry(one, "added", at, "Gizli söz")
    Words.objects.filter(entry=said).update(text="", erased_at=at)
    (step,) = [step for step in thread(one, STRANGER, TODAY) if step["state"] == "gone"]
    assert "Gizli söz" not in str(step) and step["body"]


def test_what_is_for_the_team_is_seen_by_the_team_alone(country, cast, at) -> None:
    one = rows.matter(country, at, stage="taken", community=country.community)
    rows.entry(one, "added", at, "Komanda üçün", visibility="team")
    rows.entry(one, "added", at, "Əməkdaş üçün", visibility="staff")
    draft = rows.letter(one, country.water, TODAY, stage="draft")
    assert "Komanda" not in text(one) and "Əməkdaş" not in text(one)
    assert not [s for s in thread(one, STRANGER, TODAY) if s.get("id") == f"l-{draft.code}"]
    lead = text(one, cast.who("coordinator"))
    assert "Komanda" in lead and "Əməkdaş" not in lead
    assert "Əməkdaş" in text(one, cast.who("officer"))
    assert "Komanda" not in text(one, cast.who("resident"))
    other = rows.matter(country, at, stage="taken")
    rows.entry(other, "added", at, "Başqasının", visibility="team")
    assert "Başqasının" not in text(other, cast.who("coordinator"))


def test_the_ladder_ends_with_legal_aid_and_leads_write_from_it(pressed, cast) -> None:
    one, sent, _term = pressed(120, asked_on=TODAY)
    steps = thread(one, STRANGER, TODAY)
    ladder = next(step for step in steps if "rungs" in str(step.get("html", "")))
    assert 'href="/komek/"' in ladder["html"]
    assert "follows=" not in ladder["html"]
    lead = next(s for s in thread(one, cast.who("coordinator"), TODAY) if "rungs" in str(s.get("html", "")))
    assert f"follows={sent.code}" in lead["html"]


def ladder_of(matter, who=STRANGER) -> str:
    return " ".join(
        str(s.get("html", "")) for s in thread(matter, who, TODAY) if "rungs" in str(s.get("html", ""))
    )


def test_when_the_main_term_of_a_complaint_has_ended_the_later_day_stands_only_under_its_condition(
    pressed, client
) -> None:
    one, sent, _term = pressed(60)
    rows.answer(sent, TODAY - timedelta(days=40), "refusal")
    rung = next(rung for rung in rungs(sent, TODAY) if rung.key == "complaint")
    assert rung.last_on < TODAY < rung.safe_other_on < rung.last_other_on
    page = client.get(reverse("matter", args=[one.code])).content.decode()
    shown = page.split("Yuxarı quruma şikayət")[1].split("</li>")[0]
    words = ("əsas müddət bitib", date_words(rung.last_on), "yalnız bu şərtlə", rung.other_if)
    for word in (*words, date_words(rung.safe_other_on), date_words(rung.last_other_on)):
        assert word in shown, word


@pytest.mark.parametrize("kind", ["reminder", "claim"])
@pytest.mark.parametrize("registered_on", [None, TODAY])
def test_a_letter_without_a_term_never_takes_the_place_of_the_silent_one(
    pressed, country, kind, registered_on
) -> None:
    one, sent, _term = pressed(120, asked_on=TODAY - timedelta(days=4))
    Letter.objects.filter(pk=sent.pk).update(stage="silent")
    rows.letter(
        one, country.water, TODAY - timedelta(days=1), registered_on, kind=kind, rule="", follows=sent
    )
    now = [title for state, title in states(one) if state in ("now", "late")]
    assert now == ["Cavabsız"] and states(one)[-1][0] == "next"
    for words in ("Yuxarı quruma şikayət", "Ombudsmana şikayət", "İnzibati məhkəməyə iddia"):
        assert words in ladder_of(one), words
    assert glance(Story.of(one, STRANGER, TODAY))["href"] == f"#l-{sent.code}"


def test_a_reminder_of_a_reminder_and_one_after_the_answer_leave_the_letter_in_its_place(
    pressed, country
) -> None:
    one, sent, _term = pressed(120)
    first = rows.letter(one, country.water, TODAY - timedelta(days=9), kind="reminder", rule="", follows=sent)
    rows.letter(one, country.water, TODAY - timedelta(days=4), kind="reminder", rule="", follows=first)
    rows.answer(sent, TODAY - timedelta(days=3), "refusal")
    Matter.objects.filter(pk=one.pk).update(stage="answered")
    one.refresh_from_db()
    assert "Yuxarı quruma şikayət" in ladder_of(one)


def test_a_claim_after_a_refusal_is_where_the_matter_stands_until_a_later_answer(pressed, country) -> None:
    one, sent, _term = pressed(60)
    rows.answer(sent, TODAY - timedelta(days=9), "refusal")
    claim = rows.letter(one, country.superior, TODAY - timedelta(days=4), kind="claim", rule="", follows=sent)
    assert Story.of(one, STRANGER, TODAY).live().pk == claim.pk
    rows.answer(sent, TODAY - timedelta(days=1), "partly")
    assert Story.of(one, STRANGER, TODAY).live().pk == sent.pk


def test_a_question_takes_no_step_away_from_the_letter_it_asks_after(pressed, country) -> None:
    one, sent, _term = pressed(120, asked_on=TODAY - timedelta(days=4))
    Letter.objects.filter(pk=sent.pk).update(stage="silent")
    asked = rows.letter(
        one, country.water, TODAY - timedelta(days=2), TODAY - timedelta(days=1),
        kind="information", rule="info.general", follows=sent,
    )  # fmt: skip
    rows.clock(asked, TODAY - timedelta(days=1), days=9)
    assert Story.of(one, STRANGER, TODAY).live().pk == asked.pk
    assert "Ombudsmana şikayət" in ladder_of(one)


def test_a_letter_without_a_term_is_said_to_have_none(pressed, country, client_as) -> None:
    one, sent, _term = pressed(120, asked_on=TODAY)
    reminder = rows.letter(one, country.water, TODAY, TODAY, kind="reminder", rule="", follows=sent)
    client = client_as("coordinator")
    page = client.get(reverse("letter", args=[one.code, sent.code])).content.decode()
    assert "öz müddəti yoxdur" in page and "qeydiyyata alınıb, müddət davam edir" not in page
    page = client.get(reverse("letter", args=[one.code, reminder.code])).content.decode()
    assert "öz müddəti yoxdur" in page and "məlum deyil" not in page


def test_an_answer_is_shown_with_its_kind_its_dates_and_its_summary(pressed) -> None:
    one, sent, _term = pressed(20)
    rows.answer(sent, TODAY - timedelta(days=5), "refusal")
    Matter.objects.filter(pk=one.pk).update(stage="answered")
    one.refresh_from_db()
    said = text(one).replace("\xa0", " ")
    assert "imtina" in said and "8 mart 2026" in said and "Xətt təmir olunacaq." in said
    assert states(one)[-1][0] == "next"


def test_a_finished_matter_has_nothing_ahead(country, at) -> None:
    one = rows.matter(country, at, stage="closed", outcome="solved")
    rows.entry(one, "closed", at)
    assert {state for state, _title in states(one)} == {"done"}


@pytest.mark.parametrize("stage", ["raised", "open", "untaken", "taken", "doing", "pressing", "answered"])
def test_every_stage_says_what_is_now_and_ends_with_the_outcome(stage, country, at) -> None:
    one = rows.matter(country, at, stage=stage)
    found = states(one)
    assert [state for state, _title in found].count("now") == 1
    assert found[-1][0] == "next"


def test_the_page_shows_doors_to_those_who_may_take_them_alone(country, cast, client_as, client, at) -> None:
    one = rows.matter(country, at, stage="taken", community=country.community, way="")
    address, way = reverse("matter", args=[one.code]), reverse("choose_way", args=[one.code])
    assert way not in client.get(address).content.decode()
    assert way not in client_as("resident").get(address).content.decode()
    assert way in client_as("coordinator").get(address).content.decode()
    assert way not in client_as("officer", strong=False).get(address).content.decode()


def test_the_way_that_was_chosen_has_its_tool_as_the_first_button(country, cast, client_as, at) -> None:
    one = rows.matter(country, at, stage="taken", community=country.community, way="authority")
    assert ("now", "Müraciət yazılır") in states(one)
    page = client_as("coordinator").get(f"/m/{one.code}/").content.decode()
    first = page[page.index('class="acts"', page.index("note now")) :]
    assert first.index(f"/m/{one.code}/mektub/") < first.index(f"/m/{one.code}/yol/")


def test_needs_are_shown_while_they_are_open(country, at, client) -> None:
    one = rows.matter(country, at, stage="doing", way="self", community=country.community)
    task = Task.objects.create(code=rows.code("T"), organisation=country.community, matter=one, kind="hands",
                               title="Beş nəfər", is_public=True, created_at=at)  # fmt: skip
    address = reverse("matter", args=[one.code])
    assert "Beş nəfər" in client.get(address).content.decode()
    Task.objects.filter(pk=task.pk).update(done_on=TODAY)
    assert "Beş nəfər" not in client.get(address).content.decode()


def test_links_lead_to_public_matters_alone(country, at, client) -> None:
    one, hidden = rows.matter(country, at), rows.matter(country, at, "Gizlədilmiş məsələ", hidden_at=at)
    public = rows.matter(country, at, "Açıq məsələ")
    for other in (hidden, public):
        Link.objects.create(source=other, target=one, kind="grew_from", at=at)
    page = client.get(reverse("matter", args=[one.code])).content.decode()
    assert "Açıq məsələ" in page and "Gizlədilmiş məsələ" not in page


def test_a_link_says_which_of_the_two_came_first(country, at, client) -> None:
    """On each of both pages the words are about the other one; a campaign's page says the same in its own view."""
    first, then = rows.matter(country, at, "Birinci"), rows.matter(country, at, "Sonra")
    Link.objects.create(source=then, target=first, kind="grew_from", at=at)
    pages = [client.get(reverse("matter", args=[one.code])).content.decode() for one in (first, then)]
    found = [re.search(r"(Birinci|Sonra)</a> <small>(.*?)</small>", page).groups() for page in pages]
    assert found == [("Sonra", "bundan yaranıb"), ("Birinci", "bu ondan başlayıb")]
    told = [[(row["title"], row["kind"]) for row in links_of(one)] for one in (first, then)]
    assert [told[0][0], told[1][0]] == found


@pytest.mark.parametrize("stage", ["raised", "rejected", "open", "taken", "closed"])
@pytest.mark.parametrize("published", [True, False])
@pytest.mark.parametrize("hidden", [True, False])
def test_the_rule_read_from_a_row_is_the_rule_asked_of_the_database(
    stage, published, hidden, country, at
) -> None:
    one = rows.matter(
        country, at, stage=stage, published_at=at if published else None, hidden_at=at if hidden else None
    )
    assert seen(one) == Matter.objects.filter(public_only(STRANGER, at), pk=one.pk).exists()


def test_a_clock_without_its_letter_is_not_drawn(pressed) -> None:
    one, sent, term = pressed(5)
    type(sent).objects.filter(pk=sent.pk).update(stage="dropped")
    assert Clock.objects.filter(pk=term.pk).exists()
    assert 'class="clock' not in text(one)


def test_only_moderated_photos_are_shown_small_and_late(country, at, client) -> None:
    one = rows.matter(country, at)
    size = {"size": 9, "width": 800, "height": 400}
    thumb = File.objects.create(code="t" * 32, sha256="x", kind="jpeg", visibility="public", at=at, **size)
    for state, number in (("public", "D0000001"), ("waiting", "D0000002"), ("private", "D0000003")):
        Document.objects.create(
            code=number, matter=one, kind="photo", state=state, file=thumb, thumb=thumb, at=at
        )
    page = client.get(reverse("matter", args=[one.code])).content.decode()
    assert reverse("photo", args=[one.code, "D0000001"]) in page and 'loading="lazy"' in page
    assert 'width="304" height="152"' in page
    assert "D0000002" not in page and "D0000003" not in page


def test_asking_before_the_latest_lawful_day_is_no_lateness_and_steps_stand_by_their_day(pressed) -> None:
    one, sent, term = pressed(120)  # its term ended 90 days ago, the latest lawful day was 30 days ago

    def news(verb, back):
        rows.entry(one, verb, moment(TODAY - timedelta(days=back)), letter=sent, clock=term)

    news("term_ended", 89)
    news("silence_confirmed", 40)
    news("term_ended_latest", 29)
    news("silence_confirmed", 10)
    past = [step for step in thread(one, STRANGER, TODAY) if isinstance(step.get("on"), date)]
    assert [step["on"] for step in past] == sorted(step["on"] for step in past)
    asked = {(TODAY - step["on"]).days: step["state"] for step in past if "Soruşuldu" in str(step["title"])}
    assert asked == {40: "done", 10: "late"}


def test_a_silence_that_an_answer_in_time_has_refuted_or_that_is_objected_to_bears_no_hourglass(
    pressed,
) -> None:
    one, sent, term = pressed(120)
    rows.entry(one, "silence_confirmed", moment(TODAY - timedelta(days=10)), letter=sent, clock=term)

    def asked(**values):
        Clock.objects.filter(pk=term.pk).update(**values)
        steps = thread(one, STRANGER, TODAY)
        return next(step["state"] for step in steps if "Soruşuldu" in str(step["title"]))

    assert asked() == "late"
    assert asked(disputed_at=moment(TODAY)) == "done"
    late = term.latest_on + timedelta(days=1)
    assert asked(disputed_at=None, state="answered", ended_on=late) == "late"
    assert asked(ended_on=term.latest_on) == "done"


def test_every_public_news_is_passed_on_also_what_stands_as_small_print(
    pressed, cast, client, client_as
) -> None:
    one, sent, term = pressed(40)
    made = []
    for verb, back in (("due_soon", 12), ("due_today", 10), ("term_ended", 9)):
        made.append(rows.entry(one, verb, moment(TODAY - timedelta(days=back)), letter=sent, clock=term))
    made += [rows.entry(one, verb, moment(TODAY - timedelta(days=8))) for verb in ("taken_up", "way_chosen")]
    public = Entry.objects.filter(matter=one, visibility="public")
    team = rows.entry(one, "term_changed", moment(TODAY), letter=sent, clock=term, visibility="team",
                      data={"old": "2026-03-01", "new": "2026-03-02"})  # fmt: skip
    page = client.get(reverse("matter", args=[one.code])).content.decode()
    links = [int(pk) for pk in re.findall(rf"/m/{one.code}/paylasin/(\d+)/", page)]
    assert sorted(links) == sorted(public.values_list("pk", flat=True)) and len(links) == 2 + len(made)
    name = re.search(rf'paylasin/{made[2].pk}/" aria-label="([^"]*)"', page)[1]
    assert "Cavab gözlənilən tarix keçib" in name  # the step passes on what it says, not its first news
    inside = client_as("coordinator").get(reverse("matter", args=[one.code])).content.decode()
    assert f"paylasin/{team.pk}/" not in inside


def test_small_news_is_small_print_of_its_step_and_words_never_are(country, at) -> None:
    one = rows.matter(country, at, stage="taken", way="authority", community=country.community)
    for verb, days, words in (("raised", 9, ""), ("published", 8, ""), ("taken_up", 5, ""),
                              ("way_chosen", 5, ""), ("task_made", 4, ""), ("task_done", 2, "Qazdıq.")):  # fmt: skip
        data = {"way": "authority"} if verb == "way_chosen" else {}
        rows.entry(one, verb, at - timedelta(days=days), words, data=data)
    past = [step for step in thread(one, STRANGER, TODAY) if isinstance(step.get("on"), date)]
    assert [step["of"][0] for step in past] == ["raised", "taken_up", "task_made", "task_done"]
    assert "Moderator dərc etdi" in past[0]["meta"] and "Yol seçildi" in past[1]["meta"]
    assert "Qazdıq." in past[3]["html"]


def test_the_head_of_a_matter_counts_the_days_and_not_when_they_are_over(pressed, client) -> None:
    one, _sent, _term = pressed(5)
    head = client.get(reverse("matter", args=[one.code])).content.decode().split('<ol class="thread">')[0]
    assert "qalır:" in head
    one, _sent, _term = pressed(40)
    head = client.get(reverse("matter", args=[one.code])).content.decode().split('<ol class="thread">')[0]
    assert "qalır:" not in head


def test_steps_that_come_later_are_not_headed_as_if_no_answer_had_come(country, cast, at, client) -> None:
    today = legal_day(timezone.now())
    letter = registered(country, cast, at)
    Clock.objects.filter(letter=letter).update(
        due_on=today + timedelta(days=3), latest_on=today + timedelta(days=9)
    )
    page = f"/m/{letter.matter.code}/"
    assert "Cavab gəlməsə" in client.get(page).content.decode()
    record_answer(
        letter=letter, answer="promise", came=came(today), at=timezone.now(), by=cast.coordinator,
        promised_on=today + timedelta(days=20),
    )  # fmt: skip
    Letter.objects.filter(direction="in").update(received_on=today)
    text = client.get(page).content.decode()
    assert "Cavab gəlməsə" not in text and "Sonra nə etmək olar" in text


def test_an_answer_whose_kind_nobody_has_said_leads_those_who_lead_to_that_question(
    country, cast, at, client, client_as
) -> None:
    letter = registered(country, cast, at)
    reply = record_answer(letter=letter, answer="", came=came(at.date()), at=at, by=None)
    page, asks = (
        f"/m/{letter.matter.code}/",
        reverse("letter_classify", args=[letter.matter.code, reply.code]),
    )
    assert asks in client_as("coordinator").get(page).content.decode()
    assert asks not in client.get(page).content.decode()
    Letter.objects.filter(pk=reply.pk).update(answer="formal")
    assert asks not in client_as("coordinator").get(page).content.decode()


def test_words_about_a_letter_stand_once_and_an_answer_that_was_confirmed_stands_once(
    country, cast, at, client_as
) -> None:
    letter = registered(country, cast, at)
    object_as_authority(letter=letter, kind="mistake", text="Tarix başqadır", at=at)
    code = issue_reply_code(letter=letter, at=at)
    assert code
    reply = answer_by_code(letter=letter, came=came(at.date(), summary="Su veriləcək"), at=at)
    page = f"/m/{letter.matter.code}/"
    text = client_as("officer").get(page).content.decode()
    assert text.count("Tarix başqadır") == 1 and "Su veriləcək" not in text
    confirm_answer(reply=reply, at=at, by=cast.officer)
    text = client_as("officer").get(page).content.decode()
    assert text.count("Su veriləcək") == 1 and text.count(f'id="l-{reply.code}"') == 1


def test_the_head_of_a_finished_matter_tells_its_outcome_not_a_term(client, country, at) -> None:
    row = rows.matter(country, at, stage="pressing", community=country.community, authority=country.water)
    letter = rows.letter(
        row, country.water, legal_day(at) - timedelta(days=90), legal_day(at) - timedelta(days=90)
    )
    rows.clock(letter, legal_day(at) - timedelta(days=90), grace=0)
    head = lambda: client.get(f"/m/{row.code}/").content.decode().partition('<ol class="thread')[0]  # noqa: E731
    assert "Cavab üçün son gün" in head()
    Matter.objects.filter(pk=row.pk).update(stage="closed", outcome="partly")
    assert "Cavab üçün son gün" not in head() and "Qismən" in head() and "#end" in head()
