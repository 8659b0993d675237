"""What every form of the law does with its action."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest

from icma.core.action import Refused
from icma.core.once import run_once


def done(
    request: HttpRequest, form: Form, scope: str, at: datetime, act: Callable[[], Any], thanks: Any
) -> bool:
    """Run the action once and say `thanks`; a refusal goes onto the form, where everything typed still stands."""

    def do() -> dict[str, Any]:
        act()
        return {}

    try:
        run_once(scope, request.POST.get("once", ""), do, at)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return False
    messages.success(request, thanks)
    return True
