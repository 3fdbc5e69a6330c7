#!/bin/sh

. "$SOURCE_DIR/tests/cli/lib.sh"

command -v jq >/dev/null || skip_all 'jq is not installed'
project p || exit 1
echo in >in
roar run -q cp in out || exit 1
roar run -q sh -c 'cat out >out2' || exit 1
user=$ROAR_BUILD/tests/test_store_user

table () {
	"$ROAR_BUILD/tests/test_store_table" .roar/objects "$@"
}
restore () {
	rm -rf .roar && cp -r sound .roar
}
put () {
	"$user" .roar/objects put "$1"
}
blob () {
	echo "$1" | roar hash-object -t blob -w --stdin
}
gone () {
	! roar cat-object -e oid:$1
}
number () {
	table list oid | grep "^$1" | cut -d " " -f 2 | cut -c 1-16
}
# draft DAYS...: an object that nothing leads to, and four after it; the first was written as many days
# ago as the first number says, the others by the others.
draft () {
	restore && blob draft >id && for i in 1 2 3 4; do blob $i || return; done >others &&
		for key in $(table list meta | grep "^74696d652f" | cut -d " " -f 1); do table delete meta $key || return; done
	first=1
	for days
	do
		at=$(($(date +%s) - days * 86400)) &&
			table put meta "74696d652f$(printf %016x $first)$(printf "8%015x" $at)" - || return
		test $first = 1 && first=$((0x$(number "$(cat id)")))
		first=$((first + 1))
	done
}
cp -r .roar sound

test_case 'by default nothing is changed, and what would go is named' '
	blob draft >id && table list obj >before && roar gc --prune now >out 2>err && cat out err &&
	test "$(cat out)" = "blob $(cat id) unreachable, 0 days" && grep "^would remove 1 objects, 6 B" err &&
	grep "^hint: nothing was changed" err && table list obj | cmp before - && roar gc -n --prune=now | cmp - out
'

test_case 'removed by force, and nothing else' '
	roar cat-object --batch-all-objects --batch-check | grep -v "^$(cat id)" >kept &&
	roar gc --prune now --force >out 2>err && grep "^blob $(cat id) " out && grep "^removed 1 objects" err &&
	gone "$(cat id)" && roar cat-object --batch-all-objects --batch-check | cmp - kept && roar fsck &&
	roar gc --prune now --force >out && test ! -s out
'

test_case 'what is young stays' '
	restore && blob draft >id && roar gc --force >out 2>err && test ! -s out && grep "1 are too young" err &&
	roar cat-object -e "$(cat id)"
'

test_case 'what is old goes' '
	draft 40 30 20 10 0 && roar gc >out 2>err && cat out err && grep "^blob $(cat id) unreachable, 2[0-9] days$" out &&
	grep "would remove 2 objects, .*; 3 are too young" err
'

test_case 'one jump of the clock makes nothing old' '
	for days in "3650" "3650 0" "3650 3650 0" "0 -3650 0" "-3650 0" "-3650 -3651 3650 0"
	do
		draft $days && roar gc >out && { test ! -s out || { echo "$days:"; cat out; exit 1; }; } || exit 1
	done
'

test_case 'an idle store is collected by the second gc' '
	draft 3650 && roar gc --force >out && test ! -s out &&
	test "$(table list meta | grep -c "^74696d652f")" = 2
'

test_case 'stored once more, an old object is young' '
	draft 40 30 20 15 && roar gc | grep "$(cat id)" && blob draft && roar gc >out && cat out && grep "$(head -n 1 others)" out &&
	! grep "$(cat id)" out && roar gc --force -q && roar cat-object -e "$(cat id)" && roar fsck
'

test_case 'what a young object names stays' '
	restore && artifact=$(printf "{\"blake3\":\"%064d\",\"size\":3,\"v\":1}" 5 | put artifact) &&
	digest=$(printf "{\"algorithm\":\"x\",\"artifact_oid\":\"$artifact\",\"digest\":\"y\",\"origin\":\"claimed\",\"v\":1}" | put digest) &&
	roar gc >out && test ! -s out && roar gc --prune now --force >out && test "$(cut -d " " -f 1 out | tr "\n" " ")" = "digest artifact " && roar fsck
'

test_case 'a job that was taken back stays: the log has it' '
	restore && job=$(roar show --json @2 | jq -r .job_oid) && roar pop -y && roar gc --prune now --force >out && test ! -s out &&
	roar cat-object -e $job && roar fsck
'

test_case 'digests stay with their content' '
	restore && artifact=$(roar cat-object --batch-all-objects --batch-check | sed -n "s/ artifact .*//p" | head -n 1) &&
	digest=$(printf "{\"algorithm\":\"x\",\"artifact_oid\":\"$artifact\",\"digest\":\"y\",\"origin\":\"claimed\",\"v\":1}" | put digest) &&
	roar gc --prune now --force >out && test ! -s out && roar cat-object -e $digest && roar fsck
'

test_case 'below what cannot be read everything stays, and the rest goes' '
	restore && blob before >old && roar run -q cp in out3 && blob after >new &&
	job=$(roar cat-object -p "$(roar resolve @3)" | jq -r .edges.data_oid) &&
	table put obj "$(number $job)" 0006027b7d &&
	expect_status 1 roar gc --prune now --force >out 2>err; cat out err &&
	grep "^blob $(cat new) " out && test "$(wc -l <out)" = 1 && roar cat-object -e "$(cat old)" && grep "^warning: .*$job" err &&
	grep "1 may be in use" err
'

test_case 'a root that is gone keeps everything' '
	restore && blob draft >id && head=$(roar for-each-ref | cut -d " " -f 1 | head -n 1) && table delete oid $head &&
	expect_status 1 roar gc --prune now --force >out 2>err && test ! -s out && grep "^warning: .*$head" err
'

test_case 'JSON and NUL' '
	restore && job=$(roar cat-object -p "$(roar resolve @1)" | jq -c ".argv = [\"a b\", \"c\"]" | tr -d "\n" | put job) &&
	roar gc --prune now --json >out && jq -e --arg id "$job" ".version == 1 and .removed == false and .unreadable == [] and
		(.objects | length) == 1 and .objects[0].oid == \$id and .objects[0].type == \"job\" and
		.objects[0].name == \"run: '"'a b'"' c\"" out && roar gc --prune now -z | tr "\0" "\n" >out && grep "^job $job unreachable" out
'

test_case 'what is removed can be brought back' '
	restore && artifact=$(printf "{\"blake3\":\"%064d\",\"size\":3,\"v\":1}" 5 | put artifact) &&
	digest=$(printf "{\"algorithm\":\"x\",\"artifact_oid\":\"$artifact\",\"digest\":\"y\",\"origin\":\"claimed\",\"v\":1}" | put digest) &&
	expect_status 128 roar gc --prune now --force --expire-to none/file && roar cat-object -e $digest &&
	roar gc --prune now --force --expire-to ../expired && gone $digest && gone $artifact &&
	roar bundle unbundle ../expired && roar cat-object -e $digest && roar cat-object -e $artifact && roar fsck
'

test_case 'a bundle of what was removed is not overwritten' '
	restore && blob draft >id && expect_status 128 roar gc --prune now --force --expire-to ../expired 2>err && grep "^fatal: refusing to overwrite" err &&
	roar cat-object -e "$(cat id)" && roar gc --prune now --expire-to ../expired && expect_status 129 roar gc --expire-to - && roar bundle verify -q ../expired
'

test_case 'what cannot be saved is named and stays, and the rest goes' '
	restore && rm -f ../saved && before=$(blob before) && bad=$(echo bad | roar hash-object --literally -t job -w --stdin) &&
	other=$(printf "{\"v\":1}" | roar hash-object --literally -t session -w --stdin) && after=$(blob after) &&
	damaged=$(blob damaged) && table put obj "$(number $damaged)" 0006027b7d &&
	expect_status 1 roar gc --prune now --expire-to ../saved >would 2>err && test ! -e ../saved &&
	expect_status 1 roar gc --prune now --force --expire-to ../saved >out 2>err; cat out err && cmp out would && test $(wc -l <out) = 2 &&
	grep "^warning: job $bad: not canonical JSON at byte 0.*kept$" err && grep "^warning: session $other: .*kept$" err &&
	grep "^warning: blob $damaged: .*kept$" err && grep "^removed 2 objects.*; 3 cannot be saved$" err &&
	gone $before && gone $after && roar cat-object -e $bad && roar cat-object -e $other && roar bundle verify ../saved &&
	roar bundle unbundle ../saved && roar cat-object -e $before && roar cat-object -e $after && rm ../saved &&
	expect_status 1 roar gc --prune now --expire-to ../saved --json >out && jq -e "(.unreadable | length) == 3 and (.objects | length) == 2" out &&
	roar gc --prune now --force -q && gone $bad && gone $damaged && roar fsck
'

test_case 'below something young that cannot be read everything stays' '
	draft 40 30 20 10 0 && bad=$(echo bad | roar hash-object --literally -t job -w --stdin) && expect_status 1 roar gc >out 2>err; cat out err
	test ! -s out && grep "^warning: object $bad: not canonical JSON at byte 0.*; what it may have led to is kept$" err &&
	expect_status 1 roar gc --force >out && test ! -s out && roar cat-object -e $(cat id)
'

test_case 'no time: nothing is removed, and that is said' '
	restore && blob draft >id && roar gc --prune now --force --max-time 0 >out 2>err && test ! -s out && grep "^the time was up" err &&
	roar cat-object -e "$(cat id)" && roar gc --prune now --force --max-time 0 --json | jq -e ".complete == false and .objects == []" &&
	roar gc --prune now --force --max-time=1000 --json | jq -e ".complete and .left == 0 and (.objects | length) == 1" && gone "$(cat id)"
'

test_case 'beside writers nothing is lost' '
	restore && : >acknowledged && { "$user" .roar/objects write 80 >acknowledged & } && writer=$!
	while test "$(wc -l <acknowledged)" -lt 3; do :; done
	roar run -q cp in one && roar gc --force -q && roar run -q cp one two && roar gc --force -q && wait $writer &&
	"$user" .roar/objects check <acknowledged && test "$(wc -l <acknowledged)" = 80 && roar fsck && roar show two
'

test_case 'usage errors' '
	restore && expect_status 129 roar gc now && expect_status 129 roar gc -n --force && expect_status 129 roar gc --prune soon &&
	expect_status 129 roar gc --prune 5 && expect_status 129 roar gc --json -z &&
	expect_status 129 roar gc --max-time soon &&
	expect_status 129 roar gc --max-time=-1 && rm -rf .roar/objects && expect_status 128 roar gc
'

test_done
