"""A list of those who came, as text: read line by line, each line with its own report, nothing guessed."""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from icma.core.cells import BadFile, csv_rows, text_of
from icma.engines.aztext import clean_text, fold
from icma.matters.bands import AgeBand, Sex

MEGABYTES, MOST_ROWS = 1, 1000
YOUNGEST = 14
TOO_YOUNG = "under-14"  # a choice of forms; never kept
COLUMNS = {
    "name": (
        "ad",
        "ad soyad",
        "ad, soyad",
        "ad ve soyad",
        "soyad ad",
        "soyad, ad",
        "name",
        "imya",
        "имя",
        "фио",
    ),
    "sex": ("cins", "sex", "пол"),
    "band": ("yas", "yas qrupu", "age", "band", "возраст"),
    "came": ("istirak", "gelib", "came", "был", "была"),
    "phone": ("telefon", "phone", "телефон"),
    "mail": ("poct", "e-poct", "epoct", "email", "e-mail", "mail", "почта"),
    "agreed": ("raziliq", "agreed", "согласие"),
}
WOMAN, MAN = (
    {"qadin", "q", "woman", "female", "f", "ж", "жен", "женщина"},
    {"kisi", "k", "man", "male", "m", "м", "муж", "мужчина"},
)
NOT_SAID = {"", "-", "–", "?", "bilinmir", "gosterilmeyib", "unknown", "не указано"}
YES, NO = (
    {"", "1", "beli", "he", "yes", "x", "+", "да", "gelib"},
    {"0", "yox", "xeyr", "no", "нет", "gelmeyib"},
)
EDGES = ((18, AgeBand.B14), (30, AgeBand.B18), (45, AgeBand.B30), (60, AgeBand.B45))


@dataclass(frozen=True)
class Person:
    """One line of a list. A name is what tells people apart; a phone or address is kept only where `agreed`."""

    name: str = ""
    sex: str = Sex.UNKNOWN
    band: str = AgeBand.UNKNOWN
    came: bool = True
    phone: str = ""
    mail: str = ""
    agreed: bool = False


@dataclass(frozen=True)
class Line:
    """`outcome`: taken, double, young or error; `text` says why, and never repeats a name."""

    number: int
    outcome: str
    text: str = ""
    person: Person | None = None


@dataclass
class Report:
    """`replaced`: how many stood under the same number before; None while nothing was entered."""

    lines: list[Line] = field(default_factory=list)
    replaced: int | None = None

    @property
    def counts(self) -> Counter[str]:
        return Counter(line.outcome for line in self.lines)

    @property
    def remarks(self) -> list[Line]:
        return [line for line in self.lines if line.outcome != "taken"]

    def people(self) -> list[Person]:
        return [line.person for line in self.lines if line.outcome == "taken" and line.person]


def read_list(data: bytes) -> Report:
    """Lines of a CSV with a header, comma, semicolon or tab. BadFile when the file as a whole cannot be read."""
    report = Report()
    for number, cells, extra in _rows(data):
        report.lines.append(_line(number, cells, extra))
    if not report.lines:
        raise BadFile(_("There is no line under the header."))
    return report


def _rows(data: bytes) -> Iterator[tuple[int, dict[str, str], bool]]:
    rows = csv_rows(text_of(data, MEGABYTES))
    header = [_column(cell) for cell in next(rows, (1, []))[1]]
    _check(header)
    for line, row in rows:
        if any(cell.strip() for cell in row):
            if line > MOST_ROWS + 1:
                raise BadFile(_("The file has more than 1,000 lines. Divide it."))
            cells = {name: clean_text(cell).strip() for name, cell in zip(header, row, strict=False)}
            yield line, cells, any(cell.strip() for cell in row[len(header) :])


def _column(cell: str) -> str:
    wanted = " ".join(fold(clean_text(cell)).split())
    return next((name for name, words in COLUMNS.items() if wanted in map(fold, words)), wanted)


def _check(header: list[str]) -> None:
    if not {"sex", "band"} & set(header):
        raise BadFile(
            _(
                "The first line has to name the columns: ad, cins, yaş. At least one of cins and yaş is needed."
            )
        )
    unknown = [name for name in header if name and name not in COLUMNS]
    if unknown or len(set(header)) != len(header):
        raise BadFile(
            _("These columns are unknown or stand there twice: %(columns)s.")
            % {"columns": ", ".join(unknown or header)}
        )


def _line(number: int, cells: dict[str, str], extra: bool) -> Line:
    """What a line says. A value in the wrong column makes the whole line suspect: it is reported, not mended."""
    sex, band = sex_of(cells.get("sex", "")), band_of(cells.get("band", ""))
    came, agreed = _yes(cells.get("came", "")), _yes(cells.get("agreed", "") or "0")
    shifted = [
        extra,
        sex is None and band_of(cells.get("sex", "")) is not None,
        band is None and sex_of(cells.get("band", "")) is not None,
        bool(re.search(r"\d", cells.get("name", ""))),
        bool(cells.get("phone")) and len(re.sub(r"\D", "", cells["phone"])) < 7,
        bool(cells.get("mail")) and "@" not in cells["mail"],
        came is None or agreed is None,
    ]
    if any(shifted):
        return Line(
            number,
            "error",
            _("The columns of this line seem to be shifted: a value stands where it does not belong."),
        )
    if band == TOO_YOUNG:
        return Line(number, "young", _("Under 14: children are not recorded."))
    if sex is None:
        return Line(number, "error", _("Under “cins” write qadın or kişi, or leave it empty."))
    if band is None:
        return Line(
            number,
            "error",
            _(
                "Under “yaş” write one of 14–17, 18–29, 30–44, 45–59, 60+, a whole number of years, or nothing."
            ),
        )
    kept = (
        {name: cells.get(name, "")[:80] for name in ("name", "phone", "mail")}
        if agreed
        else {"name": cells.get("name", "")[:80]}
    )
    return Line(number, "taken", "", Person(sex=sex, band=band, came=bool(came), agreed=bool(agreed), **kept))


def sex_of(cell: str) -> str | None:
    """female, male, unknown; None for what is none of them."""
    word = fold(cell).strip(" .")
    known: tuple[tuple[set[str], str], ...] = ((WOMAN, Sex.FEMALE), (MAN, Sex.MALE), (NOT_SAID, Sex.UNKNOWN))
    return next((str(sex) for words, sex in known if word in words), None)


def band_of(cell: str) -> str | None:
    """A band, TOO_YOUNG, or unknown; None for what is neither a band nor a whole age."""
    word = re.sub(r"\s*[–—-]\s*", "-", fold(cell).strip())
    if word in NOT_SAID:
        return AgeBand.UNKNOWN.value
    if word in AgeBand.values:
        return word
    if word in (TOO_YOUNG, "0-13", "13-"):
        return TOO_YOUNG
    if not re.fullmatch(r"\d{1,3}", word) or int(word) > 120:
        return None
    return TOO_YOUNG if int(word) < YOUNGEST else band_of_age(int(word))


def band_of_age(years: int) -> str:
    """The band of a whole age from 14 on."""
    return next((band.value for below, band in EDGES if years < below), AgeBand.B60.value)


def _yes(cell: str) -> bool | None:
    word = fold(cell).strip(" .")
    return True if word in YES else False if word in NO else None


def told_apart(report: Report, key_of: Callable[[Person], str]) -> Report:
    """A second line of the same person is a double; who is told apart by nothing counts as one more."""
    seen: set[str] = set()
    lines: list[Line] = []
    for line in report.lines:
        key = key_of(line.person) if line.person else ""
        if key and key in seen:
            said = _("This person stands on the list already. If it is somebody else, add the father's name.")
            line = Line(line.number, "double", said)
        seen.add(key)
        lines.append(line)
    return Report(lines)
