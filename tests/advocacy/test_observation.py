"""An observer's record: three questions and four numbers on a telephone, never a name, read before it is public."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from icma.advocacy.actions.oversight.observing import COUNTED, decide_observation, observe
from icma.advocacy.models import Decision, Observation
from icma.core.action import Refused
from icma.front.actions import forget_person
from icma.front.held import sections
from icma.matters.models import Act, Entry
from icma.people.models import Review
from tests.advocacy.oversight_kit import decided_on, drafted, released

pytestmark = pytest.mark.django_db
TODAY = date(2026, 3, 13)
SEEN = {
    "let_in": "yes", "agenda": "no", "minutes": "unknown", "present": 40, "spoke": 9, "spoke_women": 2,
    "spoke_youth": 1, "words": "Sual verməyə icazə verildi.",
}  # fmt: skip


@pytest.fixture(autouse=True)
def that_friday(at, monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: at)


@pytest.fixture
def decision(country, cast, at) -> Decision:
    return decided_on(country, cast, at, what="session")


def record(decision, by, at, **more) -> Observation:
    return observe(decision=decision, on=more.pop("on", TODAY), values=SEEN | more, at=at, by=by)


def page(decision: Decision) -> str:
    return Client().get(f"/m/{decision.matter.code}/").content.decode()


def test_it_is_public_only_after_somebody_else_has_read_it(decision, cast, at, client_as) -> None:
    made = record(decision, cast.resident, at)
    assert "Sual verməyə" not in page(decision)
    review = Review.objects.get(kind="observation")
    with pytest.raises(Refused):
        decide_observation(review=review, verdict="agreed", by=cast.resident, at=at)
    waiting = client_as("moderator").get("/is/nezerden/").content.decode()
    assert "Sual verməyə icazə verildi." in waiting and "40" in waiting
    client_as("moderator").post(
        reverse("review_decide", args=[review.pk]), {"verdict": "agreed", "once": "r" * 32}
    )
    made.refresh_from_db()
    assert made.published_at == at
    text = page(decision).partition('id="seen"')[2]
    for words in (
        "Sual verməyə icazə verildi.",
        "<dd>40</dd>",
        "<dd>9</dd>",
        "<dd>2</dd>",
        "<dd>1</dd>",
        "bəli",
        "xeyr",
    ):
        assert words in text, words


def test_what_is_refused_is_deleted(decision, cast, at) -> None:
    released(record(decision, cast.resident, at), cast, at, "refused")
    assert not Observation.objects.exists() and not Entry.objects.filter(verb="observed").exists()


def test_those_who_follow_are_told_and_no_observer_is_named(decision, cast, at) -> None:
    released(record(decision, cast.resident, at), cast, at)
    assert Entry.objects.get(verb="observed").on == TODAY
    assert cast.resident.pseudonym not in page(decision)


def test_only_counts_are_kept_never_names_and_no_act_of_a_person(decision, cast, at) -> None:
    made = record(decision, cast.resident, at)
    kept = {field.name for field in Observation._meta.get_fields()}
    assert set(COUNTED) <= kept and not kept & {"names", "speakers", "name"}
    assert not Act.objects.filter(person_key=cast.resident.person).exists() and made.spoke == 9


@pytest.mark.parametrize("wrong", [
    {"spoke": 41}, {"spoke_women": 10}, {"spoke_youth": 10}, {"spoke": None, "spoke_women": 41}, {"present": -1}, {"present": 5001}, {"let_in": "perhaps"},
    {"words": "x" * 1001}, {"on": TODAY + timedelta(days=1)},
])  # fmt: skip
def test_numbers_that_cannot_be_are_refused(decision, cast, at, wrong) -> None:
    with pytest.raises(Refused):
        record(decision, cast.resident, at, **wrong)
    assert not Observation.objects.exists()


def test_the_database_refuses_them_too(decision, cast, at) -> None:
    made = record(decision, cast.resident, at)
    for wrong in ({"spoke": 41}, {"spoke_women": 10}, {"spoke_youth": 10}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Observation.objects.filter(pk=made.pk).update(**wrong)


def test_what_was_not_seen_stays_unknown(decision, cast, at) -> None:
    nothing = dict.fromkeys(COUNTED) | {"let_in": "", "agenda": "", "minutes": "", "words": ""}
    released(record(decision, cast.resident, at, **nothing), cast, at)
    text = page(decision).partition('id="seen"')[2].partition("<h2")[0]
    assert text.count("məlum deyil") == 3 and "<dd>0</dd>" not in text


def test_one_record_a_person_and_session(decision, cast, at) -> None:
    record(decision, cast.resident, at)
    with pytest.raises(Refused):
        record(decision, cast.resident, at)
    record(decision, cast.coordinator, at)
    assert Observation.objects.count() == 2


def test_anybody_with_an_account_and_nobody_without(decision, country, cast, at, client_as) -> None:
    url = reverse("observe", args=[decision.matter.code])
    assert Client().get(url).status_code == 302
    assert client_as("resident").get(url).status_code == 200
    hidden = drafted(country, cast, at)
    assert client_as("resident").get(reverse("observe", args=[hidden.matter.code])).status_code == 404


def test_the_form_is_filled_on_a_telephone(decision, client_as) -> None:
    url = reverse("observe", args=[decision.matter.code])
    text = client_as("resident").get(url).content.decode()
    assert text.count('type="number"') == 4 and text.count('type="radio"') == 9
    given = {name: str(value) for name, value in SEEN.items()} | {"on": "2026-03-13", "once": "f" * 32}
    for _twice in range(2):
        assert client_as("resident").post(url, given).status_code == 302
    assert Observation.objects.count() == 1
    wrong = client_as("coordinator").post(url, given | {"spoke": "90", "once": "g" * 32})
    assert wrong.status_code == 422 and "Sual verməyə" in wrong.content.decode()


def test_many_records_cost_no_more_queries(decision, cast, at, django_assert_max_num_queries) -> None:
    for days in range(6):
        released(record(decision, cast.resident, at, on=TODAY - timedelta(days=days)), cast, at)
    with django_assert_max_num_queries(12):
        page(decision)


def test_an_observer_who_is_erased_leaves_the_counts_and_no_name(decision, cast, at) -> None:
    """What nobody has read yet goes with the person; what is public stays as counts."""
    shown, waiting = (
        record(decision, cast.resident, at),
        record(decision, cast.resident, at, on=TODAY - timedelta(days=1)),
    )
    released(shown, cast, at)
    said = [row for section in sections(cast.resident.person, at) for row in section.rows]
    assert (decision.matter.title, "13 mart 2026") in [(str(a), str(b).replace("\xa0", " ")) for a, b in said]
    forget_person(person=cast.resident.person, by=None, at=at)
    assert Observation.objects.get().pk == shown.pk and Observation.objects.get().by is None
    assert "<dd>40</dd>" in page(decision)
    released(waiting, cast, at)  # whoever decides afterwards finds nothing
    assert Observation.objects.count() == 1
