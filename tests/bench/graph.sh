#!/bin/sh
# What the questions about the graph cost in long sessions: in one of chains of ten steps, as pipelines are,
# in a single chain, in one whose jobs all read the same file, and in a store of a million objects. Of each command, time and memory; the memory
# is with the part of the store that was looked at, because the store is mapped.
# Usage: ROAR_BUILD=build/release sh tests/bench/graph.sh [JOBS [OBJECTS]]   (100000 and 1000000)
# BEFORE=<another roar> measures that one, too, in turn with the first.

set -eu
ROAR_BUILD=$(cd "${ROAR_BUILD:?the build tree, such as build/release}" && pwd)
jobs=${1:-100000} objects=${2:-1000000}
directory=$(mktemp -d)
trap 'rm -rf "$directory"' EXIT
roar=$ROAR_BUILD/porcelain/roar
before=${BEFORE:+$(realpath "$BEFORE")}
export HOME="$directory"

. "$(dirname "$0")/histories.sh"

# measure ARGUMENTS...: once
measure () {
	for program in $before "$roar"
	do
		# With status 1 for what is stale.
		/usr/bin/time -q -f "%e s  %U+%S s cpu  %M KiB  $(basename "$program") $*" "$program" "$@" >/dev/null || :
	done
}

last=$((jobs - 1)) middle=$((jobs / 2 + 5))
history steps steps "$jobs"
fine "show path:steps/$middle.csv" "show @$middle" "inputs path:steps/$middle.csv" \
	"lineage path:steps/$middle.csv" "why path:steps/$last.csv" \
	"diff @$((middle - 4)) @$((middle + 6))" status prompt log
measure dag --json
measure dag --stale-only
measure status --exit-code
measure status --all
measure inputs --all session:current
measure inputs --all --json session:current
measure lineage session:current
measure log --all --where 'exit = 0'
measure log --where 'exit != 0'
history chain chain "$jobs"
fine "diff @$((last - 1)) @$last" status
measure inputs "path:chain/$last.csv"
measure inputs --all "path:chain/$last.csv"
measure dag --json
history shared shared "$jobs"
artifact=$("$roar" resolve path:data/all.csv)
fine "show $artifact" "show --json $artifact" "show path:data/all.csv" "show --json path:data/all.csv" \
	"show path:out/$middle.csv" "inputs $artifact" "inputs path:data/all.csv" "lineage path:data/all.csv" \
	"why path:data/all.csv" "show path:step.py"
measure show --all "$artifact"
measure verify "$artifact"
measure verify path:data/all.csv
history million jobs "$objects"
fine status prompt
