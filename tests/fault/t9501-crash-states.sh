#!/bin/sh
# Power cuts: from what roar wrote and synced, the states that a disk may be in are worked out
# (crash_states.py), laid down, and opened. In each of them the store is sound, and what was acknowledged
# is there.
#
# By default a sample of the states is tried; ROAR_TEST_LONG=1 tries all.

. "$SOURCE_DIR/tests/cli/lib.sh"

command -v strace >/dev/null || skip_all 'strace is not installed'
strace -o /dev/null true 2>/dev/null || skip_all 'strace cannot trace here'

states=$SOURCE_DIR/tests/fault/crash_states.py
user=$ROAR_BUILD/tests/test_store_user
wanted=${ROAR_TEST_LONG:+1000000}
wanted=${wanted:-60}
project p || exit 1
project=$PWD
ROOT=$PWD/.roar/objects
calls=$(sed -n '/^SYSTEM_CALLS/,/)/p' "$states" | tr -d ' \n"()' | sed 's/^SYSTEM_CALLS=//')
export ROOT user project
"$user" "$ROOT" write 30 >before || exit 1

# recorded COMMAND...: runs it, and keeps what it wrote.
recorded () {
	rm -rf ../copy && cp -a "$ROOT" ../copy &&
	strace -f -y -xx -s 1048576 -e "trace=$calls" -o ../log "$@" >../printed
}
# every_state CHECK: in a project with that store.
every_state () {
	(cd .. && python3 "$states" log copy "$wanted" "$1")
}
sound='"$user" .roar/objects check <"$project/before" && roar fsck'

test_case 'objects, one by one: what was acknowledged is there' '
	recorded "$user" "$ROOT" write 12 && test $(wc -l <../printed) -eq 12 &&
	every_state "\"\$user\" .roar/objects check && $sound"'
test_case 'a power cut that syncs nothing would be found' '
	sed "/fdatasync\|O_DSYNC/d" ../log >../unsynced && cp ../log ../kept && mv ../unsynced ../log &&
	! every_state "\"\$user\" .roar/objects check && $sound" >../out; tail -n 1 ../out; mv ../kept ../log
	! grep " 0 failures" ../out'
test_case 'a job' '
	echo a >in && recorded roar run -q --allow-dirty cp in out && every_state "$sound"'
test_case 'a ref' '
	recorded roar update-ref refs/notes/one "$(roar resolve HEAD)" && every_state "$sound"'
test_case 'a compaction' '
	recorded roar compact && every_state "$sound"'
test_case 'an import' '
	(cd .. && project other && echo b >in && roar run -q --allow-dirty cp in out && roar bundle create ../theirs --all) &&
	recorded roar bundle unbundle ../theirs && every_state "$sound"'
test_done
