"""The log file of one job of the pipeline, whose script imports it before what takes long."""

from __future__ import annotations

import errno
import gc
import logging
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

#: Errors of the machine, each with its remedy; the pipeline has no part in them.
_MACHINE = {
    errno.ENOSPC: "free some of it",
    errno.EDQUOT: "free some of it",
    errno.EFBIG: "raise the limit (ulimit -f)",
    errno.EROFS: "choose another folder (--directory)",
    errno.EACCES: "change its permissions or choose another folder (--directory)",
    errno.EPERM: "change its permissions or choose another folder (--directory)",
    errno.EIO: "check the disk",
    errno.EMFILE: "raise the limit (ulimit -n)",
    errno.ENFILE: "run fewer jobs at a time (--cores)",
    errno.ENOMEM: "run fewer jobs at a time (--cores), or lower n, p or replicates",
}


# Imports make some hundred thousand objects and no garbage; looking for it time and again, and once
# more at the end, would be a quarter of a short job. `job_log` turns that on again.
gc.disable()


def _interrupted(number: int, _: FrameType | None) -> None:
    """End the job with a sentence, not a traceback."""
    sentence = "Interrupted; the same command goes on where it stopped."
    if logging.root.handlers:
        logging.error(sentence)
    else:  # while the script imports, before there is a log
        print(sentence, file=sys.stderr)
    sys.exit(128 + number)


if hasattr(sys.modules["__main__"], "snakemake"):  # in a job, from its first import on
    signal.signal(signal.SIGINT, _interrupted)


class _Log(logging.FileHandler):
    """Says on the standard error what the disk does not take."""

    def handleError(self, record: logging.LogRecord) -> None:
        print(record.getMessage(), file=sys.stderr)


@contextmanager
def job_log(path: str | Path) -> Iterator[None]:
    """Write log lines, warnings and errors of a job to its log file.

    Errors in the user's data or settings (ValueError, ArithmeticError) and of the machine, such as
    a full disk, end the job with one sentence. Any other error is a fault of the pipeline, and its
    traceback is written.

    Parameters
    ----------
    path : str or Path
        The log file, which is written anew.

    Raises
    ------
    SystemExit
        With status 1, after an error.
    """
    gc.freeze()  # what was imported, which stays
    gc.enable()
    logging.basicConfig(
        handlers=[_handler(path)], level=logging.INFO, format="%(asctime)s %(message)s"
    )
    logging.captureWarnings(True)
    logging.getLogger("fontTools").setLevel(logging.WARNING)  # it logs every table of a font
    try:
        yield
    except (ValueError, ArithmeticError) as error:
        logging.error("%s", error)
        sys.exit(1)
    except MemoryError as error:
        logging.error("%s", _of_the_machine(errno.ENOMEM, str(error)))
        sys.exit(1)
    except Exception as error:
        if isinstance(error, OSError) and error.errno in _MACHINE:
            logging.error("%s", _of_the_machine(error.errno, error.filename or ""))
        else:
            logging.exception("This is a fault of the pipeline:")
        sys.exit(1)
    finally:
        gc.freeze()  # the system takes all memory back as the job ends


def _handler(path: str | Path) -> logging.Handler:
    try:
        return _Log(path, mode="w", encoding="utf-8")
    except OSError:  # a full disk
        return logging.StreamHandler()


def _of_the_machine(number: int, where: str) -> str:
    """A sentence on an error of the machine."""
    reason = os.strerror(number)
    return (
        f"{reason}{f' ({where})' if where else ''}; {_MACHINE[number]}, then run the same command "
        "again, which goes on where it stopped."
    )
