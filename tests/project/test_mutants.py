"""The faults that `make mutants` puts into modules: what they are, and that their tests exist."""

import subprocess
import sys
from types import SimpleNamespace

import pandas as pd
import pytest
from conftest import ROOT

sys.path.insert(0, str(ROOT / "tests/mutants"))
import faults
import parts
import run
import trial


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("norms ** 2", {"norms * 2", "norms ** 3"}),
        ("a < 0.5", {"a <= 0.5", "a < 0.75"}),
        ("a and (not b)", {"a or not b", "a and (not not b)"}),
        ("-np.argmin(x)", {"+np.argmin(x)", "-np.argmax(x)"}),
        ("def f(a, *, b=None): pass", {"def f(a, b=None):\n    pass"}),
        ("x: int = True", {"x: int = False"}),
        ("x -= y", {"x += y"}),
        ("raise ValueError(f'{a + 1}')", set()),
        ("'words'", set()),
    ],
)
def test_the_faults_of_an_expression(source: str, expected: set[str]):
    found = list(faults.mutants(source))
    assert {mutant.source for mutant in found} == expected
    assert all(mutant.line == 1 and mutant.before != mutant.after for mutant in found)


def test_a_module_is_whole_again_after_its_mutants():
    """Each has one fault: no mutant holds that of another."""
    source = (ROOT / "src/implicit_sparsity/metrics.py").read_text(encoding="utf-8")
    found = [mutant.source for mutant in faults.mutants(source)]
    assert len(found) == len(set(found)) > 10
    plain = faults.ast.unparse(faults.ast.parse(source)).splitlines()
    for mutant in found:
        lines = mutant.splitlines()
        assert sum(a != b for a, b in zip(plain, lines, strict=True)) == 1


@pytest.mark.parametrize("name", parts.PARTS)
def test_every_part_has_modules_and_tests(name: str):
    part = parts.PARTS[name]
    assert all(list((ROOT / "src/implicit_sparsity").glob(pattern)) for pattern in part.modules)
    assert all((ROOT / "tests" / path).exists() for path in part.tests)


def test_the_scores_are_of_all_parts_in_their_order():
    table = pd.read_csv(run.SCORES)
    assert table["part"].tolist() == list(parts.PARTS)
    assert (table["found"] <= table["tried"]).all() and (table["tried"] <= table["mutants"]).all()


def test_a_score_stays_where_its_part_is_not_tried():
    """As in a fresh copy, which has no results."""
    row = run.Row("theory", "theory/limits.py", 3, 9, "a < b", "a <= b", "passed", 2.0)
    found = {row[:3]: row, ("theory", "", 4): row._replace(result="failed", seconds=4.0)}
    before = [["metrics", "21", "20", "19", "1"], ["theory", "5", "5", "5", "5"]]
    theory = ["theory", len(run.places("theory")), 2, 1, 3]
    assert run.scores(found, before)[1:] == [before[0], theory]


def test_tests_run_the_fastest_first(tmp_path):
    """As the first run notes them; a test that was not there comes before all others."""
    notes, first, slow = tmp_path / "notes.txt", "test_a.py::test_one", "test_a.py::test_two"
    order = trial.FastestFirst(notes)
    for test, seconds in ((slow, 2.0), (first, 0.5), (slow, 1.0), (first, 0.5)):
        order.pytest_runtest_logreport(SimpleNamespace(nodeid=test, duration=seconds))
    order.note()
    items = [SimpleNamespace(nodeid=name) for name in (slow, first, "test_a.py::test_new")]
    trial.FastestFirst(notes).pytest_collection_modifyitems(items)
    assert [item.nodeid for item in items] == ["test_a.py::test_new", first, slow]


@pytest.mark.parametrize(
    ("body", "result"),
    [("assert small() == 1", "passed"), ("assert small() == 2", "failed"), ("spin()", "ended")],
)
def test_what_tests_say(body, result, tmp_path):
    """In a fork, whose end comes by processor time where a fault leaves a loop without one."""
    (tmp_path / "src").mkdir()
    (tmp_path / "src/of_a_trial.py").write_text(
        "def small():\n    return 1\n\n\ndef spin():\n    while True:\n        pass\n"
    )
    (tmp_path / "test_it.py").write_text(
        f"from of_a_trial import small, spin\n\n\ndef test_it():\n    {body}\n"
    )
    code = (
        "import sys; from pathlib import Path; import trial\n"
        "said = trial.run_tests(Path(sys.argv[1]), ['test_it.py'], limit=5.0)\n"
        "print(said.result, said.seconds > 0.0)"
    )
    # In a process without JAX, which does not bear to be forked.
    command = [sys.executable, "-c", code, tmp_path]
    folder = ROOT / "tests/mutants"
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
    assert done.stdout.split() == [result, "True"]


def test_a_fault_goes_and_the_module_comes_back(tmp_path):
    module = tmp_path / "module.py"
    module.write_text("x = 1\n")
    (mutant,) = faults.mutants(module.read_text())
    with trial.fault(module, mutant):
        assert module.read_text() == "x = 2"
    assert module.read_text() == "x = 1\n"
