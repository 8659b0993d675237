"""One accessible block for a form field: label, help, error, input; and the summary of a form's errors."""

from datetime import date

from django import forms
from django.forms.boundfield import BoundField
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

# Not the hourglass: that shape means late and nothing else.
WRONG = mark_safe('<svg viewBox="0 0 10 9" aria-hidden="true"><path d="M5 0l5 9H0z"/></svg>')
NOTHING_CHOSEN = "---------"  # Django's own word for an empty choice
ONE_OF = (forms.RadioSelect, forms.CheckboxSelectMultiple)


def _optional(bound: BoundField) -> SafeString | str:
    """Optional fields say so; required ones carry no star that would need explaining."""
    return "" if bound.field.required else format_html(" <small>({})</small>", _("optional"))


def _notes(bound: BoundField) -> tuple[SafeString, str]:
    """Help and errors, and the ids that aria-describedby names."""
    ids, parts = [], []
    if bound.help_text:
        ids.append(f"{bound.auto_id}_help")
        parts.append(format_html('<span class="help" id="{}">{}</span>', ids[-1], bound.help_text))
    for at, error in enumerate(bound.errors):
        ids.append(f"{bound.auto_id}_error{at or ''}")
        parts.append(format_html('<span class="err" id="{}">{}{}</span>', ids[-1], WRONG, error))
    return format_html_join("", "{}", ((p,) for p in parts)), " ".join(ids)


def _attrs(bound: BoundField, ids: str) -> dict[str, str | bool]:
    attrs: dict[str, str | bool] = {}
    if ids:
        attrs["aria-describedby"] = ids
    if bound.errors:
        attrs["aria-invalid"] = "true"
    return attrs


def _rows(bound: BoundField) -> SafeString:
    """Radios and check boxes as rows that a thumb hits."""
    return format_html_join(
        "",
        '<label class="pick">{}<span>{}</span></label>',
        ((option.tag(), option.choice_label) for option in bound.subwidgets),
    )


def _is_day(value: object) -> bool:
    try:
        return bool(date.fromisoformat(str(value)))
    except ValueError:
        return False


def field(bound: BoundField, label: str = "", **extra: str) -> SafeString:
    """The block of one field; `extra` are attributes of the input (autocomplete="off", rows="3", …)."""
    if bound.is_hidden:
        return mark_safe(str(bound))
    if isinstance(bound.field.widget, forms.DateInput) and (not bound.errors or _is_day(bound.value())):
        # The device's own calendar; plain text for what is no day, which keeps what was typed.
        bound.field.widget.input_type = "date"
    if getattr(bound.field, "empty_label", None) == NOTHING_CHOSEN:
        bound.field.empty_label = "—"
    notes, ids = _notes(bound)
    bad = " bad" if bound.errors else ""
    name = label or bound.label
    widget = bound.field.widget
    if isinstance(widget, ONE_OF):
        described = format_html(' aria-describedby="{}"', ids) if ids else ""
        role = mark_safe(' role="radiogroup"') if isinstance(widget, forms.RadioSelect) else ""
        invalid = mark_safe(' aria-invalid="true"') if bad and role else ""
        return format_html(
            '<fieldset class="field{}" id="{}"{}{}{}><legend>{}{}</legend>{}{}</fieldset>',
            bad, bound.auto_id, role, described, invalid, name, _optional(bound), notes, _rows(bound),
        )  # fmt: skip
    attrs = _attrs(bound, ids) | {key.replace("_", "-"): value for key, value in extra.items()}
    if isinstance(widget, forms.CheckboxInput):
        return format_html(
            '<div class="field{}">{}<label class="pick">{}<span>{}</span></label></div>',
            bad, notes, bound.as_widget(attrs=attrs), name,
        )  # fmt: skip
    return format_html(
        '<div class="field{}"><label for="{}">{}{}</label>{}{}</div>',
        bad, bound.id_for_label, name, _optional(bound), notes, bound.as_widget(attrs=attrs),
    )  # fmt: skip


def form_errors(form: forms.BaseForm, focus: bool = True) -> SafeString:
    """The summary above a form: what is wrong, each a link to its field; nothing where nothing is wrong.

    With `focus` icma.js takes the reader there after a page that came back with errors.
    """
    if not form.is_bound or not form.errors:
        return mark_safe("")
    items = [format_html("<li>{}</li>", error) for error in form.non_field_errors()]
    for bound in form.visible_fields():
        # A group of radios has no id for its label; its fieldset carries the field's own.
        target = bound.id_for_label or bound.auto_id
        link = '<li><a href="#{}">{} – {}</a></li>'
        items += [format_html(link, target, bound.label, error) for error in bound.errors]
    for bound in form.hidden_fields():
        items += [format_html("<li>{}</li>", error) for error in bound.errors]
    listed = format_html_join("", "{}", ((item,) for item in items))
    return format_html(
        '<div class="errs" role="alert" tabindex="-1"{}><h2>{}</h2><ul>{}</ul></div>',
        mark_safe(' id="errors"') if focus else "", _("Please correct this"), listed,
    )  # fmt: skip


def form_fields(form: forms.BaseForm) -> SafeString:
    """All fields of a form, the hidden ones too."""
    return format_html_join("", "{}", ((field(bound),) for bound in form))
