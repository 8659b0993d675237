"""Rules that take support out of the count: counted beforehand, published, reversible; and the audit's sample."""

from datetime import timedelta

import pytest
from django.test import Client

from icma.advocacy import keyring, verify
from icma.advocacy.actions.log.audit import (
    draw,
    draw_sample,
    drawn,
    hand_out,
    open_sample,
    record_sample,
    result,
)
from icma.advocacy.actions.log.batcher import log_signatures
from icma.advocacy.actions.log.invalidation import (
    FEWEST,
    REASONS,
    apply,
    hosts,
    propose,
    reason_words,
    said,
    undo_rule,
)
from icma.advocacy.models import Leaf, Signature
from icma.advocacy.publishing import folder
from icma.core.action import Refused
from icma.front.reviews import KINDS
from icma.matters.models import Entry
from icma.people.models import Review
from tests.advocacy.log_kit import count_file, grown, petition_of, sign, told

HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def files_of_their_own(settings, tmp_path):
    settings.HOME = tmp_path


@pytest.fixture
def wave(country, at):
    """Seven honest ones, five from one mail host."""
    petition = petition_of(country, at, mode="standard")
    sign(petition, 7, at, host=keyring.host_mark("PETXT001", "a@honest.example"))
    sign(petition, 5, at, host=keyring.host_mark("PETXT001", "a@wave.example"))
    log_signatures(at=at)
    petition.refresh_from_db()
    return petition


def rule_of(petition, at, by, **criteria):
    return propose(
        petition=petition, reason="machine", criteria=criteria or {"host": "Wave.example"}, at=at, by=by
    )


@pytest.mark.django_db
def test_a_dry_run_counts_and_changes_nothing(wave, at, cast):
    rule = rule_of(wave, at, cast.moderator)
    assert rule.matched == 5 and rule.applied_at is None
    assert log_signatures(at=at + HOUR) == 0 and Signature.objects.filter(valid=True).count() == 12
    assert "wave" not in str(rule.criteria)  # a keyed mark, no name of a host


@pytest.mark.django_db
def test_what_is_taken_out_leaves_the_log_with_a_published_reason(wave, at, cast):
    rule = rule_of(wave, at, cast.moderator)
    assert apply(rule=rule, at=at, by=cast.moderator) == 5
    log_signatures(at=at + HOUR)
    place = folder("PETXT001")
    assert count_file(place)["count"] == 7 and told(place)[0] == 0
    assert set(Leaf.objects.filter(removes__isnull=False).values_list("reason", flat=True)) == {rule.mark}
    assert rule.mark in (place / "removals.jsonl").read_text()
    assert Entry.objects.filter(verb="petition_invalidated", visibility="public").count() == 1
    assert reason_words(rule.mark) == str(REASONS["machine"])


@pytest.mark.django_db
def test_a_rule_is_undone_by_a_second_person_and_everything_counts_again(wave, at, cast):
    rule = rule_of(wave, at, cast.moderator)
    apply(rule=rule, at=at, by=cast.moderator)
    log_signatures(at=at + HOUR)
    review = Review.objects.get(kind="invalidation")
    kind = next(kind for kind in KINDS if kind.name == "invalidation")
    with pytest.raises(Refused):
        kind.decide(review=review, verdict="undone", by=cast.moderator, at=at + HOUR)
    kind.decide(review=review, verdict="undone", by=cast.officer, at=at + HOUR)
    log_signatures(at=at + 2 * HOUR)
    wave.refresh_from_db()
    assert (wave.adds, wave.removes, wave.shown) == (17, 5, 12) and told(folder("PETXT001"))[0] == 0
    assert kind.describe(review)


@pytest.mark.django_db
def test_who_withdrew_is_not_brought_back_by_undoing(wave, at, cast):
    rule = rule_of(wave, at, cast.moderator)
    apply(rule=rule, at=at, by=cast.moderator)
    one = Signature.objects.filter(valid=False).first()
    Signature.objects.filter(pk=one.pk).update(reason="withdrawn")
    assert undo_rule(rule=rule, at=at, by=cast.officer) == 4


@pytest.mark.django_db
def test_a_rule_acts_once_and_is_undone_once(wave, at, cast):
    rule = rule_of(wave, at, cast.moderator)
    with pytest.raises(Refused):
        undo_rule(rule=rule, at=at, by=cast.officer)
    apply(rule=rule, at=at, by=cast.moderator)
    for again in (lambda: apply(rule=rule, at=at, by=cast.moderator),):
        with pytest.raises(Refused):
            again()
    undo_rule(rule=rule, at=at, by=cast.officer)
    with pytest.raises(Refused):
        undo_rule(rule=rule, at=at, by=cast.officer)


@pytest.mark.django_db
def test_empty_unknown_and_fruitless_rules_are_refused(wave, at, cast):
    by = cast.moderator
    for reason, criteria in [
        ("machine", {}), ("machine", {"from": "2026-01-01"}), ("because", {"host": "wave.example"}),
        ("machine", {"host": "nobody.example"}), ("sheet", {"sheet": "NONE0001"}),
    ]:  # fmt: skip
        with pytest.raises(Refused):
            propose(petition=wave, reason=reason, criteria=criteria, at=at, by=by)


@pytest.mark.django_db
def test_no_rule_tells_whether_the_one_person_of_a_mail_host_has_signed(wave, at, cast):
    sign(wave, FEWEST - 1, at, host=keyring.host_mark("PETXT001", "a@own.example"))
    said = set()
    for host in ("own.example", "nobody.example"):
        with pytest.raises(Refused) as refused:
            rule_of(wave, at, cast.moderator, host=host)
        said.add(str(refused.value))
    assert len(said) == 1
    assert all(n >= FEWEST for _on, _mark, n in hosts(wave))


@pytest.mark.django_db
def test_days_and_channel_narrow_a_rule(wave, at, cast):
    day = at.date().isoformat()
    rule = rule_of(wave, at, cast.moderator, **{"from": day, "until": day, "channel": "web"})
    assert rule.matched == 12
    with pytest.raises(Refused):
        rule_of(wave, at, cast.moderator, **{"from": "2026-01-01", "until": "2026-01-02"})


@pytest.mark.django_db
def test_the_mark_of_a_host_that_nobody_knows_makes_a_rule_and_each_rule_says_whom_it_hits(
    wave, at, cast, client_as
):
    mark = next(mark for _on, mark, n in hosts(wave) if n == 5)
    rule = rule_of(wave, at, cast.moderator, host=mark)
    other = rule_of(wave, at, cast.moderator, channel="web")
    same = rule_of(wave, at, cast.moderator, host="wave.example")
    assert (rule.matched, other.matched) == (5, 12)
    page = client_as("moderator").get("/en/is/petisiya/PETXT001/cixarma/").content.decode()
    assert f"Mail host: {mark}" in page and "Way of signing: confirmed online" in page
    today = at.date().isoformat()
    assert said({"from": today, "until": today}).count("2026") == 2 and "<" not in said({"from": today})
    apply(rule=rule, at=at, by=cast.moderator)
    kind = next(kind for kind in KINDS if kind.name == "invalidation")
    assert mark in str(kind.describe(Review.objects.get()))
    with pytest.raises(Refused):  # takes out nobody any more, and is not published as if it did
        apply(rule=same, at=at, by=cast.moderator)


@pytest.mark.django_db
def test_a_closed_petition_keeps_its_count(wave, at, cast):
    rule = rule_of(wave, at, cast.moderator)
    wave.closed_at = at
    wave.save()
    rule.petition.refresh_from_db()
    with pytest.raises(Refused):
        apply(rule=rule, at=at, by=cast.moderator)


@pytest.mark.django_db
def test_a_protected_petition_has_no_marks_of_hosts(country, at, cast):
    petition = petition_of(country, at, mode="protected")
    sign(petition, 30, at)
    with pytest.raises(Refused):
        rule_of(petition, at, cast.moderator)


@pytest.mark.django_db
def test_a_wave_shows(wave, at):
    assert [n for _on, _mark, n in hosts(wave)] == [7, 5]


def test_every_reason_fits_its_column_with_a_code():
    assert all(len(f"{reason}:7Q4FM2KD") <= 16 for reason in REASONS)


# --- audit --------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_a_sample_follows_from_the_signed_root_and_holds_only_what_counts(country, at, cast):
    petition, place, _nonces = grown(country, at, steps=(40, 40), gone=20, mode="standard")
    sample = draw_sample(petition=petition, n=30, at=at, by=cast.officer)
    found = drawn(sample)
    assert len(set(found)) == 30 and found == drawn(sample)
    assert sample.seed == count_file(place)["root"] and sample.size == 100
    assert Signature.objects.filter(leaf__in=found, valid=True).count() == 30
    sign(petition, 5, at)
    log_signatures(at=at + HOUR)
    assert drawn(sample) == found  # what came later changes nothing


def test_the_draw_is_even():
    hits = [0] * 10
    for seed in range(400):
        for index in draw(f"{seed:064x}", 10, 3, gone={4}):
            hits[index] += 1
    assert hits[4] == 0 and all(90 < n < 180 for place, n in enumerate(hits) if place != 4)
    with pytest.raises(ValueError):
        draw("00" * 32, 5, 5, gone={1})


@pytest.mark.django_db
def test_sealed_names_are_handed_out_only_after_a_second_person(country, at, cast):
    petition, _place, _nonces = grown(country, at, steps=(40,), gone=0, mode="standard")
    sample = draw_sample(petition=petition, n=10, at=at, by=cast.officer)
    taking = {"sample": sample, "by": cast.officer, "who": cast.who("officer"), "at": at}
    with pytest.raises(Refused):
        hand_out(**taking)
    review, kind = Review.objects.get(kind="sample"), next(kind for kind in KINDS if kind.name == "sample")
    with pytest.raises(Refused):
        kind.decide(review=review, verdict="agreed", by=cast.officer, at=at)
    kind.decide(review=review, verdict="agreed", by=cast.moderator, at=at)
    with pytest.raises(Refused):
        hand_out(**taking | {"who": cast.who("officer", strong=False)})
    assert sorted(leaf for leaf, _sealed in hand_out(**taking)) == sorted(drawn(sample))


@pytest.mark.django_db
def test_the_result_has_its_interval_and_is_said_once(country, at, cast):
    petition, _place, _nonces = grown(country, at, steps=(250,), gone=0, mode="standard")
    sample = draw_sample(petition=petition, n=200, at=at, by=cast.officer)
    with pytest.raises(Refused):
        draw_sample(petition=petition, n=20, at=at, by=cast.officer)
    with pytest.raises(Refused):  # nobody can have been asked yet
        record_sample(sample=sample, confirmed=193, at=at, by=cast.officer)
    Review.objects.update(verdict="agreed")
    with pytest.raises(Refused):
        record_sample(sample=sample, confirmed=201, at=at, by=cast.officer)
    record_sample(sample=sample, confirmed=193, at=at, by=cast.officer)
    share = result(sample)
    assert (round(share.low, 2), round(share.high, 2), share.n) == (0.93, 0.98, 200)
    with pytest.raises(Refused):
        record_sample(sample=sample, confirmed=200, at=at, by=cast.officer)


@pytest.mark.django_db
def test_a_sample_that_the_second_person_refuses_is_never_asked_and_makes_room(country, at, cast):
    petition, _place, _nonces = grown(country, at, steps=(40,), gone=0, mode="standard")
    first = draw_sample(petition=petition, n=10, at=at, by=cast.officer)
    Review.objects.update(verdict="refused")
    with pytest.raises(Refused):
        record_sample(sample=first, confirmed=10, at=at, by=cast.officer)
    assert draw_sample(petition=petition, n=20, at=at, by=cast.officer) == open_sample(petition)
    page = Client().get("/en/m/PETXT001/jurnal/").content.decode()
    assert page.count("Nobody was asked") == page.count("A sample is being asked") == 1


@pytest.mark.django_db
def test_how_many_of_the_drawn_could_be_asked_stands_beside_the_result(country, at, cast):
    petition = petition_of(country, at, mode="standard")
    sign(petition, 8, at, sealed=b"who")
    sign(petition, 4, at, channel="code")
    log_signatures(at=at)
    petition.refresh_from_db()
    sample = draw_sample(petition=petition, n=12, at=at, by=cast.officer)
    assert sample.reachable == 8
    Review.objects.update(verdict="agreed")
    record_sample(sample=sample, confirmed=7, at=at, by=cast.officer)
    text = Client().get("/m/PETXT001/jurnal/").content.decode()
    assert "Seçilən 12 nəfərdən 8 nəfəri" in text and "Cavab olmaması" in text
    assert "mod 12" in text and f"<code>{sample.seed}</code>" in text  # what is needed to repeat the draw


@pytest.mark.django_db
def test_a_protected_petition_has_nobody_to_ask(country, at, cast):
    petition, *_rest = grown(country, at, steps=(50,), gone=0, mode="protected")
    with pytest.raises(Refused):
        draw_sample(petition=petition, n=10, at=at, by=cast.officer)


def test_the_program_shares_its_rules_with_the_batcher():
    from icma.advocacy.actions.log import leaves

    assert leaves.add_leaf is verify.add_leaf and leaves.STEP == 25
