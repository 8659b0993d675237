"""What becomes of a request about one's own data."""

from django.utils.translation import gettext_lazy as _

from icma.core.flow import Flow, Stage, Step

DATA = Flow(
    "data request",
    [
        Stage("waiting", _("waits for our answer")),
        Stage("answered", _("answered")),
        Stage("refused", _("refused, with reasons")),
        Stage("withdrawn", _("withdrawn"), end=True),
    ],
    [
        Step("answer", ("waiting",), "answered", _("Answer"), "decide"),
        Step("refuse", ("waiting",), "refused", _("Refuse, with reasons"), "decide"),
        Step("withdraw", ("waiting",), "withdrawn", _("Withdraw it"), "own"),
    ],
)
