#!/usr/bin/env bash
# The tests on other versions of Python and of the packages, as `make test-versions` runs them.
#
#   PYTHONS="3.11 3.12 3.13"  SETS="lowest locked newest"  TESTS="tests"  tests/versions.sh
#
# lowest: the least versions that pyproject.toml allows and that have wheels; locked: those of
# requirements.lock; newest: what the package index has today. It needs uv, which finds or fetches
# the Pythons. Lint, format and types are judged at the versions of the lock alone.
set -uo pipefail
cd "$(dirname "$0")/.."
folder=.versions
mkdir -p "$folder"
summary=()
failures=0
for python in ${PYTHONS:-3.11 3.12 3.13}; do
  for set in ${SETS:-lowest locked newest}; do
    env=$PWD/$folder/$python-$set
    pins=$env.txt
    resolve=(uv pip compile pyproject.toml --quiet --no-header --python-version "$python"
      --no-emit-package implicit-sparsity --output-file "$pins")
    for extra in bench dev docs notebooks pipeline training; do resolve+=(--extra "$extra"); done
    skip=(--ignore=tests/project/test_static.py)
    options=()
    case $set in
      # connection-pool, which snakemake needs, has no wheel.
      lowest) resolve+=(--resolution lowest-direct --only-binary :all: --no-binary connection-pool) ;;
      locked) resolve=(cp requirements.lock "$pins") skip=() options=(--no-config --require-hashes) ;;
      newest) resolve+=(--no-config --upgrade) ;;
    esac
    result=passed
    if "${resolve[@]}" &&
      uv venv --quiet --allow-existing --python "$python" "$env" &&
      uv pip sync --quiet --allow-empty-requirements "${options[@]}" --python "$env/bin/python" "$pins"
    then
      # Compiled code of other versions of numba lies apart.
      PATH=$env/bin:$PATH PYTHONPATH=$PWD/src NUMBA_CACHE_DIR=$env/numba \
        "$env/bin/python" -m pytest -n 2 "${skip[@]}" ${TESTS:-tests} || result=failed
    else
      result="could not be installed"
    fi
    [ "$result" = passed ] || failures=$((failures + 1))
    summary+=("Python $python, $set: $result")
  done
done
printf '%s\n' "${summary[@]}"
exit $((failures > 0))
