"""A form that notices that somebody has changed the row since it was opened."""

from hashlib import sha256
from typing import Any

from django import forms
from django.utils.translation import gettext as _

MOST = 500  # letters of a value that the message repeats


class Watched(forms.Form):
    """`initial` is how the row stands now. Who sends a form that was opened over another state is told what stands
    there, keeps what was typed, and decides: the same form sent once more goes through.
    """

    was = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(data, *args, **kwargs)
        now = self._digest()
        self.initial["was"] = now
        self.is_stale = bool(data) and data.get("was", "") not in ("", now)
        if data:
            self.data = data.copy()
            self.data["was"] = now

    def _digest(self) -> str:
        stands = sorted((name, str(value)) for name, value in self.initial.items())
        return sha256(repr(stands).encode()).hexdigest()[:32]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        given.pop("was", None)
        others = self._others() if self.is_stale else []  # none: the same was sent twice by quick taps
        if others:
            said = _(
                "Somebody has changed this meanwhile. What you typed is kept; sent again, it takes its place. What stands there now:"
            )
            self.add_error(None, " ".join([said, *others]))
        return given

    def _others(self) -> list[str]:
        """What stands there now, where it differs from what was typed."""
        return [
            f"{bound.label}: {_shown(bound)}."
            for bound in self.visible_fields()
            if bound.name in self.initial and _plain(bound.initial) != _plain(bound.value())
        ]


def _plain(value: Any) -> str:
    """Empty in all its forms, and line ends, are no difference."""
    return " ".join(str(value if value not in (None, [], ()) else "").split())


def _shown(bound: forms.BoundField) -> str:
    known = {str(value): str(label) for value, label in getattr(bound.field, "choices", ())}
    values = bound.initial if isinstance(bound.initial, list | tuple) else [bound.initial]
    said = ", ".join(known.get(str(value), str(value)) for value in values if value not in (None, ""))
    return said[:MOST] + "…" * (len(said) > MOST) or "–"
