"""The tally of supporters and the list of followers: once each, without a name, on both databases."""

from datetime import timedelta

import pytest

from icma.core import codes
from icma.core.action import Refused
from icma.core.day import legal_day
from icma.core.models import Code
from icma.matters.actions import confirming
from icma.matters.actions import support as tally
from icma.matters.actions.raising import keep_until_ended
from icma.matters.models import Act, Entry, Part, Support
from icma.people.actions.mail import reach_of, unsubscribe
from icma.people.models import Contact, Mail
from tests.matters.support_kit import at_once, digits_sent, everything, joined, public

MAIL = "Kanareyka.Xanim+su@numune.invalid"
WHOLE = pytest.mark.django_db


def count(matter) -> int:
    matter.refresh_from_db()
    return matter.support_count


# --- the tally -------------------------------------------------------------------------------------
@WHOLE
def test_a_support_writes_one_row_and_nothing_else(country, at, django_assert_max_num_queries):
    matter = public(country, at)
    with django_assert_max_num_queries(4):  # savepoint of the test, insert, release
        tally.support(matter=matter, key="a@numune.invalid", channel="account", at=at)
    tally.support(matter=matter, key="a@numune.invalid", channel="account", at=at)
    assert Support.objects.count() == 1
    assert not Entry.objects.exists() and not Part.objects.exists() and not Act.objects.exists()
    assert count(matter) == 0, "the batcher alone counts"


@WHOLE
def test_the_tag_cannot_be_made_without_the_key_and_is_the_same_in_every_matter(country, at, monkeypatch):
    one, two = public(country, at), public(country, at, "PVBL0002")
    for matter in (one, two):
        tally.support(matter=matter, key="a@numune.invalid", channel="mail", at=at)
    assert len(set(Support.objects.values_list("tag", flat=True))) == 1
    before = tally.tag_of("a@numune.invalid")
    monkeypatch.setattr(tally, "secret", lambda name: b"x" * 32)
    assert tally.tag_of("a@numune.invalid") != before


@pytest.mark.parametrize(
    "same",
    [
        "ANNA.B@gmail.com",
        "annab+su@gmail.com ",
        "a.n.n.a.b@googlemail.com",
        "annab@GMAIL.COM",
    ],
)
def test_one_mailbox_is_one_person_however_it_is_written(same):
    assert tally.canonical(same) == "annab@gmail.com"


@pytest.mark.parametrize(
    "one, same",
    [
        ("su.yolu@yandex.ru", "Su-Yolu+1@YA.ru su.yolu@yandex.az su-yolu@yandex.com.tr su.yolu@narod.ru"),
        ("suyolu@proton.me", "su.yolu@protonmail.com Su_Yolu@pm.me su-yolu+x@protonmail.ch"),
        ("su.yolu@icloud.com", "su.yolu@me.com su.yolu+x@mac.com"),
    ],
)
def test_hosts_that_lead_to_one_mailbox_are_one_person(one, same):
    assert {tally.canonical(mail) for mail in same.split()} == {tally.canonical(one)}


@pytest.mark.parametrize(
    "pair",
    [
        "su.yolu@yandex.ru suyolu@yandex.ru", "su.yolu@icloud.com suyolu@icloud.com", "su@mail.ru su@bk.ru",
        "su@yandex.ru su@gmail.com", "su@proton.me su@icloud.com", "su@notyandex.ru su@yandex.ru",
    ],
)  # fmt: skip
def test_what_no_provider_says_is_one_mailbox_stays_two_people(pair):
    assert len({tally.canonical(mail) for mail in pair.split()}) == 2


def test_other_mailboxes_stay_apart_and_foreign_hosts_have_one_form():
    assert tally.canonical("a.b@mail.az") != tally.canonical("ab@mail.az")
    assert tally.canonical("su@Şəki.AZ") == tally.canonical("su@şəki.az")
    assert tally.canonical("su@şəki.az").isascii()
    assert tally.canonical("x@" + "ə" * 80 + ".az").startswith("x@"), "an impossible host does not break it"


@WHOLE
def test_an_account_and_its_address_are_one_person(country, cast, at):
    matter = public(country, at)
    tally.support_by_account(matter=matter, by=cast.resident, at=at)
    tally.support(matter=matter, key=tally.canonical(cast.resident.email), channel="mail", at=at)
    tally.count_supports(at=at)
    assert count(matter) == 1
    assert tally.supports_it(matter, cast.resident) and not tally.supports_it(matter, cast.officer)


@pytest.mark.parametrize(
    "state",
    [
        {"stage": "raised", "published_at": None},
        {"stage": "rejected", "published_at": None},
        {"stage": "closed"},
        {"hidden": True},
    ],
)
@WHOLE
def test_what_is_not_public_or_finished_takes_no_support(country, cast, at, state):
    if state.pop("hidden", False):
        state["hidden_at"] = at
    matter = public(country, at, **state)
    with pytest.raises(Refused):
        tally.support(matter=matter, key="a@b.az", channel="mail", at=at)
    with pytest.raises(Refused):
        tally.enter_sheet(matter=matter, sheet="1", n=3, at=at, by=cast.coordinator)
    with pytest.raises(Refused):
        tally.issue_paper(matter=matter, n=3, at=at)
    assert not Support.objects.exists()


@WHOLE
def test_a_joined_matter_hands_its_support_on_unless_the_other_is_finished(country, at):
    into = public(country, at)
    matter = joined(country, at, into)
    tally.support(matter=matter, key="a@b.az", channel="mail", at=at)
    assert Support.objects.get().matter_id == into.pk
    into.stage = "closed"
    into.save()
    matter.refresh_from_db()
    with pytest.raises(Refused):
        tally.support(matter=matter, key="c@b.az", channel="mail", at=at)


@WHOLE
def test_sex_and_age_make_one_act_only_where_they_were_given_and_only_once(country, at):
    matter = public(country, at)
    for _again in range(2):
        tally.support(matter=matter, key="a@b.az", channel="mail", at=at, sex="female")
    tally.support(matter=matter, key="c@b.az", channel="mail", at=at)
    act = Act.objects.get()
    assert (act.verb, act.sex, act.band, act.matter_id) == ("support", "female", "unknown", matter.pk)
    assert (act.channel, act.on, act.person_key) == ("web", legal_day(at), "")


# --- the batcher -----------------------------------------------------------------------------------
@WHOLE
def test_the_batcher_counts_and_a_second_run_changes_nothing(country, at):
    matters = [public(country, at, f"PVBL000{n}") for n in range(4)]
    for n, matter in enumerate(matters):
        for person in range(n):
            tally.support(matter=matter, key=f"{person}@b.az", channel="mail", at=at)
    assert tally.count_supports(at=at) == 3
    assert [count(matter) for matter in matters] == [0, 1, 2, 3]
    assert tally.count_supports(at=at) == 0


@WHOLE
def test_the_batcher_asks_the_same_number_of_questions_for_one_matter_and_for_thirty(
    country, at, django_assert_max_num_queries
):
    for n in range(30):
        tally.support(matter=public(country, at, f"QVBL{n:04d}"), key="a@b.az", channel="mail", at=at)
    with django_assert_max_num_queries(12):
        assert tally.count_supports(at=at) == 30


@WHOLE
def test_the_batcher_walks_back_over_days_without_a_worker(country, at, monkeypatch):
    monkeypatch.setattr(tally, "CHUNK", 3)
    matters = [public(country, at, f"PVBL000{n}") for n in range(5)]
    for matter in matters:
        for person in range(2):
            tally.support(matter=matter, key=f"{person}@b.az", channel="mail", at=at)
    tally.count_supports(at=at)
    assert [count(matter) for matter in matters] == [2] * 5


@WHOLE
def test_a_full_count_mends_a_wrong_number_that_lies_far_back(country, at, monkeypatch):
    monkeypatch.setattr(tally, "CHUNK", 1)
    old, new = public(country, at), public(country, at, "PVBL0002")
    for matter in (old, new):
        tally.support(matter=matter, key="a@b.az", channel="mail", at=at)
    tally.count_supports(at=at)
    old.support_count = 99
    old.save()
    assert tally.count_supports(at=at) == 0
    assert tally.count_supports(at=at, full=True) == 1 and count(old) == 1


@WHOLE
def test_joined_matters_count_each_person_once_and_words_say_how_they_came(country, at):
    into = public(country, at)
    matter = public(country, at, "PVBL0002")
    tally.support(matter=into, key="a@b.az", channel="mail", at=at)
    tally.support(matter=matter, key="a@b.az", channel="account", at=at)
    tally.support(matter=matter, key="c@b.az", channel="mail", at=at)
    matter.stage, matter.merged_into = "merged", into
    matter.save()
    tally.count_supports(at=at)
    assert count(into) == 2 and count(matter) == 2
    assert [n for _how, n in tally.support_words(into)] == [1, 1]
    assert sum(n for _how, n in tally.support_words(into)) == into.support_count


# --- races -----------------------------------------------------------------------------------------
@pytest.mark.django_db(transaction=True)
def test_eight_taps_at_once_are_one_voice(country, at):
    matter = public(country, at)
    found = at_once(8, lambda n: tally.support(matter=matter, key="a@b.az", channel="account", at=at))
    assert found == [None] * 8
    assert Support.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_one_paper_code_typed_by_six_at_once_is_one_voice(country, at):
    matter = public(country, at)
    (code,) = tally.issue_paper(matter=matter, n=1, at=at)
    found = at_once(6, lambda n: tally.support_by_paper(matter=matter, code=code, at=at))
    assert sum(isinstance(one, Refused) for one in found) == 5
    assert Support.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_one_sheet_entered_by_two_at_once_counts_once(country, cast, at):
    matter = public(country, at)
    at_once(4, lambda n: tally.enter_sheet(matter=matter, sheet="7", n=20, at=at, by=cast.coordinator))
    assert Support.objects.count() == 20


@pytest.mark.django_db(transaction=True)
def test_eight_who_follow_at_once_are_one_part(country, cast, at):
    matter = public(country, at)
    by = cast.resident
    found = at_once(8, lambda n: tally.follow(matter=matter, person=by.person, by=by, at=at))
    assert found == [None] * 8
    assert Part.objects.count() == 1


# --- on paper --------------------------------------------------------------------------------------
@WHOLE
def test_a_paper_code_works_once_for_its_own_matter(country, at):
    matter, other = public(country, at), public(country, at, "PVBL0002")
    one, two = tally.issue_paper(matter=matter, n=2, at=at)
    with pytest.raises(Refused):
        tally.support_by_paper(matter=other, code=one, at=at)
    tally.support_by_paper(matter=matter, code=one.lower().replace("-", " "), at=at)
    with pytest.raises(Refused):
        tally.support_by_paper(matter=matter, code=one, at=at)
    with pytest.raises(Refused):
        tally.support_by_paper(matter=matter, code=two, at=at + timedelta(days=61))
    with pytest.raises(Refused):
        tally.support_by_paper(matter=matter, code="0000-0000-0000-0000-0000", at=at)
    assert Support.objects.get().channel == "code"
    assert one not in everything() and codes.engine.normalise(one) not in everything()


@WHOLE
def test_a_code_that_was_refused_is_not_spent(country, at):
    matter = public(country, at)
    (code,) = tally.issue_paper(matter=matter, n=1, at=at)
    matter.hidden_at = at
    with pytest.raises(Refused):
        tally.support_by_paper(matter=matter, code=code, at=at)
    assert Code.objects.get().used_at is None


@WHOLE
def test_a_paper_code_outlives_the_joining_of_its_matter(country, at):
    into, matter = public(country, at), public(country, at, "PVBL0002")
    (code,) = tally.issue_paper(matter=matter, n=1, at=at)
    matter.stage, matter.merged_into = "merged", into
    matter.save()
    tally.support_by_paper(matter=into, code=code, at=at)
    assert Support.objects.get().matter_id == into.pk


@pytest.mark.parametrize("n", [0, 41, -1])
@WHOLE
def test_a_sheet_of_codes_holds_one_to_forty(country, at, n):
    with pytest.raises(Refused):
        tally.issue_paper(matter=public(country, at), n=n, at=at)


@WHOLE
def test_the_same_sheet_is_refused_for_ever_and_another_date_is_another_sheet(country, cast, at):
    matter = public(country, at)
    given = {"matter": matter, "by": cast.coordinator}
    tally.enter_sheet(sheet="3 A", n=12, at=at, dated_on=legal_day(at), **given)
    with pytest.raises(Refused):
        tally.enter_sheet(sheet=" 3  a", n=30, at=at + timedelta(days=300), dated_on=legal_day(at), **given)
    with pytest.raises(Refused):
        tally.enter_sheet(sheet="03 a", n=12, at=at, dated_on=legal_day(at), **given)
    tally.enter_sheet(sheet="3 A", n=2, at=at, dated_on=legal_day(at - timedelta(days=1)), **given)
    assert Support.objects.filter(channel="list").count() == 14
    tally.count_supports(at=at)
    assert count(matter) == 14


@pytest.mark.parametrize("sheet, n", [("", 5), ("​", 5), ("1", 0), ("1", 501)])
@WHOLE
def test_a_sheet_without_a_number_or_with_a_wrong_count_is_refused(country, cast, at, sheet, n):
    with pytest.raises(Refused):
        tally.enter_sheet(matter=public(country, at), sheet=sheet, n=n, at=at, by=cast.coordinator)


@WHOLE
def test_a_sheet_of_tomorrow_is_refused(country, cast, at):
    tomorrow = legal_day(at + timedelta(days=1))
    with pytest.raises(Refused):
        tally.enter_sheet(
            matter=public(country, at), sheet="1", n=2, at=at, by=cast.coordinator, dated_on=tomorrow
        )


# --- taking it back --------------------------------------------------------------------------------
@WHOLE
def test_support_is_taken_back_and_the_number_follows_at_once(country, cast, at):
    matter = public(country, at)
    tally.support_by_account(matter=matter, by=cast.resident, at=at)
    (code,) = tally.issue_paper(matter=matter, n=1, at=at)
    tally.support_by_paper(matter=matter, code=code, at=at)
    tally.count_supports(at=at)
    assert count(matter) == 2
    tally.take_back_account(matter=matter, by=cast.resident)
    assert count(matter) == 1
    tally.take_back_paper(matter=matter, code=code)
    tally.take_back_paper(matter=matter, code="0000-0000-0000-0000-0000")
    assert count(matter) == 0
    with pytest.raises(Refused):
        tally.support_by_paper(matter=matter, code=code, at=at)


# --- a proven address ------------------------------------------------------------------------------
def ask(matter, at, mail=MAIL, wants=("support",), **more) -> str:
    return confirming.ask(matter=matter, mail=mail, wants=wants, at=at, **more)


@WHOLE
def test_the_digits_count_once_and_the_address_goes_at_once(country, at):
    matter = public(country, at)
    slip = ask(matter, at)
    assert Contact.objects.get().purpose == "confirm"
    assert not Support.objects.exists()
    assert confirming.confirm_support(matter=matter, slip=slip, digits=digits_sent(), at=at) == ["support"]
    assert Support.objects.get().channel == "mail"
    assert not Contact.objects.exists() and not Part.objects.exists()
    again = confirming.confirm_support(matter=matter, slip=slip, digits=digits_sent(), at=at)
    assert again == [], "spent"


@WHOLE
def test_no_address_stands_in_the_database_in_clear_at_any_step(country, at):
    matter = public(country, at)
    slip = ask(matter, at, wants=("support", "follow"))
    found = [everything()]
    confirming.confirm_support(matter=matter, slip=slip, digits=digits_sent(), at=at)
    found.append(everything())
    for text in found:
        assert matter.title in text, "the search must be able to find what is there"
        for part in ("kanareyka", "xanim", MAIL):
            assert part.casefold() not in text.casefold()
    assert Contact.objects.get().purpose == "follow"


@WHOLE
def test_a_slip_tells_nobody_which_person_or_account_is_behind_an_address(country, cast, at):
    matter = public(country, at)
    slips = [ask(matter, at), ask(matter, at, mail=cast.resident.email), ask(matter, at, mail="x@b.az")]
    assert len({len(slip) for slip in slips}) == 1
    assert cast.resident.person not in "".join(slips)
    assert confirming.read_slip(slips[1]).person == cast.resident.person, "we can read it, others cannot"
    assert confirming.read_slip(slips[1][:-5] + "AAAAA") is None
    for bad in ("", "x", "é", "A" * 900, slips[1][:40]):
        assert confirming.read_slip(bad) is None


@WHOLE
def test_five_wrong_tries_end_the_digits(country, at):
    matter = public(country, at)
    slip = ask(matter, at)
    right = digits_sent()
    wrong = f"{(int(right) + 1) % 10**8:08d}"
    for _try in range(5):
        assert confirming.confirm_support(matter=matter, slip=slip, digits=wrong, at=at) == []
    assert confirming.confirm_support(matter=matter, slip=slip, digits=right, at=at) == []
    assert not Support.objects.exists()
    new = ask(matter, at)
    assert confirming.confirm_support(matter=matter, slip=new, digits=digits_sent(), at=at) == ["support"]


@WHOLE
def test_digits_are_old_after_two_days_and_belong_to_one_matter(country, at):
    matter, other = public(country, at), public(country, at, "PVBL0002")
    slip = ask(matter, at)
    digits = digits_sent()
    assert confirming.confirm_support(matter=other, slip=slip, digits=digits, at=at) == []
    late = at + timedelta(days=2, minutes=1)
    assert confirming.read_slip(slip).is_old(late)
    assert confirming.confirm_support(matter=matter, slip=slip, digits=digits, at=late) == []
    in_time = at + timedelta(days=1, hours=23)
    assert not confirming.read_slip(slip).is_old(in_time)
    assert Contact.objects.get().expires_on > legal_day(in_time), "the address is there as long as its digits"
    assert confirming.confirm_support(matter=matter, slip=slip, digits=digits, at=in_time) == ["support"]


@WHOLE
def test_mails_to_one_address_are_few_whoever_asks(country, at):
    matters = [public(country, at, f"PVBL000{n}") for n in range(4)]
    for _again in range(5):
        ask(matters[0], at)
    assert Mail.objects.count() == 3
    for matter in matters[1:]:
        for _again in range(3):
            ask(matter, at)
    assert Mail.objects.count() == 6
    ask(matters[0], at + timedelta(days=2))
    assert Mail.objects.count() == 7


@WHOLE
def test_an_address_that_wants_no_mail_gets_the_same_answer(country, at):
    matter, other = public(country, at), public(country, at, "PVBL0002")
    slip = ask(matter, at, wants=("follow",))
    confirming.confirm_support(matter=matter, slip=slip, digits=digits_sent(), at=at)
    unsubscribe(person=tally.person_of(MAIL), at=at)
    assert len(ask(other, at)) == len(slip)


@WHOLE
def test_a_follower_by_mail_is_reached_until_90_days_after_the_end(country, at):
    matter = public(country, at)
    slip = ask(matter, at, wants=("follow",))
    confirming.confirm_support(matter=matter, slip=slip, digits=digits_sent(), at=at)
    part, contact = Part.objects.get(), Contact.objects.get()
    assert part.role == "follower" and part.person == contact.person == tally.person_of(MAIL)
    assert contact.scope == f"follow:{matter.code}" and contact.expires_on is None
    assert reach_of([part.person], at)[part.person]["mail"] == MAIL
    keep_until_ended(matter=matter, at=at, ended=True)
    contact.refresh_from_db()
    assert contact.expires_on == legal_day(at) + timedelta(days=90)


@WHOLE
def test_an_account_that_confirms_by_mail_follows_as_an_account(country, cast, at):
    matter = public(country, at)
    slip = ask(matter, at, mail=cast.resident.email.title(), wants=("follow",))
    confirming.confirm_support(matter=matter, slip=slip, digits=digits_sent(), at=at)
    assert Part.objects.get().user == cast.resident
    assert not Contact.objects.exists()


@WHOLE
def test_support_is_taken_back_by_the_same_address(country, at):
    matter = public(country, at)
    slip = ask(matter, at)
    confirming.confirm_support(matter=matter, slip=slip, digits=digits_sent(), at=at)
    slip = ask(matter, at, wants=("take_back",))
    confirming.confirm_support(matter=matter, slip=slip, digits=digits_sent(), at=at)
    assert not Support.objects.exists() and not Contact.objects.exists()


@WHOLE
def test_sex_and_age_travel_sealed_with_the_digits(country, at):
    matter = public(country, at)
    slip = ask(matter, at, sex="female", band="18-29")
    confirming.confirm_support(matter=matter, slip=slip, digits=digits_sent(), at=at)
    act = Act.objects.get()
    assert (act.sex, act.band) == ("female", "18-29")


@WHOLE
def test_over_quota_a_mail_waits_and_its_digits_wait_with_it(country, at):
    matter = public(country, at)
    slip = ask(matter, at, later=timedelta(minutes=30))
    mail = Mail.objects.get()
    assert mail.at == at + timedelta(minutes=30)
    edge = at + timedelta(days=2, minutes=20)
    assert not confirming.read_slip(slip).is_old(edge)
    assert confirming.confirm_support(matter=matter, slip=slip, digits=digits_sent(), at=edge) == ["support"]


# --- following -------------------------------------------------------------------------------------
@WHOLE
def test_who_leaves_and_comes_back_follows_from_then_on(country, cast, at):
    matter, by = public(country, at), cast.resident
    tally.follow(matter=matter, person=by.person, by=by, at=at)
    later = at + timedelta(days=3)
    tally.follow(matter=matter, person=by.person, by=by, at=later)
    assert Part.objects.get().since == at, "a second tap hides no news"
    tally.unfollow(matter=matter, person=by.person, at=later)
    assert not tally.follows_it(matter, by.person)
    tally.follow(matter=matter, person=by.person, by=by, at=later)
    assert Part.objects.get().since == later and tally.follows_it(matter, by.person)


@WHOLE
def test_leaving_one_matter_erases_the_address_for_it_alone(country, at):
    one, two = public(country, at), public(country, at, "PVBL0002")
    for matter in (one, two):
        tally.follow(matter=matter, person="p" * 24, mail=MAIL, at=at)
    tally.unfollow(matter=one, person="p" * 24, at=at)
    assert Contact.objects.get().scope == f"follow:{two.code}"
