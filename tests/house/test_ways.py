"""What the import contracts can't see."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.apps import apps
from django.db import models

from tools import refusals

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "dure"
# Upstream first.
WAY = (
    "places", "people", "campaigns", "vetting", "calls", "needs", "matching", "safety",
    "evidence", "ledger", "gifts", "audit", "standings", "supervision", "practices", "honours",
)  # fmt: skip


def _files(suffix: str, folder: Path = SOURCE) -> list[Path]:
    return sorted(path for path in folder.rglob(f"*{suffix}") if "migrations" not in path.parts)


def _tracked() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, check=True, text=True,
    )  # fmt: skip
    return [path for name in listed.stdout.split("\0") if name and (path := ROOT / name).is_file()]


def test_rows_of_other_rooms_are_named_upstream_and_never_call_back() -> None:
    checked = 0
    for room in WAY:
        for model in apps.get_app_config(room).get_models():
            for field in model._meta.get_fields():
                if not isinstance(field, models.ForeignKey):
                    continue
                checked += 1
                target = field.related_model
                assert isinstance(target, type)
                other = target._meta.app_label
                assert field.remote_field.related_name == "+", f"{model.__name__}.{field.name} calls back"
                if other != room and other != "base":
                    assert WAY.index(other) < WAY.index(room), (
                        f"{model.__name__}.{field.name} looks downstream"
                    )
    assert checked > 30


def test_every_room_has_the_same_doors() -> None:
    for room in WAY:
        folder = SOURCE / "movement" / room
        for name in ("models", "actions", "reads", "types", "errors", "admin"):
            assert (folder / f"{name}.py").exists() or (folder / name).is_dir(), f"{room} has no {name}"


FORBIDDEN = {
    "get_model": "tables of other rooms are reached through their doors",
    "post_save": "a signal hides who causes what",
    "pre_save": "a signal hides who causes what",
    "import_string": "what is imported must be seen by the import contracts",
    "import_module": "what is imported must be seen by the import contracts",
    "mark_safe": "text becomes markup in templates only",
}


@pytest.mark.parametrize("path", _files(".py"), ids=lambda path: str(path.relative_to(SOURCE)))
def test_no_way_round_the_contracts(path: Path) -> None:
    tree = ast.parse(path.read_text())
    for node in ast.walk(tree):
        name = node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
        assert name not in FORBIDDEN, f"{path}: {name}: {FORBIDDEN.get(name)}"
        assert not isinstance(node, ast.Assert), f"{path}:{node.lineno}: use must(): assert is gone under -O"


def test_templates_trust_no_value_as_markup() -> None:
    found = [p for p in _files(".html") if re.search(r"\|\s*safe\b|autoescape\s+off", p.read_text())]
    assert found == []


def test_pages_carry_no_inline_script_or_style() -> None:
    inline = re.compile(r"""\sstyle=|\son[a-z]+=|<style\b|<script(?![^>]*\bsrc=)|javascript:""", re.I)
    templates = _files(".html", SOURCE / "web")
    assert len(templates) > 20
    tags = re.compile(r"{%.*?%}|{{.*?}}", re.S)  # what the server fills in is no markup of the page
    assert [p for p in templates if inline.search(tags.sub("", p.read_text()))] == []


def test_nothing_is_fetched_from_outside() -> None:
    outside = re.compile(r"""(?:src|href|action|url)\s*[=(]\s*["']?(?:https?:)?//""", re.I)
    files = _files(".html", SOURCE / "web") + _files(".css", SOURCE / "web") + _files(".js", SOURCE / "web")
    assert [p for p in files if outside.search(p.read_text())] == []


def test_every_refusal_code_is_documented_and_nothing_else() -> None:
    assert refusals.PAGE.read_text() == refusals.page(), "run `python -m tools.refusals`"
    # From then on each page that a later test asks for would be one that was kept.
    assert refusals.SERVER not in sys.modules


def test_locks_name_every_hash_and_no_address() -> None:
    for name in ("base", "dev"):
        lock = (ROOT / "requirements" / f"{name}.lock").read_text()
        pins = re.findall(r"^[a-z0-9][^\s=]*==\S+.*$", lock, re.M | re.I)
        assert len(pins) > 40
        assert lock.count("==") <= lock.count("--hash=sha256:")
        assert "://" not in lock
        assert "-index" not in lock


def test_no_file_names_a_registry_or_a_machine() -> None:
    # Put together here, so that this file does not name them either.
    hosts = ["pypi" + ".org", "python" + "hosted.org", "registry.npm" + "js.org", "deb.debian" + ".org"]
    # The folders a developer's or CI's checkout lies in.
    places = ["/wo" + "rk/main", "/wo" + "rk/shared", "/ro" + "ot/", "/ho" + "me/", str(ROOT)]
    for path in _tracked():
        if path.suffix in {".png", ".woff2"}:
            continue
        text = path.read_text(errors="replace")
        for word in hosts + places:
            assert word not in text, f"{path.relative_to(ROOT)} names {word}"


def test_nothing_is_left_for_later() -> None:
    words = re.compile("|".join(["TO" + "DO:", "FIX" + "ME", "XX" + "X:", "NotImplemented" + "Error"]))
    left = [
        p for p in _tracked() if p.suffix in {".py", ".html", ".md", ".css"} and words.search(p.read_text())
    ]
    assert left == []


def test_every_folder_of_source_is_a_package_python_finds() -> None:
    folders = {path.parent for path in SOURCE.rglob("*.py")}
    assert [folder for folder in folders if not (folder / "__init__.py").exists()] == []


def test_every_setting_is_documented_and_nothing_else() -> None:
    page = (ROOT / "docs" / "reference" / "settings.md").read_text()
    documented = set(re.findall(r"^\| `(DURE_[A-Z_]+|DATABASE_URL)(?:<NAME>)?`", page, re.M))
    named = re.compile(r"""["'](DURE_[A-Z_]+|DATABASE_URL)["'{]|f["'](DURE_SECRET_)""")
    files = [*_files(".py"), *(ROOT / "tools").glob("*.py")]
    used = {a or b for path in files for a, b in named.findall(path.read_text())}
    assert documented == used
