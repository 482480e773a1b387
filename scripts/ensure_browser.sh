#!/usr/bin/env bash
# The tests drive a real browser, and check the JavaScript with node. Installs what is missing with
# apt where that is possible, and says what to install where it is not.
set -euo pipefail

missing=()
command -v "${CHROMIUM:-chromium}" >/dev/null || command -v chromium-browser >/dev/null ||
  command -v google-chrome >/dev/null || missing+=(chromium)
command -v node >/dev/null || missing+=(nodejs)
[ ${#missing[@]} -eq 0 ] && exit 0

if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
else
  echo "make test needs ${missing[*]}: install it, or set CHROMIUM to the path of your browser." >&2
  exit 1
fi
