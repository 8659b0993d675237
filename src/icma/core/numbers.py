"""A number as people type it: 1,5 and 1.5 and "1 500" are understood; "1.500" is asked about."""

import re
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

EITHER = re.compile(r"(-?[1-9]\d{0,2})[.,](\d{3})")  # thousands to some people, a fraction to others


class Number(forms.DecimalField):
    """A decimal with a comma or a point; blanks between thousands do not matter. `is_count`: 12 % is not twelve."""

    default_error_messages = {
        "invalid": _("Write a number, for instance 1,5."),
        "share": _("Not a per cent: write how many."),
        "either": _("Thousands or a fraction? Write %(whole)s or %(part)s."),
    }

    def __init__(self, is_count: bool = False, **given: Any) -> None:
        self.is_count = is_count
        attrs = {"inputmode": "decimal", "autocomplete": "off"} | given.pop("attrs", {})
        sizes = {"max_digits": 16, "decimal_places": 4}
        super().__init__(widget=forms.TextInput(attrs=attrs), **sizes | given)

    def to_python(self, value: Any) -> Decimal | None:
        if isinstance(value, str):
            value = "".join(value.split())
            if self.is_count and "%" in value:
                raise forms.ValidationError(self.error_messages["share"], "share")
            value = value.removesuffix("%")
            if found := EITHER.fullmatch(value):
                whole, rest = found.groups()
                part = f"{whole},{rest}0" if rest[-1] != "0" else f"{whole},{rest}".rstrip("0").rstrip(",")
                ways = {"whole": whole + rest, "part": part}
                raise forms.ValidationError(self.error_messages["either"], "either", ways)
            value = value.replace(",", ".")
        return super().to_python(value)

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, Decimal):
            text = f"{value:f}"
            text = text.rstrip("0").rstrip(".") if "." in text else text
            return (f"{text}0" if EITHER.fullmatch(text) else text).replace(".", ",")
        return value
