"""The explorer in a real browser, on a small study."""

import json

import explorer_study
import pytest
from explorer_study import DEPTHS, INITS
from playwright.sync_api import Page, expect

from implicit_sparsity.pipeline.figures import style
from implicit_sparsity.pipeline.report.explorer.page import page


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    """The page's file."""
    path = tmp_path_factory.mktemp("explorer") / "explorer.html"
    path.write_text(page(explorer_study.curves(), explorer_study.table()), encoding="utf-8")
    return path


@pytest.fixture
def opened(path, open_page) -> Page:
    return open_page(path)


def drawn(opened: Page) -> list[str]:
    """The curves as they are painted."""
    return opened.locator("#paths .js-line").evaluate_all(
        "lines => lines.map(line => line.getAttribute('d'))"
    )


def check_shown(opened: Page, i: int, j: int) -> None:
    """Everything on the page shows depth i and start j."""
    data = json.loads(opened.locator("#data").text_content())
    flow = data["flows"][i][j]
    expect(opened.locator("#depth")).to_have_value(str(i))
    expect(opened.locator("#init")).to_have_value(str(j))
    expect(opened.locator("output[for=depth]")).to_have_text(str(DEPTHS[i]))
    shown = opened.evaluate("document.getElementById('paths').data.map(trace => trace.y)")
    for values in flow["curves"].values():
        assert values in shown
    assert [flow["points"]["oracle"][1]] * 2 in shown
    marked = opened.evaluate("document.getElementById('map').layout.shapes.map(s => [s.x0, s.y0])")
    assert marked == [[i - 0.5, j - 0.5]] * 2
    shades = opened.evaluate(
        "document.getElementById('paths').layout.shapes"
        ".filter(shape => shape.type === 'rect').map(shape => [shape.x0, shape.x1])"
    )
    opens = flow["points"].get("support_reached", [float("inf")])[0]
    closes = flow["points"].get("off_support_exceeded", flow["t"][-1:])[0]
    assert shades == ([[opens, closes]] if opens < closes else [])
    assert ("No window" in opened.locator("#reading").text_content()) == (not shades)


def test_it_opens_near_depth_4_and_a_start_of_1e_6(opened):
    check_shown(opened, 2, 0)


def test_a_key_on_a_slider_moves_the_curves(opened):
    for slider, key, i, j in (("depth", "ArrowLeft", 1, 0), ("init", "ArrowRight", 1, 1)):
        before = drawn(opened)
        opened.locator(f"#{slider}").press(key)
        check_shown(opened, i, j)
        assert drawn(opened) != before


def test_a_click_on_the_map_sets_both_sliders(opened):
    box = opened.locator("#map .nsewdrag").bounding_box()
    for i, j in ((0, 2), (1, 0), (2, 1)):
        x = box["x"] + (i + 0.5) / len(DEPTHS) * box["width"]
        y = box["y"] + (1 - (j + 0.5) / len(INITS)) * box["height"]
        opened.mouse.move(x, y)
        expect(opened.locator("#map .hovertext")).to_contain_text(f"depth {DEPTHS[i]},")
        opened.mouse.click(x, y)
        check_shown(opened, i, j)


def test_arrow_keys_on_the_map_move_the_cell_and_stop_at_its_edge(opened):
    for key in ["ArrowUp"] * len(INITS) + ["ArrowRight"] * len(DEPTHS) + ["ArrowLeft"]:
        opened.locator("#map").press(key)
    check_shown(opened, len(DEPTHS) - 2, len(INITS) - 1)


def test_the_error_has_the_colour_that_it_has_in_figures(opened):
    data = json.loads(opened.locator("#data").text_content())
    error = data["flows"][2][0]["curves"]["error"]
    traces = opened.evaluate(
        "document.getElementById('paths').data.map(trace => [trace.y, trace.line?.color])"
    )
    assert [colour for y, colour in traces if y == error] == [style.ERROR]
    assert style.ERROR in opened.locator("#key-errors li", has_text="squared error").inner_html()


def test_it_fits_a_phone(path, open_page):
    size = {"width": 360, "height": 740}
    phone = open_page(path, viewport=size, device_scale_factor=2, is_mobile=True)
    for plot in ("map", "paths"):
        assert phone.locator(f"#{plot} .main-svg").first.bounding_box()["width"] <= size["width"]
    assert phone.evaluate("document.documentElement.scrollWidth") == size["width"]
