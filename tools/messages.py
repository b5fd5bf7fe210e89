"""Every text of the program that a catalog has to have: python -m tools.messages ko

Prints what ``src/dure/locale/<language>`` lacks, in the format of a catalog, ready to be filled in. Texts are found
where they stand: in templates by Django's own reader of them, in Python by its syntax tree, and in refusals, whose
sentences and facts the doors translate (``Refusal.says``, dure.operations.refusal_words). A test holds that none is
missing.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation.template import templatize

from dure.operations.refusal_words import CONTEXT_OF_FACTS, FACTS, PATTERNS, WORDS
from tools import catalog

SOURCE = Path(__file__).resolve().parents[1] / "src" / "dure"
# What each name takes: its words by position. Names as the program imports them.
SINGULAR, PLURAL, CONTEXT = "msgid", "msgid_plural", "msgctxt"
CALLS: dict[str, tuple[str, ...]] = {
    "_": (SINGULAR,),
    "gettext": (SINGULAR,),
    "gettext_lazy": (SINGULAR,),
    "gettext_noop": (SINGULAR,),
    "ngettext": (SINGULAR, PLURAL),
    "ngettext_lazy": (SINGULAR, PLURAL),
    "pgettext": (CONTEXT, SINGULAR),
    "pgettext_lazy": (CONTEXT, SINGULAR),
    "npgettext": (CONTEXT, SINGULAR, PLURAL),
    "npgettext_lazy": (CONTEXT, SINGULAR, PLURAL),
}
# What stands behind no page: the command line, what it alone asks for, and programs that check the log elsewhere.
NO_PAGES = (
    *("analytics", "cli", "config", "simulation", "engine/log", "base/home.py"),
    *(
        "movement/ledger/outside",
        "movement/ledger/sealed",
        "movement/places",
        "movement/standings/rules_file.py",
    ),
    *("operations/match_files.py", "operations/match_tables.py", "operations/imports/templates.py"),
)
_CALL = re.compile(
    r"\b(?P<name>n?p?gettext|_)\((?P<words>(?:\s*u?(?:'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"|'''.*?'''|\"\"\".*?\"\"\")\s*,?)+)",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True, order=True)
class Message:
    """One text as the source has it, and where it stands first."""

    singular: str
    plural: str = ""
    context: str = ""
    where: str = ""

    @property
    def key(self) -> str:
        """As a compiled catalog has it."""
        key = f"{self.context}\x04{self.singular}" if self.context else self.singular
        return f"{key}\x00{self.plural}" if self.plural else key


def _message(name: str, words: list[str], where: str) -> Message:
    parts = dict(zip(CALLS[name], words, strict=False))
    return Message(parts.get(SINGULAR, ""), parts.get(PLURAL, ""), parts.get(CONTEXT, ""), where)


def of_template(path: Path) -> Iterator[Message]:
    """The texts of ``translate``, ``blocktranslate`` and ``_()`` in a template."""
    for found in _CALL.finditer(templatize(path.read_text(encoding="utf-8"))):
        words = ast.literal_eval(f"({found['words'].rstrip().rstrip(',')},)")
        yield _message(found["name"], list(words), path.name)


def _aliases(tree: ast.Module) -> dict[str, str]:
    """Under which other names a file imports gettext and its kin."""
    return {
        one.asname: one.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
        for one in node.names
        if one.asname
    }


def _name(call: ast.Call, aliases: dict[str, str]) -> str:
    name = call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")
    return aliases.get(name, name)


def _says(node: ast.stmt) -> ast.expr | None:
    """What a refusal's class says."""
    target = node.targets[0] if isinstance(node, ast.Assign) else getattr(node, "target", None)
    is_says = isinstance(target, ast.Name) and target.id == "says"
    return node.value if is_says and isinstance(node, ast.Assign | ast.AnnAssign) else None


def of_python(path: Path) -> Iterator[Message]:
    """The texts given to gettext by the name it is imported under, and the sentences of refusals."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    aliases = _aliases(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _name(node, aliases) in CALLS:
            words = [one.value for one in node.args if isinstance(one, ast.Constant)]
            if words and isinstance(words[0], str):
                yield _message(
                    _name(node, aliases), [str(one) for one in words], f"{path.name}:{node.lineno}"
                )
        elif isinstance(node, ast.ClassDef):
            for says in filter(None, map(_says, node.body)):
                if isinstance(says, ast.Constant) and isinstance(says.value, str):
                    yield Message(says.value, where=f"{path.name}:{says.lineno}")


def _constants(value: ast.expr) -> Iterator[str]:
    """The texts an expression may have, as far as they are written down."""
    if isinstance(value, ast.Constant) and isinstance(value.value, str):
        yield value.value
    elif isinstance(value, ast.IfExp):
        yield from _constants(value.body)
        yield from _constants(value.orelse)


def of_facts(path: Path) -> Iterator[Message]:
    """The facts of refusals that are words: ``raise NotFound(what="team")``."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
            for given in node.exc.keywords:
                for text in _constants(given.value) if given.arg in FACTS else ():
                    yield Message(text, context=CONTEXT_OF_FACTS, where=f"{path.name}:{node.lineno}")


def _is_behind_no_page(path: Path, source: Path) -> bool:
    return path.relative_to(source).as_posix().startswith(NO_PAGES)


def messages(source: Path = SOURCE) -> dict[str, Message]:
    """Every text of the program by its key; the command line and the admin stay in English."""
    found: dict[str, Message] = {}
    for path in sorted(source.rglob("*.html")) + sorted(source.rglob("*.py")):
        texts = of_template(path) if path.suffix == ".html" else of_python(path)
        if path.relative_to(source).parts[0] == "cli":
            continue
        for one in texts:
            found.setdefault(one.key, one)
        if path.suffix == ".py" and not _is_behind_no_page(path, source):
            for one in of_facts(path):
                found.setdefault(one.key, one)
    for text in (*WORDS, *PATTERNS):
        one = Message(text, context=CONTEXT_OF_FACTS, where="refusal_words.py")
        found.setdefault(one.key, one)
    # A fact that is a word of the pages already reads as it does there.
    return {key: one for key, one in found.items() if one.singular and not _is_known_elsewhere(one, found)}


def _is_known_elsewhere(one: Message, found: dict[str, Message]) -> bool:
    return one.context == CONTEXT_OF_FACTS and one.singular in found


def missing(path: Path) -> list[Message]:
    """What a catalog lacks, by where it stands in the source."""
    known = catalog.entries(path.read_text(encoding="utf-8"))
    return sorted((one for key, one in messages().items() if key not in known), key=lambda one: one.where)


def quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def as_catalog(wanted: list[Message]) -> str:
    """Entries without a translation, to be filled in."""
    blocks: list[str] = []
    for one in wanted:
        lines = [f"#: {one.where}"]
        if one.context:
            lines.append(f"msgctxt {quoted(one.context)}")
        lines.append(f"msgid {quoted(one.singular)}")
        if one.plural:
            lines += [f"msgid_plural {quoted(one.plural)}", 'msgstr[0] ""']
        else:
            lines.append('msgstr ""')
        blocks.append("\n".join(lines))
    return "\n\n".join(blocks)


def main() -> None:
    """Print what the catalog of the language named first lacks."""
    path = catalog.LOCALE / sys.argv[1] / "LC_MESSAGES" / "django.po"
    print(as_catalog(missing(path)))


if __name__ == "__main__":
    main()
