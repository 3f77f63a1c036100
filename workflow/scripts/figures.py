from implicit_sparsity.pipeline.joblog import job_log

import pandas as pd

from implicit_sparsity.pipeline import specs
from implicit_sparsity.pipeline.experiments.escape import too_few
from implicit_sparsity.pipeline.figures import light_seaborn, style  # noqa: F401
from implicit_sparsity.pipeline.figures.footnote import footnote
from implicit_sparsity.pipeline.figures.registry import FIGURES
from implicit_sparsity.pipeline.files import whole, write_text
from implicit_sparsity.pipeline.report.experiment_captions import caption

with job_log(snakemake.log[0]):
    spec = specs.read(snakemake.input.spec)
    table = pd.read_csv(whole(snakemake.input.table))
    summary = pd.read_csv(whole(snakemake.input.summary))
    figure = FIGURES[spec["figure"]](table, summary)
    footnote(figure, too_few(summary))
    style.save(figure, snakemake.output.pdf, snakemake.output.png)
    found = caption(summary, table, spec["legend"], spec["setting"])
    write_text(snakemake.output.caption, found)
