#!/bin/sh
# Many small files: what it takes to note them all, to see that nothing changed, and to find one that did; by roar (a
# job that reads them all, and status), md5sum(1), git, and DVC and git-annex where they are installed. One run of each.
# Usage: ROAR_BUILD=build/release sh tests/bench/peers-many-files.sh [files]

set -eu
roar=$(cd "${ROAR_BUILD:?the build tree, such as build/release}" && pwd)/porcelain/roar
count=${1:-100000}
directory=$(mktemp -d)
trap 'chmod -R u+w "$directory"; rm -rf "$directory"' EXIT
HOME=$directory
export HOME
git config --global user.name b && git config --global user.email b@example.org

# made NAME: a repository with the files in it, and the working directory there.
made () {
	mkdir "$directory/$1" && cd "$directory/$1" && git init -q -b main
	python3 - "$count" <<-'END'
	import os, sys
	for i in range(int(sys.argv[1])):
	    if i % 1000 == 0:
	        os.makedirs("data/%03d" % (i // 1000))
	    with open("data/%03d/%06d.txt" % (i // 1000, i), "w") as out:
	        out.write("content of file %d\n" % i)
	END
	sync
}

# timed WHAT COMMAND...: seconds, and the status if it is not 0.
timed () {
	what=$1
	shift
	start=$(date +%s%N)
	status=0
	"$@" >"$directory/out" 2>"$directory/err" || status=$?
	printf '%-24s %8.2f s   %s\n' "$what" "$(echo "($(date +%s%N) - $start) / 1000000000" | bc -l)" "$(test $status = 0 || echo "status $status")"
}
change () { echo changed >data/000/000500.txt; }

made md5sum
timed 'md5sum: note' sh -c 'find data -type f -print0 | xargs -0 md5sum >sums'
timed 'md5sum: check' md5sum --quiet -c sums
change
timed 'md5sum: one changed' md5sum --quiet -c sums

made roar
printf '/data/\n/sum\n' >.gitignore && git add .gitignore && git commit -qm start && "$roar" init >/dev/null
read_all='for directory in data/*; do cat $directory/*; done >sum'
timed 'cat, alone' sh -c "$read_all"
timed 'roar run cat: note' "$roar" run -q sh -c "$read_all"
timed 'roar status: check' "$roar" status --exit-code
timed 'roar status: again' "$roar" status --exit-code
change
timed 'roar status: one changed' "$roar" status --exit-code

made git
timed 'git add: note' git add data
git commit -qm data
timed 'git status: check' git status --porcelain
change
timed 'git status: one changed' git status --porcelain

if command -v dvc >/dev/null
then
	made dvc
	dvc init -q
	timed 'dvc add: note' dvc add -q data
	timed 'dvc status: check' dvc status -q
	change
	timed 'dvc status: one changed' dvc status -q
fi

# It takes 15 ms a file.
if command -v git-annex >/dev/null && test "$count" -le 10000
then
	made annex
	git annex init -q 2>/dev/null
	timed 'git annex add: note' git annex add -q data
	git commit -qm data
	timed 'git annex status: check' git annex status
	git annex unlock -q data/000/000500.txt && change
	timed 'git annex status: changed' git annex status
fi
