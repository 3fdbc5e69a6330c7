#!/bin/sh
# Two containers share a project, and in each the process has the number 1. A reader's lock is at the
# offset of its number, so the second one must find another way to read.

. "$SOURCE_DIR/tests/cli/lib.sh"

user=$ROAR_BUILD/tests/test_store_user
store=.roar/objects
unshare --pid --fork true 2>/dev/null || skip_all 'cannot make process namespaces'
project p || exit 1
"$user" $store write 5 >ids || exit 1

test_case 'the second reads while the first holds a snapshot' '
	mkfifo hold && { unshare --pid --fork "$user" $store hold <hold >held & } &&
	exec 8>hold && while ! grep -q open held; do :; done &&
	unshare --pid --fork "$user" $store check <ids &&
	unshare --pid --fork "$user" $store write 5 >more &&
	unshare --pid --fork "$user" $store check <more; status=$?;
	exec 8>&-; wait; test $status = 0
'

test_done
