"""What theory predicts: levels, incoherence, escape times, early-stopping windows, limits.

Its functions and modules are loaded when first used, as those of the package are. ``incoherence``
is here the module; the function of that name is ``implicit_sparsity.incoherence``.
"""

from importlib import import_module
from typing import Any

_MODULES = {
    "Incoherence": "incoherence",
    "IncrementalPath": "incremental",
    "Window": "windows",
    "drives": "escape",
    "early_stopping_window": "windows",
    "error_window": "windows",
    "escape_time": "escape",
    "implicit_norm": "limits",
    "incremental_path": "incremental",
    "interpolating_limit": "limits",
    "minimax_rate": "levels",
    "noise_drives": "escape",
    "off_support_bound": "levels",
    "orthogonal_time": "orthogonal",
    "rescaled_time": "incremental",
    "scaled_weight": "limits",
    "universal_level": "levels",
}


def __getattr__(name: str) -> Any:
    if name in _MODULES.values():
        return import_module(f"{__name__}.{name}")
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)


def __dir__() -> list[str]:
    dunder = {name for name in globals() if name[:2] == "__"}
    return sorted(dunder.union(_MODULES, _MODULES.values()))
