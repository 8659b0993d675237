"""What a template's form begins with: whatever the case knows already, for the lawyer to look at. Pure; papers are in Azerbaijani.

Never the way of safe contact from the card: it is for us alone and stands on no paper. A party's own contact may.
"""

from datetime import date
from typing import Any

from django.utils import translation

from icma.core.words import date_words
from icma.legalaid.actions.cases.papers import papers_of
from icma.legalaid.actions.cases.reading import Opened
from icma.legalaid.assembly.shelf import Field, Sheet
from icma.legalaid.procedure import ACTS_AS

COURTS = ("court", "appeal", "cassation", "constitutional")
OURS = ("authority", "superior")


def first_values(case: Opened, sheet: Sheet, today: date, union: str = "") -> dict[str, Any]:
    """Values of the form by field, as its widgets take them; fields of which nothing is known are not there."""
    with translation.override("az"):
        known = {"on": today, "organisation": union, **_people(case), **_instances(case), **_rest(case)}
    found = {field.key: _typed(field, known[field.key]) for field in sheet.fields if known.get(field.key)}
    return {key: value for key, value in found.items() if value}


def _typed(field: Field, value: Any) -> Any:
    """A date stays one where a date is asked for; rows become lines with | between their parts."""
    if field.form == "date":
        return value if isinstance(value, date) else None
    if field.form == "rows":
        return "\n".join(" | ".join(str(row.get(column, "")) for column in field.columns) for row in value)
    if isinstance(value, date):
        return date_words(value)
    return "\n".join(value) if isinstance(value, list) and field.form in ("list", "text") else value


def _people(case: Opened) -> dict[str, Any]:
    parties: dict[str, list[dict[str, Any]]] = {}
    for _row, value in case.of("party"):
        parties.setdefault(value["role"], []).append(value)
    client = (parties.get("client") or [{}])[0]
    speaker = (parties.get("representative") or [{}])[0]
    status = str(ACTS_AS.get(speaker.get("acts_as", ""), ""))
    standing = f"{speaker['name']} ({status})" if speaker and status else speaker.get("name", "")
    members = parties.get("member", [])
    return {
        "sender_name": client.get("name") or case.card.get("client", ""),
        "sender_contact": _line(client.get("contact", "")), "contact_person": _answered(case, client, speaker),
        "representative": standing, "agent_name": speaker.get("name", ""), "agent_status": status,
        "opponent": _named(parties.get("opponent", [])), "third_parties": _named(parties.get("third", [])),
        "signatories": [{"name": one["name"], "address": ""} for one in members],
    }  # fmt: skip


def _answered(case: Opened, client: dict[str, Any], speaker: dict[str, Any]) -> str:
    """To whom an answer goes: to a person; for a group to whoever speaks for it, with the contact given for that."""
    if case.card.get("client_kind", "person") == "person" or not speaker:
        return client.get("name", "")
    return ", ".join(_named([speaker]))


def _named(parties: list[dict[str, Any]]) -> list[str]:
    return [", ".join(part for part in (one["name"], _line(one["contact"])) if part) for one in parties]


def _line(text: str) -> str:
    return " ".join(text.split())


def _instances(case: Opened) -> dict[str, Any]:
    """The last proceeding is where the paper goes; the one before it is what the paper is against."""
    steps = [value for _row, value in case.of("proceeding")]
    if not steps:
        return {}
    now, before = steps[-1], steps[-2] if len(steps) > 1 else {}
    first = next((one for one in steps if one["level"] in OURS), {})
    served = _day(now["served"])
    known: dict[str, Any] = {
        "addressee": now["body"], "authority": first.get("body", ""), "act_number": first.get("number", ""),
        "act_served": served, "known_on": served, "judgment_served": served,
        "application_date": _day(first.get("filed", "")), "application_number": first.get("number", ""),
        "judgment": ", ".join(part for part in (before.get("body", ""), before.get("number", "")) if part),
    }  # fmt: skip
    if now["level"] in COURTS:
        known |= {"court": now["body"], "case_number": now["number"] or before.get("number", "")}
    return known


def _rest(case: Opened) -> dict[str, Any]:
    exhibits = [
        {"number": str(value["exhibit"]), "title": value.get("title") or value["name"],
         "date": date_words(_day(value["date"])) if value.get("date") else ""}
        for _row, value in papers_of(case) if value.get("exhibit")
    ]  # fmt: skip
    shared = [
        value
        for _row, value in case.of("consent")
        if (value["purpose"], value["state"]) == ("sharing", "given")
    ]
    late = [value["title"] for row, value in case.of("term") if value["rule"] and not row.done]
    return {
        "subject": case.card.get("title", ""), "matter": case.card.get("title", ""),
        "application_subject": case.card.get("title", ""), "exhibits": exhibits, "evidence": exhibits,
        "documents": exhibits, "consent_date": _day(shared[-1]["on"]) if shared else None,
        "missed_term": late[0] if late else "",
    }  # fmt: skip


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
