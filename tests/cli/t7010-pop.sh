#!/bin/sh

. "$SOURCE_DIR/tests/cli/lib.sh"

command -v jq >/dev/null || skip_all 'jq is not installed'
project p || exit 1
jobs () { roar log --json --all | jq ".jobs | length"; }

test_case 'without a job there is nothing to take off' '
	expect_status 1 roar pop -y >out 2>err && test ! -s out &&
	echo "No jobs in the active session." | diff - err
'

roar run -q sh -c 'echo 1 >one.txt' && roar run -q sh -c 'cat one.txt >two.txt' || exit 1

test_case 'the newest job is taken off, its files stay' '
	uid=$(roar log --json | jq -r ".jobs[-1].job_uid") &&
	roar show two.txt >/dev/null && roar pop -y >out 2>err && test ! -s err &&
	grep -x "Removed job $(printf %.8s $uid) (@2)." out && test "$(cat two.txt)" = 1 &&
	test "$(jobs)" = 1 && roar show one.txt >show && ! grep "@2" show &&
	expect_status 128 roar show job:$uid 2>err && expect_status 128 roar show @2 2>err &&
	expect_status 128 roar show two.txt 2>err && roar dag | grep "^Pipeline: 1 step$" &&
	roar fsck
'

test_case 'the next job takes the number that is free again' '
	roar run -q sh -c "cat one.txt >three.txt" &&
	roar log --json | jq -e ".jobs[-1].step == \"@2\"" && roar pop -y
'

test_case 'of several executions the newest goes, and the one before stands for the step' '
	echo a >data.txt && roar run -q cp data.txt copy.txt &&
	first=$(roar show --json @2 | jq -r .job_uid) && echo b >data.txt && roar run -q @2 &&
	test "$(roar show --json @2 | jq -r .job_uid)" != $first && roar pop -y &&
	test "$(roar show --json @2 | jq -r .job_uid)" = $first && roar pop -y
'

test_case 'the log of the ref says what became of it, and the objects stay' '
	roar run -q touch gone && id=$(roar resolve @2) && roar pop -y && roar cat-object -t oid:$id >out &&
	echo job | diff - out
'

test_case 'without a terminal and without -y, nothing happens' '
	before=$(jobs) && expect_status 128 roar pop </dev/null 2>err && grep "hint: --yes says yes" err &&
	echo y | expect_status 128 roar pop 2>err && test "$(jobs)" = "$before"
'

if command -v python3 >/dev/null
then
	answer () { python3 "$SOURCE_DIR/tests/cli/on_terminal.py" --answer "$@"; }

	test_case 'on a terminal it asks, and an empty answer is yes' '
		roar run -q true && before=$(jobs) &&
		expect_status 1 answer "n\n" roar pop >out && grep "^Step @2: true (exit 0)" out &&
		grep "Remove this job? \[Y/n\]" out && grep "Aborted" out && test "$(jobs)" = "$before" &&
		expect_status 1 answer "\004" roar pop >out && test "$(jobs)" = "$before" &&
		expect_status 128 answer "y\n" roar --no-input pop >out && test "$(jobs)" = "$before" &&
		expect_status 0 answer "what\n\n" roar pop >out && test "$(jobs)" = $((before - 1))
	'
fi

test_case '--files deletes what only this job wrote' '
	mkdir d && roar run -q sh -c "echo x >d/new.txt; echo 1 >one.txt; echo y >changed.txt; echo z >.keep" &&
	echo edited >changed.txt && roar pop -y --files >out &&
	test ! -e d/new.txt && test -e one.txt && test -e changed.txt && test -e .keep &&
	grep -x "Deleted 1 output file(s)." out && grep -x "Skipped 3 protected file(s)." out &&
	git checkout -q .keep
'

test_case '--files follows no link and removes no directory' '
	echo keep >target.txt && roar run -q sh -c "echo v >real.txt" && rm real.txt && ln -s target.txt real.txt &&
	roar pop -y --files >out && test -e target.txt && test -L real.txt && rm real.txt &&
	grep "^Deleted 0 output" out
'

test_case 'two at the same time take off two jobs or one of them fails' '
	before=$(jobs) && roar run -q true a && roar run -q true b && { roar pop -y & roar pop -y; wait; } >out 2>&1 ; cat out;
	after=$(jobs) && removed=$(grep -c "^Removed job" out) && test $((before + 2 - removed)) = "$after" && roar fsck
'

test_case 'wrong operands are a usage error' '
	expect_status 129 roar pop @1 2>err && grep "^usage: roar pop" err
'

test_done
