"""The log file of one job of the pipeline."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def job_log(path: str | Path) -> Iterator[None]:
    """Send log lines, warnings and errors of a job to its file.

    An error in the user's data or settings (ValueError, ArithmeticError) ends the job with its one
    sentence; any other is a fault of ours and keeps its traceback.
    """
    logging.basicConfig(
        filename=path, filemode="w", level=logging.INFO, format="%(asctime)s %(message)s"
    )
    logging.captureWarnings(True)
    logging.getLogger("fontTools").setLevel(logging.WARNING)  # tells of every table it prunes
    try:
        yield
    except (ValueError, ArithmeticError) as error:
        logging.error("%s", error)
        sys.exit(1)
    except Exception:
        logging.exception("This is a fault of the pipeline:")
        sys.exit(1)
