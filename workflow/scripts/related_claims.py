from implicit_sparsity.pipeline.files import whole, written
from implicit_sparsity.pipeline.joblog import job_log
from implicit_sparsity.pipeline.join import join

with job_log(snakemake.log[0]):
    for name, parts in {"ledger": "metrics", "cells": "cells"}.items():
        with written(snakemake.output[name]) as table:
            join(map(whole, snakemake.input[parts]), table)
