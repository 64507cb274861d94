"""A real Chromium, and what happens where it (or another tool of the tests) is missing."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = [
    "--no-sandbox", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--no-first-run",
]  # fmt: skip


def give_up(why: str) -> NoReturn:
    """Skip a test on a machine that lacks a tool; fail where all of them must be (CI=true)."""
    if os.environ.get("CI", "").lower() == "true":
        pytest.fail(f"{why}, and CI=true says that it must be here")
    pytest.skip(why)


@contextmanager
def open_browser() -> Iterator[Any]:
    """A headless Chromium from the path, closed at the end of the block."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        give_up("playwright is not installed (the dev extra)")
    chromium = next((found for name in NAMES if (found := shutil.which(name))), None)
    if chromium is None:
        give_up("no Chromium on the path")
    with sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield opened
        opened.close()
