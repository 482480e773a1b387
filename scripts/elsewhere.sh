#!/usr/bin/env bash
# The core's tests as on other machines: those that lean on the machine most, or with `whole` as its
# second argument all that lean on it at all. The first one says on which.
#
# 1. `processor`: another processor's rounding, OpenBLAS with another kernel, numba's code for any x86-64.
# 2. `installation`: a read-only copy in a path with spaces, an ordinary user where this one is
#    root, no home folder, another time zone, and a locale with a decimal comma where one is installed.
#
# The tests are a group of processes, so that whoever ends this script ends all of them.
set -euo pipefail -m
cd "$(dirname "$0")/.."
root=$PWD
python=$(cd "${VENV:-.venv}/bin" && pwd)/python
rounding=(tests/core/test_datasets.py tests/core/test_least_squares.py tests/core/test_nist.py
  tests/core/test_reference.py tests/core/test_inference.py tests/core/test_compiled_moments.py)
surroundings=(tests/core/test_datasets.py tests/core/test_compiling_ahead.py
  tests/table_reader/test_reading.py tests/table_reader/test_reading_sources.py tests/room/test_store.py)
if [ "${2:-}" = whole ]; then
  rounding=(tests/core --ignore tests/core/tables)
  surroundings=(tests/table_reader tests/core/tables tests/core/test_datasets.py
    tests/core/test_compiling_ahead.py tests/core/test_training.py tests/core/test_readme.py
    tests/room/test_store.py tests/room/test_rules.py tests/room/test_many_writers.py)
fi
scratch=$(mktemp -d)
trap 'end_all; chmod -R u+w "$scratch"; rm -rf "$scratch"' EXIT

end_all() {
  local group
  for group in $(jobs -p); do kill -- "-$group" 2>/dev/null || true; done
  wait
}

as_on_another_processor() {
  # A kernel that every x86-64 processor of the last 15 years can run; others might crash here.
  local kernel=Nehalem
  [ "$(uname -m)" = x86_64 ] || { echo "Another processor's kernels: left out, this is no x86-64."; return; }
  echo "== Another processor: OPENBLAS_CORETYPE=$kernel NUMBA_CPU_NAME=generic"
  env OPENBLAS_CORETYPE=$kernel NUMBA_CPU_NAME=generic NUMBA_CPU_FEATURES= \
    NUMBA_CACHE_DIR="$(dirname "$python")/../compiled-generic" "$python" -m pytest -p no:cacheprovider "${rounding[@]}"
}

# Sets `locale` to one with a decimal comma: made here where its source is, else one that is installed.
find_comma_locale() {
  mkdir "$scratch/locales"
  if localedef -i de_DE -f UTF-8 "$scratch/locales/de_DE.UTF-8" 2>/dev/null; then
    export LOCPATH="$scratch/locales"
    locale=de_DE.UTF-8
  else
    locale=$(locale -a 2>/dev/null | grep -iE '^(de|fr|es|it|pt|nl|pl|ru)_.*utf-?8$' | head -1 || true)
  fi
}

as_in_another_installation() {
  local copy="$scratch/a path with spaces/app" locale user start=()
  find_comma_locale
  user=$(id -un)
  mkdir -p "$copy" "$scratch/tmp"
  # Tests that run beside this one write files of their own: 1 says that some came or went.
  { tar -C "$root" --exclude ./.venv --exclude ./node_modules --exclude ./.git --exclude ./.hypothesis \
    --exclude './.*_cache' -cf - . || [ $? -eq 1 ]; } | tar -C "$copy" --no-same-owner -xf -
  if [ "$(id -u)" -eq 0 ]; then
    # May read what root may, since Python itself can live below root's home, but write only its own.
    start=(setpriv --reuid=65534 --regid=65534 --clear-groups
      --inh-caps=+dac_read_search --ambient-caps=+dac_read_search)
    user="65534, not root"
    chown 65534:65534 "$scratch" "$scratch/tmp"
  fi
  chmod -R a-w,a+rX "$scratch/a path with spaces"
  echo "== Another installation: user ${user}," \
    "locale ${locale:-C (none with a decimal comma is installed)}, read-only, no home"
  (cd "$copy" && env -u NUMBA_CACHE_DIR -u XDG_CACHE_HOME HOME=/nonexistent \
    TZ=Asia/Kathmandu LC_ALL="${locale:-C}" TMPDIR="$scratch/tmp" PYTHONDONTWRITEBYTECODE=1 \
    "${start[@]}" "$python" -c \
    'import locale, sys, pytest; locale.setlocale(locale.LC_ALL, ""); sys.exit(pytest.main(sys.argv[1:]))' \
    -p no:cacheprovider "${surroundings[@]}")
}

case ${1:-} in
  processor) as_on_another_processor >"$scratch/told.txt" 2>&1 & ;;
  installation) as_in_another_installation >"$scratch/told.txt" 2>&1 & ;;
  *)
    echo "Name a machine: processor or installation. Got '${1:-}'." >&2
    exit 2
    ;;
esac
failed=0
wait $! || failed=$?
cat "$scratch/told.txt"
exit $failed
