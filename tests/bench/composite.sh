#!/bin/sh
# A composite of many components: time and memory of making, showing, comparing and proving it.
#
#   ROAR=build/release/porcelain/roar sh tests/bench/composite.sh [COMPONENTS]
#
# The files are empty but for their number; the first creation hashes them, the second finds their
# digests in the cache, so it is the cost of the composite alone.
set -eu
ROAR=$(realpath "${ROAR:?the program}")
count=${1:-1000000}
work=$(mktemp -d "${TMPDIR:-/tmp}/roar-bench-composite.XXXXXX")
trap 'rm -rf "$work"' EXIT
export HOME="$work" GIT_CONFIG_GLOBAL=/dev/null
cd "$work" && git init -q . && "$ROAR" init >/dev/null

python3 - "$count" <<'END'
import os, sys
for i in range(int(sys.argv[1])):
    if i % 1000 == 0:
        directory = f"d/{i // 1000:05}"
        os.makedirs(directory)
    with open(f"{directory}/{i:08}", "w") as file:
        file.write(str(i))
END

# measure WHAT COMMAND...: seconds and the largest resident set.
measure () {
	what=$1
	shift
	/usr/bin/time -f '%e s  %M KiB' -o time "$@" >out
	printf '%-28s %s\n' "$what" "$(cat time)"
}

digest_of () {
	sed 's/.*"digest":"\([0-9a-f]*\)".*/\1/' out
}

size_of_store () {
	du -sk .roar/objects | cut -f1
}

sleep 1 # so that the cache may trust what was just written
measure 'create, files hashed' "$ROAR" composite create --json d
first=$(digest_of)
measure 'create again' "$ROAR" composite create --json d
before=$(size_of_store)
"$ROAR" count-objects -v >objects
# One hundredth of the files, in one place and then everywhere.
for directory in $(find d -mindepth 1 -maxdepth 1 | sort | awk 'NR % 100 == 1')
do
	for file in "$directory"/*
	do
		printf x >"$file"
	done
done
measure 'create, 1 % changed' "$ROAR" composite create --json d
second=$(digest_of)
printf '%-28s %s KiB, after %s KiB\n' 'store' "$before" "$(size_of_store)"
measure 'show' "$ROAR" show "$first"
measure 'diff, 1 % changed' "$ROAR" composite diff --json "$first" "$second"
sed 's/.*"nodes_read":\([0-9]*\).*/nodes read                   \1/' out
printf y >d/00000/00000500
measure 'create, one changed' "$ROAR" composite create --json d
third=$(digest_of)
measure 'diff, one changed' "$ROAR" composite diff --json "$second" "$third"
sed 's/.*"nodes_read":\([0-9]*\).*/nodes read                   \1/' out
measure 'prove' "$ROAR" composite prove --of "$third" d/00000/00000500
cp out proof
printf '%-28s %s bytes\n' 'proof' "$(wc -c <proof)"
measure 'check' "$ROAR" composite check proof
measure 'prove --list' "$ROAR" composite prove --list --of "$third" d/00000/00000500
cp out proof
printf '%-28s %s bytes\n' 'proof' "$(wc -c <proof)"
measure 'check' "$ROAR" composite check --root "$third" proof
