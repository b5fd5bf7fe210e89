"""Fields drawn without templates read as those that Django's templates make."""

from __future__ import annotations

from typing import Any

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy

from dure.web.drawn_fields import DRAWN, Drawn

CHOICES = [
    ("", "whatever"),
    ("a&b", "Äpfel <und> Birnen"),
    (3, gettext_lazy("Accepted")),
    ("Group", [("x", "X"), (None, "none")]),
]
ODD: dict[str, Any] = {"class": "short", "data-x": '"<&>', "autofocus": True, "disabled": False, "min": 0}


@pytest.mark.parametrize(
    ("widget", "value"),
    [
        (forms.TextInput(attrs=ODD), "O'Neill & <Sons>"),
        (forms.TextInput(), None),
        (forms.TextInput(), mark_safe("a &amp; b")),
        (forms.EmailInput(attrs={"id": "e"}), "a@example.org"),
        (forms.NumberInput(), 1234567),
        (forms.PasswordInput(render_value=False), "secret"),
        (forms.HiddenInput(), 7),
        (forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), "2026-10-08"),
        (forms.CheckboxInput(), True),
        (forms.CheckboxInput(attrs={"id": "agreed"}), False),
        (forms.Textarea(attrs={"rows": 3}), "\n two\nlines </textarea>"),
        (forms.Textarea(), ""),
        (forms.Select(choices=CHOICES), "a&b"),
        (forms.Select(attrs=ODD, choices=CHOICES), 3),
        (forms.SelectMultiple(choices=CHOICES), ["x", "3"]),
    ],
)
def test_a_field_is_drawn_as_django_makes_it(widget: forms.Widget, value: object) -> None:
    drawn = widget.render("field-1", value, {"id": "id_1", "required": True}, renderer=Drawn())
    assert drawn == widget.render("field-1", value, {"id": "id_1", "required": True}, DjangoTemplates())
    assert widget.template_name in DRAWN


@pytest.mark.parametrize("kind", [forms.CheckboxSelectMultiple, forms.RadioSelect])
def test_so_is_each_box_of_many(kind: type[forms.CheckboxSelectMultiple]) -> None:
    boxes = kind(attrs={"class": "<k>"}, choices=CHOICES)
    for one in boxes.subwidgets("days", ["x", "3"], {"id": "id_days"}):
        made = [
            renderer.render(one["template_name"], {"widget": one})
            for renderer in (Drawn(), DjangoTemplates())
        ]
        assert made[0] == made[1]
