"""What YAML means otherwise than it looks, or more than it looks, told before it is read."""

from __future__ import annotations

import re
from collections.abc import Iterator

import yaml

from implicit_sparsity.pipeline.config.errors import MOST_NAME, ConfigError, quoted

#: The most values that a file may hold, those that its anchors repeat counted as often.
MOST_VALUES = 50_000
#: The most levels of lists and mappings within each other.
MOST_LEVELS = 50
#: The most digits of a number, and characters of a text.
MOST_DIGITS, MOST_TEXT = 40, 10_000

_NUMBER = {"tag:yaml.org,2002:int": int, "tag:yaml.org,2002:float": float}
_PLAIN = re.compile(
    r"[+-]?(0|[1-9]\d*)|[+-]?(\d+\.\d*|\.\d+)([eE][+-]?\d+)?|[+-]?\.(inf|Inf|INF)|\.nan"
)
_BOOLEAN, _DATE = "tag:yaml.org,2002:bool", "tag:yaml.org,2002:timestamp"


def check(root: yaml.Node, loader: yaml.SafeLoader) -> None:
    """Check a document before any value is made of it.

    Parameters
    ----------
    root : yaml.Node
        What the file was parsed to.
    loader : yaml.SafeLoader
        What will make values of it.

    Raises
    ------
    ConfigError
        If an anchor holds itself, if there are too many values or levels, if a key stands twice, or
        if a word or number is read as something else than it looks.
    """
    sizes: dict[int, int] = {}  # of what is done, by its identity
    above: set[int] = set()
    todo: list[tuple[yaml.Node, bool]] = [(root, False)]
    while todo:
        node, left = todo.pop()
        if left:
            above.remove(id(node))
            sizes[id(node)] = 1 + sum(sizes[id(child)] for child in _children(node))
            if sizes[id(node)] > MOST_VALUES:
                raise _fault(node, f"holds more than {MOST_VALUES} values; leave some out.")
        elif id(node) in above:
            raise _fault(node, "holds itself through its anchor; write it out.")
        elif id(node) not in sizes:
            above.add(id(node))
            if len(above) > MOST_LEVELS:
                raise _fault(node, f"is the {MOST_LEVELS + 1}st level of nesting; flatten it.")
            _check_one(node, loader)
            todo.append((node, True))
            todo += [(child, False) for child in _children(node)]


def _children(node: yaml.Node) -> Iterator[yaml.Node]:
    if isinstance(node, yaml.SequenceNode):
        yield from node.value
    elif isinstance(node, yaml.MappingNode):
        for pair in node.value:
            yield from pair


def _check_one(node: yaml.Node, loader: yaml.SafeLoader) -> None:
    if isinstance(node, yaml.ScalarNode):
        _check_scalar(node, loader)
    elif isinstance(node, yaml.MappingNode):
        _check_keys(node)


def _check_scalar(node: yaml.ScalarNode, loader: yaml.SafeLoader) -> None:
    """A number in disguise, as 1:30 (90), 010 (8), 0x10 and 1_0, or one that is too long."""
    text = node.value
    if len(text) > MOST_TEXT:
        raise _fault(node, f"has {len(text)} characters; give at most {MOST_TEXT}.")
    if node.tag == _DATE:
        raise _fault(node, f"is {quoted(text)}, which YAML reads as a date; put it in quotes.")
    if node.tag not in _NUMBER:
        return
    if sum(map(str.isdigit, text)) > MOST_DIGITS:
        raise _fault(node, f"is {quoted(text)}; give a number of at most {MOST_DIGITS} digits.")
    if not _PLAIN.fullmatch(text):
        value = loader.construct_object(node)
        raise _fault(
            node,
            f"is {text}, which YAML reads as the number {value}; write that, or put it in quotes "
            "if text is meant.",
        )


def _check_keys(node: yaml.MappingNode) -> None:
    """A key that is too long, stands twice, or is a truth value in disguise."""
    lines: dict[str, int] = {}
    for key, _ in node.value:
        if not isinstance(key, yaml.ScalarNode) or key.value == "<<":
            continue
        line = key.start_mark.line + 1
        if key.tag == _BOOLEAN and key.value.lower() not in ("true", "false"):
            raise _fault(
                key, f"is the key {key.value}, which YAML reads as a truth value; quote it."
            )
        if len(key.value) > MOST_NAME:
            text = (
                f"has the key {quoted(key.value)}; give a name of at most {MOST_NAME} characters."
            )
            raise _fault(key, text)
        if key.value in lines:
            first = lines[key.value]
            where = f"lines {first} and {line}" if line != first else f"line {line}"
            raise ConfigError(
                key.value, f"key {quoted(key.value)} stands twice, in {where}; drop one of them."
            )
        lines[key.value] = line


def _fault(node: yaml.Node, text: str) -> ConfigError:
    return ConfigError("", f"line {node.start_mark.line + 1} {text}")
