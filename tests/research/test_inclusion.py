"""Women and youth: exact bands, nothing dropped, intervals instead of arrows, markers that must be earned (F14)."""

import itertools
import random
from collections import Counter
from datetime import date, datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from icma.advocacy.actions.campaigns.plan import start_campaign
from icma.advocacy.past import SHEETS
from icma.core.action import Refused
from icma.core.kept import KEPT
from icma.engines.disclosure import SHOWN, WITHHELD, ZERO, Cell
from icma.events.models import Event, NeedUsed
from icma.matters.actions.acts import forget_acts, note_act, say_who
from icma.matters.bands import AgeBand, Channel, Doing, Sex
from icma.matters.models import Act
from icma.research.body import Body
from icma.research.declared.book import BadBook, read_book, write_template
from icma.research.door import agree, ask, prepare
from icma.research.figures import ACTS
from icma.research.inclusion import (
    actions,
    heads,
    jobs,
    missing,
    page,
    panel,
    pictures,
    reference,
    sheet,
    sums,
)
from icma.research.inclusion.levels import GROUPS, LEVELS, WOMEN, YOUNG, YOUNG_WOMEN, level_of
from icma.research.inclusion.released import BY_LEVEL, BY_REGION
from icma.research.models import ActSum, Marker, PopulationTable

ALL = panel.ALL
BANDS = list(AgeBand)


def table(counts: dict[tuple[str, str], int], key: str = "present") -> list[dict[tuple[str, str, str], Cell]]:
    """One quarter's published cells with all their margins."""
    cells: Counter = Counter()
    for (sex, band), n in counts.items():
        for place in itertools.product((sex, ALL), (band, ALL)):
            cells[key, *place] += n
    for sex, band in itertools.product([*Sex, ALL], [*AgeBand, ALL]):
        cells[key, sex, band] += 0
    return [{place: Cell(SHOWN, n) for place, n in cells.items()}]


# --- bands -----------------------------------------------------------------------------------------
def test_14_to_29_is_the_bands_14_17_and_18_29_exactly_and_unknown_age_is_counted_beside() -> None:
    people = {(Sex.MALE, band): n for band, n in zip(BANDS, (7, 13, 11, 5, 4, 10), strict=True)}
    young = panel.portion(table(people), "present", YOUNG)
    assert (young.k, young.share.n, young.unknown, young.total) == (20, 40, 10, 50)
    assert young.share_unknown == 0.2


def test_of_young_women_only_who_gave_both_is_known_so_that_silence_moves_no_share() -> None:
    """Of 200 people 20 are young women, and half of each group give no age: the share stays a tenth."""
    people = {(Sex.FEMALE, AgeBand.B18): 10, (Sex.FEMALE, AgeBand.B30): 40, (Sex.FEMALE, AgeBand.UNKNOWN): 50,
              (Sex.MALE, AgeBand.B18): 10, (Sex.MALE, AgeBand.B30): 40, (Sex.MALE, AgeBand.UNKNOWN): 50}  # fmt: skip
    both = panel.portion(table(people), "present", YOUNG_WOMEN)
    assert (both.k, both.share.n, both.unknown, both.total) == (10, 100, 100, 200)


def test_a_population_that_tells_no_age_says_nothing_of_young_women() -> None:
    told = reference.shares([("female", "unknown", 51), ("male", "unknown", 49)], PopulationTable(year=2025))
    assert set(told) == {WOMEN} and told[WOMEN].share == 0.51


# --- shares ----------------------------------------------------------------------------------------
def test_a_share_is_hidden_below_twenty_known_and_small_numbers_get_an_interval_and_no_verdict() -> None:
    against = reference.of_country()[WOMEN]
    few = panel.portion(
        table({(Sex.FEMALE, AgeBand.B30): 5, (Sex.MALE, AgeBand.B30): 14}), "present", WOMEN, against
    )
    assert few.what == panel.FEW and few.share is None
    small = panel.portion(
        table({(Sex.FEMALE, AgeBand.B30): 7, (Sex.MALE, AgeBand.B30): 14}), "present", WOMEN, against
    )
    assert small.share.low < against.share < small.share.high and small.stands == panel.EQUAL
    many = panel.portion(
        table({(Sex.FEMALE, AgeBand.B30): 70, (Sex.MALE, AgeBand.B30): 140}), "present", WOMEN, against
    )
    assert many.stands == panel.FEWER


def test_more_is_never_said_against_a_population_that_holds_children_too() -> None:
    people = table({(Sex.MALE, AgeBand.B18): 900, (Sex.MALE, AgeBand.B60): 100})
    country = reference.of_country()[YOUNG]
    assert (
        country.base == reference.ALL_AGES
        and panel.portion(people, "present", YOUNG, country).stands == panel.EQUAL
    )
    adults = reference.Known(country.share, reference.FROM_14, 2026, "x")
    assert panel.portion(people, "present", YOUNG, adults).stands == panel.MORE


def test_what_is_withheld_stays_withheld_and_only_the_plain_rest_of_what_is_shown_is_told() -> None:
    people = {(Sex.FEMALE, AgeBand.B14): 3, (Sex.FEMALE, AgeBand.B18): 30, (Sex.MALE, AgeBand.B30): 40}
    [cells] = table(people)
    [other] = table(people)
    for sex, band in itertools.product((Sex.FEMALE, Sex.MALE), (*AgeBand, ALL)):
        cells["present", sex, band] = Cell(WITHHELD)
    for band in (AgeBand.B14, AgeBand.B18):
        cells["present", ALL, band] = Cell(WITHHELD)
    assert panel.portion([cells], "present", WOMEN).what == panel.WITHHELD
    assert panel.portion([cells, other], "present", WOMEN).what == panel.WITHHELD  # one quarter does not tell
    young = panel.portion([cells, other], "present", YOUNG)  # all − the older ones: both young bands together
    assert (young.k, young.share.n) == (66, 146)
    assert (
        panel.portion([], "present", WOMEN).what
        == panel.portion([{}], "present", WOMEN).what
        == panel.NOTHING
    )


def test_an_event_says_women_of_how_many_only_from_twenty_and_cells_of_five() -> None:
    def of(women: int, men: int, unseen: int = 0) -> heads.Came:
        return heads.came(
            {(Sex.FEMALE, "18-29"): women, (Sex.MALE, "30-44"): men, (Sex.UNKNOWN, "unknown"): unseen}
        )

    said = of(12, 18, 6)
    assert (said.total, said.women, said.known, said.unknown) == (
        36,
        12,
        30,
        6,
    ) and said.share.low < 0.4 < said.share.high
    assert of(9, 10).share is None and of(4, 30).share is None and of(12, 18, 3).share is None
    assert of(0, 25).share is not None  # zero is a number, and is said


# --- sums ------------------------------------------------------------------------------------------
def _acts(country, n: int = 300, seed: int = 5) -> None:
    dice = random.Random(seed)
    places = [country.goychay, country.shaki, country.village, None]
    Act.objects.bulk_create(
        Act(verb=dice.choice(list(Doing)), channel=dice.choice(list(Channel)), place=dice.choice(places),
            sex=dice.choice(list(Sex)), band=dice.choice(BANDS), n=dice.randrange(1, 9), person_key=f"p{number % 7}",
            on=date(2025, 1, 1) + timedelta(days=dice.randrange(500)))
        for number in range(n)
    )  # fmt: skip


def _by_hand(first: date, last: date, regions: dict) -> Counter:
    found: Counter = Counter()
    for act in Act.objects.filter(on__range=(first, last)).select_related("place"):
        unit = act.place and (act.place.parent_id if act.place.kind == "village" else act.place_id)
        found[level_of(act.verb), regions.get(unit, "unknown"), act.sex, act.band, act.channel] += act.n
    return found


def test_sums_equal_the_acts_after_every_change_and_a_second_round_changes_nothing(
    country, at: datetime
) -> None:
    _acts(country)
    first, last, regions = date(2025, 1, 1), date(2026, 6, 30), sums.regions_by_district()
    assert not sums.fresh(first, last)
    assert dict(sums.rows(first, last)) == _by_hand(
        first, last, regions
    )  # before the first round, from the acts
    assert jobs.refresh(at) == 6 and jobs.refresh(at) == 0
    forget_acts(person_key="p3")
    Act.objects.filter(on__month=2, verb="attend").delete()
    note_act(verb="lead", channel="web", place=country.village, on=date(2025, 8, 1), sex=Sex.FEMALE)
    assert dict(sums.rows(first, last)) == _by_hand(first, last, regions)
    assert jobs.refresh(at) >= 3 and sums.fresh(first, last)
    assert dict(sums.rows(first, last)) == _by_hand(first, last, regions)
    assert sums.live_total() == sum(Act.objects.values_list("n", flat=True))
    note_act(
        verb="lead", channel="web", place=country.village, on=date(2025, 8, 1), sex="male", person_key="p9"
    )
    jobs.refresh(at)
    assert say_who(person="p9", sex="female", band="30-44", since=date(2025, 10, 1)) == 0, (
        "as given at the act"
    )
    assert say_who(person="p9", sex="female", band="30-44", since=date(2025, 7, 1)) == 1
    assert not sums.fresh(first, last), "who says otherwise is counted otherwise"
    assert dict(sums.rows(first, last)) == _by_hand(first, last, regions)
    Act.objects.all().delete()
    jobs.refresh(at)
    assert not ActSum.objects.exists()


# --- who lives where -------------------------------------------------------------------------------
GOOD = (
    "rayon;cins;yaş;say\nGöyçay;qadın;18–29;12 000\ngoycay;kişi;18-29;13000\nGöyçay rayonu;qadın;0-13;9000\n"
)


def test_every_row_of_a_table_is_told_and_nothing_is_guessed(country) -> None:
    wrong = GOOD + "Göyçay;18-29;qadın;5\nYoxdur;kişi;60+;5\nŞəki;kişi;60+;-5\nŞəki;kişi;60+;1,5\nŞəki;kişi;60+;1.5\n" \
        "Göyçay;kişi;18-29;7\nŞəki;kişi;60+\n"  # fmt: skip
    assert [line.n for line in sheet.read(GOOD.encode("utf-8-sig")).lines] == [12000, 13000, 9000]
    found = sheet.read(wrong.encode())
    assert [number for number, _why in found.wrong] == [5, 6, 7, 8, 9, 10, 11] and len(found.lines) == 3
    for spoilt in (GOOD + "Şəki;kişi;60+;" + "9" * 5000, GOOD + "Şəki;kişi;60+;" + "a" * 140_000):
        assert sheet.read(spoilt.encode()).wrong, "told, and not a page that falls over"
    assert sheet.read(b"a;b\n1;2").wrong and sheet.read("rayon".encode("utf-16")).wrong


def test_a_place_is_compared_with_itself_only_where_no_district_is_missing(
    country, cast, at: datetime
) -> None:
    assert not reference.of_place(country.goychay).is_own
    lines = sheet.read(GOOD.encode()).lines
    given = {"source": "DSK, kitabça", "year": 2025, "at": at, "by": cast.officer}
    made = actions.import_population(lines=lines, **given)
    own = reference.of_place(country.goychay)
    assert own.is_own and own.groups[WOMEN].share == 12 / 25 and own.groups[WOMEN].base == reference.FROM_14
    whole = reference.of_place(None)
    assert not whole.is_own and country.shaki in whole.missing and country.goychay not in whole.missing
    with pytest.raises(Refused):
        actions.import_population(lines=lines, **given)
    actions.remove_population(table=made, at=at, by=cast.officer)
    assert not reference.of_place(country.goychay).is_own and PopulationTable.objects.get().gone_at == at


# --- markers ---------------------------------------------------------------------------------------
def test_marker_1_or_2_is_impossible_without_each_criterion_ticked(country, cast, at: datetime) -> None:
    given = {"kind": "campaign", "subject": "ABCD2345", "which": "gender", "at": at, "by": cast.coordinator}
    five = ["analysis", "design", "objective", "by_group", "report"]
    actions.set_marker(score=0, criteria=[], **given)
    for score, ticked in (
        (1, five[:4]),
        (1, [*five[1:], "ambition", "indicators"]),
        (2, five),
        (2, [*five, "ambition"]),
    ):
        with pytest.raises(Refused):
            actions.set_marker(score=score, criteria=ticked, **given)
    made = actions.set_marker(score=1, criteria=five, **given)
    assert (made.version, made.criteria) == (2, five)
    with pytest.raises(IntegrityError), transaction.atomic():  # nor past the action
        Marker.objects.create(
            kind="campaign",
            subject="ABCD2345",
            which="gender",
            version=3,
            score=2,
            met=5,
            criteria=five,
            on=at.date(),
        )


# --- who is missing --------------------------------------------------------------------------------
def test_what_the_releases_withhold_is_not_told_by_live_totals_beside_them(
    client, country, cast, at: datetime
) -> None:
    for verb, sex, n in (
        ("attend", "female", 30),
        ("attend", "male", 50),
        ("vote", "female", 3),
        ("sign", "male", 44),
    ):
        note_act(
            verb=verb, channel="web", place=country.goychay, on=date(2025, 11, 3), sex=sex, band="18-29", n=n
        )
    jobs.refresh(at)
    early = client.get("/en/istirak/").content.decode()
    assert "127" in early and "Comes to meetings" not in early, "one number is live, and no part of it"
    made = prepare(measure=ACTS, dimensions=BY_LEVEL, first=date(2025, 10, 1), last=date(2025, 12, 31),
                   by=cast.researcher, at=at)  # fmt: skip
    ask(release=made, by=cast.researcher, at=at)
    agree(release=made, by=cast.officer, at=at)
    found = page.of_country(lambda _scope: page.DecidedFor())
    told = dict(zip(LEVELS, (row["value"] for row in found["told"]), strict=True))
    cells = Body.read(made.body).cells
    assert told["decides"] == "withheld" and told["leads"] == 0
    assert told == {level: cells[level, ALL, ALL].value if cells[level, ALL, ALL].status != "withheld" else "withheld"
                    for level in LEVELS}  # fmt: skip
    assert [row["value"] for row in found["totals"]] == [127]
    assert page.of_region(country.region, lambda _scope: page.DecidedFor())["totals"] == []


def test_shares_of_few_people_for_whom_it_was_decided_are_not_shown() -> None:
    few = page._frame(page.DecidedFor(outcomes=2, told=2, people=19, women=10, youth=4))
    many = page._frame(page.DecidedFor(outcomes=2, told=2, people=20, women=10, youth=5))
    one = page._frame(page.DecidedFor(outcomes=1, told=1, people=21, women=2, youth=17))
    assert one["decided_rows"] == [], "2 of 21, and 4 who are not young"
    assert few["decided_rows"] == [] and [row["share"] for row in many["decided_rows"]] == [0.5, 0.25]


def test_who_is_missing_becomes_kinds_of_people_and_places_and_never_persons() -> None:
    people = {(sex, band): n for sex, n in ((Sex.FEMALE, 6), (Sex.MALE, 40)) for band in BANDS[2:5]}
    rows = panel.rows_of(table(people, "GOY"), ["GOY"], lambda _key: reference.of_country())
    kinds = missing.wanted(rows, {"GOY": "Göyçay"})
    assert {kind.group for kind in kinds} == set(GROUPS)
    text = missing.as_text(kinds, "Göyçay")
    assert (
        text.count("Göyçay") == 3
        and "@" not in text
        and not any(c.isdigit() and len(c) > 4 for c in text.split())
    )
    assert {kind.group for kind in missing.unknown([])} == set(GROUPS)


# --- pages -----------------------------------------------------------------------------------------
@pytest.mark.parametrize("language", ["", "/ru", "/en"])
def test_without_a_release_the_page_shows_totals_and_no_share(
    client, country, at: datetime, language: str, django_assert_max_num_queries
) -> None:
    _acts(country)
    jobs.refresh(at)
    with django_assert_max_num_queries(12):
        answer = client.get(language + "/istirak/")
    text = answer.content.decode()
    assert answer.status_code == 200 and 'class="w"' not in text  # no bracket: no interval, no share
    assert len(LEVELS) == 6 and "10" in text


def test_a_small_community_says_that_it_has_no_shares_and_an_unlisted_one_is_not_there(
    client, country
) -> None:
    page = reverse("inclusion_community", args=[country.community.code])
    country.community.seen = "full"
    country.community.save()
    assert "Özünün payı yoxdur" in client.get(page).content.decode()
    country.community.seen = "region"
    country.community.save()
    assert client.get(page).status_code == 404


def test_shares_come_from_releases_alone_and_say_who_is_missing(client, country, cast, at: datetime) -> None:
    for sex, band, n in ((Sex.FEMALE, "18-29", 30), (Sex.MALE, "30-44", 90), (Sex.UNKNOWN, "unknown", 24)):
        Act.objects.create(
            verb="attend",
            channel="meeting",
            place=country.goychay,
            sex=sex,
            band=band,
            n=n,
            on=date(2025, 11, 3),
        )
    before = client.get("/en/istirak/").content.decode()
    for names in (BY_LEVEL, BY_REGION):
        made = prepare(
            measure=ACTS,
            dimensions=names,
            first=date(2025, 10, 1),
            last=date(2025, 12, 31),
            by=cast.researcher,
            at=at,
        )
        ask(release=made, by=cast.researcher, at=at)
        agree(release=made, by=cast.officer, at=at)
    text = client.get("/en/istirak/").content.decode()
    assert "25%" not in before and "25%" in text and "18–33%" in text  # 30 of 120, with its interval
    assert "sex not given: 17%" in text and "fewer than live here" in text and "Who is missing" in text
    assert "25%" in client.get(f"/en/istirak/bolge/{country.region.code}/").content.decode()
    assert (
        client.get(f"/en/istirak/bolge/{country.goychay.code}/").status_code == 302
    )  # nothing smaller than a region


def test_a_region_tells_its_levels_where_they_are_out_for_the_same_quarters(
    client, country, cast, at: datetime
) -> None:
    for verb, sex, n in (
        ("attend", "female", 30),
        ("attend", "male", 90),
        ("vote", "female", 40),
        ("vote", "male", 20),
    ):
        note_act(
            verb=verb, channel="web", place=country.goychay, on=date(2025, 11, 3), sex=sex, band="18-29", n=n
        )
        note_act(
            verb=verb, channel="web", place=country.goychay, on=date(2025, 8, 3), sex=sex, band="18-29", n=n
        )

    def out(names: tuple[str, ...], last: date) -> None:
        made = prepare(measure=ACTS, dimensions=names, first=date(last.year, last.month - 2, 1), last=last,
                       by=cast.researcher, at=at)  # fmt: skip
        ask(release=made, by=cast.researcher, at=at)
        agree(release=made, by=cast.officer, at=at)
        KEPT.clear()

    def women() -> dict[str, float | None]:
        rows = page.of_region(country.region, lambda _scope: page.DecidedFor())["pictures"][0]["rows"]
        return {str(row["label"]).partition(" <")[0]: round(row["share"], 2) for row in rows[1:]}

    autumn, summer = date(2025, 12, 31), date(2025, 9, 30)
    for names in (("region", "sex"), ("region", "level", "sex")):
        out(names, autumn)
    assert women() == {"Görüşə gəlir": 0.25, "Səs verir": 0.67, "Hamısı birlikdə": 0.39}
    out(("region", "sex"), summer)
    assert list(women()) == ["Hamısı birlikdə"], "levels of one quarter do not stand under two"
    out(("region", "level", "sex"), summer)
    assert len(women()) == 3
    told = page.of_region(country.region, lambda _scope: page.DecidedFor())["told"]
    assert [row["value"] for row in told][-1] == 360 and 240 in [row["value"] for row in told]


def test_a_marker_is_set_on_its_page_by_who_leads_and_stands_on_the_campaign(
    country, cast, at: datetime, client_as
) -> None:
    made = start_campaign(
        template="infrastructure", title="Körpü", text="Plan.", community=country.community, place=country.goychay,
        authority=country.water, at=at, by=cast.coordinator,
    )  # fmt: skip
    code, criteria = made.matter.code, ["analysis", "design", "objective", "by_group", "report"]
    page = reverse("marker", args=[code, "gender"])
    lead = client_as("coordinator")
    assert lead.post(page, {"score": 2, "criteria": criteria}).status_code == 422
    assert lead.post(page, {"score": 1, "criteria": criteria}).status_code == 302
    assert "1: başqaları ilə yanaşı mühüm məqsəd" in lead.get(f"/m/{code}/").content.decode()
    assert client_as("resident").get(page).status_code == 404


def test_an_officer_brings_in_a_table_whole_or_not_at_all_and_sets_a_goal(
    country, cast, at: datetime, client_as
) -> None:
    desk, page = client_as("officer"), reverse("population")
    given = {"source": "Nümunə kitabça", "year": 2025}
    bad = SimpleUploadedFile("a.csv", (GOOD + "Göyçay;qadın;60+;1,5\n").encode())
    answer = desk.post(page, given | {"file": bad})
    assert (
        answer.status_code == 422
        and "Sətir 5" in answer.content.decode()
        and not PopulationTable.objects.exists()
    )
    assert desk.post(page, given | {"file": SimpleUploadedFile("a.csv", GOOD.encode())}).status_code == 302
    assert PopulationTable.objects.get().cells.count() == 3
    goal = {
        "group": WOMEN,
        "level": "leads",
        "percent": 40,
        "until": timezone.localdate() + timedelta(days=300),
    }
    assert desk.post(reverse("goal"), goal).status_code == 302
    assert (
        desk.get(reverse("inclusion_work")).status_code == 200
        and "40" in desk.get("/istirak/").content.decode()
    )
    assert client_as("coordinator").get(page).status_code == 404


def test_a_workbook_that_is_torn_or_locked_is_said_to_be_no_workbook() -> None:
    whole = write_template(SHEETS)
    assert read_book(whole, SHEETS).lines == []
    start = whole.index(b"xl/worksheets/sheet1.xml") + 40
    torn = whole[:start] + bytes(256) + whole[start + 256 :]
    locked = bytearray(whole)
    for at in [n for n in range(len(whole)) if whole.startswith(b"PK\x01\x02", n)]:
        locked[at + 8] |= 1  # "encrypted"
    for spoilt in (torn, bytes(locked)):
        with pytest.raises(BadBook):
            read_book(spoilt, SHEETS)


def test_where_no_crossing_is_out_ages_and_sexes_stand_alone_and_nothing_reads_as_no_data() -> None:
    [cells] = table({(Sex.FEMALE, AgeBand.B30): 20, (Sex.MALE, AgeBand.B30): 30})
    whole = pictures.grid(cells, "present")
    for sex, band in itertools.product(Sex, AgeBand):
        del cells["present", sex, band]
    margins = pictures.grid(cells, "present")
    assert whole.count("<table") == 1 and margins.count("<table") == 2
    assert "məlumat yoxdur" not in margins and "20" in margins and "50" in margins
    assert pictures.grid({("present", ALL, ALL): Cell(ZERO, 0)}, "present") == "", (
        "nobody was noted: no table of nothing"
    )


def test_a_difference_that_is_put_into_words_is_seen_in_its_numbers() -> None:
    against = {WOMEN: reference.Known(0.504, reference.FROM_14, 2025, "x")}
    rows = panel.rows_of(
        table({(Sex.FEMALE, AgeBand.B30): 484, (Sex.MALE, AgeBand.B30): 546}),
        ["present"],
        lambda _key: against,
    )
    [kind] = missing.wanted(rows, {"present": "here"})
    assert "44,0–50,0" in kind.why and "50,4" in kind.why, "44–50 of 50 would look like no difference"


def test_what_was_used_to_come_grows_in_steps_so_that_no_meeting_tells_of_one_person() -> None:
    told = [pictures.needs({"step_free": n}, 5)[0]["value"] for n in (1, 4, 5, 6, 9, 10)]
    assert told == ["withheld", "withheld", "≥ 5", "≥ 5", "≥ 5", "≥ 10"]


def test_the_page_of_a_community_says_only_what_was_used_in_quarters_that_are_over(country) -> None:
    now = timezone.now()
    for on in (now - timedelta(days=120), now):
        event = Event.objects.create(
            code=f"EV{on:%m%d}XX",
            organisation=country.community,
            title="x",
            kind="meeting",
            state="held",
            starts_at=on,
        )
        NeedUsed.objects.create(event=event, need="step_free", n=6)
    found = page.of_community(country.community, lambda _scope: page.DecidedFor())
    assert [need["value"] for need in found["needs"]] == ["≥ 5"], "twelve, were the day before told"
