#!/bin/sh
# How long ls-lineage takes over a chain of 100,000 jobs and over a fan of 1,000,000 edges, and how much
# memory; and the commands that people ask for all the time in a store of 1,000,000 objects.
# Usage: ROAR_BUILD=build/release sh tests/bench/lineage.sh

set -eu
ROAR_BUILD=$(cd "${ROAR_BUILD:?the build tree, such as build/release}" && pwd)
directory=$(mktemp -d)
trap 'rm -rf "$directory"' EXIT
roar=$ROAR_BUILD/porcelain/roar
cd "$directory"

# history NAME SHAPE N: leaves us in a project with such a history
history () {
	mkdir "$directory/$1" && cd "$directory/$1" && git init -q && "$roar" init >/dev/null
	"$ROAR_BUILD/tests/test_make_history" . "$2" "$3"
}

# measure ARGUMENTS...: three times
measure () {
	for _ in 1 2 3
	do
		/usr/bin/time -f "%e s  %M KiB  roar $*" "$roar" "$@" >/dev/null
	done
}

history chain chain 100000
measure ls-lineage --count path:chain/99999.csv
measure ls-lineage --count --descendants path:chain/0.csv
history fan fan 1000000
measure ls-lineage --count 'HEAD^{job}'
history jobs jobs 1000000
measure resolve "$("$roar" resolve --short @500)"
measure show @500
measure log -n 20
measure status
