"""The shipped law: ids never change, every rule says what it counts and how sure that is."""

import json
from typing import get_args

import pytest

from icma.engines.clockrules import COUNTED, Certainty
from icma.engines.rulebook import load_days, load_rules
from tests.engines.shipped import DAYS, RULES, RULES_TEXT, TERMS

# Committed for good: an id that is missing here breaks every clock that was computed with it.
# fmt: off
IDS = [
    "adm.complaint", "adm.complaint.decision", "adm.complaint.noinfo", "adm.decision",
    "adm.decision.max", "adm.extension", "adm.forward", "adm.regnote", "adm.restore",
    "adm.served.electronic", "adm.served.media", "adm.served.post", "apc.appeal.judgment",
    "apc.appeal.reasons", "apc.appeal.ruling", "apc.cassation", "apc.cassation.ruling",
    "apc.claim.compel", "apc.claim.contest", "apc.claim.silence.earliest", "apc.noinfo",
    "apc.restore", "appeal.extension", "appeal.forward", "appeal.general", "appeal.repeat",
    "appeal.study", "concourt.lodge", "court.count", "cpc.appeal", "cpc.appeal.ruling",
    "cpc.cassation", "cpc.cassation.ruling", "ecthr.lodge", "info.danger", "info.defects", "info.extension",
    "info.forward", "info.general", "info.ombudsman", "info.perishable", "mm.hearing",
    "ombudsman.examine", "ombudsman.lodge", "ombudsman.refusal", "own.correction", "own.legal_ask",
    "own.moderate", "own.take_up", "pd.access", "pd.recipients", "pd.refusal", "plan.discussion",
    "plan.display", "plan.notice", "plan.objections",
]
# fmt: on


def test_ids_are_kept() -> None:
    assert set(IDS) <= set(RULES)


def test_every_term_states_each_field_and_its_certainty() -> None:
    for raw in json.loads(RULES_TEXT)["rules"]:
        rule = RULES[raw["id"]]
        assert {"unit", "start", "roll", "direction"} <= set(raw), rule.id
        assert set(rule.certain.values()) <= set(get_args(Certainty)), rule.id
        for words in (rule.title, rule.law):
            assert {"az", "ru", "en"} <= {lang for lang, text in words.items() if text}, rule.id
        assert rule.source and (rule.article or rule.id.startswith("own.")), rule.id
        if rule.condition:
            assert set(rule.condition) == {"az", "ru", "en"}, rule.id
    for rule in TERMS:
        assert {"amount", "unit", "start", "roll", "direction"} <= set(rule.certain), rule.id


def test_silent_fields_are_never_marked_as_read() -> None:
    for rule in TERMS:
        for field, others in rule.alternatives.items():
            assert field in COUNTED and getattr(rule, field) not in others, rule.id
            if rule.kind == "term":
                assert rule.certain[field] == "M", (rule.id, field)


# Counted from the last day of the term they lengthen, which has its own readings; known from memory, not silent.
NO_SECOND_READING = {"appeal.extension", "info.extension", "ecthr.lodge"}


def test_where_the_source_is_silent_both_readings_are_kept() -> None:
    for rule in TERMS:
        for field in ("start", "roll", "exclude_days"):
            counts = field != "roll" or rule.unit not in ("wd", "hour")
            if rule.certain.get(field) == "M" and counts and rule.id not in NO_SECOND_READING:
                assert rule.alternatives.get(field), (rule.id, field)


def test_weakest_mark_stands_for_the_rule() -> None:
    assert RULES["adm.decision"].certainty == "V"
    assert RULES["appeal.general"].certainty == "M" and RULES["appeal.general"].certain["amount"] == "V2"


def test_own_terms() -> None:
    own = {rule.id: (rule.amount, rule.unit, rule.owner) for rule in TERMS if rule.id.startswith("own.")}
    assert own == {
        "own.moderate": (2, "wd", "us"),
        "own.take_up": (10, "wd", "us"),
        "own.correction": (3, "wd", "us"),
        "own.legal_ask": (3, "wd", "us"),
    }


def test_calendar_rows() -> None:
    assert len({row.date for row in DAYS}) == len(DAYS)
    assert {row.date.year for row in DAYS if row.provisional} == {2027}
    assert {row.date.year for row in DAYS} == {2024, 2025, 2026, 2027}


def test_broken_data_names_the_place() -> None:
    with pytest.raises(ValueError, match="x: "):
        load_rules('{"rules": [{"id": "x", "unit": "cd"}]}')
    with pytest.raises(ValueError, match="twice"):
        one = '{"id": "x", "amount": 1, "unit": "cd"}'
        load_rules(f'{{"rules": [{one}, {one}]}}')
    with pytest.raises(ValueError, match="line 2"):
        load_days("date,working,name_az,status,source\n2026-02-30,false,x,confirmed,y\n")
