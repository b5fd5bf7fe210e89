"""The tags of Django's ``i18n``, of which ``{% translate %}`` looks words that stand in a template up once a language.

A page says some thirty fixed sentences, each looked up anew at each look: a tenth of what a page costs. It takes the
place of the library by the settings (``TEMPLATES``), so no template knows of it.
"""

from __future__ import annotations

from typing import Any

from django.template import Library, Node
from django.template.base import FilterExpression, Parser, Token
from django.template.context import Context
from django.templatetags import i18n
from django.utils.translation import get_language

register = Library()
register.tags.update(i18n.register.tags)
register.filters.update(i18n.register.filters)


class FixedWords(Node):
    """What ``node`` says in a language; it knows of nothing else."""

    child_nodelists = ()

    def __init__(self, node: i18n.TranslateNode) -> None:
        self._node = node
        self._said: dict[tuple[str | None, bool], str] = {}

    def render(self, context: Context) -> str:
        key = (get_language(), context.autoescape)
        said = self._said.get(key)
        if said is None:
            said = self._said[key] = self._node.render(context)
        return said


@register.tag("trans")
@register.tag("translate")
def translate(parser: Parser, token: Token) -> Node:
    """As Django's."""
    said = token.split_contents()[1:2]
    node: i18n.TranslateNode = i18n.do_translate(parser, token)
    context: Any = node.message_context
    is_fixed = (
        # Django has made a variable of it, so it is told by how it was written.
        bool(said)
        and _is_quoted(said[0])
        and not node.filter_expression.filters
        and node.asvar is None
        and (context is None or _is_constant(context))
    )
    return FixedWords(node) if is_fixed else node


def _is_quoted(written: str) -> bool:
    return len(written) > 1 and written[0] == written[-1] and written[0] in "\"'"


def _is_constant(expression: FilterExpression) -> bool:
    return isinstance(expression.var, str) and not expression.filters
