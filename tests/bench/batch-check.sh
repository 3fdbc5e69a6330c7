#!/bin/sh
# Type and size of every object of a large store, asked for by id in no order: "roar cat-object
# --batch-check" against "git cat-file --batch-check" on as many packed objects. Both read the ids from a
# file and write to a file; in pairs, first with an answer at a time, then with --buffer.
# Usage: ROAR_BUILD=build/release sh tests/bench/batch-check.sh [objects] [pairs]

set -eu
ROAR_BUILD=$(cd "${ROAR_BUILD:?the build tree, such as build/release}" && pwd)
objects=${1:-1000000}
pairs=${2:-5}
directory=$(mktemp -d)
trap 'rm -rf "$directory"' EXIT
roar=$ROAR_BUILD/porcelain/roar
cd "$directory"
HOME=$directory
export HOME

# Seconds since the epoch, to the millisecond, as a number of milliseconds.
now () {
	date +%s%3N
}

git init -q -b main project && cd project && "$roar" init >/dev/null
"$ROAR_BUILD/tests/test_make_history" . jobs "$objects"
"$roar" cat-object --batch-all-objects --batch-check='%(objectname)' | shuf >../ours
count=$(wc -l <../ours)

# As many blobs of about the size of our objects, without deltas, so that a header tells type and size.
git init -q --bare "$directory/packed.git" && cd "$directory/packed.git"
awk -v count="$count" 'BEGIN {
	print "commit refs/heads/main"
	print "committer A <a@example.org> 1700000000 +0000"
	print "data 0"
	for (i = 0; i < count; ++i) {
		text = sprintf("{\"blake3\":\"%08d%056d\",\"kind\":\"bytes\",\"size\":%d,\"v\":1}", i, i * 7, i % 9973)
		printf "M 100644 inline %d/%d/%d\ndata %d\n%s\n", i / 10000, i / 100 % 100, i % 100, length(text), text
	}
}' | git fast-import --quiet --depth=0
git -c pack.window=0 repack -adq
git cat-file --batch-all-objects --batch-check='%(objectname) %(objecttype)' |
sed -n 's/ blob$//p' | shuf >../theirs
echo "$count objects here, $(wc -l <../theirs) blobs in $(ls objects/pack/*.pack | wc -l) pack of git"

# measure OPTIONS...: milliseconds of both, the ratio, and the median of the ratios
measure () {
	for pair in $(seq "$pairs")
	do
		cd "$directory/packed.git" && start=$(now)
		git cat-file --batch-check "$@" <../theirs >../told
		middle=$(now) && cd ../project
		"$roar" cat-object --batch-check "$@" <../ours >../told.too
		end=$(now)
		echo "$((middle - start)) $((end - middle))"
	done | awk -v how="$*" '{ printf "git %d ms, roar %d ms: %.2f\n", $1, $2, $1 / $2; print $1 / $2 | "sort -n >../ratios" }
		END { close("sort -n >../ratios"); while ((getline line <"../ratios") > 0) all[++n] = line; printf "median%s: %.2f times\n", how == "" ? "" : " " how, all[int((n + 1) / 2)] }'
	cmp -s ../told /dev/null && exit 1
	test "$(wc -l <../told)" = "$(wc -l <../theirs)" && test "$(wc -l <../told.too)" = "$count"
}
measure
measure --buffer
