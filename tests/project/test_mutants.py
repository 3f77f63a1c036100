"""The faults that `make mutants` puts into modules: what they are, and that their tests exist."""

import sys

import pytest
from conftest import ROOT

sys.path.insert(0, str(ROOT / "tests/mutants"))
import faults
import run


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


@pytest.mark.parametrize("name", run.GROUPS)
def test_every_group_has_modules_and_tests(name: str):
    group = run.GROUPS[name]
    assert all(list((ROOT / "src/implicit_sparsity").glob(pattern)) for pattern in group.modules)
    assert all((ROOT / "tests" / path).exists() for path in group.tests)
