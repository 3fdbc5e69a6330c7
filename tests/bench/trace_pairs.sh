# Sourced by the benchmarks of the preload library.

set -eu
: "${ROAR_BUILD:?the build tree, of the preset release}"
source_dir=$(cd "$(dirname "$0")/../.." && pwd)
dump=$ROAR_BUILD/tests/test_log_dump
results=$ROAR_BUILD/bench
mkdir -p "$results"
work=$(mktemp -d "${TMPDIR:-/tmp}/roar-bench.XXXXXX")
trap 'rm -rf "$work"' EXIT

# pairs NAME COUNT COMMAND...: runs the command COUNT times plain and COUNT times with the library,
# in turns, and every other pair the other way round. Keeps the pairs of nanoseconds in
# bench/NAME.pairs and prints the median of each, the median of the ratios, and the ratio of the
# minima.
pairs () {
	name=$1 count=$2
	shift 2
	: >"$work/plain"
	: >"$work/traced"
	"$dump" -l '' -o /dev/null "$@" >/dev/null
	"$dump" -o "$results/$name.facts" "$@" >/dev/null
	i=0
	while test "$i" -lt "$count"
	do
		if test $((i % 2)) -eq 0
		then
			"$dump" -l '' -o /dev/null -t "$work/plain" "$@" >/dev/null
			"$dump" -o /dev/null -t "$work/traced" "$@" >/dev/null
		else
			"$dump" -o /dev/null -t "$work/traced" "$@" >/dev/null
			"$dump" -l '' -o /dev/null -t "$work/plain" "$@" >/dev/null
		fi
		i=$((i + 1))
	done
	paste "$work/plain" "$work/traced" >"$results/$name.pairs"
	printf '%s: %s pairs, plain %s ms, traced %s ms, median ratio %s, ratio of minima %s\n' \
		"$name" "$count" \
		"$(awk '{ print $1 / 1e6 }' "$results/$name.pairs" | median)" \
		"$(awk '{ print $2 / 1e6 }' "$results/$name.pairs" | median)" \
		"$(awk '{ print $2 / $1 }' "$results/$name.pairs" | median)" \
		"$(awk 'NR == 1 || $1 < a { a = $1 } NR == 1 || $2 < b { b = $2 } END { print b / a }' \
			"$results/$name.pairs")"
}

median () {
	sort -g | awk '{ v[NR] = $1 } END { printf "%.3f", (v[int((NR + 1) / 2)] + v[int(NR / 2) + 1]) / 2 }'
}
