# After a crash: the lock that a killed run left, and files that are not whole.
import fcntl
import json
import shutil
from base64 import urlsafe_b64encode

from implicit_sparsity.pipeline import files


def make_anew(path):
    """Enter a file among those that Snakemake takes for incomplete, as after a kill."""
    key = urlsafe_b64encode(str(path).encode()).decode()
    *above, last = (key[i : i + 254] for i in range(0, len(key), 254))
    entry = Path(".snakemake/incomplete", *(f"@{part}" for part in above), last)
    entry.parent.mkdir(parents=True, exist_ok=True)
    entry.write_text(json.dumps({"external_jobid": None}), encoding="utf-8")


def recover():
    """What a run does first that finds no other at work."""
    if os.path.isdir(".snakemake/locks") and os.listdir(".snakemake/locks"):
        shutil.rmtree(".snakemake/locks")
        logger.info(
            "A run that was killed left its lock; no run lives here, so it is removed."
        )
    for folder in (RESULTS, str(workflow.modifier.modify_path("paper_figures"))):
        files.clear(folder)
        for path, wrong in files.torn(folder).items():
            logger.warning(
                f"{path} is not as its job wrote it: {wrong}. It is made anew."
            )
            make_anew(path)


if workflow.is_main_process:
    try:
        os.makedirs(".snakemake", exist_ok=True)
        # Never closed, so that the system holds it for as long as this run lives.
        lock = os.open(".snakemake/runs.lock", os.O_RDWR | os.O_CREAT)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            recover()
        except BlockingIOError:
            pass  # another run is at work
        fcntl.flock(lock, fcntl.LOCK_SH)
    except OSError as error:
        logger.warning(
            f"Whether another run is at work in this folder cannot be told ({error})."
        )
