"""What JAX compiles, kept on disk: to compile is half the time of small systems that train."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from zlib import crc32

from llvmlite import binding


def keep_programs() -> None:
    """Have JAX keep the programs of this process, unless the user chose a place for them.

    They lie beside the compiled code of the package, apart for each kind of processor. Where that
    cannot be written, every process compiles anew. To be called before JAX is loaded.
    """
    processor = f"{binding.get_host_cpu_name()} {binding.get_host_cpu_features().flatten()}"
    folder = Path(__file__).parent / f"__pycache__/jax-{crc32(processor.encode()):08x}"
    with suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
    if os.access(folder, os.W_OK):
        os.environ.setdefault("JAX_COMPILATION_CACHE_DIR", str(folder))
        os.environ.setdefault("JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS", "0")
