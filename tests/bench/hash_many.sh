#!/bin/sh
# hash-file on 10,000 files of 8 KiB against b3sum with as many threads. Wanted: A/B <= 1.
#
#   ROAR_BUILD=build/release tests/bench/hash_many.sh [RUNS]

. "$(dirname "$0")/pairs.sh"

ROAR_BUILD=${ROAR_BUILD:-build/release}
directory=${TMPDIR:-/tmp}/roar-bench-10000
if ! test -d "$directory"
then
	mkdir "$directory" &&
		openssl enc -aes-128-ctr -nosalt -pass pass:x -in /dev/zero 2>/dev/null |
		head -c $((10000 * 8192)) | split -b 8192 -a 5 - "$directory/"
fi
cat "$directory"/* >/dev/null
b3sum "$directory"/* >"$directory.sums"
"$ROAR_BUILD/porcelain/roar" hash-file "$directory"/* | cmp - "$directory.sums" || exit 1
bench_pairs hash_many "${1:-21}" "$ROAR_BUILD/porcelain/roar hash-file $directory/*" \
	"b3sum --num-threads $(nproc) $directory/*"
