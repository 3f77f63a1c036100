"""Pages in the system's Chromium, which Playwright drives, without a network."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")
CHROMIUM = next(filter(None, map(shutil.which, NAMES)), None)
#: What a page may ask for beside itself: what it holds.
INSIDE = ("data:", "blob:")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("No Chromium is installed; install it (on Debian: apt install chromium).")
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield browser
        browser.close()


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Opens a file in a tab of its own; settings are those of ``Browser.new_context``.

    The test fails if a page asks for anything that it does not hold, or writes an error.
    """
    asked: list[str] = []
    errors: list[str] = []
    contexts = []

    def opened(path: Path, **settings: Any) -> Page:
        settings = {"viewport": {"width": 1280, "height": 900}} | settings
        context = browser.new_context(offline=True, **settings)
        contexts.append(context)
        page = context.new_page()
        inside = (path.as_uri(), *INSIDE)
        page.on("request", lambda r: r.url.startswith(inside) or asked.append(r.url))
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda line: line.type == "error" and errors.append(line.text))
        page.goto(path.as_uri())
        return page

    yield opened
    for context in contexts:
        context.close()
    assert asked == []
    assert errors == []
