#!/bin/sh
# What it has in common with gc is tested there.

. "$SOURCE_DIR/tests/cli/lib.sh"

command -v jq >/dev/null || skip_all 'jq is not installed'
project p || exit 1
echo in >in
roar run -q cp in out || exit 1
cp -r .roar sound

restore () {
	rm -rf .roar && cp -r sound .roar
}
put () {
	"$ROAR_BUILD/tests/test_store_user" .roar/objects put "$1"
}
blob () {
	echo "$1" | roar hash-object -t blob -w --stdin
}
gone () {
	! roar cat-object -e oid:$1
}

test_case 'prune lists, removes and says what gc does' '
	restore && blob draft >id && roar prune >out && test ! -s out && roar prune --expire now --json >out && roar gc --prune now --json | cmp - out &&
	roar prune --expire now >out 2>err && grep "^blob $(cat id) unreachable" out && grep "^hint: .* .roar prune --force." err &&
	roar prune --expire now --force && gone "$(cat id)" && roar fsck
'

test_case 'prune keeps what is named, and what that leads to' '
	restore && artifact=$(printf "{\"blake3\":\"%064d\",\"size\":3,\"v\":1}" 5 | put artifact) && blob draft >id && blob other >other &&
	digest=$(printf "{\"algorithm\":\"x\",\"artifact_oid\":\"$artifact\",\"digest\":\"y\",\"origin\":\"claimed\",\"v\":1}" | put digest) &&
	expect_status 128 roar prune --expire now --force $digest nothing-of-this-name && roar cat-object -e "$(cat other)" &&
	roar prune --expire now --force $digest "$(cat id)" && gone "$(cat other)" &&
	roar cat-object -e $digest && roar cat-object -e $artifact && roar cat-object -e "$(cat id)" && roar fsck
'

test_case 'a bundle of what was removed brings it back' '
	restore && blob draft >id && roar prune --expire now --force --expire-to ../expired && gone "$(cat id)" &&
	roar bundle unbundle ../expired && roar cat-object -e "$(cat id)" &&
	expect_status 128 roar prune --expire now --force --expire-to ../expired && roar cat-object -e "$(cat id)"
'

test_case 'no time: nothing is removed' '
	restore && blob draft >id && roar prune --expire now --force --max-time 0 --json | jq -e ".complete == false" &&
	roar cat-object -e "$(cat id)"
'

test_case 'usage errors' '
	restore && expect_status 129 roar prune --max-time=-1 && expect_status 129 roar prune -n --force &&
	expect_status 129 roar prune --expire soon && expect_status 129 roar prune --json -q && rm -rf .roar/objects && expect_status 128 roar prune
'

test_done
