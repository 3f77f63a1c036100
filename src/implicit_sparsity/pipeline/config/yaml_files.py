"""YAML files, read strictly, and which of several a fault is in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from implicit_sparsity.pipeline.config import yaml_nodes
from implicit_sparsity.pipeline.config.errors import ConfigError, quoted

_ABSENT = object()


_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read(path: str | Path) -> dict[str, Any]:
    """The mapping in a YAML file.

    Parameters
    ----------
    path : str or Path
        The file.

    Raises
    ------
    ConfigError
        With the file and the line if it is not there, is not YAML, is no mapping, or holds what
        :func:`yaml_nodes.check` refuses.
    """
    try:
        found = _value_of(Path(path).read_text(encoding="utf-8"))
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
    except RecursionError:
        raise ConfigError("", f"{path} has too many levels of nesting; flatten it.") from None
    except yaml.YAMLError as error:
        reason = " ".join(str(error).split())
        raise ConfigError("", f"{path} is not YAML: {reason}; correct it.") from None
    if not isinstance(found, dict):
        raise ConfigError("", f"{path} must hold a mapping of keys; it holds {quoted(found)}.")
    return found


def _value_of(text: str) -> Any:
    # Parsing so much would take seconds.
    if text.count(",") + text.count("\n") > yaml_nodes.MOST_VALUES:
        most = yaml_nodes.MOST_VALUES
        raise ConfigError("", f"it holds more than {most} lines and values; leave some out.")
    loader = _Loader(text)
    try:
        root = loader.get_single_node()
        if root is None:
            return None
        yaml_nodes.check(root, loader)
        return loader.construct_document(root)
    finally:
        loader.dispose()


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
