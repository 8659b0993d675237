"""A number as people type it: 1,5 and 1.5 and "1 500" are understood."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class Number(forms.DecimalField):
    """A decimal with a comma or a point; blanks between thousands do not matter."""

    default_error_messages = {"invalid": _("Write a number, for instance 1,5.")}

    def __init__(self, **given: Any) -> None:
        attrs = {"inputmode": "decimal", "autocomplete": "off"} | given.pop("attrs", {})
        sizes = {"max_digits": 16, "decimal_places": 4}
        super().__init__(widget=forms.TextInput(attrs=attrs), **sizes | given)

    def to_python(self, value: Any) -> Decimal | None:
        if isinstance(value, str):
            value = "".join(value.split()).replace(",", ".").removesuffix("%")
        return super().to_python(value)

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, Decimal):
            text = f"{value:f}"
            return (text.rstrip("0").rstrip(".") if "." in text else text).replace(".", ",")
        return value
