#!/bin/sh
# What `roar run true` costs more than `true`, durable commit included, in a git repository of 1,000
# files. Usage: ROAR_BUILD=build/release sh tests/bench/run-true.sh [runs]

set -eu
ROAR_BUILD=$(cd "${ROAR_BUILD:?the build tree, such as build/release}" && pwd)
. "$(dirname "$0")/pairs.sh"
directory=$(mktemp -d)
trap 'rm -rf "$directory"' EXIT
cd "$directory"
git init -q
i=0
while test $i -lt 1000
do
	echo $i >file$i
	i=$((i + 1))
done
# Git reads files again that are as young as its index, which they are only in the second after a commit.
touch -d '1 hour ago' file*
git add . && git -c user.name=b -c user.email=b@example.org commit -qm files
"$ROAR_BUILD/porcelain/roar" init >/dev/null
bench_pairs run-true "${1:-41}" "'$ROAR_BUILD/porcelain/roar' run true" true
