"""The house's own rules as tests: contracts, reasons, templates, budgets, migrations."""

import importlib
import inspect
import pkgutil
import re
import subprocess
import sys
from enum import StrEnum
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory

import app
from app.core.assets import Assets
from app.core.migrate import _config
from app.core.settings import ROOT, Settings
from app.core.templates import make_templates, sentence

FLOORS = [found.name for found in pkgutil.iter_modules(app.__path__) if found.ispkg]
FORBIDDEN_NAMES = {"utils", "helpers", "common", "misc", "base", "manager"}
FILE_BUDGET = 300


def _modules() -> list[str]:
    return [
        found.name
        for found in pkgutil.walk_packages(app.__path__, "app.")
        if not found.name.startswith("app.build_vendor")
    ]


def _enums(name: str) -> list[type[StrEnum]]:
    found = []
    for module_name in _modules():
        module = importlib.import_module(module_name)
        for member in vars(module).values():
            is_enum = inspect.isclass(member) and issubclass(member, StrEnum)
            if is_enum and member.__name__ == name and member.__module__ == module_name:
                found.append(member)
    return found


def test_import_contracts_hold() -> None:
    command = Path(sys.executable).parent / "lint-imports"
    done = subprocess.run([command], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:]


@pytest.mark.parametrize("reasons", _enums("Reason"), ids=lambda kind: kind.__module__)
def test_every_reason_has_its_sentence(reasons: type[StrEnum]) -> None:
    env = make_templates(Settings(), Assets(ROOT / "static"))
    for reason in reasons:
        words = str(sentence(env, reason))
        assert len(words.split()) >= 3, f"{reasons.__module__}.{reason} has no sentence"


def test_no_file_has_a_name_that_says_nothing() -> None:
    names = {module.rpartition(".")[2] for module in _modules()}
    assert not names & FORBIDDEN_NAMES


def test_every_floor_says_what_it_owns() -> None:
    for floor in FLOORS:
        words = importlib.import_module(f"app.{floor}").__doc__ or ""
        assert len(words.split()) > 10, f"app/{floor}/__init__.py says too little"


def test_every_public_function_says_what_it_means() -> None:
    silent = []
    for name in _modules():
        module = importlib.import_module(name)
        silent += [
            f"{name}.{label}"
            for label, member in vars(module).items()
            if inspect.isfunction(member)
            and member.__module__ == name
            and not label.startswith("_")
            and not member.__doc__
        ]
    assert not silent


def test_files_stay_within_their_budget() -> None:
    long = {
        str(path.relative_to(ROOT)): lines
        for folder in ("app", "analysis")
        for path in (ROOT / folder).rglob("*.py")
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > FILE_BUDGET
    }
    assert not long


def test_there_is_one_newest_migration() -> None:
    assert len(ScriptDirectory.from_config(_config("sqlite://")).get_heads()) == 1


def test_every_part_is_used() -> None:
    folder = ROOT / "templates"
    everything = "\n".join(path.read_text(encoding="utf-8") for path in folder.rglob("*.html"))
    code = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "app").rglob("*.py"))
    unused = [
        str(path.relative_to(folder))
        for path in folder.rglob("_*.html")
        if path.relative_to(folder).as_posix() not in everything + code
    ]
    assert not unused


def test_templates_hold_no_queries_and_no_unsafe_text() -> None:
    for path in (ROOT / "templates").rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"\bsession\.(exec|get|execute)\b", text), path
        if path.parent.name == "components":
            continue  # marks its own literal drawings as safe, nothing from outside
        allowed = re.findall(r"\|\s*safe\b", text)
        assert not allowed, f"{path}: |safe switches escaping off; pass Markup from code instead"
