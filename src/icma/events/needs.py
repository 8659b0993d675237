"""What lets people come who otherwise stay at home; shown with every meeting."""

from django.utils.translation import gettext_lazy as _

ACCESS = {
    "children": _("somebody looks after children"),
    "transport": _("the way there and back is arranged"),
    "step_free": _("no steps, wheelchairs get in"),
    "hour": _("the hour suits those who work and who run a home"),
    "safe": _("a place where women and young people feel safe"),
    "by_phone": _("one can take part by phone or online"),
}


def words_of(keys: list[str]) -> list[str]:
    """The words for known keys, in our order."""
    return [str(words) for key, words in ACCESS.items() if key in keys]
