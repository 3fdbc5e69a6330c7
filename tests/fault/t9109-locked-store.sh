#!/bin/sh
# A process that holds the store's write lock and does not go on, because it was stopped: others wait
# for ten seconds, then their jobs go into the spool, and are imported when the lock is free.

. "$SOURCE_DIR/tests/cli/lib.sh"

command -v strace >/dev/null || skip_all 'strace is not installed'
command -v jq >/dev/null || skip_all 'jq is not installed'
strace -o /dev/null true 2>/dev/null || skip_all 'strace cannot trace here'

project p || exit 1
echo alpha >in
roar run -q cp in first || exit 1

# The store is synchronised within a write: stopped there, roar holds the lock.
strace -f -qq -o calls -P "$PWD/.roar/objects/gen-000001/data.mdb" -e trace=fdatasync \
	-e inject=fdatasync:signal=STOP:when=1+ \
	roar run -q cp in second 2>second.err &
tracer=$!
timeout 30 sh -c 'until grep -q "stopped by SIGSTOP" calls 2>/dev/null; do sleep 0.05; done' || exit 1
holder=$(sed -n 's/^\([0-9]*\) .*stopped by SIGSTOP.*/\1/p' calls | head -n 1)

test_case 'the command keeps its status, and its job waits in the spool' '
	expect_status 3 roar run -q sh -c "cat in >third; exit 3" 2>err &&
	grep "another process has it locked" err && grep "recorded in the spool" err && ls .roar/spool/*.job
'

test_case 'once the lock is free, both jobs are there, once each' '
	kill -KILL $tracer $holder; wait $tracer; roar log >/dev/null 2>&1
	roar log --all --json >log && jq -e "[.jobs[].exit.code] | contains([3])" log &&
	test "$(jq "[.jobs[] | select(.argv[0] == \"sh\")] | length" log)" = 1 &&
	test "$(jq "[.jobs[] | select(.argv[0] == \"cp\")] | length" log)" = 2 && ! ls .roar/spool/*.job && roar fsck
'

# The lock is one of fcntl(2), so that a program that is not ours can take it.
test_case 'a locked cache is done without' '
	python3 -c "
import fcntl, subprocess, sys
lock = open(\".roar/cache/write.lock\", \"w\")
fcntl.lockf(lock, fcntl.LOCK_EX)
sys.exit(subprocess.run([\"roar\", \"run\", \"-q\", \"cp\", \"in\", \"fourth\"]).returncode)" 2>err &&
	test ! -s err && ! ls .roar/spool/*.job && roar show fourth
'

test_done
