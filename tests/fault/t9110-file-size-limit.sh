#!/bin/sh
# A limit on the size of files (ulimit -f) holds for the store, the spool and the log, too. The command runs
# all the same and keeps its status, and its record waits or is said to be lost.

. "$SOURCE_DIR/tests/cli/lib.sh"

command -v jq >/dev/null || skip_all 'jq is not installed'
project p || exit 1
echo data >in
roar run -q cp in out || exit 1
err=$trash/err

# limited BLOCKS COMMAND...: of 512 bytes.
limited () {
	(ulimit -f "$1" && shift && exec "$@") 2>"$err"
}

for blocks in 4 128
do
	test_case "$blocks blocks: the record waits in the spool, and is imported when there is no limit" '
		name=$(printf "done by %s" $blocks)
		expect_status 3 limited $blocks roar run -q -n "$name" sh -c "cat in >/dev/null; exit 3" && cat "$err" &&
		grep "recorded in the spool: .*File too large" "$err" &&
		roar log --json >log.json 2>"$err" && grep "recorded 1 job from the spool" "$err" &&
		uid=$(jq -r ".jobs[-1].job_uid" log.json) && roar show --json "$uid" >job.json &&
		jq -c ".tracing.gaps, .gaps" job.json && jq -e ".exit.code == 3 and .complete" job.json &&
		roar show --all "$uid" | grep " in  *\[\(read\|open\)\]"'
done
test_case 'no file may have a byte: the status is kept, and the loss is said' '
	# What it says cannot go into a file either.
	(ulimit -f 0; roar run -q sh -c "exit 3" 2>&1; echo "status $?") | cat >"$trash/out"; cat "$trash/out"
	grep "its record was lost: .*File too large" "$trash/out" && grep "^status 3" "$trash/out" &&
	(ulimit -f 0; roar run -q --require-record sh -c "exit 3" 2>&1; echo "status $?") | grep "^status 125" && roar fsck
'
test_case 'the limit kills the command as it does without roar' '
	for how in "" "roar run -q --tracer preload" "roar run -q --tracer ptrace" "roar trace -o /dev/null"
	do
		limited 8 $how sh -c "exec head -c 100000 /dev/zero >big"
		test $? = 153 || { echo "not killed: $how"; exit 1; }
	done
'
test_case 'who had the signal ignored keeps it so' '
	limited 8 sh -c "trap \"\" XFSZ; exec roar run -q head -c 100000 /dev/zero >big"; test $? = 1 && grep "File too large" "$err"
'
test_case '--strict says what it needs' '
	expect_status 125 limited 128 roar run -q --strict true && cat "$err" && grep "limit on the size of files is too low for --strict" "$err"
'

test_done
