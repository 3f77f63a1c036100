"""Files of the configuration: what is wrong with them, where it stands, and what is left out."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import yaml
from conftest import committed
from snakemake.utils import update_config

from implicit_sparsity.pipeline.config.errors import ConfigError
from implicit_sparsity.pipeline.config.sources import COMMAND_LINE, check, layers
from implicit_sparsity.pipeline.config.yaml_files import origin, read

ROOT = Path(__file__).parents[2]
CONFIG, CLAIMS = str(ROOT / "config/config.yaml"), str(ROOT / "config/claims.yaml")


@pytest.fixture
def write(tmp_path):
    def write(text, name="mine.yaml"):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return str(path)

    return write


def refusal(function, *arguments):
    with pytest.raises(ConfigError) as caught:
        function(*arguments)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def checked(*files, **given):
    """What the project's configuration comes to with files and settings laid over it."""
    parts = layers([CONFIG, *files], given)
    merged: dict = {}
    for part in parts.values():
        update_config(merged, part)
    return check(merged, parts, CLAIMS)


# --- files ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("a: 1\nb: 2\na: 3\n", "key 'a' stands twice, in lines 1 and 3; drop one of them."),
        ("a:\n  b: 1\n  c: 2\n  b: 1\n", "key 'b' stands twice, in lines 2 and 4"),
        ("a: {b: 1, b: 2}\n", "key 'b' stands twice, in line 1"),
        ("a: [{b: 1, b: 2}]\n", "key 'b' stands twice"),
    ],
)
def test_a_key_stands_once(write, text, fault):
    path = write(text)
    message = refusal(read, path)
    assert message.startswith(f"{path}: ") and fault in message


def test_merge_keys_may_override(write):
    path = write("base: &base {a: 1, b: 2}\nother:\n  <<: *base\n  b: 3\n")
    assert read(path)["other"] == {"a": 1, "b": 3}


@pytest.mark.parametrize("text", ["a: [1, 2\nb: 3\n", "a: 1\n\tb: 2\n", "a: 'x\n", "a: b: c\n"])
def test_broken_yaml_is_told_with_file_and_line(write, text):
    path = write("# a comment\n" + text)
    message = refusal(read, path)
    assert message.startswith(f"{path}, line ") and "is not YAML" in message


@pytest.mark.parametrize("text", ["", "- 1\n", "text\n"])
def test_a_file_holds_a_mapping(write, text):
    assert "must hold a mapping of keys" in refusal(read, write(text))


def test_a_file_must_be_there_and_be_text(tmp_path):
    assert "none.yaml cannot be read: No such file" in refusal(read, tmp_path / "none.yaml")
    (tmp_path / "latin.yaml").write_bytes(b"a: \xe9\n")
    assert "latin.yaml is not UTF-8 text" in refusal(read, tmp_path / "latin.yaml")


# --- where a fault is -------------------------------------------------------------------------

LAYERS = {
    "base": {"seed": 1, "experiments": {"a": {"n": 5, "k": 2}}},
    "over": {"experiments": {"a": {"k": 3}, "b": {"n": 1}}},
    COMMAND_LINE: {"sed": 7},
}


@pytest.mark.parametrize(
    ("place", "where"),
    [
        ("seed", "base"),
        ("sed", COMMAND_LINE),
        ("experiments.a.n", "base"),
        ("experiments.a.k", "over"),
        ("experiments.a.k[1]", "over"),
        ("experiments.b.n", "over"),
        ("experiments.a", "base and over"),
        ("experiments.a.missing", "base and over"),
        ("experiments.b.missing", "over"),
    ],
)
def test_the_file_of_a_fault(place, where):
    assert origin(place, LAYERS) == where


def test_the_sentence_names_the_file_that_is_at_fault(write):
    assert refusal(lambda: checked(sed=7)).endswith(f"(in {COMMAND_LINE})")
    path = write("experiments: {convergence: {dephts: [2]}}\n")
    message = refusal(checked, path)
    assert "did you mean 'depths'?" in message and message.endswith(f"(in {path})")
    path = write("experiments: {convergence: {k: 9999}}\n")
    assert refusal(checked, path).endswith(f"lower it. (in {path})")
    path = write("seed: 5\n")
    message = refusal(lambda: checked(path, experiments={"convergence": {"n": 0}}))
    assert message.endswith(f"(in {COMMAND_LINE})")


# --- data -------------------------------------------------------------------------------------

OWN = (
    "experiments:\n  mine: {{figure: error, design: {{file: {}, target: y, centre: true, "
    "scale: true}}, depths: [2], init: 1.0e-4, step_size: 0.02/N^2, iterations: 300}}\n"
)


def test_data_are_looked_for_beside_the_configuration(write, tmp_path, monkeypatch):
    monkeypatch.chdir(ROOT)
    path = write(OWN.format("mine.csv"))
    message = refusal(checked, path)
    for folder in (ROOT, tmp_path):
        assert str(folder / "mine.csv") in message
    data = write("a,y\n1,2\n2,1\n5,4\n", "mine.csv")
    assert checked(path).experiments["mine"].problem.file == data
    monkeypatch.chdir(tmp_path)  # from where it is run, the path stays as it was given
    assert checked(path).experiments["mine"].problem.file == "mine.csv"


def test_braces_in_a_path_are_refused(write):
    assert "braces" in refusal(checked, write(OWN.format('"data{v2}.csv"')))


def test_a_target_may_be_named_by_a_number(write, tmp_path):
    write("1,2020\n1,2\n2,1\n5,4\n", "mine.csv")
    path = write(OWN.format("mine.csv").replace("target: y", "target: '2020'"))
    assert checked(path).experiments["mine"].problem.target == "2020"


LINES = "row,a,b,y\n" + "".join(f"{i},{i * i % 7},{2 * i % 5},{2 * i % 5}\n" for i in range(9))


def test_columns_that_are_no_measurements_are_told_before_any_work(write):
    data = write(LINES, "mine.csv")
    notes = checked(write(OWN.format(data))).notes
    assert notes == [
        f"experiments.mine.design: {data}: column 'row' counts the rows; name it in leave_out if "
        "that is no measurement.",
        f"experiments.mine.design: {data}: column 'b' is a copy of the target, which it predicts "
        "without error; name it in leave_out.",
    ]
    write(LINES.replace(",b,", ",a,"), "mine.csv")  # a name that stands twice
    (twice, *rest) = checked(write(OWN.format(data))).notes
    assert "has the name 'a' of an earlier one and is called 'a.1'" in twice and len(rest) == 2


@pytest.mark.parametrize(
    "lines",
    [
        "a,b,y\n1,5,2\n2,1,7\n3,8,3\n4,2,9\n",  # too few rows to tell
        "a,b,y\n1,5,2\n2,1,7\n3,8,3\n4,2,9\n5,3,1\n7,3,4\n",  # one does not count
        "a,b,y\n"
        + "".join(f"{i},{i % 3},{i % 4}\n" for i in range(1, 12))
        + "x,y,z\n",  # of the job
    ],
)
def test_columns_of_measurements_are_not(write, lines):
    assert checked(write(OWN.format(write(lines, "mine.csv")))).notes == []


def test_row_numbers_are_told_of_an_archive_and_of_decimal_commas(write, tmp_path):
    X = np.column_stack([np.arange(1.0, 8), np.arange(7.0) ** 2 % 5])
    np.savez(tmp_path / "mine.npz", X=X, y=np.arange(7.0) ** 3 % 11)
    entry = OWN.format(tmp_path / "mine.npz").replace("target: y, ", "")
    (note,) = checked(write(entry)).notes
    assert "mine.npz: column 1 of X counts the rows; leave it out if" in note
    data = write(LINES.replace(",", ";").replace("0;", "0,0;").replace("y\n", "y\n"), "mine.csv")
    entry = OWN.format(data).replace("target: y", 'target: y, separator: ";", decimal: ","')
    assert "column 'row' counts the rows" in checked(write(entry)).notes[0]


# --- what is left out -------------------------------------------------------------------------


def test_nothing_is_left_out_of_the_project():
    found = checked()
    assert found.notes == [] and found.pages.explorer == "phase_diagram"
    assert list(found.claims) == list(yaml.safe_load(Path(CLAIMS).read_text(encoding="utf-8")))
    assert {Path(path).stem for path in committed("notebooks/*.ipynb")} == set(
        found.pages.notebooks
    )


def test_own_experiments_alone():
    entry = yaml.safe_load(Path(CONFIG).read_text(encoding="utf-8"))["experiments"]["kernel_regime"]
    problem = {"design": "gaussian", "n": 30, "p": 20, "k": 2, "signal": 1, "noise": 0.1}
    entry = {key: value for key, value in entry.items() if key != "problem"} | problem
    config = {"instances": "fresh", "seed": 1, "experiments": {"tiny": entry}}
    found = check(config, {"mine": config}, CLAIMS)
    assert list(found.experiments) == ["tiny"] and not found.claims and not found.pages.notebooks
    (note,) = found.notes
    assert note.startswith("Claims without their studies are left out: sparse_recovery, ")


def test_what_reads_a_study_that_is_left_out_is_left_out_too(write):
    found = checked(write("studies: {phase_diagram: null, early_stopping: null}\n"))
    assert "depth_widens_start" not in found.claims and "minimax_rate" in found.claims
    assert found.pages.explorer is None and "2_reading_the_results" not in found.pages.notebooks
    assert [note.split(" left out")[0] for note in found.notes] == [
        "Claims without their studies are",
        "The explorer is",
        "The notebook 2_reading_the_results is",
    ]


@pytest.mark.parametrize(("kind", "other"), [("studies", "related"), ("related", "studies")])
def test_all_of_a_kind_are_left_out_by_null(kind, other):
    found = checked(**{kind: None})
    assert not getattr(found, kind) and getattr(found, other)
    assert {
        name for name, claim in found.claims.items() if bool(claim.system) == (kind == "related")
    } == set()
    assert found.claims and found.notes[0].startswith("Claims without their studies are left out: ")
    assert checked(pages=None).pages.explorer is None


def test_what_is_set_to_false_is_told_to_be_set_to_null():
    message = refusal(lambda: checked(experiments={"mnist": False}))
    assert "To leave it out, set it to null." in message


def test_the_explorer_needs_a_study_that_it_can_show(write):
    path = write("pages: {explorer: kernel}\n")
    assert "pages.explorer is kernel, whose measure must be recovery" in refusal(checked, path)


def test_checking_loads_no_heavy_package():
    script = (
        "import sys; import implicit_sparsity.pipeline.config.sources; "
        "print({'pandas', 'sklearn', 'numba', 'scipy', 'matplotlib'} & set(sys.modules))"
    )
    found = subprocess.check_output([sys.executable, "-c", script], text=True)
    assert found.strip() == "set()"
