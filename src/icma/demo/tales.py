"""The demo's matters as data: each has a text and a tale, which is a chronicle in plain words.

A line of a tale reads `61 raise` or `due:1 register 118/26 | words | more words`: days before the day of
the build, a verb (icma.demo.verbs), its plain words, then texts after bars. A negative number lies ahead;
`due:N` lets the statutory term end on the first working day at least N days from now.
"""

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

DATA = Path(__file__).parent / "data"


@dataclass(frozen=True)
class Line:
    """`ago` days before today (None when `due` says it), `words` after the verb, `texts` after the bars."""

    verb: str
    ago: int | None = None
    due: int | None = None
    words: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()

    def text(self, place: int = 0) -> str:
        return self.texts[place] if place < len(self.texts) else ""


@dataclass(frozen=True)
class Tale:
    key: str
    title: str
    where: str
    topic: str
    text: str
    lines: tuple[Line, ...]
    village: str = ""
    spot: str = ""
    channel: str = "web"
    language: str = "az"
    author: str = ""


@lru_cache(maxsize=1)
def tales() -> tuple[Tale, ...]:
    """Every tale, in the order of the files. Raises ValueError that names a tale whose line cannot be read."""
    found = []
    for path in sorted((DATA / "matters").glob("*.toml")):
        for raw in tomllib.loads(path.read_text(encoding="utf-8"))["matter"]:
            try:
                lines = tuple(read_line(line) for line in raw.pop("tale").strip().splitlines())
            except (KeyError, ValueError, IndexError) as error:
                raise ValueError(f"{path.name}, {raw.get('key')}: {error}") from error
            raw["text"] = raw["text"].strip()
            found.append(Tale(lines=lines, **raw))
    return tuple(found)


def read_line(text: str) -> Line:
    """One line of a tale. Raises ValueError."""
    head, *texts = (part.strip() for part in text.split("|"))
    when, verb, *words = head.split()
    if when.startswith("due:"):
        return Line(verb, due=int(when.removeprefix("due:")), words=tuple(words), texts=tuple(texts))
    return Line(verb, ago=int(when), words=tuple(words), texts=tuple(texts))
