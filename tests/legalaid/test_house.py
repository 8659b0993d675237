"""What legal aid may hold in clear is a committed list; it points at nobody but staff and clinics."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.db.models import BinaryField, ForeignKey

from icma.legalaid import models, sealing
from tests.legalaid import rings

COLUMNS = Path(__file__).with_name("columns.txt")
OF_MATTERS = {"icma.matters.bands", "icma.matters.views.steps"}  # closed lists; a form that is sent once
OUTSIDE = {"people.User", "events.Event"}


def columns() -> Iterator[str]:
    for model in sorted(apps.get_app_config("legalaid").get_models(), key=lambda m: m.__name__):
        for field in model._meta.local_fields:
            target = f" -> {field.related_model._meta.label}" if isinstance(field, ForeignKey) else ""
            yield f"{model.__name__}.{field.name} {field.get_internal_type()}{target}"
        for many in model._meta.local_many_to_many:
            yield f"{model.__name__}.{many.name} many -> {many.related_model._meta.label}"


def test_every_column_is_on_the_committed_list() -> None:
    """Whoever adds a column reads docs/vault.md first: may it be in clear? Then adds its line here."""
    assert list(columns()) == COLUMNS.read_text("utf-8").splitlines()


def test_keys_point_to_staff_and_clinics_alone() -> None:
    targets = {line.split(" -> ")[1] for line in columns() if " -> " in line}
    assert {t for t in targets if not t.startswith("legalaid.")} <= OUTSIDE


def test_a_client_is_nowhere_an_account() -> None:
    """A code's pair has no owner, and no row of a client's points at an account."""
    assert not any(
        f.related_model for f in models.Receipt._meta.local_fields if f.name not in ("case", "pair")
    )


def test_words_stand_in_sealed_columns_alone() -> None:
    """No free text column: texts are codes, hashes, marks and names of files, all short."""
    for model in apps.get_app_config("legalaid").get_models():
        for field in model._meta.local_fields:
            assert field.get_internal_type() not in {"TextField", "JSONField", "FileField"}, field
            assert isinstance(field, BinaryField) or (field.max_length or 0) <= 64, field


def test_nothing_above_but_front_and_demo_knows_legal_aid() -> None:
    src = Path(__file__).resolve().parents[2] / "src" / "icma"
    floors = {p.relative_to(src).parts[0] for p in src.rglob("*.py")
              if "icma.legalaid" in p.read_text("utf-8") and p.name != "settings.py"}  # fmt: skip
    assert floors <= {"legalaid", "front", "demo", "cli"}


def test_legal_aid_writes_no_entry_no_act_and_nothing_of_a_matter() -> None:
    """Of matters it knows bands alone; what it reads of events are clinics."""
    src = Path(__file__).resolve().parents[2] / "src" / "icma" / "legalaid"
    for path in src.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module:
                assert not node.module.startswith("icma.matters") or node.module in OF_MATTERS, path
                assert not node.module.startswith("icma.events.actions"), path
                assert not {alias.name for alias in node.names} & {"Entry", "Act", "Matter"}, path


@pytest.mark.django_db
def test_the_code_of_a_matter_stands_inside_the_card_alone() -> None:
    _user, ring = rings.lawyer("kart")
    case = rings.a_case(ring)
    sealing.set_card(ring=ring, case=case, value={"title": "Nümunə", "matter": "7Q4FM2KD"})
    assert sealing.card_of(ring, case)["matter"] == "7Q4FM2KD"
    rows = [row for model in apps.get_app_config("legalaid").get_models() for row in model.objects.values()]
    assert rows and not any("7Q4FM2KD" in str(row) for row in rows)


def test_a_page_with_a_form_says_from_where_it_is_sent() -> None:
    """With the policy no-referrer a browser sends "Origin: null", and the form is refused."""
    folder = Path(__file__).resolve().parents[2] / "src" / "icma" / "legalaid" / "templates"
    assert [path.name for path in folder.rglob("*.html") if "no-referrer" in path.read_text("utf-8")] == []
