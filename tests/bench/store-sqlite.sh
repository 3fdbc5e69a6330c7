#!/bin/sh
# The store against SQLite (write-ahead log, synchronous=FULL) with the same objects in one process:
# look-ups, full reads, import, the size of the files, and durable jobs. Prints roar's figure, SQLite's
# and their ratio, a line a measurement; all of them are kept in bench/store-sqlite.txt of the build.
#
#   ROAR_BUILD=build/release tests/bench/store-sqlite.sh [OBJECTS [ROUNDS [JOBS]]]
#
# Wanted: look-ups >= 1.5, reads >= 1, import >= 1.5, bytes <= 0.5, durable jobs >= 0.6.

set -eu
ROAR_BUILD=${ROAR_BUILD:-build/release}
cmake --build "$ROAR_BUILD" --target bench_store_sqlite >/dev/null
mkdir -p "$ROAR_BUILD/bench"
work=$(mktemp -d "${TMPDIR:-/tmp}/roar-bench.XXXXXX")
trap 'rm -rf "$work"' EXIT
"$ROAR_BUILD/tests/bench_store_sqlite" "$work" "${1:-1000000}" "${2:-5}" "${3:-200}" |
	tee "$ROAR_BUILD/bench/store-sqlite.txt"
