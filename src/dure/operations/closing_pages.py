"""A closing report as one HTML file that needs nothing else."""

from __future__ import annotations

from xml.etree.ElementTree import Element, SubElement, tostring

from django.utils.html import escape
from django.utils.translation import get_language, get_language_info

from dure.operations.closing_report import ClosingReport, sealed_text
from dure.operations.closing_words import Block, Cell, Heading, Rows, Words, blocks

_STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 70rem; padding: 1rem; color: #1c2024; }
table { border-collapse: collapse; width: 100%; margin: 1rem 0; font-size: 0.9rem; }
caption { text-align: start; font-weight: 600; padding: 0.3rem 0; }
th, td { border-bottom: 1px solid #c8ccd0; padding: 0.3rem 0.5rem; text-align: end; vertical-align: top; }
th:first-child, thead th:first-child { text-align: start; }
.grade { border: 1px solid #889; border-radius: 0.3rem; font-size: 0.75rem; padding: 0 0.25rem; white-space: nowrap; }
code, pre { font: 0.75rem/1.4 ui-monospace, monospace; white-space: pre-wrap; overflow-wrap: anywhere; }
.scroll { overflow-x: auto; }
"""


def body(report: ClosingReport) -> str:
    """The report as HTML. Built as a tree, so what people wrote can't become markup."""
    root = Element("div", {"class": "report"})
    for block in blocks(report):
        _add(root, block)
    return tostring(root, encoding="unicode", method="html")


def whole_page(report: ClosingReport) -> str:
    """The report as one HTML file in the language that is active, with its sealed facts at the end."""
    language = get_language() or "en"
    info = get_language_info(language)
    title = escape(report.facts["campaign"]["name"])
    # The sealed facts stand as text, not as a script: whatever opens the file runs nothing.
    return (
        f'<!doctype html>\n<html lang="{language}" dir="{"rtl" if info["bidi"] else "ltr"}">\n<head>'
        '<meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><title>{title}</title>'
        f"<style>{_STYLE}</style></head>\n<body>\n<main>{body(report)}\n"
        f"<details><summary>JSON</summary><pre>{escape(sealed_text(report))}</pre></details></main>\n</body>\n</html>\n"
    )


def _add(root: Element, block: Block) -> None:
    if isinstance(block, Heading):
        SubElement(root, f"h{block.level}").text = block.text
    elif isinstance(block, Words):
        home = SubElement(root, "p")
        if block.is_code:
            home = SubElement(home, "code", {"class": "small"})
        first, *others = block.text.split("\n")
        home.text = first
        for line in others:
            SubElement(home, "br").tail = line
        if block.grade:
            home.text = f"{first} "
            _graded(home, block.grade, block.grade_word)
    else:
        _table(root, block)


def _table(root: Element, block: Rows) -> None:
    frame = SubElement(
        root, "div", {"class": "scroll", "tabindex": "0", "role": "region", "aria-label": block.caption}
    )
    table = SubElement(frame, "table", {"class": "folds"})
    SubElement(table, "caption").text = block.caption
    heads = SubElement(SubElement(table, "thead"), "tr")
    for number, name in enumerate(block.heads):
        _filled(SubElement(heads, "th", {"scope": "col"} | ({"class": "num"} if number else {})), name)
    inside = SubElement(table, "tbody")
    for indent, pairs in block.by_depth:
        row = SubElement(inside, "tr")
        SubElement(row, "th", {"scope": "row"}).text = indent + pairs[0][0].text
        for cell, head in pairs[1:]:
            shown = {"data-head": head.label} | ({"class": "num"} if cell.is_figure else {})
            _filled(SubElement(row, "td", shown), cell)


def _filled(home: Element, cell: Cell) -> None:
    if cell.grade and not cell.grade_word:  # the grade is all there is to say
        _graded(home, cell.grade, cell.text)
        return
    home.text = f"{cell.text} " if cell.grade else cell.text
    if cell.grade:
        _graded(home, cell.grade, cell.grade_word)


def _graded(home: Element, grade: str, word: str) -> None:
    SubElement(home, "span", {"class": f"grade {grade}"}).text = word
