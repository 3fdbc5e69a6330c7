#!/bin/sh
# SIGKILL at each write, sync and rename of an import. Expected, whatever the call: the store is whole; no ref has
# moved, or all have; what was left out comes with the next attempt, and nothing is there twice.
#
# One bundle is stored in one transaction, the other one in several. By default that one is killed only where a
# transaction becomes durable, and at the end; ROAR_TEST_LONG=1 hits every call.

. "$SOURCE_DIR/tests/cli/lib.sh"
. "$SOURCE_DIR/tests/cli/lib_pack.sh"

command -v strace >/dev/null || skip_all 'strace is not installed'
strace -o /dev/null true 2>/dev/null || skip_all 'strace cannot trace here'

three_jobs p && roar bundle create ../small.bundle --all || exit 1
mkdir many && (cd many && seq 5100 | split -l 1 -a 4 -d) && roar run -q sh -c 'cat many/* >sum' || exit 1
roar bundle create ../large.bundle --all || exit 1

objects () {
	roar cat-object --batch-all-objects --batch-check | sort
}
objects >../theirs
project ../clean && cp -r .roar ../clean.roar && objects >../before && roar for-each-ref >../refs.before || exit 1

fresh () {
	rm -rf .roar && cp -r ../clean.roar .roar
}

# expected BUNDLE: what a project has afterwards.
expected () {
	fresh && roar bundle unbundle "$1" >/dev/null && objects >../after && roar for-each-ref >../refs.after &&
		! cmp -s ../refs.before ../refs.after
}

# round BUNDLE CALL N: killed at the N-th such call, and again without.
round () {
	fresh
	strace -qq -o /dev/null -e "inject=$2:signal=KILL:when=$3" roar bundle unbundle "$1" >out 2>/dev/null
	status=$?
	test $status -eq 137 || { echo "$2 $3: not killed, status $status"; return 1; }
	roar fsck || { echo "$2 $3: damaged"; return 1; }
	roar for-each-ref >refs
	if cmp -s refs ../refs.before
	then
		unmoved=$((unmoved + 1))
		objects | cmp -s - ../before || partly=$((partly + 1))
	else
		diff refs ../refs.after || { echo "$2 $3: some refs have moved"; return 1; }
		moved=$((moved + 1))
	fi
	roar bundle unbundle "$1" >/dev/null && roar fsck && objects | diff - ../after && roar for-each-ref | diff - ../refs.after ||
		{ echo "$2 $3: the next attempt"; return 1; }
	test -z "$(find .roar/objects -name "tmp*")" || { echo "$2 $3: something is left"; return 1; }
}

# rounds BUNDLE CALL...
rounds () {
	bundle=$1
	shift
	expected "$bundle" && fresh && strace -qq -o ../calls roar bundle unbundle "$bundle" >/dev/null || return 1
	moved=0 unmoved=0 partly=0
	for call
	do
		times=$(grep -c "^$call(" ../calls)
		n=1
		while test $n -le $times
		do
			round "$bundle" $call $n || return 1
			n=$((n + 1))
		done
	done
	echo "$unmoved kills before the refs moved, $partly of them with objects stored, $moved after"
}
# The last call is the first that finds all done.
calls='pwrite64 pwritev writev write fdatasync fsync msync rename ftruncate exit_group'

test_case 'an import in one transaction' '
	rounds ../small.bundle $calls && test $unmoved -gt 0 && test $moved -gt 0
'

test_case 'an import in several transactions' '
	test -z "${ROAR_TEST_LONG:-}" && calls="fdatasync exit_group" ; rounds ../large.bundle $calls &&
	test "$(grep -c "^fdatasync(" ../calls)" -ge 2 && test $((unmoved - partly)) -gt 0 && test $partly -gt 0 && test $moved -gt 0
'

test_case 'a full disk' '
	fresh && (ulimit -f 100; expect_status 128 roar bundle unbundle ../large.bundle >out 2>err) && cat err && roar fsck &&
	roar for-each-ref | diff - ../refs.before && roar bundle unbundle ../large.bundle >/dev/null &&
	roar for-each-ref | diff - ../refs.after && objects | diff - ../after
'

test_done
