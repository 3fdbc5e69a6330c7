#!/bin/sh
# How long ls-lineage takes over a chain of 100,000 jobs and over a fan of 1,000,000 edges, and how much
# memory, and over a tenth of each: ten times as many take ten times as long. And the commands that people ask for
# all the time, in a store of 1,000,000 objects: of 20 runs each, from the start of the process to its end.
# Usage: ROAR_BUILD=build/release sh tests/bench/lineage.sh

set -eu
ROAR_BUILD=$(cd "${ROAR_BUILD:?the build tree, such as build/release}" && pwd)
directory=$(mktemp -d)
trap 'rm -rf "$directory"' EXIT
roar=$ROAR_BUILD/porcelain/roar
export HOME="$directory"
. "$(dirname "$0")/histories.sh"
cd "$directory"

# measure ARGUMENTS...: three times
measure () {
	for _ in 1 2 3
	do
		/usr/bin/time -f "%e s  %M KiB  roar $*" "$roar" "$@" >/dev/null
	done
}

for jobs in 10000 100000
do
	history chain-$jobs chain $jobs
	measure ls-lineage --count path:chain/$((jobs - 1)).csv
	measure ls-lineage --count --descendants path:chain/0.csv
done
for edges in 100000 1000000
do
	history fan-$edges fan $edges
	measure ls-lineage --count 'HEAD^{job}'
done
history jobs jobs 1000000
fine "resolve $("$roar" resolve --short @500)" 'show @500' 'log -n 20' status
