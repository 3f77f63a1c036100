"""The documentation builds offline without a warning, and asks for nothing outside itself."""

import re
import shutil
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from conftest import ROOT, made_once
from playwright.sync_api import Request, sync_playwright

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
#: What a browser fetches by itself.
FETCHED = {"script": "src", "img": "src", "iframe": "src", "link": "href", "source": "src"}


class Page(HTMLParser):
    """What a page fetches, and where it leads."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.fetched: list[str] = []
        self.links: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the addresses of a tag."""
        attributes = dict(attrs)
        address = attributes.get(FETCHED.get(tag, ""))
        if address and attributes.get("rel") not in ("next", "prev", "canonical"):
            self.fetched.append(address)
        if tag == "a" and attributes.get("href"):
            self.links.append(attributes["href"])


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, built as `make site` does."""

    def make(folder: Path) -> None:
        command = [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-q", "-b", "html"]
        command += ["-d", str(folder / "doctrees"), str(ROOT / "docs"), str(folder / "html")]
        result = subprocess.run(command, cwd=ROOT, text=True, capture_output=True)
        assert result.returncode == 0, result.stdout + result.stderr
        assert not result.stderr

    return made_once(tmp_path_factory, "site", make) / "html"


def pages(site: Path) -> dict[str, Page]:
    """Every page by its path."""
    files = [path for path in site.rglob("*.html") if "_static" not in path.parts]
    return {str(path.relative_to(site)): Page(path.read_text()) for path in files}


def local(site: Path, page: str, address: str) -> Path | None:
    """The file of the site that an address on a page means."""
    parts = urlsplit(address)
    if parts.scheme or not parts.path:
        return None
    return (site / page).parent.joinpath(unquote(parts.path)).resolve()


def test_asks_for_nothing_outside(site):
    for name, page in pages(site).items():
        for address in page.fetched:
            assert urlsplit(address).scheme in ("", "data"), (name, address)
            file = local(site, name, address)
            assert file is None or file.exists(), (name, address)
    for style in site.rglob("*.css"):
        addresses = re.findall(r"url\(\s*[\"']?([^)\"']+)", style.read_text())
        imports = re.findall(r"@import\s+[\"']([^\"']+)", style.read_text())
        assert not [a for a in addresses + imports if re.match(r"(\w+:)?//", a)], style


def test_every_page_is_reached_from_the_first(site):
    found, todo = {"index.html"}, ["index.html"]
    everything = pages(site)
    while todo:
        name = todo.pop()
        for link in everything[name].links:
            file = local(site, name, link)
            if file is None:
                continue
            assert file.exists(), (name, link)
            target = str(file.relative_to(site.resolve()))
            if target in everything and target not in found:
                found.add(target)
                todo.append(target)
    assert everything.keys() - found == {"search.html"}  # which the box at the top opens


def test_has_the_ledger_the_figures_and_the_notebooks(site):
    ledger = (site / "made/claims.html").read_text()
    claims = re.findall(
        r"^#{2,3} (\w+): ", (ROOT / "paper_figures/claims.md").read_text(), re.MULTILINE
    )
    assert len(claims) > 10
    for claim in claims:
        assert f'id="{claim.replace("_", "-")}' in ledger
        assert f"/{claim}.png" in ledger
    for notebook in (ROOT / "notebooks").glob("*.ipynb"):
        assert (site / f"made/notebooks/{notebook.stem}.html").exists()


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium")
def test_formulas_show_without_the_net(site):
    asked: list[str] = []

    def note(request: Request) -> None:
        asked.append(request.url)

    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        context = browser.new_context(offline=True)
        page = context.new_page()
        page.on("request", note)
        page.goto((site / "paper.html").as_uri())
        page.wait_for_selector("mjx-container svg")
        page.wait_for_function("document.querySelectorAll('mjx-container').length > 20")
        assert page.locator("mjx-merror").count() == 0
        browser.close()
    assert asked and all(url.startswith(("file:", "data:")) for url in asked)
