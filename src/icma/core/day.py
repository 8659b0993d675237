"""Every legal day is a date in Asia/Baku, converted here and nowhere else."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

BAKU = ZoneInfo("Asia/Baku")


def legal_day(at: datetime) -> date:
    """The day in Asia/Baku on which the aware moment `at` falls."""
    return at.astimezone(BAKU).date()


def moment(on: date, hour: int = 12, minute: int = 0) -> datetime:
    """An aware moment on the legal day `on`, for things of which only the day is known."""
    return datetime(on.year, on.month, on.day, hour, minute, tzinfo=BAKU)
