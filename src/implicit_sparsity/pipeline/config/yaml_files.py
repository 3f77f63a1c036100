"""YAML files, read strictly, and which of several a fault is in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from implicit_sparsity.pipeline.config.errors import ConfigError

_ABSENT = object()


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """Refuses a mapping in which a key stands twice."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        lines: dict[Any, int] = {}
        for key_node, _ in node.value:
            if not isinstance(key_node, yaml.ScalarNode) or key_node.value == "<<":
                continue
            key, line = key_node.value, key_node.start_mark.line + 1
            if key in lines:
                where = f"lines {lines[key]} and {line}" if line != lines[key] else f"line {line}"
                raise ConfigError(key, f"key {key!r} stands twice, in {where}; drop one of them.")
            lines[key] = line
        found: dict[Any, Any] = super().construct_mapping(node, deep)
        return found


def read(path: str | Path) -> dict[str, Any]:
    """The mapping in a YAML file.

    Parameters
    ----------
    path : str or Path
        The file.

    Raises
    ------
    ConfigError
        With the file and the line if it is not there, is not YAML, holds a key twice or is no
        mapping.
    """
    try:
        found = yaml.load(Path(path).read_text(encoding="utf-8"), _Loader)
    except OSError as error:
        raise ConfigError("", f"{path} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise ConfigError("", f"{path} is not UTF-8 text; save it as such.") from None
    except ConfigError as error:
        raise ConfigError(error.place, f"{path}: {error}") from None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = f", line {mark.line + 1}" if mark else ""
        reason = " ".join(str(error.problem or error.context).split())
        raise ConfigError("", f"{path}{line} is not YAML: {reason}; correct it.") from None
    except yaml.YAMLError as error:
        reason = " ".join(str(error).split())
        raise ConfigError("", f"{path} is not YAML: {reason}; correct it.") from None
    if not isinstance(found, dict):
        raise ConfigError("", f"{path} must hold a mapping of keys; it holds {found!r:.40}.")
    return found


def origin(place: str, layers: Mapping[str, Mapping[str, Any]]) -> str:
    """The file, or files, that a fault is in.

    Parameters
    ----------
    place : str
        Where it is, as in ``experiments.convergence.step_size[1]``.
    layers : mapping
        What each file says, by its name, the last one laid over those before it.

    Returns
    -------
    str
        The last that holds the place; all that do, if it is a mapping that each says a part of.
    """
    keys = [step for step in re.sub(r"\[\d+\]", "", place).split(".") if step]
    for length in range(len(keys), 0, -1):
        holders = [name for name, layer in layers.items() if _holds(layer, keys[:length])]
        if holders:
            part = isinstance(_value(layers[holders[-1]], keys[:length]), Mapping)
            return " and ".join(holders) if part else holders[-1]
    return " and ".join(layers)


def _holds(layer: Any, keys: list[str]) -> bool:
    return _value(layer, keys) is not _ABSENT


def _value(layer: Any, keys: list[str]) -> Any:
    for key in keys:
        layer = layer.get(key, _ABSENT) if isinstance(layer, Mapping) else _ABSENT
    return layer
