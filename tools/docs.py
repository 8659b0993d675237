"""Documents made from the code: flows, access matrix, data dictionary. `--check` fails when they are stale."""

import os
import sys
from datetime import datetime
from pathlib import Path

DOCS = Path(__file__).resolve().parent.parent / "docs"


def committed(name: str) -> str:
    path = DOCS / name
    return path.read_text("utf-8") if path.exists() else ""


def flows_text() -> str:
    from icma.advocacy.flow import CAMPAIGN, COMMITMENT, DECISION, UPDATE
    from icma.law.flow import DATA
    from icma.matters.flow import LETTER, MATTER

    parts = ["# Stages and steps\n\nMade by `make docs` from each app's `flow.py`.\n"]
    for flow in (MATTER, LETTER, DATA, CAMPAIGN, UPDATE, DECISION, COMMITMENT):
        parts.append(f"## {flow.name}\n\n```mermaid\n{flow.mermaid()}\n```\n")
    return "\n".join(parts)


def access_text() -> str:
    """Role × verb × model, asked of the rules themselves: `all`, `some` (depends on the row) or `–`."""
    from django.urls import get_resolver

    from icma.core.access import Who, ruled_models, verbs
    from icma.core.day import BAKU

    assert get_resolver().url_patterns  # loads every floor, and with it every access.py
    at = datetime(2026, 3, 13, 10, tzinfo=BAKU)
    rows = _askers(Who)
    lines = ["# Who may do what\n", "Made by `make docs` from the rules in every `access.py`. `all`: every row; "
             "`some`: depends on the row; `–`: none.\n"]  # fmt: skip
    for model in sorted(ruled_models(), key=lambda m: m._meta.label):
        lines += [
            f"\n## {model._meta.label}\n",
            "| verb | " + " | ".join(rows) + " |",
            "|---" * (len(rows) + 1) + "|",
        ]
        for verb, rule in sorted(verbs(model).items()):
            cells = [_word(model, rule(who, at)) for who in rows.values()]
            lines.append(f"| {verb} | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def _askers(who_class) -> dict:
    from icma.people.models import User

    def one(number: int, role: str, organisation=None, authority=None, strong=True):
        seats = ((role, organisation, authority),) if role else ()
        return who_class(user=User(pk=number), seats=seats, strong=strong, person=f"p{number}")

    return {
        "stranger": who_class(),
        "code-holder": who_class(codes=frozenset({"AAAA1111"})),
        "resident": one(1, ""),
        "coordinator": one(2, "coordinator", organisation=1),
        "officer": one(3, "officer", organisation=2),
        "officer without factor": one(4, "officer", organisation=2, strong=False),
        "moderator": one(5, "moderator", organisation=2),
        "advocate": one(6, "advocate", organisation=2),
        "lawyer": one(7, "lawyer", organisation=2),
        "researcher": one(8, "researcher", organisation=2),
        "official": one(9, "official", authority=1),
    }


def _word(model, rule) -> str:
    """What the rule comes to when it is folded: a composite of rules that match nothing matches nothing."""
    from django.db import connection

    query = model._base_manager.filter(rule).query
    return _come_to(query.where, query.get_compiler(connection=connection))


def _come_to(node, compiler) -> str:
    from django.core.exceptions import EmptyResultSet, FullResultSet
    from django.db.models import Exists
    from django.db.models.sql.where import WhereNode

    if isinstance(there := getattr(node, "lhs", node), Exists):  # in a filter it stands as EXISTS(…) = True
        return "–" if _come_to(there.query.where, compiler) == "–" else "some"
    if not isinstance(node, WhereNode):
        try:
            compiler.compile(node)
        except EmptyResultSet:
            return "–"
        except FullResultSet:
            return "all"
        return "some"
    found = {_come_to(child, compiler) for child in node.children}
    strong, weak = ("all", "–") if node.connector == "OR" else ("–", "all")
    word = strong if strong in found else "some" if "some" in found else weak if found else "all"
    return {"all": "–", "–": "all"}.get(word, word) if node.negated else word


def data_text() -> str:
    from django.apps import apps

    from icma.front.exports import exports
    from icma.front.retention import RETENTION

    kept, leaves = {rule.model: rule for rule in RETENTION}, dict(exports())
    lines = [
        "# Data dictionary\n",
        "Made by `make docs` from the models, `front/retention.py` and `front/exports.py`.\n",
    ]
    for config in apps.get_app_configs():
        if not config.name.startswith("icma."):
            continue
        for model in config.get_models():
            rule = kept.get(model)
            lines += [f"\n## {model._meta.label}\n", f"{(model.__doc__ or '').strip()}\n",
                      f"Kept: {rule.words if rule else 'NOT DECLARED'}\n",
                      f"Export: {leaves.get(model, 'NOT DECLARED')}\n", "| column | type | what |", "|---|---|---|"]  # fmt: skip
            for field in model._meta.concrete_fields:
                kind = field.get_internal_type() + (f"({field.max_length})" if field.max_length else "")
                lines.append(f"| {field.name} | {kind} | {field.help_text or ''} |")
    return "\n".join(lines) + "\n"


def main(words: list[str]) -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "icma.settings")
    import django

    django.setup()
    from django.utils.translation import override

    stale = 0
    with override("en"):
        for name, text in (
            ("flows.md", flows_text()),
            ("access.md", access_text()),
            ("data.md", data_text()),
        ):
            if "--check" in words and committed(name) != text:
                print(f"docs/{name} is stale; run `make docs`")
                stale = 1
            elif "--check" not in words:
                (DOCS / name).write_text(text, encoding="utf-8")
    return stale


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
