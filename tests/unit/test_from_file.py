"""Data files: read, checked, split, generated and saved."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from data_file import houses, spec
from hypothesis import given, settings
from hypothesis import strategies as st

from implicit_sparsity.problems.from_file import Data, read, split
from implicit_sparsity.problems.generate import generate, load, save


@pytest.fixture
def table(tmp_path):
    return houses(tmp_path / "houses.csv")


def test_a_csv_is_read_column_by_column(table):
    frame = pd.read_csv(table)
    data = read(table, "price")
    np.testing.assert_array_equal(data.X, frame[["age", "height", "dose"]])
    np.testing.assert_array_equal(data.y, frame["price"])
    assert data.w_star is None
    assert data.columns == ("age", "height", "dose")


@pytest.mark.parametrize("truth", [None, [1.0, 0.0]])
def test_an_npz_is_read_with_its_truth(tmp_path, truth):
    X, y = np.arange(6.0).reshape(3, 2), np.ones(3)
    np.savez(tmp_path / "a.npz", X=X, y=y, **({} if truth is None else {"w_star": truth}))
    data = read(tmp_path / "a.npz")
    np.testing.assert_array_equal(data.X, X)
    np.testing.assert_array_equal(data.y, y)
    assert data.w_star is None if truth is None else list(data.w_star) == truth
    assert data.columns is None


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "is empty; give a header and samples"),
        ("a,y\n1,2,3\n4,5,6\n", "more values in its rows than names in its header"),
        (
            "a,y\n1,2\n3,4,5\n",
            "not a table (Error tokenizing data. C error: Expected 2 fields in line 3",
        ),
        ("a,b\n1,2\n3,4\n", "no column 'y' for the target; choose from a, b"),
        ("y\n1\n2\n", "no column of X beside the target 'y'"),
        ("a,Y\n1,2\n3,4\n", "no column 'y' for the target; choose from Y, a"),
        ("a,yy\n1,2\n3,4\n", "no column 'y' for the target; did you mean 'yy'?"),
        (",".join(f"column_{i}" for i in range(999)) + "\n", "column_100, column_101, "),
        (
            "a;y\n1;2\n3;4\n",
            "a single column 'a;y'; name what separates its values by `separator: \";\"`",
        ),
        (
            "a\ty\n1\t2\n3\t4\n",
            "a single column 'a\\ty'; name what separates its values by `separator: \"\\t\"`",
        ),
        ("a,y\n1,2\nred,4\n", "column 'a' has 'red' in data row 2, which is not a number"),
        ("a,y\n1,2\n,3\nred,4\n", "column 'a' has 'red' in data row 3, which is not a number"),
        ("a,y\n1,2\n3,high\n", "column 'y' has 'high' in data row 2, which is not a number"),
        ("a,y\nTrue,2\nFalse,3\n", "column 'a' has 'True' in data row 1, which is not a number"),
        ("a,y\n1,2\n,4\n", "column 'a' has no finite number in data row 2"),
        ("a,y\n1,2\n3,inf\n", "column 'y' has no finite number in data row 2"),
        ("a,y\n", "a header but no samples"),
        ("a,y\n1,2\n", "a single sample"),
        ("a,y,y\n1,2,3\n4,5,6\n", "columns 2 and 3 are both named 'y' as the target is"),
        (",a,y\n0,2,3\n1,5,6\n", "column 1 has no name, as row numbers that pandas has written"),
        ("a, ,y\n0,2,3\n1,5,6\n", 'by `leave_out: ["Unnamed: 1"]`'),
        ("Unnamed: 0,a,y\n0,2,3\n1,5,6\n", 'by `leave_out: ["Unnamed: 0"]`'),
        (",Unnamed: 0,a,y\n0,0,2,3\n", 'by `leave_out: ["Unnamed: 0", "Unnamed: 0.1"]`'),
        (",Unnamed: 0.1,Unnamed: 0,y\n0,0,2,3\n", '"Unnamed: 0.1", "Unnamed: 0.2"]`'),
        ("a|y\n1|2\n", '`separator: "|"`'),
        ("a   y\n1 2\n", '`separator: " "`'),
        ("1.5,2\n3,4\n", "no column 'y' for the target; choose from 1.5, 2. Its first row holds"),
        ('a,y\n1,2\n3.5,"4,5"\n', "'4,5' in data row 2, which is not a number; if its comma"),
        ("a;y\n1,5;2\n", 'and with decimal commas `decimal: ","`'),
        ("a,y\n1_000,2\n3,4\n", "'1_000' in data row 1, which is not a number"),
        ("a,y\n٣,2\n3,4\n", "'٣' in data row 1, which is not a number"),
        (
            "a,y\n1,2\n3,4\n5",
            "no finite number in data row 3; remove or impute missing values, or write",
        ),
        ("day,y\n" + "20240131,1\n" * 9, "column 'day' holds dates such as 20240131"),
        ("month,y\n" + "202412,1\n" * 9, "column 'month' holds dates such as 202412"),
        ("time,y\n" + "20240131235959,1\n" * 9, "column 'time' holds dates such as 20240131235959"),
        ("time,y\n" + "202401310000,1\n" * 9, "column 'time' holds dates such as 202401310000"),
        (
            "day,y\n2024-01-31,2\n2024-02-01,4\n",
            "'2024-01-31' in data row 1, which is not a number",
        ),
        ("a,\x00,y\n1,2,3\n", "holds null characters"),
        ("a,y\n" + "1,2\n" * 9 + '"3,4\n', "is not a table"),
    ],
)
def test_a_bad_csv_gets_a_sentence_with_its_name(tmp_path, text, words):
    path = tmp_path / "bad.csv"
    path.write_text(text)
    with pytest.raises(ValueError, match=r"bad\.csv") as caught:
        read(path, "y")
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < len(str(path)) + 400


def test_numbers_too_large_for_an_integer_are_numbers(tmp_path):
    (tmp_path / "large.csv").write_text(f"a,y\n1,2\n{10**30},4\n")
    assert read(tmp_path / "large.csv", "y").X.tolist() == [[1], [1e30]]


@pytest.mark.parametrize(
    ("arrays", "words"),
    [
        ({"X": np.ones((2, 2))}, "no array y, but X"),
        ({"X": np.ones((2, 0)), "y": np.ones(2)}, "X of shape (2, 0), which is empty"),
        ({"X": np.ones((2, 2)), "y": np.ones(3)}, "has 3 entries in y but 2 rows in X"),
        ({"X": np.array([["a", "b"]]), "y": np.ones(1)}, "X must hold real numbers"),
        ({"X": np.array([[1, object()]]), "y": np.ones(1)}, "X must hold real numbers"),
        ({"X": np.full((2, 2), np.nan), "y": np.ones(2)}, "X holds nan at index"),
        ({"X": np.ones(2), "y": np.ones(2)}, "has X of shape (2,); reshape it to 2 axes"),
        ({"X": np.ones((2, 2)), "y": 3.0}, "has y of shape (); reshape it to 1 axes"),
        (
            {"X": np.ones((2, 2)), "y": np.ones(2), "w_star": np.ones(3)},
            "has 3 entries in w_star but 2 columns in X",
        ),
    ],
)
def test_a_bad_npz_gets_a_sentence_with_its_name(tmp_path, arrays, words):
    np.savez(tmp_path / "bad.npz", **arrays)
    with pytest.raises(ValueError, match=r"bad\.npz") as caught:
        read(tmp_path / "bad.npz")
    assert words in str(caught.value)


def test_what_is_not_there_or_no_archive_gets_a_sentence(tmp_path):
    with pytest.raises(ValueError, match="does not exist; give the path"):
        read(tmp_path / "none.csv", "y")
    (tmp_path / "text.npz").write_text("not an archive")
    with pytest.raises(ValueError, match=r"text\.npz is not an \.npz file of numbers"):
        read(tmp_path / "text.npz")


@pytest.mark.parametrize("unit", [1e200, 1e-300, 1e307])
def test_data_in_any_unit_are_scaled_and_else_refused(tmp_path, unit):
    rng = np.random.default_rng(0)
    X, w_star = rng.standard_normal((40, 3)), np.array([1.0, 0.0, -2.0])
    plain, far = (Data(part, part @ w_star, w_star) for part in (X, unit * X))
    ours = split(far, np.random.default_rng(1), 0.2, True, True)
    other = split(plain, np.random.default_rng(1), 0.2, True, True)
    np.testing.assert_allclose(ours.X, other.X, atol=1e-12)
    np.testing.assert_allclose(ours.held_out.y, other.held_out.y, atol=1e-12)
    np.testing.assert_allclose(ours.w_star, other.w_star, atol=1e-12)
    with pytest.raises(ValueError, match=r"X has entries of up to .*; set scale: true"):
        split(far, np.random.default_rng(1), 0.2, True, False)
    np.savez(tmp_path / "far.npz", X=far.X, y=far.y)
    with pytest.raises(ValueError, match=r"far\.npz: X has entries of up to"):
        generate(spec(tmp_path / "far.npz", scale=False))


def test_a_column_of_a_small_unit_is_no_constant_one():
    rng = np.random.default_rng(0)
    X = rng.standard_normal((40, 3)) * [1e9, 1e-9, 1e-200]
    X[:, 1] += 1.0
    problem = split(Data(X, X[:, 0], None), rng, 0.2, True, True)
    np.testing.assert_allclose(np.mean(problem.X**2, axis=0), 1)


@settings(max_examples=30)
@given(
    n=st.integers(4, 40),
    share=st.floats(0.01, 0.5),
    seed=st.integers(0, 99),
    unit=st.floats(1e-3, 1e3),
)
def test_a_split_keeps_every_sample_once_and_scales_by_the_training_part(n, share, seed, unit):
    rng = np.random.default_rng(seed)
    X = unit * rng.standard_normal((n, 3)) + 7 * unit
    X[:, 2] = 4.0  # constant
    w_star = np.array([1.0, -2.0, 0.0])
    y = X @ w_star + 3
    plain = split(Data(X, y, w_star), np.random.default_rng(5), share, False, False)
    both = np.concatenate([plain.y, plain.held_out.y])
    np.testing.assert_array_equal(np.sort(both), np.sort(y))
    assert 1 <= plain.held_out.n <= n - 2
    scaled = split(Data(X, y, w_star), np.random.default_rng(5), share, True, True)
    assert scaled.n == plain.n
    np.testing.assert_allclose(scaled.X.mean(axis=0), 0, atol=1e-9)
    square = np.mean(scaled.X**2, axis=0)
    np.testing.assert_allclose(square[:2], 1)
    assert square[2] == 0
    # The truth fits the held-out part in the new units, too: nothing leaks, nothing is lost.
    for part in (scaled, scaled.held_out):
        np.testing.assert_allclose(part.X @ scaled.w_star, part.y, atol=1e-6)


@pytest.mark.parametrize(
    ("X", "y", "held_out", "words"),
    [
        ([[1], [2], [3]], [1, 2, 3], 0.99, "of 3 samples 1 is left to train on; give more"),
        ([[1], [2]], [1, 2], 0.2, "of 2 samples 1 is left to train on"),
        ([[1], [2], [3]], [7, 7, 7], 0.2, "the target is constant, 7, in the 2 samples to train"),
        ([[1], [2], [3]], [0, 0, 0], 0.2, "the target is constant, 0, in the 2 samples to train"),
        ([[4, 0], [4, 0], [4, 0]], [1, 2, 3], 0.2, "every column of X is constant in the 2"),
    ],
)
@pytest.mark.parametrize("centre", [True, False])
@pytest.mark.parametrize("scale", [True, False])
def test_a_part_from_which_nothing_can_be_learned_is_refused(X, y, held_out, words, centre, scale):
    data = Data(np.array(X, dtype=float), np.array(y, dtype=float), None)
    with pytest.raises(ValueError, match=words):
        split(data, np.random.default_rng(0), held_out, centre, scale)


def test_a_target_that_is_constant_in_one_split_alone_is_told_with_its_file(tmp_path):
    y = np.zeros(30)
    y[0] = 1.0  # in the held-out half of some of the splits
    np.savez(tmp_path / "rare.npz", X=np.random.default_rng(0).standard_normal((30, 2)), y=y)
    with pytest.raises(
        ValueError, match=r"rare\.npz: the target is constant, 0, in the 15 samples"
    ):
        generate(spec(tmp_path / "rare.npz", held_out=0.5, replicates=10))


def test_numbers_that_read_as_no_date_are_numbers(tmp_path):
    columns = {
        "a": 202413,
        "b": 20240100,
        "c": 202401312400,
        "d": 2024,
        "e": 202401.5,
        "f": -202401,
    }
    frame = pd.DataFrame([columns] * 9).assign(y=range(9))
    frame["g"] = [202401] * 8 + [300_000]
    frame["h"] = [202401, *[300_000] * 7, 202401]
    frame.to_csv(tmp_path / "a.csv", index=False)
    assert read(tmp_path / "a.csv", "y").columns == tuple("abcdefgh")


def test_row_numbers_and_copies_of_the_target_are_told(tmp_path):
    frame = pd.DataFrame(np.random.default_rng(0).standard_normal((9, 2)), columns=["a", "y"])
    frame.assign(y_old=frame["y"], index=range(9), row=range(1, 10)).to_csv(
        tmp_path / "a.csv", index=False
    )
    with pytest.warns(UserWarning) as caught:
        data = read(tmp_path / "a.csv", "y")
    assert [str(warning.message).split(": ")[1] for warning in caught] == [
        "column 'index' counts the rows; leave it out if that is no measurement.",
        "column 'row' counts the rows; leave it out if that is no measurement.",
        "column 'y_old' is a copy of the target, which it predicts without error; leave it out.",
    ]
    np.savez(tmp_path / "a.npz", X=data.X[:, :2], y=data.y)
    with pytest.warns(UserWarning, match=r"a\.npz: column 2 of X is a copy of the target"):
        read(tmp_path / "a.npz")
    frame["b"] = frame["y"].to_numpy()[::-1]
    frame.to_csv(tmp_path / "b.csv", index=False)
    read(tmp_path / "b.csv", "y")


def test_replicates_are_other_splits_and_survive_the_file(table, tmp_path):
    problems = generate(spec(table, "price"))
    assert len({problem.y.tobytes() for problem in problems}) == 3
    save(tmp_path / "p.npz", problems)
    for problem, again in zip(problems, load(tmp_path / "p.npz"), strict=True):
        np.testing.assert_array_equal(problem.X, again.X)
        np.testing.assert_array_equal(problem.held_out.X, again.held_out.X)
        np.testing.assert_array_equal(problem.held_out.y, again.held_out.y)
        assert again.w_star is None
        assert again.columns == problem.columns == ("age", "height", "dose")
