"""By what a status is chosen, in versions that never change: a rating keeps the number of its own."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from icma.law.words import in_language

DATA = Path(__file__).parent / "data" / "rubric.json"


@cache
def versions() -> dict[int, dict[str, Any]]:
    """{version: {"since": day, "levels": {level: {az, ru, en}}}}"""
    return {one["version"]: one for one in json.loads(DATA.read_text(encoding="utf-8"))["versions"]}


def current() -> int:
    return max(versions())


def criteria(version: int) -> dict[str, str]:
    """{level: what it means} of a version, in the reader's language; a version that is not shipped says nothing."""
    levels = versions().get(version, {}).get("levels", {})
    return {level: in_language(texts) for level, texts in levels.items()}
