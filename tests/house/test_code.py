"""House rules about the code itself, read as text and syntax tree."""

import ast
import re
from pathlib import Path

import pytest

SRC = Path(__file__).resolve().parents[2] / "src" / "icma"
PY = [p for p in SRC.rglob("*.py") if "migrations" not in p.parts]
HTML = list(SRC.rglob("templates/**/*.html"))
FLOORS = [
    "engines",
    "core",
    "people",
    "law",
    "matters",
    "events",
    "asks",
    "research",
    "advocacy",
    "legalaid",
    "monitoring",
    "front",
    "cli",
]
HEAVY = {
    "weasyprint", "PIL", "numpy", "highspy", "openpyxl", "docxtpl", "docx", "icalendar", "pypdf", "pypdfium2", "rapidfuzz",
    "cryptography",
}  # fmt: skip


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


def short(path: Path) -> str:
    return str(path.relative_to(SRC))


# Who checks our count downloads and reads it as one file: it cannot become a folder.
WHOLE = {"advocacy/verify.py": 500}


@pytest.mark.parametrize("path", PY, ids=short)
def test_files_have_at_most_400_lines_and_functions_40(path: Path) -> None:
    assert len(path.read_text("utf-8").splitlines()) <= WHOLE.get(short(path), 400)
    for node in ast.walk(tree(path)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            first = node.body[0]
            is_doc = isinstance(first, ast.Expr) and isinstance(getattr(first, "value", None), ast.Constant)
            docs = first.end_lineno - first.lineno + 1 if is_doc else 0
            assert node.end_lineno - node.lineno + 1 - docs <= 40, f"{node.name} is too long"


def test_views_have_at_most_20_lines() -> None:
    long = []
    for path in PY:
        if "views" not in path.parts and path.name != "views.py":
            continue
        for node in tree(path).body:
            if (
                isinstance(node, ast.FunctionDef)
                and node.args.args[:1]
                and node.args.args[0].arg == "request"
            ):
                body = node.body[1:] if isinstance(node.body[0], ast.Expr) else node.body
                lines = body[-1].end_lineno - body[0].lineno + 1 if body else 0
                if lines > 20:
                    long.append(f"{short(path)}:{node.name} {lines}")
    assert long == []


def test_no_room_without_a_name() -> None:
    names = {"utils", "helpers", "services", "managers", "mixins", "common", "misc"}
    assert [short(p) for p in SRC.rglob("*") if p.stem in names] == []


def test_imports_stand_at_the_top_but_for_heavy_libraries() -> None:
    found = []
    for path in PY:
        if path.parts[len(SRC.parts)] == "cli":
            continue
        for node in ast.walk(tree(path)):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                for inner in ast.walk(node):
                    if isinstance(inner, ast.Import):
                        modules = [alias.name for alias in inner.names]
                    elif isinstance(inner, ast.ImportFrom):
                        modules = [inner.module or ""]
                    else:
                        continue
                    # `holidays` costs 60 ms and 8 MB and serves years beyond the shipped calendar only.
                    found += [
                        f"{short(path)}:{inner.lineno} {m}"
                        for m in modules
                        if m.split(".")[0] not in HEAVY | {"holidays", "shamir_mnemonic"}
                    ]
    assert found == []


WRITES = {
    "save",
    "create",
    "bulk_create",
    "update",
    "delete",
    "get_or_create",
    "update_or_create",
    "bulk_update",
}
# Who may write: actions; core's own mechanisms; accounts through allauth's adapter; demo through actions only.
WRITERS = re.compile(
    r"(^|/)actions(/|\.py$)|^core/(codes|once|files|flow|models|search)\.py$|^people/models\.py$|^cli/"
    r"|^legalaid/(pairs|keeping|sealing)\.py$"
)


def test_only_actions_write() -> None:
    found = []
    for path in PY:
        name = short(path)
        if WRITERS.search(name) or name.startswith("engines/"):
            continue
        for node in ast.walk(tree(path)):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr in WRITES
            ):
                owner = ast.unparse(node.func.value)
                if re.search(
                    r"objects|_manager|\.filter\(|\.exclude\(|^(matter|letter|entry|clock|user|row|thing|self)$",
                    owner,
                ):
                    found.append(f"{name}:{node.lineno} {owner[:40]}.{node.func.attr}")
    assert found == []


def test_rows_are_locked_without_their_keys() -> None:
    """FOR UPDATE also stops whoever writes a row that only points here, and on PostgreSQL met them in deadlocks."""
    pattern = re.compile(r"select_for_update\((?!no_key=True)")
    assert [short(p) for p in PY if pattern.search(p.read_text("utf-8"))] == []


def test_no_signals_and_no_generic_foreign_keys() -> None:
    banned = ("django.db.models.signals", "django.dispatch", "GenericForeignKey", "post_save", "pre_save")
    assert [short(p) for p in PY if any(word in p.read_text("utf-8") for word in banned)] == []


@pytest.mark.parametrize("path", HTML, ids=short)
def test_templates_keep_azerbaijani_letters_and_the_csp(path: Path) -> None:
    text = path.read_text("utf-8")
    assert not re.search(r"\|\s*(upper|lower|capfirst|title)\b", text)
    assert not re.search(r"\sstyle=|\son(click|load|submit|change|input)=", text)
    assert "|safe" not in text or "{# safe:" in text, "say in a comment why it is safe"


def test_no_casing_of_text_outside_aztext() -> None:
    pattern = re.compile(r"\.(upper|title|capitalize)\(\)")
    found = []
    for path in PY:
        if path.name in {"aztext.py", "codes.py"}:
            continue
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
            if pattern.search(line) and "# ascii" not in line:
                found.append(f"{short(path)}:{number}")
    assert found == []


def owner_of_template(name: str) -> str | None:
    for path in HTML:
        parts = path.relative_to(SRC).parts
        if "/".join(parts[2:]) == name:
            return parts[0]
    return None


def names_by_floor() -> dict[str, str]:
    """URL name → floor whose urls declare it."""
    found: dict[str, str] = {}
    for path in PY:
        if "urls" in path.stem or "urls" in path.parts:
            floor = path.relative_to(SRC).parts[0]
            for name in re.findall(r'name="([\w-]+)"', path.read_text("utf-8")):
                found[name] = floor
    return found


def test_floors_hold_in_templates_too() -> None:
    """{% include %}, {% extends %}, {% url %} and reverse() point to the same floor or below."""
    names, wrong = names_by_floor(), []
    rank = {floor: index for index, floor in enumerate([*FLOORS[:-1], "demo", "cli"])}
    for path in [*HTML, *PY]:
        floor = path.relative_to(SRC).parts[0]
        if floor not in rank or floor == "demo":
            continue
        text = path.read_text("utf-8")
        targets = [
            (n, owner_of_template(n))
            for n in re.findall(r"""{%\s*(?:include|extends)\s+["']([^"']+)["']""", text)
        ]
        urls = re.findall(r"""{%\s*url\s+["']([\w-]+)["']""", text) + re.findall(
            r"""reverse\(\s*["']([\w-]+)["']""", text
        )
        targets += [(n, names.get(n)) for n in urls]
        wrong += [f"{short(path)} → {n} ({o})" for n, o in targets if o in rank and rank[o] > rank[floor]]
    assert wrong == []


def test_a_button_inside_a_fold_does_not_lock_the_others_of_its_form() -> None:
    """A browser holds back the whole form for a required field that is folded away, and says nothing."""
    found = []
    for path in sorted(SRC.rglob("templates/**/*.html")):
        for form in re.findall(r"<form\b.*?</form>", path.read_text("utf-8"), re.S):
            folded = "".join(re.findall(r"{% fold.*?{% endfold %}", form, re.S))
            rest = form.replace(folded, "")
            if re.search(r"{% button|<button", folded) and re.search(r"{% button|<button", rest):
                found += [] if "novalidate" in form else [path.name]
    assert found == []
