"""Nothing is public before a moderator has seen it; refusals cite a rule and are looked at again by another person."""

from datetime import timedelta

import pytest
from django.urls import reverse

from icma.core.access import STRANGER, allowed
from icma.core.action import Refused
from icma.core.day import legal_day
from icma.core.flow import Stale
from icma.core.search import narrowed, sought
from icma.matters.actions import joining, moderation, taking
from icma.matters.actions.raising import add_words, raise_matter, withdraw
from icma.matters.actions.support import count_supports, follow, support
from icma.matters.models import Clock, Entry, Letter, Link, Matter, Notice, Part, Words

pytestmark = pytest.mark.django_db


@pytest.fixture
def matter(country, at):
    return raise_matter(
        title="Küçədə su yoxdur", text="Əli 050 123 45 67 nömrəsindən yazır. Su gəlmir.", place=country.goychay,
        topic="infrastructure", at=at,
    ).matter  # fmt: skip


def seen(matter, who=STRANGER, at=None):
    return allowed(Matter.objects.filter(pk=matter.pk), who, "view", at).exists()


def running(matter, rule):
    return Clock.objects.filter(matter=matter, rule=rule, state="running").exists()


def test_a_matter_is_public_only_after_publishing(matter, cast, at):
    assert not seen(matter, at=at) and running(matter, "own.moderate")
    moderation.publish(matter=matter, at=at, by=cast.moderator)
    assert seen(matter, at=at)
    assert not running(matter, "own.moderate") and running(matter, "own.take_up")


def test_two_moderators_press_and_one_is_told(matter, cast, at):
    other = Matter.objects.get(pk=matter.pk)
    moderation.publish(matter=matter, at=at, by=cast.moderator)
    with pytest.raises(Stale):
        moderation.reject(matter=other, rule="insult", at=at, by=cast.moderator2)


def test_a_rejection_needs_a_rule_of_the_list(matter, cast, at):
    with pytest.raises(Refused):
        moderation.reject(matter=matter, rule="I do not like it", at=at, by=cast.moderator)
    moderation.reject(matter=matter, rule="insult", at=at, by=cast.moderator, text="Yumşaldın")
    assert (matter.stage, matter.reason) == ("rejected", "insult") and not running(matter, "own.moderate")
    assert Entry.objects.get(verb="rejected").data["rule"] == "insult"


def test_an_appeal_is_decided_by_another_moderator_once(matter, cast, at):
    moderation.reject(matter=matter, rule="insult", at=at, by=cast.moderator)
    moderation.appeal(matter=matter, text="Təhqir yoxdur", at=at)
    assert running(matter, "own.moderate")
    with pytest.raises(Refused):
        moderation.appeal(matter=matter, text="bir də", at=at)
    with pytest.raises(Refused):
        moderation.publish(matter=matter, at=at, by=cast.moderator)
    moderation.publish(matter=matter, at=at, by=cast.moderator2)
    assert seen(matter, at=at)


def test_what_was_said_to_the_author_is_no_public_word_after_an_appeal(client, matter, cast, at):
    moderation.reject(
        matter=matter, rule="personal_data", at=at, by=cast.moderator, text="Leylanın adı yazılıb"
    )
    moderation.appeal(matter=matter, text="", at=at)
    moderation.publish(matter=matter, at=at, by=cast.moderator2)
    page = client.get(f"/m/{matter.code}/")
    assert page.status_code == 200 and "Leylanın" not in page.content.decode()


def test_an_appeal_can_be_refused_for_good(matter, cast, at):
    moderation.reject(matter=matter, rule="insult", at=at, by=cast.moderator)
    with pytest.raises(Stale):
        moderation.reject(matter=matter, rule="insult", at=at, by=cast.moderator2)
    moderation.appeal(matter=matter, text="", at=at)
    moderation.reject(matter=matter, rule="unclear", at=at, by=cast.moderator2)
    assert matter.stage == "rejected" and not running(matter, "own.moderate")
    with pytest.raises(Refused):
        moderation.appeal(matter=matter, text="", at=at)


def test_without_an_appeal_or_after_withdrawal_nothing_is_published(matter, cast, at):
    moderation.reject(matter=matter, rule="insult", at=at, by=cast.moderator)
    with pytest.raises(Refused):
        moderation.publish(matter=matter, at=at, by=cast.moderator2)


def test_a_withdrawn_matter_cannot_be_appealed(matter, at):
    withdraw(matter=matter, at=at)
    with pytest.raises(Refused):
        moderation.appeal(matter=matter, text="", at=at)


def test_nobody_decides_about_a_matter_of_ones_own(country, cast, at):
    own = raise_matter(
        title="Mənim", text="sözüm", place=country.goychay, topic="other", at=at, by=cast.moderator
    ).matter
    with pytest.raises(Refused):
        moderation.publish(matter=own, at=at, by=cast.moderator)


# --- corrections -----------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("before", "after", "fine"),
    [
        ("Əli yazır. Su yoxdur.", "[…] yazır. Su yoxdur.", True),
        ("Əli yazır. Su yoxdur.", "[…] Su yoxdur.", True),
        ("Əli yazır. Su yoxdur.", "Su yoxdur.", True),
        ("Əli yazır. Su yoxdur.", "Əli yazır. Su var.", False),
        ("Əli yazır. Su yoxdur.", "Su yoxdur. […] Əli", False),
        ("Əli yazır.", "Əli yazır. Su da yoxdur.", False),
    ],
)
def test_a_text_can_be_shortened_and_nothing_put_into_a_mouth(before, after, fine):
    assert moderation.is_redaction(before, after) is fine


def test_a_redacted_passage_is_gone_from_the_row_and_from_the_search(matter, cast, at):
    assert narrowed(Matter.objects.all(), *sought(Matter, "050 123 45 67")).exists()
    text = matter.text.replace("050 123 45 67", "[…]")
    moderation.correct(matter=matter, text=text, why="Nömrə çıxarıldı", at=at, by=cast.moderator)
    assert "050" not in Matter.objects.get(pk=matter.pk).text
    assert not narrowed(Matter.objects.all(), *sought(Matter, "050 123 45 67")).exists()
    entry = Entry.objects.get(verb="corrected")
    assert entry.data == {"fields": ["text"]} and entry.words.text == "Nömrə çıxarıldı"


def test_a_correction_that_adds_or_says_nothing_is_refused(matter, cast, at):
    for values in ({"text": matter.text + " Müəllif: Vəli"}, {}, {"title": matter.title}, {"topic": "money"}):
        with pytest.raises(Refused):
            moderation.correct(matter=matter, why="x", at=at, by=cast.moderator, **values)
    with pytest.raises(Refused):
        moderation.correct(matter=matter, why=" ", title="Başqa", at=at, by=cast.moderator)


def test_words_added_later_are_shown_or_erased_with_a_rule(matter, cast, at):
    moderation.publish(matter=matter, at=at, by=cast.moderator)
    first = add_words(matter=matter, text="Adım Vəlidir. Yenə yoxdur.", at=at)
    second = add_words(matter=matter, text="Söyüş", at=at)
    assert running(matter, "own.moderate")
    shown = moderation.show_words(entry=first, text="[…] Yenə yoxdur.", at=at, by=cast.moderator)
    assert shown.visibility == "public" and shown.words.text == "[…] Yenə yoxdur."
    moderation.drop_words(entry=second, rule="insult", at=at, by=cast.moderator)
    assert not Words.objects.filter(text__contains="Vəli").exists()
    assert not Words.objects.filter(text="Söyüş").exists()
    assert not running(matter, "own.moderate")
    with pytest.raises(Stale):
        moderation.show_words(entry=first, at=at, by=cast.moderator)


# --- joining ---------------------------------------------------------------------------------------
@pytest.fixture
def pair(matter, country, cast, at):
    other = raise_matter(
        title="İçməli su gəlmir", text="Su gəlmir.", place=country.goychay, topic="infrastructure", at=at
    ).matter
    for one in (matter, other):
        moderation.publish(matter=one, at=at, by=cast.moderator)
    return matter, other


def test_supporters_of_both_count_once_and_splitting_gives_back(pair, cast, at):
    one, two = pair
    for key in ("a@x.az", "b@x.az"):
        support(matter=one, key=key, channel="mail", at=at)
    for key in ("b@x.az", "c@x.az"):
        support(matter=two, key=key, channel="mail", at=at)
    count_supports(at=at)
    joining.merge(matter=one, into=two, at=at, by=cast.moderator)
    two.refresh_from_db()
    assert two.support_count == 3
    support(matter=Matter.objects.get(pk=one.pk), key="d@x.az", channel="mail", at=at)
    count_supports(at=at)
    two.refresh_from_db()
    assert two.support_count == 4
    joining.split(matter=Matter.objects.get(pk=one.pk), at=at, by=cast.moderator)
    assert list(Matter.objects.order_by("pk").values_list("support_count", flat=True)) == [2, 3]
    assert not Link.objects.exists()


def test_joined_or_taken_apart_what_no_moderator_published_is_not_public(pair, country, cast, at, client):
    raw = raise_matter(
        title="Su gəlmir axşamlar", text="Vəli", place=country.goychay, topic="other", at=at
    ).matter
    joining.merge(matter=raw, into=pair[1], at=at, by=cast.moderator)
    assert client.get(f"/m/{raw.code}/").status_code == 404, "joining publishes nothing"
    assert "axşamlar" not in client.get(f"/m/{pair[1].code}/").content.decode()
    joining.split(matter=Matter.objects.get(pk=raw.pk), at=at, by=cast.moderator)
    raw.refresh_from_db()
    assert (raw.stage, raw.published_at) == ("raised", None) and running(raw, "own.moderate")


def test_taken_apart_again_the_community_that_led_it_leads_it(pair, country, cast, at):
    one, two = pair
    taking.take_up(matter=one, community=country.community, at=at, by=cast.coordinator)
    joining.merge(matter=one, into=two, at=at, by=cast.moderator)
    joining.split(matter=Matter.objects.get(pk=one.pk), at=at, by=cast.moderator)
    one.refresh_from_db()
    assert (one.stage, one.community) == ("taken", country.community)


def test_two_who_join_each_with_the_other_at_once_make_no_circle(pair, cast, at):
    one, two = pair
    old = Matter.objects.get(pk=one.pk)
    joining.merge(matter=one, into=two, at=at, by=cast.moderator)
    with pytest.raises(Refused):
        joining.merge(matter=two, into=old, at=at, by=cast.moderator)
    assert not Matter.objects.filter(pk=two.pk, stage="merged").exists()


def test_followers_are_told_on_both_threads_and_follow_the_other(pair, cast, at):
    one, two = pair
    follow(matter=one, person=cast.resident.person, by=cast.resident, at=at)
    joining.merge(matter=one, into=two, at=at, by=cast.moderator)
    assert Part.objects.filter(matter=two, person=cast.resident.person, role="follower").exists()
    assert Entry.objects.filter(matter=one, verb="merged").exists()
    assert Entry.objects.filter(matter=two, verb="merged_here").exists()


def test_matters_are_not_joined_in_circles_with_themselves_or_with_what_nobody_sees(pair, country, cast, at):
    one, two = pair
    with pytest.raises(Refused):
        joining.merge(matter=one, into=one, at=at, by=cast.moderator)
    joining.merge(matter=one, into=two, at=at, by=cast.moderator)
    with pytest.raises(Refused):
        joining.merge(matter=two, into=Matter.objects.get(pk=one.pk), at=at, by=cast.moderator)
    raw = raise_matter(title="x y", text="z", place=country.goychay, topic="other", at=at).matter
    with pytest.raises(Refused):
        joining.merge(matter=two, into=raw, at=at, by=cast.moderator)


# --- legal notices ---------------------------------------------------------------------------------
def test_a_legal_notice_hides_at_once_and_is_decided_afterwards(matter, cast, at):
    moderation.publish(matter=matter, at=at, by=cast.moderator)
    notice = joining.hide(
        matter=matter,
        sender="nazirlik",
        basis="13-2.3.3",
        received_at=at - timedelta(minutes=40),
        at=at,
        by=cast.moderator,
    )
    assert not seen(matter, at=at) and (notice.hidden_at - notice.received_at) < timedelta(hours=1)
    assert allowed(Matter.objects.all(), STRANGER, "find", at).exists()
    with pytest.raises(Stale):
        joining.hide(matter=matter, sender="x", basis="y", received_at=at, at=at, by=cast.moderator)
    joining.decide_notice(notice=notice, verdict="restored", at=at, by=cast.moderator2)
    assert seen(matter, at=at)
    with pytest.raises(Stale):
        joining.decide_notice(notice=notice, verdict="removed", at=at, by=cast.moderator)


def test_tombstone_and_log_say_who_asked_when_and_what_was_decided(matter, cast, at, client):
    moderation.publish(matter=matter, at=at, by=cast.moderator)
    came = at - timedelta(minutes=40)
    values = {"sender": "nazirlik", "basis": "13-2.3.3", "received_at": came, "at": at, "by": cast.moderator}
    notice = joining.hide(matter=matter, **values)
    log = client.get(reverse("moderation_log")).content.decode()
    assert f"{came:%H:%M}" in log and f"{at:%H:%M}" in log and matter.title not in log
    before = client.get(f"/m/{matter.code}/")
    joining.decide_notice(notice=notice, verdict="removed", at=at, by=cast.moderator2)
    after = client.get(f"/m/{matter.code}/")
    for page in (before, after):
        text = page.content.decode()
        assert page.status_code == 451 and "13-2.3.3" in text and matter.title not in text
    assert before.content.decode().split("<h1>")[1] != after.content.decode().split("<h1>")[1]


def test_a_removed_matter_stays_hidden_with_its_tombstone(matter, cast, at):
    moderation.publish(matter=matter, at=at, by=cast.moderator)
    notice = joining.hide(
        matter=matter, sender="məhkəmə", basis="qərar", received_at=at, at=at, by=cast.moderator
    )
    joining.decide_notice(notice=notice, verdict="removed", at=at, by=cast.moderator)
    assert not seen(matter, at=at)
    assert allowed(Matter.objects.all(), STRANGER, "find", at).exists()


# --- pages -----------------------------------------------------------------------------------------
def test_the_queue_asks_the_same_number_of_questions_for_one_and_three(
    client_as, country, at, django_assert_max_num_queries
):
    client = client_as("moderator")

    def queries():
        with django_assert_max_num_queries(14) as asked:
            assert client.get(reverse("moderate")).status_code == 200
        return len(asked)

    def more(n):
        for number in range(n):
            made = raise_matter(
                title=f"Mövzu {number}", text="x", place=country.goychay, topic="other", at=at
            )
            add_words(matter=made.matter, text="y", at=at)

    more(1)
    client.get(reverse("moderate"))
    one = queries()
    more(2)
    assert queries() == one


def test_a_moderator_needs_the_second_factor_and_a_coordinator_does_not_moderate(client_as, matter):
    assert client_as("moderator").get(reverse("moderate")).status_code == 200
    assert client_as("moderator", strong=False).get(reverse("moderate")).status_code == 302
    assert client_as("coordinator").get(reverse("moderate")).status_code == 404
    assert client_as("coordinator").get(reverse("moderate_matter", args=[matter.code])).status_code == 404


def test_the_moderator_publishes_rejects_corrects_joins_and_hides_by_pages(client_as, matter, country, at):
    client = client_as("moderator")
    page = client.get(reverse("moderate_matter", args=[matter.code]))
    assert page.status_code == 200 and matter.title in page.content.decode()
    values = {
        "title": matter.title,
        "place": country.goychay.code,
        "topic": "social",
        "spot": "",
        "text": matter.text,
    }
    assert client.post(reverse("moderate_correct", args=[matter.code]), values).status_code == 422
    assert (
        client.post(reverse("moderate_correct", args=[matter.code]), values | {"why": "mövzu"}).status_code
        == 302
    )
    assert Matter.objects.get().topic == "social"
    assert (
        client.post(reverse("moderate_reject", args=[matter.code]), {"rule": "", "text": "x"}).status_code
        == 422
    )
    client.post(reverse("moderate_publish", args=[matter.code]), {"once": "1"})
    assert Matter.objects.get().stage == "open"
    page = client.post(
        reverse("notice", args=[matter.code]),
        {"sender": "n", "basis": "m", "received_at": "2026-03-13T09:30"},
    )
    assert page.status_code == 302 and Notice.objects.count() == 1
    client.post(reverse("notice_decide", args=[matter.code]), {"verdict": "restored"})
    assert Matter.objects.get().hidden_at is None


def test_joined_and_taken_apart_by_pages(client_as, pair):
    one, two = pair
    client = client_as("moderator")
    url = reverse("merge", args=[one.code])
    assert client.post(url, {"into": "AAAAAAAA"}).status_code == 422
    assert client.post(url, {"into": f"{two.code[:4]}-{two.code[4:]}".casefold()}).status_code == 302
    assert Matter.objects.get(pk=one.pk).merged_into == two
    split = reverse("split", args=[one.code])
    assert client.get(split).status_code == 200 and Matter.objects.get(pk=one.pk).merged_into == two
    client.post(split, {"sure": "on"})
    assert Matter.objects.get(pk=one.pk).stage == "open"


def test_a_get_publishes_nothing(client_as, matter):
    assert client_as("moderator").get(reverse("moderate_publish", args=[matter.code])).status_code == 405
    assert Matter.objects.get().stage == "raised"


def test_the_public_log_names_nobody(matter, cast, at, client):
    moderation.reject(matter=matter, rule="insult", at=at, by=cast.moderator)
    rows = list(moderation.moderation_log(Entry.objects.all()))
    assert [row.verb for row in rows] == ["rejected"]
    page = client.get(reverse("moderation_log")).content.decode()
    assert cast.moderator.pseudonym not in page and matter.title not in page


def test_joined_the_authoritys_terms_run_on_nowhere_and_run_again_once_taken_apart(pair, country, cast, at):
    from tests.front import rows

    one, two = pair
    Matter.objects.filter(pk=one.pk).update(community=country.community)
    letter = rows.letter(one, country.water, legal_day(at), legal_day(at), stage="answered")
    clock = rows.clock(letter, legal_day(at))
    joining.merge(matter=one, into=two, at=at, by=cast.moderator)
    clock.refresh_from_db()
    assert clock.state == "closed"
    Letter.objects.filter(pk=letter.pk).update(stage="registered")
    joining.split(matter=Matter.objects.get(pk=one.pk), at=at, by=cast.moderator)
    clock.refresh_from_db()
    assert clock.state == "running"


def test_two_matters_with_letters_at_authorities_are_not_joined_and_the_reason_is_true(
    pair, country, cast, at
):
    from tests.front import rows

    one, two = pair
    rows.letter(one, country.water, legal_day(at), legal_day(at))
    with pytest.raises(Refused, match="digər|başqa|o biri"):
        joining.merge(matter=one, into=two, at=at, by=cast.moderator)
    rows.letter(two, country.water, legal_day(at), legal_day(at))
    with pytest.raises(Refused, match="Hər iki"):
        joining.merge(matter=one, into=two, at=at, by=cast.moderator)


@pytest.mark.parametrize("who", ["moderator", "officer"])
def test_a_moderator_finds_the_way_from_a_public_matter_to_erasing_its_words(
    pair, client_as, country, cast, at, who
):
    one, two = pair
    added = add_words(matter=one, text="Qonşum Fərhad müəllim deyir", at=at)
    moderation.show_words(entry=added, at=at, by=cast.moderator)
    client = client_as(who)
    desk = reverse("moderate_matter", args=[one.code])
    assert desk in client.get(f"/m/{one.code}/").content.decode(), "the door on the matter's own page"
    shown = Entry.objects.get(matter=one, verb="added", visibility="public")
    page = reverse("erase_step", args=[one.code, shown.pk])
    assert page in client.get(desk).content.decode()
    assert "Fərhad müəllim" in client.get(page).content.decode(), "what is erased is seen first"
    client.post(page, {"rule": "advertisement", "once": "1"})
    public = client.get(f"/m/{one.code}/").content.decode()
    assert "Fərhad müəllim" not in public and "Silinib" in public
    assert page not in client.get(desk).content.decode()


def test_any_matter_is_opened_at_the_desk_by_its_reference_also_one_that_was_joined(
    pair, client_as, cast, at
):
    one, two = pair
    joining.merge(matter=one, into=two, at=at, by=cast.moderator)
    client = client_as("moderator")
    found = client.get(reverse("moderate"), {"find": f"{one.code[:4].lower()}-{one.code[4:]}"})
    assert found.url == reverse("moderate_matter", args=[one.code])
    wrong = client.get(reverse("moderate"), {"find": "XXXXXXXX"})
    (said,) = wrong.context["find"].errors["find"]
    assert (
        wrong.status_code == 200
        and said in wrong.content.decode()
        and 'value="XXXXXXXX"' in wrong.content.decode()
    )


def test_nobody_else_has_a_door_to_the_desk(pair, client_as):
    for who in ("resident", "coordinator", "official"):
        page = client_as(who).get(f"/m/{pair[0].code}/").content.decode()
        assert reverse("moderate_matter", args=[pair[0].code]) not in page
