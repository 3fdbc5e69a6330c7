#!/bin/sh
# A store that is truncated, or that a newer version wrote: a clear message, never a crash, and a
# command under `roar run` ends as it would.

. "$SOURCE_DIR/tests/cli/lib.sh"

command -v jq >/dev/null || skip_all 'jq is not installed'
project p || exit 1
echo alpha >in
roar run -q cp in out || exit 1
data=$(ls .roar/objects/gen-*/data.mdb)
cp -a .roar ../whole

restore () {
	rm -rf .roar && cp -a ../whole .roar
}

test_case 'truncated at any page: fatal with a reason, no signal' '
	size=$(stat -c %s $data) && for percent in 0 10 50 90
	do
		restore && truncate -s $((size * percent / 100)) $data &&
		expect_status 128 roar show @1 2>err && grep "^fatal: " err &&
		expect_status 6 roar run -q sh -c "exit 6" 2>err && grep "recorded in the spool: " err || return 1
	done; restore && roar show @1
'

test_case 'an object with a flipped bit is named, never shown' '
	oid=$(roar resolve @1) && python3 - "$data" <<-\END &&
	import sys
	data = bytearray(open(sys.argv[1], "rb").read())
	at = data.rfind(b"cp\",\"in\",\"out")
	if at < 0:  # compressed: any byte of the largest value
	    at = data.rfind(b"in")
	data[at] ^= 1
	open(sys.argv[1], "wb").write(data)
	END
	if roar cat-object -p $oid >got 2>err
	then
		roar cat-object -p $oid | cmp - got
	else
		grep "$oid" err && test ! -s got
	fi; restore
'

test_case 'a store of a newer version is refused with what to do' '
	echo gen-999999 >.roar/objects/CURRENT && expect_status 128 roar show @1 2>err && grep "^fatal: " err
	restore
'

test_done
