"""Configurations that someone broke, by accident or on purpose, and what is said of them.

``python tests/pipeline/mutations.py 2000`` tries so many and prints what came of them; a test tries
some hundreds on every run. Each is one of config/ with one to three changes, drawn from a seed.
"""

from __future__ import annotations

import random
import re
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml

from implicit_sparsity.pipeline.config.errors import MOST_QUOTED, ConfigError
from implicit_sparsity.pipeline.config.sources import check, layers

ROOT = Path(__file__).parents[2]
CONFIG, CLAIMS = ROOT / "config/config.yaml", ROOT / "config/claims.yaml"

#: What is put in place of a value.
VALUES: list[Any] = [
    None, True, False, 0, 1, -1, 2, 3, 7, 0.5, -0.5, 1e-300, 1e300, float("inf"), float("nan"),
    10**6, 10**12, 10**30, 10**400, "", " ", "1e-6", "1e400", "nan", "0.1/N^2", "x" * 5000, "∑α",
    "<script>alert(1)</script>", "{brace}", "../../etc/passwd", "-", "null", "error", "gaussian",
    "critical", "mnist", "normal", [], [1], [2, 3], [2, 2], ["a"], [[]], [None], {}, {"a": 1},
    {"name": "ar1", "rho": 0.5}, {"name": "ar1", "rho": 2}, {"file": "nowhere.csv"},
    {"uniform": [1, 2]}, {"graded": [2, 1]}, {"critical_over": 0}, list(range(2, 1500)),
]  # fmt: skip
#: What a file's text is changed to, given the text and random numbers.
TEXTS: list[Callable[[str, random.Random], str]] = [
    lambda text, draw: text[: draw.randrange(len(text))],
    lambda text, draw: _inserted(text, draw, draw.choice("{}[]:,&*!|>'\"%@`#-?\t\x00\x07é")),
    lambda text, draw: _inserted(text, draw, draw.choice(["1:30", "010", "0x10", "1_0", "<<: *a"])),
    lambda text, draw: _inserted(text, draw, "\n" + draw.choice([" ", "   ", "\t"])),
    lambda text, draw: _inserted(text, draw, "9" * draw.choice([20, 400, 5000])),
    lambda text, draw: _inserted(text, draw, "[" * draw.choice([1, 60, 5000])),
    lambda text, draw: _doubled(text, draw),
    lambda text, draw: text + "x: &x {y: *x}\n",
    lambda text, draw: text.replace("\n", "\r\n"),
]  # fmt: skip


def _inserted(text: str, draw: random.Random, what: str) -> str:
    at = draw.randrange(len(text))
    return text[:at] + what + text[at + draw.randrange(3) :]


def _doubled(text: str, draw: random.Random) -> str:
    """A text with one of its lines twice."""
    lines = text.splitlines(keepends=True)
    at = draw.randrange(len(lines))
    return "".join([*lines[: at + 1], *lines[at:]])


def _places(value: Any, above: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The paths of all values."""
    found = [above] if above else []
    items: Any = ()
    if isinstance(value, dict | list):
        items = value.items() if isinstance(value, dict) else enumerate(value)
    for key, item in items:
        found += _places(item, (*above, key))
    return found


def _changed(data: Any, draw: random.Random) -> None:
    """Change, drop, rename or add one value of nested mappings and lists, in place."""
    *above, key = draw.choice(_places(data))
    for step in above:
        data = data[step]
    match draw.randrange(5):
        case 0:
            del data[key]
        case 1 if isinstance(data, dict):
            data[draw.choice([f"{key}s", "x" * 70, "1", "Größe", key.upper(), ""])] = data.pop(key)
        case 2 if isinstance(data, dict):
            data[draw.choice(["n", "p", "k", "signal", "noise", "vary", "extra", "alpha"])] = (
                draw.choice(VALUES)
            )
        case _:
            data[key] = draw.choice(VALUES)


def mutated(seed: int) -> tuple[str, str]:
    """The texts of a configuration and of claims, one of them broken."""
    draw = random.Random(seed)
    texts = [CONFIG.read_text(encoding="utf-8"), CLAIMS.read_text(encoding="utf-8")]
    which = draw.choice([0, 0, 0, 1])
    if draw.randrange(3) == 0:
        for _ in range(draw.randint(1, 2)):
            texts[which] = draw.choice(TEXTS)(texts[which], draw)
    else:
        data = yaml.load(texts[which], getattr(yaml, "CSafeLoader", yaml.SafeLoader))
        for _ in range(draw.randint(1, 3)):
            _changed(data, draw)
        dumper = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
        texts[which] = yaml.dump(data, Dumper=dumper, allow_unicode=True)
    return texts[0], texts[1]


def told(seed: int, folder: Path) -> str:
    """What is said of a broken configuration; nothing if it is accepted.

    Raises
    ------
    AssertionError
        If what is said is no sentence of some length that names the file.
    """
    config, claims = folder / "config.yaml", folder / "claims.yaml"
    for path, text in zip((config, claims), mutated(seed), strict=True):
        path.write_text(text, encoding="utf-8")
    try:
        parts = layers([str(config)], {})
        check(parts[str(config)], parts, str(claims))
    except ConfigError as error:
        said = str(error)
    else:
        return ""
    assert str(folder) in said, f"{seed}: no file is named: {said}"
    assert len(said) < 1200 and "\n" not in said, f"{seed}: {len(said)} characters: {said}"
    plain = said.replace(str(folder), "")
    longest = max(map(len, re.findall(r"\S+", plain)))
    assert longest <= MOST_QUOTED + 40, f"{seed}: a word of {longest} characters: {said}"
    return plain


def main(count: int) -> None:
    """Try so many and print what came of them."""
    found, slowest = Counter[str](), 0.0
    with tempfile.TemporaryDirectory() as folder:
        for seed in range(count):
            begun = time.perf_counter()
            try:
                found["refused with a sentence" if told(seed, Path(folder)) else "accepted"] += 1
            except Exception as error:
                found[f"NOT TOLD: {type(error).__name__}"] += 1
                print(seed, type(error).__name__, str(error)[:300])
            slowest = max(slowest, time.perf_counter() - begun)
    print(f"{count} configurations: {dict(found)}; the slowest took {slowest:.1f} s")


if __name__ == "__main__":
    main(int(sys.argv[1]))
