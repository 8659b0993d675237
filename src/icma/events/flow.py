"""Stages of a meeting."""

from django.utils.translation import gettext_lazy as _

from icma.core.flow import Flow, Stage, Step

EVENT = Flow(
    "event",
    [
        Stage("planned", _("planned")),
        Stage("held", _("held"), end=True),
        Stage("cancelled", _("cancelled"), end=True),
    ],
    [
        Step("hold", ("planned",), "held", _("It was held: enter how many came"), "edit"),
        Step("cancel", ("planned",), "cancelled", _("Cancel it"), "edit"),
    ],
    field="state",
)
