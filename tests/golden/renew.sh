#!/bin/sh
# Writes the files in expected/ anew, by the program in ROAR_BUILD, and shows what changed.
set -eu
SOURCE_DIR=$(cd "$(dirname "$0")/../.." && pwd)
PATH=$(realpath "${ROAR_BUILD:?the build tree}")/porcelain:$PATH
export PATH LC_ALL=C TZ=UTC
trash=$(mktemp -d "${TMPDIR:-/tmp}/roar-golden.XXXXXX")
trap 'rm -rf "$trash"' EXIT
HOME=$trash
export HOME
. "$SOURCE_DIR/tests/golden/lib.sh"
renew () {
	golden_run "$2" >"$golden/expected/$1" 2>/dev/null
}
rm -f "$golden"/expected/*
golden_each renew
git -C "$SOURCE_DIR" status --short tests/golden
