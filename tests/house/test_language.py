"""House rules about words: the catalogues are whole, agree with each other and keep the letters of their language."""

import importlib.util
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SPEC = importlib.util.spec_from_file_location("messages", ROOT / "tools" / "messages.py")
messages = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(messages)

# A word that once stood for a thing beside another word: the thing keeps the second.
RETIRED = {
    "kitabça": "kataloq",
    "birliyin masası": "birlik",
    "oxunuş": "şərh",
    "ilkin sayıl": "təxmini",
    "möhür": "şifrələnmiş",
    "əlyazma": "əllə yazılmış mətn",
    "nömrə nişan": "maşın nömrəsi",
    "işçi qüvvəsi": "işçi əli",
    "əlil araba": "təkərli kreslo",
    "[Xx]eş": "heş",
    "[Ff]ərdi şəxs": "sıravi vətəndaş",
    "maraqların toqquş": "maraqlar toqquşması",
    "[Qq]ayıdış kod": "izləmə kodu",
    "сообществ": "община",
    "союз(?!ник)": "объединение",
    "запечатан": "зашифрован",
    "другом прочтении": "толкование",
    "парольная фраза": "пароль",
    "код[а-я]* возврата": "код отслеживания",
    "[Пп]равов[а-я]+ помощ": "юридическая помощь",
}


def texts(language: str) -> list[tuple[str, str]]:
    """(English, translation) of every message of every app; each plural form by itself."""
    found = []
    for app in messages.APPS:
        for row in messages.load(app, language):
            if row.id:
                forms = row.string if isinstance(row.string, (tuple, list)) else (row.string,)
                found += [(str(row.id), form) for form in forms]
    return found


def test_every_marked_string_is_seen_by_the_extractor() -> None:
    """A string marked inside an f-string, or by a name that the extractor does not know, is never translated."""
    known = set(messages.KEYWORDS) | {"gettext_noop"}
    blind = []
    for path in (ROOT / "src" / "icma").rglob("*.py"):
        text = path.read_text("utf-8")
        blind += [
            f"{path.name}: {call}" for call in re.findall(r"\{(?:_|_t|gettext|ngettext)\(.{0,20}", text)
        ]
        names = re.findall(r"\bn?p?gettext(?:_lazy|_noop)? as (\w+)", text)
        blind += [f"{path.name}: {name}" for name in names if name not in known]
    assert blind == []


def test_one_english_string_has_one_translation() -> None:
    assert messages.disagreements() == []


@pytest.mark.parametrize("language", ["az", "ru"])
def test_one_thing_has_one_name(language: str) -> None:
    again = [
        (text, f"{old} → {new}")
        for _, text in texts(language)
        for old, new in RETIRED.items()
        if re.search(rf"\b{old}", text)
    ]
    assert again == []


def test_azerbaijani_nouns_stay_singular_after_a_number_and_no_suffix_is_glued() -> None:
    plural = re.compile(r"(%\((n|total|limit|count|hours|days)\)[sd]|\d) (?!\d)\w+l[aə]r\b")
    glued = re.compile(r"(%\(\w+\)[sd]|[”»])[a-zçəğıöşü]")
    assert [text for _, text in texts("az") if plural.search(text) or glued.search(text)] == []


def test_each_language_keeps_its_letters() -> None:
    strange = re.compile(r"[\u0400-\u04ff\u01dd\u018e]")
    assert [text for _, text in texts("az") if strange.search(text)] == []
    mixed = re.compile(r"[а-яё][a-z]|[a-z][а-яё]", re.IGNORECASE)
    assert [text for _, text in texts("ru") if mixed.search(re.sub(r"%\(\w+\)[sd]", "", text))] == []


def test_the_reader_is_addressed_politely() -> None:
    small = re.compile(
        r"\b(siz(in|i|ə|də|dən|inlə)?|вы|вас|вам|вами|ваш(а|е|и|его|ему|им|ем|ей|у|их|ими)?)\b"
    )
    assert [text for language in ("az", "ru") for _, text in texts(language) if small.search(text)] == []
