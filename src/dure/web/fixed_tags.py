"""Django's ``{% url %}`` and ``{% csrf_token %}``, without working out again what can't have changed.

An address without arguments is the same on every page, and the mark of a form the same all over one page. Built into
the templates by the settings (``TEMPLATES``), so none knows of it.
"""

from __future__ import annotations

from typing import Any, Final

from django.conf import settings
from django.template import Library, Node
from django.template.base import Parser, Token
from django.template.context import Context
from django.template.defaulttags import CsrfTokenNode, URLNode
from django.template.defaulttags import url as any_url
from django.urls import get_script_prefix, get_urlconf
from django.utils.functional import SimpleLazyObject

register = Library()
_KEPT: Final = "_dure_form_mark"


class FixedAddress(Node):
    """An address that has no arguments and belongs to no namespace."""

    child_nodelists = ()

    def __init__(self, node: URLNode) -> None:
        self._node = node
        self._known: dict[tuple[object, str], str] = {}

    def render(self, context: Context) -> str:
        key = (get_urlconf() or settings.ROOT_URLCONF, get_script_prefix())
        address = self._known.get(key)
        if address is None:
            address = self._known[key] = self._node.render(context)
        return address


@register.tag
def url(parser: Parser, token: Token) -> Node:
    """As Django's."""
    node: Any = any_url(parser, token)
    name = node.view_name
    is_fixed = (
        isinstance(name.var, str)
        and ":" not in name.var
        and not (name.filters or node.args or node.kwargs or node.asvar)
    )
    return FixedAddress(node) if is_fixed else node


class FormMark(CsrfTokenNode):
    """The hidden field of a form, once a request: each time it is asked for anew, Django draws and hides it anew."""

    def render(self, context: Context) -> str:
        request = context.get("request")
        # A page that is made once for many is given something else in its place (``web.kept_pages``).
        if request is None or type(context.get("csrf_token")) is not SimpleLazyObject:
            return super().render(context)
        secret, mark = getattr(request, _KEPT, (None, ""))
        # Signing in changes the secret in the middle of a request.
        if secret is None or secret != request.META.get("CSRF_COOKIE"):
            mark = super().render(context)
            setattr(request, _KEPT, (request.META.get("CSRF_COOKIE"), mark))
        return mark


@register.tag
def csrf_token(parser: Parser, token: Token) -> Node:
    """As Django's."""
    return FormMark()
