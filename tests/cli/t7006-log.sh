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

test_case '--limit takes the latest, and says that there are more' '
	roar log -n 2 >out && grep "^Job Log (the latest 2 jobs)$" out && test "$(wc -l <out)" = 6 &&
	test "$(roar log -n 24 | head -n 1)" = "Job Log (24 jobs)" &&
	for wrong in 0 -1 x 1x "" 99999999999999999999
	do
		expect_status 129 roar log "--limit=$wrong" >out 2>err && test ! -s out && test -s err || return 1
	done &&
	expect_status 129 roar log --all -n 3
'

test_case '--reverse prints the newest first' '
	roar run -q sh -c "exit 3"; roar log --reverse -n 2 >out && sed -n 3p out | grep "FAIL .*exit 3" &&
	roar log --reverse --all >out && test "$(wc -l <out)" = 27 && sed -n 27p out | grep "@1 "
'

test_done
