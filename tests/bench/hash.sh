#!/bin/sh
# hash-file on one file of 4 GiB against b3sum with as many threads. The file is made once and is in
# the page cache, so this is about hashing, not about the disk. Wanted: B/A >= 0.95.
#
#   ROAR_BUILD=build/release tests/bench/hash.sh [RUNS]

. "$(dirname "$0")/pairs.sh"

ROAR_BUILD=${ROAR_BUILD:-build/release}
file=${TMPDIR:-/tmp}/roar-bench-4g
size=4294967296
if test "$(stat -c %s "$file" 2>/dev/null)" != $size
then
	openssl enc -aes-128-ctr -nosalt -pass pass:x -in /dev/zero 2>/dev/null | head -c $size >"$file"
fi
cat "$file" >/dev/null
test "$("$ROAR_BUILD/porcelain/roar" hash-file "$file")" = "$(b3sum "$file")" || exit 1
bench_pairs hash "${1:-9}" "$ROAR_BUILD/porcelain/roar hash-file $file" \
	"b3sum --num-threads $(nproc) $file"
