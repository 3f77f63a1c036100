"""What theory predicts: levels, incoherence, escape times, early-stopping windows, limits.

Its modules are loaded when first used, and so are their public functions, which are here, too:
``theory.escape_time`` is ``theory.escape.escape_time``. Where a function is named like its module,
as ``incoherence``, the module is here.
"""

from importlib import import_module
from pkgutil import iter_modules
from typing import Any

_MODULES = sorted(module.name for module in iter_modules(__path__))


def _public() -> dict[str, Any]:
    """The public functions and classes of all modules by name."""
    modules = [import_module(f"{__name__}.{name}") for name in _MODULES]
    return {
        name: value
        for module in modules
        for name, value in vars(module).items()
        if getattr(value, "__module__", "") == module.__name__ and not name.startswith("_")
    }


def __getattr__(name: str) -> Any:
    if name in _MODULES:
        return import_module(f"{__name__}.{name}")
    if name.startswith("_") or name not in (public := _public()):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return public[name]


def __dir__() -> list[str]:
    dunder = {name for name in globals() if name[:2] == "__"}
    return sorted(dunder.union(_MODULES, _public()))
