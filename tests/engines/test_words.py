"""Explanations: the words themselves, in three languages, for every kind of count."""

from datetime import date, datetime

import pytest

from icma.engines.clocks import ClockEvent, Rule, compute
from icma.engines.clockwords import caveats, explain
from tests.engines.shipped import CALENDAR, RULES, TERMS


def said(rule_id: str, event: date, lang: str = "az") -> str:
    return explain(compute(RULES[rule_id], event, CALENDAR), lang)


AZ = [
    ("appeal.general", date(2026, 3, 13),
     "13.03 sayılmır. 16–19 mart: 4 iş günü. 20–30 mart: qeyri-iş günləri. 31 mart – 14 aprel: 11. Cəmi 15."),
    ("appeal.general", date(2026, 11, 23), "23.11 sayılmır. 24 noyabr – 14 dekabr: 15 iş günü. Cəmi 15."),
    ("own.correction", date(2026, 1, 16),
     "16.01 sayılmır. 19 yanvar: 1 iş günü. 20 yanvar: qeyri-iş günü. 21–22 yanvar: 2. Cəmi 3."),
    ("appeal.forward", date(2026, 3, 19),
     "19.03 sayılmır. 20–30 mart: qeyri-iş günləri. 31 mart – 2 aprel: 3 iş günü. Cəmi 3."),
    ("appeal.general", date(2025, 6, 19),
     "19.06 sayılmır. 20–25 iyun: 5 iş günü. 21 iyun (şənbə): iş günü sayılır. "
     "26–29 iyun: qeyri-iş günləri. 30 iyun – 11 iyul: 10. Cəmi 15."),
    ("appeal.general", date(2026, 12, 21),
     "21.12 sayılmır. 22–30 dekabr: 7 iş günü. 31 dekabr 2026 – 4 yanvar 2027: qeyri-iş günləri. "
     "5–14 yanvar 2027: 8. Cəmi 15."),
    ("adm.decision", date(2026, 2, 23),
     "23.02 sayılmır. 24 fevral – 25 mart: 30 gün. Cəmi 30. "
     "Son gün (25 mart) qeyri-iş günüdür. Növbəti iş günü: 31 mart."),
    ("cpc.appeal", date(2026, 1, 31),
     "31.01 sayılmır. 1 ay: 28 fevral. Həmin ayda belə gün yoxdur, ayın son günü götürülür. "
     "Son gün (28 fevral) qeyri-iş günüdür. Növbəti iş günü: 2 mart."),
    ("ecthr.lodge", date(2026, 7, 8),
     "08.07 sayılmır. 4 ay: 8 noyabr. 8 noyabr (bazar): istirahət gününə düşsə də, müddət uzanmır."),
    ("apc.claim.silence.earliest", date(2026, 4, 1),
     "01.04 sayılmır. 2 aprel – 6 may: 35 gün. Cəmi 35. Ən tez: 7 may."),
    ("plan.notice", date(2026, 6, 15), "15.06 sayılmır. 8–14 iyun: 7 gün. Cəmi 7. Ən gec: 8 iyun."),
    ("info.danger", datetime(2026, 3, 19, 15),
     "Başlanğıc: 19 mart, saat 15:00. 19 mart: 9 saat. 20–30 mart: qeyri-iş günləri. "
     "31 mart – 1 aprel: 39. Cəmi 48. Son: 1 aprel, saat 15:00."),
    ("info.perishable", date(2026, 3, 13),
     "13.03: saat göstərilməyib, günün sonundan sayılır. Başlanğıc: 14 mart, saat 00:00. 14 mart: 24 saat. "
     "Cəmi 24. Son: 15 mart, saat 00:00."),
]  # fmt: skip


@pytest.mark.parametrize(("rule_id", "event", "words"), AZ)
def test_azerbaijani(rule_id: str, event: date, words: str) -> None:
    assert said(rule_id, event) == words


def test_russian_and_english() -> None:
    assert said("appeal.general", date(2026, 3, 13), "ru") == (
        "13.03 не считается. 16–19 марта: 4 рабочих дня. 20–30 марта: нерабочие дни. "
        "31 марта – 14 апреля: 11. Всего 15."
    )
    assert said("appeal.general", date(2026, 3, 13), "en") == (
        "13 March does not count. 16–19 March: 4 working days. 20–30 March: days off. "
        "31 March – 14 April: 11. Total 15."
    )
    for count, words in ((11, "11 дней"), (12, "12 дней"), (21, "21 день"), (22, "22 дня"), (25, "25 дней")):
        assert f": {words}." in explain(compute(Rule("x", count, "cd"), date(2026, 7, 1), CALENDAR), "ru")
    assert "1 рабочий день." in said("own.moderate", date(2026, 3, 18), "ru")
    assert "1 working day." in said("own.moderate", date(2026, 3, 18), "en")


def test_pause_and_extension_are_told() -> None:
    start = ClockEvent("start", date(2026, 11, 23))
    pause, resume = ClockEvent("pause", date(2026, 11, 26)), ClockEvent("resume", date(2026, 12, 1))
    answer = compute(RULES["info.general"], [start, pause, resume], CALENDAR)
    assert explain(answer) == (
        "23.11 sayılmır. 24–25 noyabr: 2 iş günü. 26–30 noyabr: dayandırılıb, sayılmır (3 iş günü). "
        "1–7 dekabr: 5. Cəmi 7."
    )
    longer = compute(RULES["info.general"], [start, ClockEvent("extend", date(2026, 12, 1))], CALENDAR)
    assert explain(longer) == (
        "Müddət uzadılıb: 7 + 7 = 14 iş günü. 23.11 sayılmır. 24 noyabr – 11 dekabr: 14 iş günü. Cəmi 14."
    )
    stopped = compute(RULES["info.general"], [start, pause], CALENDAR)
    assert "dayandırılıb" in explain(stopped)


def test_caveats_name_what_the_date_alone_does_not() -> None:
    told = caveats(compute(RULES["appeal.general"], date(2026, 12, 21), CALENDAR))
    assert told == (
        "Tarix təxminidir: bu müddətə düşən qeyri-iş günləri hələ təsdiqlənməyib.",
        "Qanunun başqa şərhinə görə, həmin gün də sayılsa: 13 yanvar 2027.",
        "Qanunun yol verə biləcəyi ən gec tarix: 31 mart 2027.",
    )
    assert caveats(compute(RULES["own.moderate"], date(2026, 11, 23), CALENDAR)) == ()
    assert caveats(compute(RULES["adm.complaint"], date(2026, 4, 10), CALENDAR)) == (
        "Ehtiyat tarixi: 6 may.",
    )


def test_every_rule_can_be_told_in_every_language() -> None:
    for rule in TERMS:
        for event in (date(2024, 12, 30), date(2026, 3, 19), date(2026, 12, 31)):
            answer = compute(rule, event, CALENDAR)
            for lang in ("az", "ru", "en"):
                text = explain(answer, lang)
                assert text.endswith(".") and "{" not in text and "=" not in " ".join(caveats(answer, lang))
