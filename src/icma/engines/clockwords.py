"""A count told in words that a citizen can follow, in Azerbaijani, Russian and English.

`explain` tells only the count ("13.03 sayılmır. 16–19 mart: 4 iş günü. … Cəmi 15."); `caveats` what else must
be said beside the date. No suffix is glued to a number or a name; nouns stay singular after az numbers.
"""

from datetime import date, datetime

from icma.engines.aztext import date_words, weekday_words
from icma.engines.clockrules import Answer, Reading, Step
from icma.engines.clocksteps import hour_of

# Forms for 1, 2–4, 5 and more (Russian); az keeps one form, en two.
_UNITS: dict[str, dict[str, tuple[str, str, str]]] = {
    "az": {
        "wd": ("iş günü",) * 3,
        "cd": ("gün",) * 3,
        "month": ("ay",) * 3,
        "year": ("il",) * 3,
        "hour": ("saat",) * 3,
        "minute": ("dəqiqə",) * 3,
    },
    "ru": {
        "wd": ("рабочий день", "рабочих дня", "рабочих дней"),
        "cd": ("день", "дня", "дней"),
        "month": ("месяц", "месяца", "месяцев"),
        "year": ("год", "года", "лет"),
        "hour": ("час", "часа", "часов"),
        "minute": ("минута", "минуты", "минут"),
    },
    "en": {
        "wd": ("working day", "working days", "working days"),
        "cd": ("day", "days", "days"),
        "month": ("month", "months", "months"),
        "year": ("year", "years", "years"),
        "hour": ("hour", "hours", "hours"),
        "minute": ("minute", "minutes", "minutes"),
    },
}
_SAYS: dict[str, dict[str, str]] = {
    "az": {
        "not_counted": "{day} sayılmır.",
        "no_hour": "{day}: saat göstərilməyib, günün sonundan sayılır.",
        "extended": "Müddət uzadılıb: {base} + {n} = {whole}.",
        "run": "{span}: {n}.",
        "off": "{span}: qeyri-iş günləri.",
        "off1": "{span}: qeyri-iş günü.",
        "paused": "{span}: dayandırılıb, sayılmır ({n}).",
        "worked_weekend": "{span} ({weekday}): iş günü sayılır.",
        "months": "{n}: {end}.",
        "month_end": "Həmin ayda belə gün yoxdur, ayın son günü götürülür.",
        "total": "Cəmi {n}.",
        "rolled": "Son gün ({start}) qeyri-iş günüdür. Növbəti iş günü: {end}.",
        "rolled_back": "Bu gün ({start}) qeyri-iş günüdür. Əvvəlki iş günü: {end}.",
        "kept": "{end} ({weekday}): istirahət gününə düşsə də, müddət uzanmır.",
        "earliest": "Ən tez: {end}.",
        "latest": "Ən gec: {end}.",
        "begins": "Başlanğıc: {end}, saat {hour}.",
        "ends": "Son: {end}, saat {hour}.",
        "ends_day": "Son gün: {end}.",
        "stopped": "Müddət dayandırılıb; bərpa olunandan sonra hesablanacaq.",
        "provisional": "Tarix təxminidir: bu müddətə düşən qeyri-iş günləri hələ təsdiqlənməyib.",
        "reading": "Qanunun başqa şərhinə görə, {how}: {end}.",
        "safe": "Ehtiyat tarixi: {end}.",
        "latest_lawful": "Qanunun yol verə biləcəyi ən gec tarix: {end}.",
    },
    "ru": {
        "not_counted": "{day} не считается.",
        "no_hour": "{day}: час не указан, считается с конца дня.",
        "extended": "Срок продлён: {base} + {n} = {whole}.",
        "run": "{span}: {n}.",
        "off": "{span}: нерабочие дни.",
        "off1": "{span}: нерабочий день.",
        "paused": "{span}: срок приостановлен, не считается ({n}).",
        "worked_weekend": "{span} ({weekday}): считается рабочим днём.",
        "months": "{n}: {end}.",
        "month_end": "Такого числа в этом месяце нет, берётся последний день месяца.",
        "total": "Всего {n}.",
        "rolled": "Последний день ({start}) нерабочий. Следующий рабочий день: {end}.",
        "rolled_back": "Этот день ({start}) нерабочий. Предыдущий рабочий день: {end}.",
        "kept": "{end} ({weekday}): срок не переносится, хотя это выходной.",
        "earliest": "Не раньше: {end}.",
        "latest": "Не позднее: {end}.",
        "begins": "Начало: {end}, {hour}.",
        "ends": "Конец: {end}, {hour}.",
        "ends_day": "Последний день: {end}.",
        "stopped": "Срок приостановлен; он будет рассчитан после возобновления.",
        "provisional": "Дата предварительная: нерабочие дни этого периода ещё не утверждены.",
        "reading": "При другом толковании, {how}: {end}.",
        "safe": "Запасная дата: {end}.",
        "latest_lawful": "Самая поздняя дата, которую может допустить закон: {end}.",
    },
    "en": {
        "not_counted": "{day} does not count.",
        "no_hour": "{day}: no hour is given, so the count begins at the end of the day.",
        "extended": "The term was extended: {base} + {n} = {whole}.",
        "run": "{span}: {n}.",
        "off": "{span}: days off.",
        "off1": "{span}: a day off.",
        "paused": "{span}: paused, not counted ({n}).",
        "worked_weekend": "{span} ({weekday}) counts as a working day.",
        "months": "{n}: {end}.",
        "month_end": "That month has no such day, so its last day is taken.",
        "total": "Total {n}.",
        "rolled": "The last day ({start}) is a day off. Next working day: {end}.",
        "rolled_back": "That day ({start}) is a day off. Previous working day: {end}.",
        "kept": "{end} ({weekday}): the term is not moved although this is a day off.",
        "earliest": "Not before: {end}.",
        "latest": "No later than: {end}.",
        "begins": "Start: {end}, {hour}.",
        "ends": "End: {end}, {hour}.",
        "ends_day": "Last day: {end}.",
        "stopped": "The term is paused; it will be computed when it resumes.",
        "provisional": "The date is provisional: days off in this period are not confirmed yet.",
        "reading": "Another reading: {how}: {end}.",
        "safe": "To be safe: {end}.",
        "latest_lawful": "The latest date that the law could allow: {end}.",
    },
}
_HOW: dict[str, dict[str, str]] = {
    "az": {
        "start=event": "həmin gün də sayılsa",
        "start=next_day": "növbəti gündən sayılsa",
        "start=next_wd": "növbəti iş günündən sayılsa",
        "roll=true": "son gün iş gününə keçirilsə",
        "roll=false": "son gün iş gününə keçirilməsə",
        "direction=not_before": "günlər tam keçməli olsa",
        "exclude_days=true": "qeyri-iş günləri sayılmasa",
        "hour=first": "saat bilinmir, günün əvvəlindən sayılsa",
    },
    "ru": {
        "start=event": "если считать и сам этот день",
        "start=next_day": "если считать со следующего дня",
        "start=next_wd": "если считать со следующего рабочего дня",
        "roll=true": "если последний день переносится на рабочий",
        "roll=false": "если последний день не переносится на рабочий",
        "direction=not_before": "если дни должны пройти полностью",
        "exclude_days=true": "если нерабочие дни не считаются",
        "hour=first": "час неизвестен, если считать с начала дня",
    },
    "en": {
        "start=event": "if that day itself counts",
        "start=next_day": "if counted from the next day",
        "start=next_wd": "if counted from the next working day",
        "roll=true": "if the last day moves to a working day",
        "roll=false": "if the last day does not move to a working day",
        "direction=not_before": "if the days must have passed in full",
        "exclude_days=true": "if days off do not count",
        "hour=first": "the hour is unknown, if counted from the start of the day",
    },
}


def explain(answer: Answer, lang: str = "az") -> str:
    """The count of the primary reading, sentence by sentence; KeyError for a language we do not speak."""
    if answer.stopped:
        return _SAYS[lang]["stopped"]
    # The unit is named once; later counts stand bare, as one would say it.
    parts, named = [], False
    for step in answer.steps:
        parts.append(_sentence(answer, step, lang, named))
        named = named or step.kind == "run"
    return " ".join(parts)


def caveats(answer: Answer, lang: str = "az") -> tuple[str, ...]:
    """What must stand beside the date: provisional, other readings, the safe day, the law's last day."""
    says, year = _SAYS[lang], answer.start.year
    told = [says["provisional"]] if answer.provisional else []
    for reading in answer.readings[1:]:
        how = ", ".join(reading_words(reading, lang))
        told.append(says["reading"].format(how=how, end=_moment(reading, lang, year)))
    is_ours = answer.rule.id.startswith("own.")  # of our own promise nothing is lost
    if answer.safe is not None and not is_ours:
        told.append(says["safe"].format(end=_day(answer.safe, lang, year)))
    last = answer.latest_lawful
    if last is not None and (last, answer.latest_lawful_at) != (answer.due, answer.due_at):
        end = _moment(Reading("", last, answer.latest_lawful_at), lang, year)
        told.append(says["latest_lawful"].format(end=end))
    return tuple(told)


def reading_words(reading: Reading, lang: str = "az") -> list[str]:
    """How a reading differs from the primary one, in words; an unknown difference as its bare label."""
    return [_HOW[lang].get(label, label) for label in reading.label.split(",") if label]


def _moment(reading: Reading, lang: str, year: int) -> str:
    day = _day(reading.due, lang, year)
    return f"{day}, {reading.due_at:%H:%M}" if reading.due_at else day


def _sentence(answer: Answer, step: Step, lang: str, named: bool) -> str:
    kind = step.kind
    if kind == "off" and step.first == step.last:
        kind = "off1"
    elif kind == "rolled" and step.last < step.first:
        kind = "rolled_back"
    elif kind == "ends" and not isinstance(step.last, datetime):
        kind = "ends_day"
    return _SAYS[lang][kind].format_map(_Words(answer, step, lang, named))


class _Words:
    """The words a sentence asks for, made only when it asks: ten thousand rows cost time."""

    __slots__ = ("answer", "lang", "named", "step")

    def __init__(self, answer: Answer, step: Step, lang: str, named: bool) -> None:
        self.answer, self.step, self.lang, self.named = answer, step, lang, named

    def __getitem__(self, key: str) -> str:
        step, lang, year = self.step, self.lang, self.answer.start.year
        match key:
            case "span":
                return _span(step.first, step.last, lang, year)
            case "n":
                return _amount(self.answer, step, lang, self.named)
            case "day" if lang != "en":
                return f"{step.first.day:02}.{step.first.month:02}"
            case "day" | "start":
                return _day(step.first, lang, year)
            case "end":
                return _day(step.last, lang, year)
            case "weekday":
                return weekday_words(step.last, lang)
            case "hour":
                return hour_of(step.last)
            case "base":
                return str(self.answer.rule.amount)
            case "whole":
                return _count(self.answer.rule.amount + step.count, self.answer.rule.unit, lang)
        raise KeyError(key)


def _amount(answer: Answer, step: Step, lang: str, named: bool) -> str:
    unit = answer.rule.unit
    if unit == "hour":
        return _time(step.count, lang, bare=step.kind == "total" or (step.kind == "run" and named))
    if step.kind == "months":
        return _count(step.count, unit, lang)
    if step.kind == "paused":
        return _count(step.count, unit if unit == "wd" else "cd", lang)
    if step.kind in ("total", "extended") or named:
        return str(step.count)
    return _count(step.count, unit, lang)


def _time(minutes: int, lang: str, *, bare: bool) -> str:
    hours, rest = divmod(minutes, 60)
    if bare and not rest:
        return str(hours)
    parts = [_count(hours, "hour", lang)] if hours else []
    return " ".join([*parts, _count(rest, "minute", lang)] if rest or not hours else parts)


def _count(n: int, unit: str, lang: str) -> str:
    one, few, many = _UNITS[lang][unit]
    if lang == "ru":
        tens, ones = n % 100, n % 10
        few = many if not 2 <= ones <= 4 or 12 <= tens <= 14 else few
        return f"{n} {one if ones == 1 and tens != 11 else few}"
    return f"{n} {one if n == 1 else many}"


def _day(day: date, lang: str, year: int) -> str:
    return date_words(day, lang, year=day.year != year)


def _span(first: date, last: date, lang: str, year: int) -> str:
    """'16–19 mart', '31 mart – 14 aprel', '31 dekabr 2026 – 4 yanvar 2027'; the event's year goes unsaid."""
    if first == last or (isinstance(first, datetime) and first.date() == last):
        return _day(last, lang, year)
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}–{_day(last, lang, year)}"
    both = first.year != last.year
    return f"{date_words(first, lang, year=both or first.year != year)} – " + date_words(
        last, lang, year=both or last.year != year
    )
