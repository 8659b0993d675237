"""The eight digits of a mail: five tries, counted on the row behind them."""

import hmac

from django.db.models import F

from icma.advocacy.models import Pending
from icma.advocacy.tokens import digits_of
from icma.core.action import action


@action
def confirm_by_digits(*, petition: int, ref: str, digits: str) -> bool:
    """Whether these are the digits of `ref`; a wrong try takes one of five. Nothing is counted here."""
    rows = Pending.objects.filter(ref=ref, petition=petition, tries_left__gt=0)
    plain = "".join(sign for sign in digits if sign.isdigit())
    if hmac.compare_digest(plain.encode(), digits_of(ref).encode()):
        return rows.exists()
    rows.update(tries_left=F("tries_left") - 1)
    return False
