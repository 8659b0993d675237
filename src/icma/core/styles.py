"""The one `<style>` of a page: css/*.css joined in order and shrunk once per process."""

import functools
import re
from pathlib import Path

FOLDER = Path(__file__).parent / "css"
CHUNKS = {
    "": ("tokens", "base", "layout", "parts", "thread", "charts", "forms", "print"),
    "work": ("work",),
}
_STEPS = (
    (re.compile(r"/\*.*?\*/", re.S), ""),
    (re.compile(r"\s+"), " "),
    (re.compile(r"\s*([{};,>=])\s*"), r"\1"),
    # Only after the colon: "a :hover" means something else than "a:hover".
    (re.compile(r": "), ":"),
    (re.compile(r";}"), "}"),
    (re.compile(r" ([+~]) (?!\d|var)"), r"\1"),  # between selectors; a sum needs its spaces
)
_STRING = re.compile(r'("(?:[^"\\]|\\.)*")')


def shrink(css: str) -> str:
    """CSS without comments and needless space; quoted strings stay as they are."""
    # A comment may hold an apostrophe or a quote, so comments go before strings are looked at.
    parts = _STRING.split(_STEPS[0][0].sub("", css))
    for at in range(0, len(parts), 2):
        for pattern, to in _STEPS[1:]:
            parts[at] = pattern.sub(to, parts[at])
    return "".join(parts).strip()


@functools.cache
def styles(chunk: str = "") -> str:
    """Text of one chunk: "" is what every page carries, "work" is added by workspace pages."""
    return shrink("\n".join((FOLDER / f"{name}.css").read_text(encoding="utf-8") for name in CHUNKS[chunk]))
