"""A rule told in words: how long, from when, what happens at a day off."""

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from icma.engines.clockrules import Rule


def in_language(texts: dict[str, str] | None, lang: str = "") -> str:
    """One of {az, ru, en}: the active language, else Azerbaijani."""
    texts = texts or {}
    return texts.get(lang or (get_language() or "az")[:2]) or texts.get("az", "")


def amount_words(n: int, unit: str) -> str:
    """ "15 iş günü"; the noun stays singular in Azerbaijani."""
    words = {
        "wd": ngettext("%(n)d working day", "%(n)d working days", n),
        "cd": ngettext("%(n)d calendar day", "%(n)d calendar days", n),
        "month": ngettext("%(n)d month", "%(n)d months", n),
        "year": ngettext("%(n)d year", "%(n)d years", n),
        "hour": ngettext("%(n)d hour", "%(n)d hours", n),
    }
    return words[unit] % {"n": n}


def unit_words(unit: str, n: int) -> str:
    """Only the unit: "iş günü", "gün", "saat" (for n of them)."""
    words = {
        "wd": ngettext("working day", "working days", n),
        "hour": ngettext("hour", "hours", n),
    }
    return words.get(unit) or ngettext("day", "days", n)


def term_words(rule: Rule) -> str:
    """ "15 iş günü", "ən azı 7 gün əvvəl", "35 gündən tez olmamaqla": what the rule gives, in a few words."""
    if rule.kind == "note":
        return _("a rule of counting")
    amount = amount_words(rule.amount, rule.unit)
    if rule.direction == "not_before":
        return _("not before: %(term)s") % {"term": amount}
    if rule.direction == "at_least_before":
        return _("at least so long before: %(term)s") % {"term": amount}
    return amount


def start_words(rule: Rule) -> str:
    return {
        "event": _("the day itself counts"),
        "next_day": _("counted from the next day"),
        "next_wd": _("counted from the next working day"),
    }[rule.start]


def owner_words(rule: Rule) -> str:
    return {
        "authority": _("for the authority"),
        "citizen": _("for the citizen"),
        "us": _("for us"),
    }[rule.owner]


def counting_words(rule: Rule) -> str:
    """How it is counted, as a short line under the term."""
    if rule.kind == "note":
        return ""
    parts = [start_words(rule)]
    if rule.roll and rule.unit != "wd":
        parts.append(_("a last day that is off moves to a working day"))
    if rule.exclude_days:
        parts.append(_("days off are not counted"))
    if rule.alternatives:
        parts.append(_("the source allows a second reading"))
    return "; ".join(parts)


def extension_words(rule: Rule) -> list[str]:
    """One line for each way in which the law lets the term be lengthened."""
    lines = []
    for link in rule.extensions:
        words = {
            "term": amount_words(link.amount, link.unit),
            "article": link.article or rule.article,
            "n": link.times,
        }
        lines.append(
            _("may be extended: %(term)s, %(n)s times (article %(article)s)") % words
            if link.times > 1
            else _("may be extended: %(term)s (article %(article)s)") % words
        )
    return lines


def basis_words(basis: str) -> str:
    """The ground of an extension as rules.json names it, in words; another one as it stands."""
    known = {
        "information": _("further information was requested"),
        "study": _("further study is needed"),
        "search": _("the information has to be searched for"),
        "circumstances": _("the circumstances of the case"),
        "third_party": _("a third person is asked"),
    }
    return known.get(basis, basis)
