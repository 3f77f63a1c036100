"""The log file of one job of the pipeline."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def job_log(path: str | Path) -> Iterator[None]:
    """Write log lines, warnings and errors of a job to its log file.

    Errors in the user's data or settings (ValueError, ArithmeticError) end the job with their one
    sentence. Any other error is a fault of the pipeline, and its traceback is written.

    Parameters
    ----------
    path : str or Path
        The log file, which is written anew.

    Raises
    ------
    SystemExit
        With status 1, after an error.
    """
    logging.basicConfig(
        filename=path, filemode="w", level=logging.INFO, format="%(asctime)s %(message)s"
    )
    logging.captureWarnings(True)
    logging.getLogger("fontTools").setLevel(logging.WARNING)  # it logs every table of a font
    try:
        yield
    except (ValueError, ArithmeticError) as error:
        logging.error("%s", error)
        sys.exit(1)
    except Exception:
        logging.exception("This is a fault of the pipeline:")
        sys.exit(1)
