# Every target sets up what it needs; `make help` lists them.
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready
ARCHIVE ?= results.tar.gz

.DEFAULT_GOAL := help
.PHONY: help setup figures experiments claims related thorough archive adopt test test-fast test-slurm test-versions test-wheel mutants coverage report verify reference benchmark readme schema site lock clean

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## /  make \1\t/p' $(MAKEFILE_LIST) | expand -t 22

setup: $(READY) ## set up .venv and nothing else

figures: $(READY) ## run every experiment and draw every figure
	$(BIN)/snakemake --cores all

experiments: $(READY) ## run the paper's experiments and draw their figures (about a minute)
	$(BIN)/snakemake --cores all experiments

claims: $(READY) ## judge the claims: the ledger and a figure of each
	$(BIN)/snakemake --cores all claims

related: $(READY) ## measure the related systems: a figure of each and the verdicts on them
	$(BIN)/snakemake --cores all related

thorough: $(READY) ## judge the claims on other problems, four times as many (hours): results/thorough
	$(BIN)/snakemake --cores all claims --configfile config/thorough.yaml --directory results/thorough
	cp results/thorough/paper_figures/claims.md paper_figures/claims_thorough.md

archive: $(READY) ## pack the results with their digests into ARCHIVE (results.tar.gz), to publish or move them
	$(BIN)/python -m implicit_sparsity.pipeline.archive make $(ARCHIVE)

adopt: $(READY) ## check ARCHIVE (results.tar.gz) and take its results over, instead of running all again
	$(BIN)/python -m implicit_sparsity.pipeline.archive adopt $(ARCHIVE)

test: $(READY) ## run the tests
	$(BIN)/python -m pytest -n 2 --dist worksteal

test-fast: $(READY) ## run the tests of the library alone (under a minute)
	$(BIN)/python -m pytest -n 2 tests/unit

test-slurm: $(READY) ## run the pipeline through a Slurm of this machine (as root)
	tests/workflow/slurm/cluster.sh start
	$(BIN)/python -m pytest tests/workflow/slurm/through_slurm.py; status=$$?; tests/workflow/slurm/cluster.sh stop; exit $$status

test-versions: ## run the tests on Python 3.11 to 3.13 with lowest, locked and newest packages (needs uv; hours)
	tests/versions.sh

test-wheel: $(READY) ## build the wheel and try it in an empty environment (downloads its dependencies)
	$(BIN)/python -m pytest -s tests/project/through_wheel.py

mutants: $(READY) ## put faults into the numerical core and the claims: do the tests find them? (an hour)
	$(BIN)/python tests/mutants/run.py

coverage: $(READY) ## measure which lines and branches the units and the pipeline's tests run
	$(BIN)/python -m coverage run -m pytest tests/unit tests/pipeline
	$(BIN)/python -m coverage report

report: figures ## write results/report.html: figures, captions, verdicts and run times
	$(BIN)/snakemake --report results/report.html --report-stylesheet workflow/report/report.css

verify: $(READY) ## compare the results with those in reference/, as far as rounding lets them agree
	$(BIN)/python -m implicit_sparsity.pipeline.verify

reference: $(READY) ## write reference/ from the results, with tolerances (some 40 minutes of one core)
	$(BIN)/python -m implicit_sparsity.pipeline.verify renew

benchmark: $(READY) ## measure speed, memory and the estimators on one core (about 20 minutes)
	$(BIN)/python benchmarks/benchmark.py
	$(BIN)/python benchmarks/comparison.py
	$(BIN)/python benchmarks/criterion.py
	$(BIN)/python benchmarks/large_fits.py
	$(BIN)/python benchmarks/real_data.py

readme: $(READY) ## write what was found into README, from what the pipeline wrote
	$(BIN)/python docs/made_pages.py

schema: $(READY) ## write config/*.schema.json, which editors read, from the models
	$(BIN)/python -m implicit_sparsity.pipeline.config.reference

site: $(READY) ## build the documentation into results/site, offline, with warnings as errors
	$(BIN)/sphinx-build -W --keep-going -q -b html -d results/site/.doctrees docs results/site

lock: ## renew requirements.lock from pyproject.toml (needs uv)
	uv pip compile pyproject.toml --all-extras --universal --python-version 3.11 --upgrade \
	  --generate-hashes --no-strip-extras --no-emit-index-url --no-emit-package implicit-sparsity --no-header \
	  --quiet --output-file requirements.lock

clean: ## remove all results, benchmarks and logs, but not the figures
	rm -rf results logs .snakemake

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { echo \
	  "This needs Python 3.11 or newer, which '$(PYTHON)' is not; install one and name it, as in: make figures PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo \
	  "'$(PYTHON)' has no venv module; install it (on Debian and Ubuntu: apt install python3-venv)." >&2; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	$(BIN)/python -m implicit_sparsity.precompile
	@touch $@
