"""When things of the demo happen: days before now, moved to days on which people work."""

from datetime import date, datetime, timedelta

from icma.core.day import BAKU, legal_day
from icma.demo.tales import Line
from icma.engines.clocks import compute
from icma.law.book import book

DAY = timedelta(days=1)
# People do these on any day; everything else happens on a working day.
ANY_DAY = frozenset({"raise", "support", "follow", "add", "photo", "meet", "confirm", "deny", "hide"})
SEARCHED = 120  # days back in which a term that ends on a wanted day has begun


class Days:
    """The calendar of one build. `at` is the moment of the build."""

    def __init__(self, at: datetime) -> None:
        self.at, self.today = at, legal_day(at)
        self.calendar = book().calendar

    def of(self, line: Line, rule: str, before: date | None) -> date:
        """The day of a tale's line; never before `before` (the line above) nor after today, unless ahead."""
        if line.due is not None:
            day = self.begun_for(rule, self.on_or_after(self.today + line.due * DAY))
        else:
            day = self.today - (line.ago or 0) * DAY
        if day > self.today:
            return day
        if line.verb not in ANY_DAY:
            day = self.on_or_before(day)
        if before is not None and day < before:
            day = before if line.verb in ANY_DAY else self.on_or_after(before)
        return min(day, self.today)

    def on_or_after(self, day: date) -> date:
        while not self.calendar.is_working(day):
            day += DAY
        return day

    def on_or_before(self, day: date) -> date:
        while not self.calendar.is_working(day):
            day -= DAY
        return day

    def begun_for(self, rule: str, due: date) -> date:
        """The latest working day from which the term of `rule` ends on `due`, or as soon as possible after it."""
        law, best = book(), None
        for back in range(1, SEARCHED):
            day = due - back * DAY
            if day > self.today or not self.calendar.is_working(day):
                continue
            ends = compute(law.rules[rule], day, law.calendar).due
            if ends < due:
                break
            best = day
            if ends == due:
                return day
        if best is None:
            raise ValueError(f"no day from which {rule} ends on {due}")
        return best

    def moment(self, day: date, step: int) -> datetime:
        """An hour of that day between 9 and 18, later for a later step; never after the build itself."""
        hour, minute = divmod(9 * 60 + 11 * step % 540, 60)
        found = datetime(day.year, day.month, day.day, hour, minute, tzinfo=BAKU)
        return found if found < self.at else self.at
