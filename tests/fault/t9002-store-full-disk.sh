#!/bin/sh
# The disk is full: a clear message, nothing that was acknowledged is lost, and the store goes on when
# there is room again.

. "$SOURCE_DIR/tests/cli/lib.sh"

user=$ROAR_BUILD/tests/test_store_user
mkdir disk && mount -t tmpfs -o size=4m none disk 2>/dev/null || skip_all 'cannot mount a file system'
head -c 1000000 /dev/zero >disk/ballast
(cd disk && project p) || exit 1
store=disk/p/.roar/objects

test_case 'writing ends with a message that says why' '
	expect_status 1 "$user" $store write >acknowledged 2>err && cat err &&
	grep "the disk is full" err && test "$(wc -l <acknowledged)" -gt 100
'

test_case 'what was acknowledged is there' '
	"$user" $store check <acknowledged
'

test_case 'with room again, writing goes on' '
	rm disk/ballast && "$user" $store write 100 >more && "$user" $store check <more &&
	"$user" $store check <acknowledged && (cd disk/p && roar fsck)
'

umount disk
test_done
