"""What has been achieved: every figure leads to its definition, its rows and its day; declared ones stand apart."""

import ast
import csv
import io
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from django.urls import reverse

from icma.advocacy.models import Campaign
from icma.core.action import Refused
from icma.events.models import Event
from icma.front import figures
from icma.front.achieved import computed
from icma.front.achieved.figure import DEFINITIONS, SECTIONS
from icma.matters.models import Act
from icma.people.models import Membership, Organisation, Review, User
from icma.research.declared.actions import Claim, decide_declared, declare
from icma.research.declared.reviews import KINDS
from icma.research.door import agree, ask, prepare
from icma.research.figures import ACTS
from icma.research.models import Declared
from tests.front import rows

pytestmark = pytest.mark.usefixtures("standing_clock")
SRC = Path(__file__).resolve().parents[2] / "src" / "icma"
CLAIM = Claim(
    theme="help", title="hüquqi yardım alan şəxs", value=Decimal(2000), first=date(2015, 1, 1), last=date(2024, 12, 31),
    definition="Jurnaldakı sətirlər; bir şəxs iki dəfə ola bilər.", source="Jurnal 2015–2024", declared_by="Nümunə Birliyi",
    unit="nəfər", is_least=True,
)  # fmt: skip


@pytest.fixture
def filled(country, at):
    for k, outcome in enumerate(("solved", "partly", "")):
        one = rows.matter(
            country, at, f"Kampaniya {k}", kind="campaign", stage="closed" if outcome else "taken",
            outcome=outcome, community=country.community, topic="social" if k else "ecology",
        )  # fmt: skip
        Campaign.objects.create(
            matter=one, template="social", level="central" if k else "local", stage="running"
        )
        sent = rows.letter(one, country.water, date(2025, 10, 1), date(2025, 10, 2))
        rows.clock(sent, date(2025, 10, 2))
        rows.answer(sent, date(2025, 10, 12))
        if not outcome:
            rows.answer(sent, date(2025, 10, 8), "extension")


@pytest.fixture
def second(country) -> User:
    user = User.objects.create_user("officer.ikinci@numune.invalid")
    Membership.objects.create(user=user, role="officer", organisation=country.union, since=date(2024, 1, 1))
    return user


def test_every_figure_has_its_definition_its_day_and_the_rows_it_counts(filled, client, at) -> None:
    page = client.get(reverse("achieved")).content.decode()
    today, of = at.date(), {one.name: one for one in computed(at.date())}
    assert set(of) == set(DEFINITIONS) == {name for _id, _title, names in SECTIONS for name in names}
    for name, one in of.items():
        assert f'id="d-{name}"' in page and str(one.words.counted) in page
        assert one.words.kind == "people" or (one.on == today and one.data)
    for name in ("communities", "campaigns", "solved", "letters", "answers"):
        table = client.get(dict(of[name].data)["CSV"]).getvalue().decode()
        assert len(list(csv.reader(io.StringIO(table)))) - 1 == of[name].value, name
    country = figures.country(today)
    assert (of["solved"].value, of["answers"].value) == (country.solved, country.answers) == (2, 3)
    parts = {split.name: {row["key"]: row["value"] for row in split.rows} for split in of["campaigns"].splits}
    assert parts == {
        "topic": {"social": 2, "ecology": 1}, "level": {"central": 2, "local": 1},
        "outcome": {"solved": 1, "partly": 1, "": 1},
    }  # fmt: skip
    assert "kampaniyalar/?topic=social" in page and 'class="map"' in page


def test_what_was_not_released_about_people_is_said_and_is_never_zero(filled, client, at) -> None:
    of = {one.name: one for one in computed(at.date())}
    assert [of[name].value for name in ("helped_persons", "services", "women", "youth")] == [None] * 4
    page = client.get(reverse("achieved")).content.decode()
    assert "insanlar haqqında rəqəmlər hələ dərc olunmayıb" in page and "Hələ heç nə dərc olunmayıb" in page


def test_shares_of_women_and_of_the_young_come_from_a_release_alone(
    country, cast, second, client, at
) -> None:
    for sex, band, n in (("female", "18-29", 30), ("male", "30-44", 90), ("unknown", "unknown", 24)):
        Act.objects.create(
            verb="attend", channel="meeting", place=country.goychay, sex=sex, band=band, n=n, on=date(2025, 11, 3)
        )  # fmt: skip
    first, last = date(2025, 10, 1), date(2025, 12, 31)
    made = prepare(
        measure=ACTS, dimensions=("level", "sex", "band"), first=first, last=last, by=cast.officer, at=at
    )
    ask(release=made, by=cast.officer, at=at)
    assert [one.value for one in computed(at.date()) if one.name == "women"] == [None], (
        "live acts tell nothing"
    )
    agree(release=made, by=second, at=at)
    of = {one.name: one for one in computed(at.date())}
    assert (of["women"].value, of["women"].share.n, of["women"].on) == (0.25, 120, last)
    assert of["youth"].value == 0.25 and of["women"].unknown == 24 / 144
    page = client.get(reverse("achieved")).content.decode()
    assert "25\N{NO-BREAK SPACE}%" in page and "başa çatmış rüblər" in page


def test_the_page_is_one_light_document_of_few_questions(filled, client, connection_queries, at) -> None:
    client.get(reverse("achieved"))  # the law is read once a process
    few = connection_queries(lambda: client.get(reverse("achieved")))
    for k in range(3):
        Declared.objects.create(
            code=f"DECL000{k}", theme="help", title="Şəxs", value=k, first="2015-01-01", last="2016-01-01", definition="x",
            source="y", declared_by="z", state="public", made_at=at, decided_on=at.date(),
        )  # fmt: skip
    assert connection_queries(lambda: client.get(reverse("achieved"))) == few <= 12
    assert "<script" not in client.get(reverse("achieved")).content.decode()


def test_a_declared_figure_needs_a_second_person_and_is_added_to_nothing(
    filled, cast, second, client, client_as, at
) -> None:
    before = client.get("/api/v1/achieved/").json()
    whole = client.get(reverse("achieved_csv")).content.decode()
    officer = client_as("officer")
    given = {name: getattr(CLAIM, name) for name in CLAIM.__dataclass_fields__} | {"value": "2 000,0"}
    assert officer.post(reverse("declare_figure"), given).status_code == 302
    assert client.get("/api/v1/achieved/").json() == before, "it waits"
    review = Review.objects.get(kind="declared")
    asked = dict(KINDS[0].describe(review))
    assert asked["Dəyər"] == "≥ 2\xa0000 nəfər" and "hüquqi yardım" in asked.values()
    with pytest.raises(Refused):
        decide_declared(review=review, verdict="agreed", by=cast.officer, at=at)
    decide_declared(review=review, verdict="agreed", by=second, at=at)
    after = client.get("/api/v1/achieved/").json()
    assert after["figures"] == before["figures"] and [row["value"] for row in after["declared"]] == [2000.0]
    table = client.get(reverse("achieved_csv")).content.decode()
    assert table.startswith(whole) and len(table.splitlines()) == len(whole.splitlines()) + 1
    page = client.get(reverse("achieved")).content.decode()
    apart = page.index('id="declared"')
    assert page.index("hüquqi yardım alan şəxs") > apart and "Jurnal 2015–2024" in page
    code = Declared.objects.get().code
    assert officer.post(reverse("declared_figure", args=[code]), {"reason": "Səhv jurnal"}).status_code == 302
    assert client.get("/api/v1/achieved/").json() == before


@pytest.mark.parametrize(
    "wrong",
    [{"value": Decimal(-1)}, {"last": date(2014, 1, 1)}, {"last": date(2027, 1, 1)}, {"source": " "}, {"definition": ""},
     {"declared_by": ""}, {"theme": "moon"}],
)  # fmt: skip
def test_a_figure_without_period_definition_source_or_declarer_is_not_declared(cast, at, wrong) -> None:
    with pytest.raises(Refused):
        declare(claim=Claim(**{**CLAIM.__dict__, **wrong}), by=cast.officer, at=at)
    assert not Declared.objects.exists()


DECLARING = {"public_declared", "Declared"}
SUMMING = {"sum", "Sum", "Count", "aggregate", "annotate", "Counter"}


def test_no_function_adds_declared_figures_to_computed_ones() -> None:
    """Whoever knows declared figures sums nothing, and whoever computes does not know them."""
    wrong = []
    for path in SRC.rglob("*.py"):
        text = path.read_text("utf-8")
        if not any(word in text for word in DECLARING) or "migrations" in path.parts:
            continue
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef):
                names = {one.id for one in ast.walk(node) if isinstance(one, ast.Name)}
                names |= {one.attr for one in ast.walk(node) if isinstance(one, ast.Attribute)}
                adds = any(
                    isinstance(one, ast.BinOp | ast.AugAssign) and isinstance(one.op, ast.Add)
                    for one in ast.walk(node)
                )
                if names & DECLARING and (adds or names & SUMMING):
                    wrong.append(f"{path.name}:{node.name}")
    assert wrong == []
    computing = [*(SRC / "front" / "achieved").rglob("*.py"), SRC / "front" / "figures.py"]
    computing += [SRC / app / "figures.py" for app in ("advocacy", "legalaid")]
    assert [path.name for path in computing if "research.declared" in path.read_text("utf-8")] == []


def test_the_number_of_meetings_leads_to_the_list_of_just_those(country, cast, client, client_as, at) -> None:
    hidden = Organisation.objects.create(
        code="GIZLI001", kind="community", name="Gizli", seen="unlisted", since=at.date()
    )
    given = {"starts_at": at, "state": "held", "title": "Qapalı ad", "where": "Evdə", "present": 12}
    Event.objects.create(code="MEET0001", organisation=country.community, kind="training", **given)
    Event.objects.create(code="MEET0002", organisation=hidden, **given)
    Event.objects.create(
        code="MEET0003", organisation=country.community, **given | {"state": "planned", "is_open": True}
    )
    Organisation.objects.filter(pk=country.community.pk).update(seen="full")
    figure = next(one for one in computed(at.date()) if one.name == "meetings")
    for who in (client, client_as("officer")):
        listed = list(
            csv.DictReader(io.StringIO(who.get(reverse("meetings_csv")).getvalue().decode("utf-8-sig")))
        )
        assert [row["code"] for row in listed] == ["MEET0001"] and figure.value == 1
        assert not {"Qapalı ad", "Evdə"} & {value for row in listed for value in row.values()}, (
            "only what it was"
        )
    (kind,) = figure.splits[0].rows
    page = client.get(kind["url"]).content.decode()
    assert kind["url"].startswith(reverse("meetings")) and reverse("event", args=["MEET0001"]) in page


def test_a_chosen_filter_whose_words_are_cut_in_its_box_stands_in_full_and_can_be_taken_away(
    filled, client
) -> None:
    page = client.get("/meseleler/", {"outcome": "achieved", "q": "a"}).content.decode()
    assert 'href="/meseleler/?q=a"' in page and "Nəticə: tam və ya qismən həll olunub ×" in page
    assert "×" not in client.get("/meseleler/", {"outcome": "solved"}).content.decode(), "these words fit"
