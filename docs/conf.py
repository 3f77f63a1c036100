"""How Sphinx builds the site: offline, with warnings as errors (`make site`)."""

import re
import sys
from importlib.util import find_spec
from pathlib import Path

import yaml

DOCS = Path(__file__).parent
ROOT = DOCS.parent
sys.path.insert(0, str(DOCS))  # for the module below, which is no part of the package

import made_pages  # noqa: E402

citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
project = citation["title"]
author = citation["authors"][0]["name"]
version = release = citation["version"]
copyright = author

made_pages.write(DOCS / "made")

# MathJax comes from a package, so that formulas show without the net.
MATHJAX = Path(find_spec("sphinx-mathjax-offline").submodule_search_locations[0])

extensions = [
    "myst_nb",
    "numpydoc",
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "sphinx.ext.mathjax",
    "sphinx_copybutton",
    "sphinx_design",
]
exclude_patterns = ["made/methods.md", "made/protocol_claims.md"]  # parts of pages
templates_path = ["_templates"]

myst_enable_extensions = ["amsmath", "colon_fence", "dollarmath"]
myst_heading_anchors = 3
# The notebooks are executed by the pipeline, not here.
nb_execution_mode = "off"
nb_merge_streams = True

autodoc_typehints = "none"  # numpydoc's sections have the types
autodoc_use_type_comments = False  # there are none to look for
autodoc_member_order = "bysource"
numpydoc_show_class_members = False
numpydoc_class_members_toctree = False

html_theme = "pydata_sphinx_theme"
html_title = "Implicit sparse regularisation"
html_static_path = ["_static", str(MATHJAX / "static/mathjax/tex-svg.js")]
html_css_files = ["site.css"]
html_sourcelink_suffix = ""
html_show_sourcelink = False
html_use_index = html_domain_indices = False
html_theme_options = {
    "footer_start": ["copyright"],
    "footer_end": [],
    "header_links_before_dropdown": 6,
    "navigation_with_keys": False,
    "secondary_sidebar_items": ["page-toc"],
    "show_toc_level": 2,
}
mathjax_path = "tex-svg.js"
mathjax3_config = {"options": {"enableMenu": False}}  # the menu would be fetched


def plain_bars(app, what, name, obj, options, lines):
    """Bars in docstrings mean absolute values, not substitutions; modules have no sections."""
    for at, line in enumerate(lines):
        parts = re.split(r"(``.*?``)", line)
        parts[::2] = [part.replace("|", r"\|") for part in parts[::2]]
        lines[at] = "".join(parts)
        if what == "module" and line and set(line) == {"-"}:
            lines[at - 1 : at + 1] = [f".. rubric:: {lines[at - 1]}", ""]


def leave_out(app, what, name, obj, skip, options):
    """Leave out constants, and scikit-learn's methods that refer to pages of its own site."""
    is_constant = what == "module" and not callable(obj)
    return True if is_constant or re.fullmatch(r"set_\w+_request", name) else None


def setup(app):
    """Connect the above, before numpydoc reads the docstrings."""
    app.connect("autodoc-process-docstring", plain_bars, priority=400)
    app.connect("autodoc-skip-member", leave_out)
