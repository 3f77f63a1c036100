"""Problems generated from a specification: their streams, what they share, and their files."""

from __future__ import annotations

import zipfile
from dataclasses import replace

import numpy as np
import pytest
from design_options import OPTIONS
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from implicit_sparsity import Problem
from implicit_sparsity.problems import authors, mnist
from implicit_sparsity.problems.generate import generate, load, save
from implicit_sparsity.problems.spec import ProblemSpec

SPARSE = ProblemSpec(
    experiment="sparse",
    instances="authors",
    seed=7,
    design="rademacher",
    options={},
    n=20,
    p=30,
    signal=1,
    k=5,
    noise=0.5,
    replicates=3,
)
FRESH = replace(SPARSE, instances="fresh")
DENSE = replace(SPARSE, signal="normal", k=None, noise=25)
IMAGES = replace(
    SPARSE, p=784, signal="mnist", k=None, options={"probability": 0.25}, noise=0, replicates=3
)


def same(a, b):
    """Whether two problems are equal bit by bit."""
    return all(
        x.dtype == y.dtype and x.shape == y.shape and x.tobytes() == y.tobytes()
        for x, y in ((a.X, b.X), (a.y, b.y), (a.w_star, b.w_star))
    )


@pytest.mark.parametrize(("replicates", "seeds"), [(1, [42]), (3, [0, 1000, 2000])])
def test_authors_replicates_have_the_authors_seeds(replicates, seeds):
    problems = generate(replace(SPARSE, replicates=replicates))
    assert len(problems) == replicates
    truth = np.repeat([1.0, 0.0], [5, 25])
    for seed, problem in zip(seeds, problems, strict=True):
        X = authors.rademacher(seed, 20, 30)
        y = authors.response(X, truth, authors.noise(seed, 20, 0.5))
        assert same(problem, Problem(X, y, truth))


def test_authors_paper_instance():
    """y of seed 0 at 100 × 200, printed by PyTorch (see test_authors)."""
    problem = generate(replace(SPARSE, n=100, p=200, replicates=2))[0]
    expected = [2.4370801, -3.57618, -0.88354087]
    np.testing.assert_allclose(problem.y[[0, 1, -1]], expected, rtol=0, atol=1e-6)
    assert problem.support.tolist() == [0, 1, 2, 3, 4]


def test_authors_replicates_share_a_dense_signal():
    for seed, problem in zip([0, 1000, 2000], generate(DENSE), strict=True):
        np.testing.assert_array_equal(problem.truth, authors.dense_signal(30))
        np.testing.assert_array_equal(problem.X, authors.rademacher(seed, 20, 30))


@pytest.mark.parametrize("instances", ["authors", "fresh"])
def test_images_share_a_design(instances):
    problems = generate(replace(IMAGES, instances=instances))
    for index, problem in enumerate(problems):
        np.testing.assert_array_equal(problem.truth, mnist.image(index))
        np.testing.assert_array_equal(problem.X, problems[0].X)
        # The authors' response is in single precision.
        np.testing.assert_allclose(problem.y, problem.X @ problem.truth, rtol=1e-6, atol=1e-4)
    if instances == "authors":
        np.testing.assert_array_equal(problems[0].X, authors.rademacher(42, 20, 784, 0.25))
    assert problems[0].X.mean() == pytest.approx(-0.5, abs=0.03)


def test_images_have_noise_of_their_own():
    problems = generate(replace(IMAGES, instances="fresh", noise=1.0))
    noise = [problem.y - problem.X @ problem.truth for problem in problems]
    assert not np.allclose(noise[0], noise[1])
    assert not np.allclose(noise[1], noise[2])


@pytest.mark.parametrize("spec", [SPARSE, FRESH], ids=["authors", "fresh"])
@pytest.mark.parametrize(("signal", "k"), [(-2.5, 3), ([1, 2, 3, 4], 4), ([0.5], 1), (1, 30)])
def test_the_signal_comes_first(spec, signal, k):
    for problem in generate(replace(spec, signal=signal, k=k)):
        np.testing.assert_array_equal(problem.truth[:k], signal)
        assert not problem.truth[k:].any()


@pytest.mark.parametrize("name", OPTIONS)
def test_every_design_can_be_generated(name):
    spec = replace(FRESH, design=name, options=OPTIONS[name])
    first, again = generate(spec), generate(spec)
    assert [problem.X.shape for problem in first] == [(20, 30)] * 3
    assert all(map(same, first, again))


@pytest.mark.parametrize("spec", [FRESH, replace(FRESH, signal="normal", k=None)])
def test_fresh_replicates_do_not_depend_on_their_number(spec):
    three, five = generate(spec), generate(replace(spec, replicates=5))
    assert all(map(same, three, five))  # the first three of the five
    assert len({problem.X.tobytes() for problem in five}) == 5
    assert len({(p.y - p.X @ p.truth).tobytes() for p in five}) == 5
    shared = {problem.truth.tobytes() for problem in five}
    assert len(shared) == 1


def test_fresh_instances_differ_by_experiment_and_by_seed():
    spec = replace(FRESH, signal="normal", k=None, replicates=1)
    (a,), (b,), (c,) = map(generate, (spec, replace(spec, experiment="b"), replace(spec, seed=8)))
    for name in ("X", "y", "w_star"):
        arrays = [getattr(problem, name).tobytes() for problem in (a, b, c)]
        assert len(set(arrays)) == 3


def test_fresh_noise_has_its_scale():
    (quiet,) = generate(replace(FRESH, noise=0, replicates=1))
    np.testing.assert_allclose(quiet.y, quiet.X @ quiet.truth, atol=1e-13)
    (loud,) = generate(replace(FRESH, n=5000, noise=3.0, replicates=1))
    assert (loud.y - loud.X @ loud.truth).std() == pytest.approx(3, rel=0.05)


@pytest.mark.parametrize(
    "spec",
    [SPARSE, FRESH, DENSE, IMAGES, replace(FRESH, design="gaussian"), replace(SPARSE, p=1, k=1)],
)
def test_files_give_back_what_was_saved(spec, tmp_path):
    problems = generate(spec)
    save(tmp_path / "problems.npz", problems)
    loaded = load(tmp_path / "problems.npz")
    assert len(loaded) == len(problems)
    assert all(map(same, problems, loaded))


@given(st.data())
def test_files_give_back_any_problem(tmp_path_factory, data):
    """Every finite number, −0 in X but for, which is no other number than 0."""
    r, n, p = (data.draw(st.integers(1, 3)) for _ in range(3))
    elements = st.one_of(
        st.integers(-200, 200).map(float), st.floats(allow_nan=False, allow_infinity=False)
    )
    y, w_star = (data.draw(arrays(np.float64, (r, m), elements=elements)) for m in (n, p))
    X = data.draw(arrays(np.float64, (r, n, p), elements=elements)) + 0.0
    if data.draw(st.booleans()):
        X[:] = X[0]
    problems = [Problem(*arrays) for arrays in zip(X, y, w_star, strict=True)]
    path = tmp_path_factory.mktemp("any") / "problems.npz"
    save(path, problems)
    assert all(map(same, problems, load(path)))


def test_files_keep_a_problem_whose_truth_is_not_known(tmp_path):
    save(tmp_path / "problems.npz", [Problem(np.eye(2), [1, 2]), Problem(np.eye(2), [3, 4])])
    loaded = load(tmp_path / "problems.npz")
    assert [problem.w_star for problem in loaded] == [None, None]
    assert [problem.y.tolist() for problem in loaded] == [[1, 2], [3, 4]]


def test_files_lose_no_truth(tmp_path):
    known, unknown = Problem(np.eye(2), [1, 2], [0, 1]), Problem(np.eye(2), [3, 4])
    with pytest.raises(ValueError, match="w_star"):
        save(tmp_path / "problems.npz", [known, unknown])


def test_files_keep_the_names_of_columns_that_all_share(tmp_path):
    named, other = (Problem(np.eye(2), [1, 2], columns=names) for names in (("a", "é b"), None))
    save(tmp_path / "problems.npz", [named, named])
    assert [problem.columns for problem in load(tmp_path / "problems.npz")] == [("a", "é b")] * 2
    with pytest.raises(ValueError, match="other columns"):
        save(tmp_path / "problems.npz", [named, other])


@pytest.mark.parametrize(
    ("spec", "shape", "dtype"),
    [
        (SPARSE, (3, 20, 30), np.int8),
        (IMAGES, (1, 20, 784), np.int8),
        (replace(FRESH, design="gaussian"), (3, 20, 30), np.float64),
        (replace(FRESH, design="gaussian", replicates=1), (1, 20, 30), np.float64),
    ],
)
def test_files_are_small_and_plain(spec, shape, dtype, tmp_path):
    """A shared design is kept once, signs are kept as bytes, and nothing is pickled."""
    path = tmp_path / "problems.npz"
    save(path, generate(spec))
    assert sorted(zipfile.ZipFile(path).namelist()) == ["X.npy", "w_star.npy", "y.npy"]
    with np.load(path, allow_pickle=False) as stored:
        assert stored["X"].shape == shape and stored["X"].dtype == dtype
        assert stored["y"].shape == (spec.replicates, spec.n)
        assert stored["w_star"].shape == (spec.replicates, spec.p)


def test_files_have_the_same_bytes_when_written_again(tmp_path):
    for name in "ab":
        save(tmp_path / f"{name}.npz", generate(FRESH))
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()
