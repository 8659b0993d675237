"""How it is safe to reach somebody: the words of the closed lists."""

from django.utils.translation import gettext_lazy as _

CALL = {"no": _("No, write to me under my code"), "yes": _("Yes, you may call")}
ANSWERS = {
    "me": _("Speak with me alone; to others say nothing"),
    "wrong": _("If somebody else answers, say that it is a wrong number"),
    "home": _("Anybody at home may know"),
}
