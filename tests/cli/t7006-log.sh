#!/bin/sh

. "$SOURCE_DIR/tests/cli/lib.sh"

command -v jq >/dev/null || skip_all 'jq is not installed'
project p || exit 1

test_case 'an empty session has no entries' '
	roar log | grep -x "No log entries found."
'

test_case 'lists jobs oldest first with their status' '
	roar run -q true && ! roar run -q false && roar log >out &&
	grep "^Job Log (2 jobs)" out && sed -n 5p out | grep "@1 .*OK .*true" && sed -n 6p out | grep "@2 .*FAIL .*false"
'

test_case 'the latest twenty, or all' '
	i=0; while test $i -lt 22; do roar run -q true || return 1; i=$((i + 1)); done &&
	test "$(roar log --json | jq ".jobs | length")" = 20 &&
	test "$(roar log --all --json | jq ".jobs | length")" = 24
'

test_done
