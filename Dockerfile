# Untested. `docker build -t implicit-sparsity .`, `docker run --name paper implicit-sparsity`, then
# `docker cp paper:/project/paper_figures .` for the figures and paper:/project/results for the data.
FROM python:3.11-slim

RUN apt-get update \
    && apt-get install --yes --no-install-recommends git make \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --create-home runner \
    && install -d -o runner -g runner /project

USER runner
WORKDIR /project
COPY --chown=runner:runner . .
RUN PIP_NO_CACHE_DIR=1 make .venv/.ready

CMD ["make", "figures"]
