#!/bin/sh
# A composite of many components: time and memory of making, showing, comparing and proving it.
#
#   ROAR=build/release/porcelain/roar sh tests/bench/composite.sh [COMPONENTS]
#
# The files are empty but for their number; the first creation hashes them, the second finds their
# digests in the cache, so it is the cost of the composite alone. Then one hundredth of the files changes in one
# place, another everywhere, and one file: what that adds to the store, as nodes, bytes of nodes, bytes as they are
# stored, and bytes of the file.
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
	printf '%-32s %s\n' "$what" "$(cat time)"
}

digest_of () {
	sed 's/.*"digest":"\([0-9a-f]*\)".*/\1/' out
}

# number FILE FIELD: of what count-objects printed into the file.
number () {
	sed -n "s/^$2: //p" "$1"
}

# grown WHAT BEFORE AFTER: what a version has added, and the first one's share that it is.
grown () {
	printf '%-32s' "$1: new"
	for field in node size-node size-stored size-file
	do
		new=$(($(number "$3" $field) - $(number "$2" $field)))
		test "$2" = none && share='' || share=" ($(echo "$new $(($(number first $field) - $(number none $field)))" | awk '{ printf "%.1f", 100 * $1 / $2 }') %)"
		printf ' %s %s%s' "$field" "$new" "$share"
	done
	echo
}

change () {
	while read -r file
	do
		printf x >>"$file"
	done
}

sleep 1 # so that the cache may trust what was just written
"$ROAR" count-objects -v >none
measure 'create, files hashed' "$ROAR" composite create --json d
first=$(digest_of)
"$ROAR" count-objects -v >first
grown 'first version' none first
measure 'create again' "$ROAR" composite create --json d

find d -type f | sort >all
head -n $((count / 100)) all | change
measure 'create, 1 % changed in one place' "$ROAR" composite create --json d
second=$(digest_of)
"$ROAR" count-objects -v >second
grown '1 % in one place' first second
awk 'NR % 100 == 50' all | change
measure 'create, 1 % changed everywhere' "$ROAR" composite create --json d
third=$(digest_of)
"$ROAR" count-objects -v >third
grown '1 % everywhere' second third
echo d/00000/00000500 | change
measure 'create, one changed' "$ROAR" composite create --json d
fourth=$(digest_of)
"$ROAR" count-objects -v >fourth
grown 'one file' third fourth

measure 'show' "$ROAR" show "$fourth"
nodes_read () {
	sed 's/.*"nodes_read":\([0-9]*\).*/nodes read                       \1/' out
}
measure 'diff, 1 % in one place' "$ROAR" composite diff --json "$first" "$second"
nodes_read
measure 'diff, 1 % everywhere' "$ROAR" composite diff --json "$second" "$third"
nodes_read
measure 'diff, one changed' "$ROAR" composite diff --json "$third" "$fourth"
nodes_read
measure 'prove' "$ROAR" composite prove --of "$fourth" d/00000/00000500
cp out proof
printf '%-32s %s bytes\n' 'proof' "$(wc -c <proof)"
measure 'check' "$ROAR" composite check proof
measure 'prove --list' "$ROAR" composite prove --list --of "$fourth" d/00000/00000500
cp out proof
printf '%-32s %s bytes\n' 'proof' "$(wc -c <proof)"
measure 'check --list' "$ROAR" composite check --root "$fourth" proof
