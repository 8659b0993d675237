"""A promise is verifiable, specific, sourced, public; how far it is kept is rated with a source, by two, heard by the body."""

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from icma.advocacy import promises, rubric
from icma.advocacy.actions.oversight import commitments as actions
from icma.advocacy.actions.oversight import due, rating, replies
from icma.advocacy.actions.oversight.sources import Seen
from icma.advocacy.flow import COMMITMENT, LEVELS, OGP
from icma.advocacy.models import Commitment, Rating, Source
from icma.core.action import Refused
from icma.core.day import legal_day, moment
from icma.matters.actions.incoming import Came, record_answer
from icma.matters.actions.letters import draft, mark_sent, register
from icma.matters.models import Entry, Matter
from icma.people.models import Review
from tests.advocacy.oversight_kit import PDF, URL, decided_on, fresh, promised, seen, watched
from tests.matters.letters_kit import words_read

pytestmark = pytest.mark.django_db
TODAY = date(2026, 3, 13)
DAY = timedelta(days=1)


@pytest.fixture
def now(at, monkeypatch):
    held = {"at": at}
    monkeypatch.setattr(timezone, "now", lambda: held["at"])
    return lambda moved: held.update(at=moved)


@pytest.fixture
def promise(country, cast, at, now) -> Commitment:
    return watched(country, cast, at)


def page(promise: Commitment, client: Client | None = None) -> str:
    response = (client or Client()).get(f"/m/{promise.matter.code}/")
    assert response.status_code == 200, response.status_code
    return response.content.decode()


def rate(promise, by, at, status="limited", on=TODAY, **more) -> Rating:
    return rating.rate(
        commitment=promise, status=status, on=on, seen=seen(legal_day(at)), at=at, by=by, **more
    )


def check(promise, by, at, status="limited", on=TODAY, **more) -> Rating:
    return rating.check_rating(
        commitment=promise, status=status, on=on, seen=seen(legal_day(at)), at=at, by=by, **more
    )


# --- what a promise is -----------------------------------------------------------------------------------
@pytest.mark.parametrize(("lost", "word"), [
    ({"check_by": " "}, "görə biləcəyini"), ({"text": " "}, "Vədin öz sözlərini"),
    ({"said_at": "letter"}, "hamı oxuya biləndə"), ({"seen": seen(TODAY, URL)}, "Mənbədə yazılanı saxlayın"),
])  # fmt: skip
def test_what_cannot_be_watched_is_not_put_before_a_moderator(
    country, cast, at, client_as, now, lost, word
) -> None:
    made = promised(country, cast, at, **lost)
    with pytest.raises(Refused, match=word):
        actions.submit_commitment(commitment=made, at=at, by=cast.coordinator)
    text = client_as("coordinator").get(reverse("commitment_work", args=[made.matter.code])).content.decode()
    assert word in text and "gonderin/" not in text
    assert Matter.objects.get(pk=made.pk).stage == "planned"


@pytest.mark.parametrize("wrong", [
    {"seen": Seen(on=TODAY)}, {"authority": None}, {"said_on": TODAY + DAY}, {"due_on": date(2020, 1, 1)},
    {"said_at": "x"}, {"level": "x"}, {"check_by": "x" * 501},
])  # fmt: skip
def test_nothing_is_kept_without_source_body_and_possible_days(country, cast, at, wrong) -> None:
    with pytest.raises(Refused):
        promised(country, cast, at, **wrong)
    assert not Matter.objects.filter(kind="commitment").exists()


def test_it_is_public_only_after_a_moderator(country, cast, at, now) -> None:
    made = promised(country, cast, at)
    assert Client().get(f"/m/{made.matter.code}/").status_code == 404
    assert "Su hər gün veriləcək" in page(watched(country, cast, at))


def test_a_promise_in_an_answer_has_that_answer_as_its_source(country, cast, at, client_as, now) -> None:
    led = decided_on(country, cast, at).matter
    letter = draft(
        matter=led, authority=country.water, kind="application", sender="community", subject="Su barədə", body="x",
        rule="appeal.general", at=at, by=cast.coordinator,
    )  # fmt: skip
    mark_sent(letter=letter, channel="post", on=TODAY, at=at, by=cast.coordinator, proof=None)
    register(letter=letter, number="7/26", on=TODAY, at=at, by=cast.coordinator)
    came = Came(dated_on=TODAY, received_on=TODAY, number="9/26")
    answer = record_answer(
        letter=letter,
        answer="promise",
        came=came,
        promised_on=TODAY + timedelta(days=30),
        at=at,
        by=cast.coordinator,
    )
    made = watched(country, cast, at, said_at="letter", seen=Seen(on=TODAY, letter=answer))
    assert "9/26" in page(made)
    form = (
        client_as("coordinator")
        .get(reverse("commitment_new", args=[country.community.code]))
        .content.decode()
    )
    assert answer.code in form
    with pytest.raises(Refused):
        promised(country, cast, at, seen=Seen(on=TODAY, letter=letter))  # our own letter promises nothing


# --- ratings -----------------------------------------------------------------------------------------------
def test_the_status_set_is_closed_and_maps_to_the_five_levels_of_ogp(promise, cast, at) -> None:
    assert list(OGP.values()) == [
        "No evidence available",
        "Not started",
        "Limited",
        "Substantial",
        "Complete",
    ]
    assert set(COMMITMENT.stages) == {"unrated", *OGP}
    for wrong in ("unrated", "kept", "50%", ""):
        with pytest.raises(Refused):
            rate(promise, cast.coordinator, at, wrong)
    rate(promise, cast.coordinator, at, "substantial")
    text = page(promise)
    assert "çoxu görülüb" in text and ">Substantial<" in text


def test_no_status_without_a_source(promise, cast, at) -> None:
    for wrong in (Seen(on=TODAY), seen(TODAY, URL)):  # none; an address alone, whose page may change
        with pytest.raises(Refused):
            rating.rate(
                commitment=promise, status="complete", on=TODAY, seen=wrong, at=at, by=cast.coordinator
            )
    assert not Rating.objects.exists() and fresh(promise).stage == "unrated"
    source = Rating._meta.get_field("source")
    assert not source.null
    with pytest.raises(IntegrityError), transaction.atomic():
        Rating(commitment=promise, status="limited", rubric=1, on=TODAY, at=at).save()


def test_the_form_wants_the_source_too_and_keeps_what_was_typed(promise, client_as) -> None:
    url = reverse("commitment_rate", args=[promise.matter.code])
    answer = client_as("coordinator").post(
        url, {"status": "limited", "on": "2026-03-13", "text": "Boru gətirilib"}
    )
    assert answer.status_code == 422 and "Boru gətirilib" in answer.content.decode()
    assert not Rating.objects.exists()


def test_history_is_never_rewritten(promise, cast, at) -> None:
    one = rate(promise, cast.coordinator, at, "not_started")
    with pytest.raises(TypeError):
        one.save()
    with pytest.raises(TypeError):
        one.delete()
    rate(promise, cast.officer, at + DAY, "limited")
    assert list(Rating.objects.order_by("pk").values_list("status", flat=True)) == ["not_started", "limited"]
    text = page(promise)
    assert text.index("başlanıb, az iş görülüb") < text.rindex("başlanmayıb")


def test_a_new_rubric_never_rewrites_old_ratings(promise, cast, at, monkeypatch) -> None:
    one = rate(promise, cast.coordinator, at)
    old = rubric.criteria(1)["limited"]
    more = {level: {"az": f"YENİ {level}", "ru": "Н", "en": "N"} for level in LEVELS}
    both = rubric.versions() | {2: {"version": 2, "since": "2027-01-01", "levels": more}}
    monkeypatch.setattr(rubric, "versions", lambda: both)
    two = rate(promise, cast.officer, at + DAY, "substantial")
    assert (Rating.objects.get(pk=one.pk).rubric, Rating.objects.get(pk=two.pk).rubric) == (1, 2)
    text = page(promise)
    head, _fold, rest = text.partition("<details")
    assert "YENİ substantial" in head and "Meyar: versiya 1" in head and "Meyar: versiya 2" in head
    first = rest.partition("versiya 1")[2]
    assert old in first and "YENİ" not in first


def test_every_version_of_the_rubric_explains_every_level_in_three_languages() -> None:
    for version in rubric.versions().values():
        assert set(version["levels"]) == set(LEVELS)
        assert all(
            set(texts) == {"az", "ru", "en"} and all(texts.values()) for texts in version["levels"].values()
        )


def test_a_second_person_is_asked_and_sees_the_same(promise, cast, at, client_as) -> None:
    one = rate(promise, cast.coordinator, at)
    review = Review.objects.get(kind="rating")
    assert (review.when, review.subject) == ("after", str(one.pk))
    assert "hələlik bir nəfər baxıb" in page(promise)
    link = reverse("commitment_check", args=[promise.matter.code])
    assert link in client_as("officer").get("/is/nezerden/").content.decode()
    check(promise, cast.officer, at)
    review.refresh_from_db()
    assert review.verdict == "agreed" and fresh(promise).stage == "limited"
    assert "ikinci şəxs də eyni görüb" in page(promise)


def test_nobody_checks_oneself(promise, cast, at) -> None:
    with pytest.raises(Refused):
        check(promise, cast.coordinator, at)  # nothing to check yet
    rate(promise, cast.coordinator, at)
    with pytest.raises(Refused):
        check(promise, cast.coordinator, at)
    assert Rating.objects.count() == 1


def test_two_who_differ_wait_for_a_third_and_the_middle_counts(promise, cast, at) -> None:
    rate(promise, cast.coordinator, at, "complete")
    check(promise, cast.officer, at, "not_started")
    row = fresh(promise)
    assert (row.stage, row.disputed_at) == ("unrated", at) and Review.objects.get().verdict == "undone"
    assert "iki nəfər fərqli görüb" in page(promise)
    for again in (cast.coordinator, cast.officer):
        with pytest.raises(Refused):
            check(promise, again, at, "complete")
        with pytest.raises(Refused):
            rate(promise, again, at, "complete")  # no way round the dispute
    check(promise, cast.officer2, at, "substantial")
    row = fresh(promise)
    assert (row.stage, row.disputed_at) == ("substantial", None)


def test_while_two_differ_the_last_agreed_status_stands(promise, cast, at) -> None:
    rate(promise, cast.coordinator, at, "limited")
    check(promise, cast.officer, at, "limited")
    rate(promise, cast.officer, at + DAY, "complete")
    check(promise, cast.coordinator, at + DAY, "limited", on=TODAY)
    row = fresh(promise)
    assert row.stage == "limited" and row.disputed_at is not None


def test_the_cache_is_what_the_ratings_come_to(promise, cast, at) -> None:
    rate(promise, cast.coordinator, at, "limited")
    check(promise, cast.officer, at, "substantial")
    check(promise, cast.officer2, at, "substantial")
    rate(promise, cast.coordinator, at + DAY, "complete", on=TODAY)
    found = promises.outcome_of(promises.rounds_of(Rating.objects.filter(commitment=promise)))
    row = fresh(promise)
    assert (row.stage, row.rated_on) == found == ("complete", TODAY)


@pytest.mark.parametrize("wrong", [{"on": TODAY + DAY}, {"on": date(2026, 1, 1)}, {"text": "x" * 1001}])
def test_a_look_lies_between_the_promise_and_today(promise, cast, at, wrong) -> None:
    with pytest.raises(Refused):
        rate(promise, cast.coordinator, at, **wrong)


def test_only_those_who_lead_rate(promise, client_as) -> None:
    for name in ("commitment_rate", "commitment_check", "commitment_work", "commitment_said"):
        url = reverse(name, args=[promise.matter.code])
        assert client_as("coordinator").get(url).status_code == 200
        for other in ("resident", "official", "moderator", "lawyer"):
            assert client_as(other).get(url).status_code == 404, (name, other)


# --- agreement -----------------------------------------------------------------------------------------------
def test_kappa_is_given_from_five_pairs_on_and_not_before(country, cast, at, now) -> None:
    pairs = [
        ("limited", "limited"),
        ("complete", "complete"),
        ("limited", "complete"),
        ("limited", "limited"),
    ]
    for first, second in pairs:
        one = watched(country, cast, at)
        rate(one, cast.coordinator, at, first)
        check(one, cast.officer, at, second)
    text = Client().get("/vedler/").content.decode()
    assert "kappa" not in text.lower() and "5" in text
    one = watched(country, cast, at)
    rate(one, cast.coordinator, at, "complete")
    check(one, cast.officer, at, "complete")
    found = promises.agreement(Rating.objects.all())
    assert (found.n, found.same) == (5, 4)
    # by hand: p0 = 4/5; first rater 3 limited, 2 complete; second 2 limited, 3 complete; pe = 12/25
    assert found.kappa == pytest.approx((0.8 - 0.48) / (1 - 0.48))
    assert "0,62" in Client().get("/vedler/").content.decode()


# --- its day -------------------------------------------------------------------------------------------------
def on_day(promise: Commitment, day: date) -> promises.Stand:
    return promises.stand(fresh(promise), day)


def test_overdue_by_itself_once_its_day_has_passed(promise, now) -> None:
    """Nobody presses anything; that nobody has looked stands beside the word, and no breach is stated."""
    assert on_day(promise, promise.due_on).state == "due_soon"
    after = promise.due_on + DAY
    stands = on_day(promise, after)
    assert (stands.state, stands.sign) == ("overdue_unseen", False)
    now(moment(after))
    text = page(promise)
    assert (
        "müddəti keçib, baxılmayıb" in text
        and "pozuntu demək deyil" in text
        and "gecik" not in text.partition("<main")[2].lower()
    )


def test_who_looked_after_the_day_and_saw_it_undone_makes_it_a_breach(country, cast, at, now) -> None:
    promise = watched(country, cast, at, due_on=TODAY - DAY)
    assert on_day(promise, TODAY).state == "overdue_unseen"
    rate(promise, cast.coordinator, at, "limited")
    stands = on_day(promise, TODAY)
    assert (stands.state, stands.sign) == ("overdue_seen", True)
    assert 'class="tag late"' in page(promise)


@pytest.mark.parametrize(("status", "on", "state"), [
    ("complete", TODAY, "kept"), ("no_evidence", TODAY, "overdue_no_evidence"),
    ("not_started", TODAY - 5 * DAY, "overdue_unseen"), ("not_started", TODAY, "overdue_seen"),
    ("substantial", TODAY, "overdue_seen"),
])  # fmt: skip
def test_what_was_seen_and_when_says_how_it_stands(country, cast, at, status, on, state) -> None:
    promise = watched(country, cast, at, due_on=TODAY - DAY)
    rate(promise, cast.coordinator, at, status, on=on)
    assert on_day(promise, TODAY).state == state


def test_a_promise_without_a_day_is_never_late(country, cast, at) -> None:
    promise = watched(country, cast, at, due_on=None)
    rate(promise, cast.coordinator, at, "not_started")
    assert on_day(promise, TODAY + timedelta(days=900)).state == "no_day"


def test_the_list_finds_by_the_same_words(country, cast, monkeypatch) -> None:
    """The database's own day is asked: what the row says and what the filter finds is one."""
    at = timezone.now()
    today = legal_day(at)
    made = []
    for days, status in (
        (-3, ""),
        (-3, ""),
        (-3, "limited"),
        (-3, "no_evidence"),
        (-3, "complete"),
        (3, ""),
        (90, ""),
        (None, ""),
    ):
        due_on = None if days is None else today + timedelta(days=days)
        row = watched(country, cast, at, due_on=due_on)
        if status:
            rating.rate(commitment=row, status=status, on=today, seen=seen(today), at=at, by=cast.coordinator)
        made.append(fresh(row))
    Commitment.objects.filter(pk__in=[made[0].pk, made[-1].pk]).update(disputed_at=at)
    found = {
        state: set(Commitment.objects.filter(promises.stands(state))) for state, _label in promises.choices()
    }
    for row in Commitment.objects.all():
        state = promises.stand(row, today).state
        assert row in found[{"due_soon": "running"}.get(state, state)], state
    overdue = found.pop("overdue")
    assert overdue == set().union(*(rows for state, rows in found.items() if state.startswith("overdue_")))
    assert len(overdue) == 4 and len(found["overdue_disputed"]) == len(found["disputed"]) == 1
    assert sum(len(rows) for rows in found.values()) == len(made)


def test_its_day_is_told_once_to_those_who_follow(promise) -> None:
    assert due.emit(moment(promise.due_on - DAY)) == 0
    late = moment(promise.due_on + timedelta(days=6))  # the worker was off for days
    assert due.emit(late) == 2 and due.emit(late) == 0
    told = Entry.objects.filter(matter=promise.matter, verb__startswith="promise_").order_by("pk")
    assert [(e.verb, e.on) for e in told] == [
        ("promise_due", promise.due_on), ("promise_passed", promise.due_on + DAY),
    ]  # fmt: skip


def test_a_kept_promise_reminds_nobody(promise, cast, at) -> None:
    rate(promise, cast.coordinator, at, "complete")
    assert due.emit(moment(promise.due_on + timedelta(days=6))) == 0


# --- the right of reply --------------------------------------------------------------------------------------
def test_the_bodys_official_has_the_say_beside_the_rating(promise, cast, at, client_as) -> None:
    rate(promise, cast.coordinator, at, "not_started")
    url = reverse("say", args=[promise.matter.code])
    assert url in page(promise, client_as("official"))
    answer = client_as("official").post(url, {"text": "Boru alınıb, iş başlanıb.", "once": "s" * 32})
    assert answer.status_code == 302
    text = page(promise)
    assert (
        "Boru alınıb" not in text and "burada qurum özü yazıb" in text and "moderator oxuyandan sonra" in text
    )
    words_read(promise.matter, cast, at)
    text = page(promise)
    assert "Boru alınıb, iş başlanıb." in text and "moderator oxuyandan sonra" not in text
    assert text.count("Boru alınıb") == 1  # beside, not once more on the thread
    assert fresh(promise).disputed_at is None


def test_who_does_not_agree_is_heard_before_lateness_is_shown(country, cast, at, now) -> None:
    promise = watched(country, cast, at, due_on=TODAY - DAY)
    rate(promise, cast.coordinator, at, "not_started")
    replies.reply(matter=promise.matter, text="Başlamışıq", disagrees=True, at=at, by=cast.official)
    assert on_day(promise, TODAY).state == "overdue_disputed"  # an objection makes no day come later
    assert 'class="tag late"' not in page(promise)
    promise = fresh(promise)
    with pytest.raises(Refused):
        rate(promise, cast.coordinator, at, "not_started")  # the one with whom it does not agree
    check(promise, cast.officer, at, "limited")
    assert fresh(promise).disputed_at is not None  # now two differ
    check(promise, cast.officer2, at, "limited")
    assert on_day(promise, TODAY).state == "overdue_seen" and fresh(promise).stage == "limited"


def test_a_second_look_that_agrees_ends_the_bodys_objection(promise, cast, at) -> None:
    rate(promise, cast.coordinator, at, "limited")
    replies.reply(matter=promise.matter, text="Razı deyilik", disagrees=True, at=at, by=cast.official)
    check(fresh(promise), cast.officer, at, "limited")
    assert fresh(promise).disputed_at is None and fresh(promise).stage == "limited"


def test_only_its_own_officials_speak_for_a_body(promise, country, cast, client_as) -> None:
    from icma.people.models import Membership

    url = reverse("say", args=[promise.matter.code])
    for other in ("resident", "coordinator", "officer", "moderator"):
        assert client_as(other).get(url).status_code == 404, other
    Membership.objects.filter(user=cast.official).update(authority=country.executive)
    assert client_as("official").get(url).status_code == 404


def test_what_the_community_enters_for_the_body_needs_a_source(promise, client_as) -> None:
    url = reverse("commitment_said", args=[promise.matter.code])
    given = {"text": "Mediada dedilər ki, iyunda bitəcək.", "on": "2026-03-12", "once": "e" * 32}
    assert client_as("coordinator").post(url, given).status_code == 422
    assert client_as("coordinator").post(url, given | {"url": URL}).status_code == 302
    assert "icma daxil edib" in page(promise) and Source.objects.filter(matter=promise.matter).count() == 2


@pytest.mark.parametrize(
    "wrong", [{"text": " "}, {"text": "x" * 2001}, {"disagrees": True}, {"on": TODAY + DAY}]
)
def test_an_empty_or_early_word_is_refused(promise, cast, at, wrong) -> None:
    with pytest.raises(Refused):
        replies.reply(matter=promise.matter, at=at, by=cast.official, **{"text": "x"} | wrong)


# --- pages and lists -------------------------------------------------------------------------------------------
def test_no_share_and_no_bar_is_drawn_of_a_promise(promise, cast, at) -> None:
    rate(promise, cast.coordinator, at, "substantial")
    for text in (
        page(promise).partition("<main")[2],
        Client().get("/vedler/").content.decode().partition("<main")[2],
    ):
        assert "%" not in text and "<rect" not in text and 'class="track"' not in text


def test_csv_atom_and_api_give_the_same_rows(promise, cast, at) -> None:
    rate(promise, cast.coordinator, at, "limited")
    code = promise.matter.code
    assert code in b"".join(Client().get("/vedler.csv").streaming_content).decode()
    assert f"/m/{code}/" in Client().get("/vedler.atom").content.decode()
    row = Client().get("/api/v1/commitments/").json()["rows"][0]
    assert (row["code"], row["status"], row["ogp_level"], row["stands"]) == (
        code,
        "limited",
        "Limited",
        "running",
    )
    assert row["due_on"] == promise.due_on.isoformat() and row["rated_on"] == "2026-03-13"


def test_the_list_filters(country, cast, at, now) -> None:
    one = watched(country, cast, at, title="Vəd bir")
    two = watched(
        country, cast, at, title="Vəd iki", level="central", topic="economy", place=country.shaki,
        authority=country.superior,
    )  # fmt: skip
    rate(two, cast.coordinator, at, "complete")
    for query, shown in (
        ("", {one, two}), ("topic=economy", {two}), ("place=AZ-GOY", {one}), ("level=central", {two}),
        ("status=complete", {two}), ("stands=kept", {two}), (f"authority={country.superior.code}", {two}),
        ("status=limited", set()),
    ):  # fmt: skip
        text = Client().get(f"/vedler/?{query}").content.decode()
        assert {d for d in (one, two) if d.matter.title in text} == shown, query


def test_as_many_queries_for_nine_ratings_as_for_one(
    promise, cast, at, django_assert_max_num_queries
) -> None:
    rate(promise, cast.coordinator, at)
    with django_assert_max_num_queries(12):
        page(promise)
    for number in range(8):
        rate(promise, cast.officer, at + number * DAY / 24, "limited")
    with django_assert_max_num_queries(12):
        page(promise)


def test_the_list_costs_the_same_for_three_rows_as_for_one(
    country, cast, at, now, django_assert_max_num_queries
) -> None:
    for number in range(3):
        rate(watched(country, cast, at, title=f"Vəd {number}"), cast.coordinator, at)
    with django_assert_max_num_queries(12):
        Client().get("/vedler/")


def test_the_coordinator_writes_it_through_the_pages(country, client_as, now) -> None:
    client = client_as("coordinator")
    form = {
        "title": "Yol asfaltlanacaq", "text": "İyuna qədər iki kilometr.", "check_by": "Yol asfaltdır.",
        "said_on": "2026-03-01", "said_at": "media", "due_on": "2026-06-01", "authority": country.executive.code,
        "level": "local", "topic": "infrastructure", "place": "AZ-GOY", "url": URL, "seen_on": "2026-03-12",
        "once": "n" * 32,
    }  # fmt: skip
    answer = client.post(reverse("commitment_new", args=[country.community.code]), form)
    made = Commitment.objects.get()
    assert answer["Location"] == reverse("commitment_work", args=[made.matter.code])
    change = reverse("commitment_change", args=[made.matter.code])
    assert "Yol asfaltlanacaq" in client.get(change).content.decode()
    assert (
        client.post(change, form | {"title": "Yol təmir olunacaq", "url": "", "once": "m" * 32}).status_code
        == 302
    )
    row = fresh(made)
    assert (
        row.matter.title == "Yol təmir olunacaq" and row.source.url == URL
    )  # the source that stands was kept
    copy = {"url": "", "copy": SimpleUploadedFile("ekran.pdf", PDF, "application/pdf"), "once": "k" * 32}
    assert client.post(change, form | copy).status_code == 302
    row = fresh(made)
    assert row.source.url == URL and row.source.file is not None  # a copy of the address that stands
    assert (
        client.post(reverse("commitment_send", args=[made.matter.code]), {"once": "o" * 32}).status_code
        == 302
    )
    assert Matter.objects.get(pk=made.pk).stage == "raised"
