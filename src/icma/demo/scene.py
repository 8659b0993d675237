"""The scene of one tale while it is told: its matter, its letters, its tasks, who leads it."""

from dataclasses import dataclass, field
from datetime import date, datetime
from random import Random

from icma.core.action import Refused
from icma.demo.country import Country
from icma.demo.days import Days
from icma.demo.tales import Tale
from icma.matters.models import Letter, Matter, Task
from icma.people.models import User


@dataclass
class Scene:
    """`at` and `day` are those of the line that is being told, `on` its day even where that lies ahead."""

    tale: Tale
    country: Country
    days: Days
    rng: Random
    matter: Matter | None = None
    lead: User | None = None
    code: str = ""
    step: int = 0
    day: date | None = None
    on: date | None = None
    at: datetime | None = None
    letters: list[Letter] = field(default_factory=list)
    tasks: dict[str, Task] = field(default_factory=dict)
    voices: list[str] = field(default_factory=list)
    met: dict[date, str] = field(default_factory=dict)  # day of a meeting that was held → its code

    @property
    def letter(self) -> Letter:
        """The letter that the tale is about just now, as the database has it."""
        if not self.letters:
            raise Refused(f"{self.tale.key}: no letter yet")
        letter = self.letters[-1]
        letter.refresh_from_db()
        return letter

    def person(self, key: str) -> User:
        return self.country.persons[key]

    def refresh(self) -> Matter:
        assert self.matter is not None
        self.matter.refresh_from_db()
        return self.matter
