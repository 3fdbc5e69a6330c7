#!/bin/sh
# Little address space, a directory that is not ours, and no right to write.

. "$SOURCE_DIR/tests/cli/lib.sh"

user=$ROAR_BUILD/tests/test_store_user
store=.roar/objects
project p || exit 1
"$user" $store write 5 >ids || exit 1
nm -D "$ROAR_BUILD/porcelain/roar" | grep -q __asan && sanitized=1 || sanitized=

test_case 'with little address space the map is smaller' '
	test -n "$sanitized" || (ulimit -v 1000000 && "$user" $store check <ids && "$user" $store write 5)
'

test_case 'another process with little address space sees what one with much of it wrote' '
	"$user" $store write 50 >more &&
	{ test -n "$sanitized" || (ulimit -v 700000 && "$user" $store check <more); }
'

test_case 'a store in a directory that others own can be read by nobody less than by root' '
	test "$(id -u)" = 0 || skip_case "needs root"
	chmod 755 "$trash" "$trash/work" . .roar $store && chmod -R go-w,a+rX .roar &&
	cp "$user" "$trash/user" && chmod 755 "$trash/user" &&
	expect_status 1 setpriv --reuid 65534 --regid 65534 --clear-groups "$trash/user" $store write 1 2>err &&
	cat err && grep -i "permission denied" err
'

test_done
