#!/usr/bin/env bash
# What tests and checks need beside Python, those of `browser`, `node`, `npm` and `postgresql` that are
# named: a real browser to drive, node to check the JavaScript with, npm for its types, a database server.
# Installs what is missing with apt where that is possible, and says what to install where it is not.
# Without PostgreSQL there is no error: the tests that need it say that they were left out.
set -euo pipefail

# The first is Chromium without windows, which not every system has.
browsers=(chromium-headless-shell chromium chromium-browser google-chrome)

is_there() {
  case $1 in
    browser)
      local name
      for name in ${CHROMIUM:+"$CHROMIUM"} "${browsers[@]}"; do command -v "$name" && return; done
      return 1
      ;;
    postgresql) command -v postgres || compgen -G '/usr/lib/postgresql/*/bin/postgres' ;;
    *) command -v "$1" ;;
  esac >/dev/null
}

declare -A packages=([browser]=chromium-headless-shell [node]=nodejs [npm]=npm [postgresql]=postgresql)
missing=()
for tool in "$@"; do is_there "$tool" || missing+=("${packages[$tool]}"); done
[ ${#missing[@]} -eq 0 ] && exit 0

if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
  apt-get update -qq
  if ! apt-cache show chromium-headless-shell >/dev/null 2>&1; then
    missing=("${missing[@]/chromium-headless-shell/chromium}")
  fi
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
elif [ "${missing[*]}" = postgresql ]; then
  echo "PostgreSQL is not installed: the rooms' store is tested on SQLite alone." >&2
else
  echo "This needs ${missing[*]}, which cannot be installed from here: install it." >&2
  [[ " ${missing[*]} " == *" chromium"* ]] && echo "Another browser: set CHROMIUM to its path." >&2
  exit 1
fi
