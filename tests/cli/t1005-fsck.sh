#!/bin/sh

. "$SOURCE_DIR/tests/cli/lib.sh"

project p || exit 1
echo in >in
roar run -q cp in out || exit 1
cp -r .roar sound

# damaged WHAT: a fresh copy of the sound store in .roar, and its file in $store.
restore () {
	rm -rf .roar && cp -r sound .roar
}
store=.roar/objects/gen-000001/data.mdb

test_case 'a sound store' '
	roar fsck >out && test ! -s out
'

test_case 'it is not changed by the check' '
	cmp $store sound/objects/gen-000001/data.mdb
'

# put TYPE: stores standard input as that, unchecked.
put () {
	"$ROAR_BUILD/tests/test_store_user" .roar/objects put "$1"
}

for type in artifact digest environment job label node packages processes session
do
	test_case "a payload that is no $type" '
		restore && id=$(printf "{\"cpu_count\":\"many\",\"v\":1}" | put $type) &&
		expect_status 1 roar fsck >out && cat out &&
		grep "^error badPayload $type object $id: " out && test "$(wc -l <out)" = 1 &&
		{ roar doctor >doctor || :; } && ! grep "$id" doctor'
done

test_case 'an object of a job that is not there, or is something else' '
	restore && roar cat-object -p "$(roar show --json @1 | jq -r .job_oid)" >payload && cat payload && echo &&
	sed "s/\"environment_oid\":\"[0-9a-f]*\"/\"environment_oid\":\"$(printf "%064d" 1)\"/; s/\"uid\":\"[0-9a-f]*\"/\"uid\":\"$(printf "%032d" 7)\"/" payload |
		tr -d "\n" | put job &&
	expect_status 2 roar fsck >out && cat out &&
	grep "^error missingObject job object [0-9a-f]*: object 0*1 is missing" out &&
	restore && id=$(printf other | put blob) &&
	sed "s/\"processes_oid\":\"[0-9a-f]*\"/\"processes_oid\":\"$id\"/" payload | tr -d "\n" | put job &&
	expect_status 1 roar fsck >out && cat out && grep "^error badLink processes of job .*: object $id is of another type" out
'

test_case 'without descriptors nothing is found, and that is fatal' '
	! nm -D "$ROAR_BUILD/porcelain/roar" | grep -q __asan || skip_case "the sanitizers need descriptors, too"
	restore && for limit in 5 6 7 8 9 10 11 12 13 14 15 16 18 20
	do
		(ulimit -n $limit; exec roar fsck) >out 2>err
		status=$?
		test ! -s out && { test $status = 0 || { test $status = 128 && test -s err; }; } || { echo "$limit: $status"; cat out err; exit 1; }
	done && test $status = 0 && { (ulimit -n 6; exec roar fsck) 2>err; test $? = 128; } && cat err && grep "Too many open files" err
'

test_case 'only what a name leads to, on request' '
	restore && bad=$(printf no | put job) && roar fsck @1 >out && test ! -s out &&
	expect_status 1 roar fsck "$bad" >out && grep "^error badPayload job object $bad" out &&
	expect_status 128 roar fsck @7 2>err && grep "@7" err
'

test_case 'connectivity alone reads no contents, and misses nothing that is named' '
	restore && printf "{}" | put environment && roar fsck --connectivity-only >out && test ! -s out &&
	roar cat-object -p "$(roar show --json @1 | jq -r .job_oid)" |
		sed "s/\"environment_oid\":\"[0-9a-f]*\"/\"environment_oid\":\"$(printf "%064d" 2)\"/" | tr -d "\n" |
		put job >id && roar fsck --connectivity-only &&
	expect_status 2 roar fsck --connectivity-only "$(cat id)" >out && cat out &&
	grep "^error missingObject object number [0-9]*: object 0*2 is missing" out
'

test_case 'JSON names each finding' '
	restore && id=$(printf no | put job) && expect_status 1 roar fsck --json >out && cat out &&
	test "$(wc -l <out)" = 1 && expect_status 1 roar fsck --format=json | cmp - out &&
	jq -e --arg id "$id" ".version == 1 and .damage == 1 and (.findings | length) == 1 and
		.findings[0].object == \$id and .findings[0].severity == \"error\" and
		.findings[0].message == \"badPayload\"" out &&
	restore && roar fsck --json | jq -e ".damage == 0 and .findings == []"
'

test_case 'the severity of a sort of finding can be set' '
	restore && id=$(printf no | put job) && roar config set fsck.badPayload warn && roar fsck >out && grep "^warning badPayload job object $id: " out &&
	roar fsck --json | jq -e ".damage == 0 and .findings[0].severity == \"warning\" and .findings[0].damage == 1" &&
	expect_status 1 roar fsck --strict >out && grep "^error badPayload" out &&
	roar config unset fsck.badPayload && roar config set fsck.badpayload ignore && roar fsck >out && test ! -s out && roar fsck --strict &&
	roar config unset fsck.badpayload && expect_status 1 roar fsck >out && expect_status 129 roar config set fsck.badPayload info 2>err &&
	for word in badFile dangling nothing
	do
		expect_status 129 roar config set fsck.$word warn 2>err && grep "no message of fsck .* badLink, " err && ! grep $word .roar/config.toml &&
		cp .roar/config.toml saved && printf "[fsck]\n%s = \"warn\"\n" $word >>.roar/config.toml && expect_status 129 roar fsck 2>err && grep "config.toml:[0-9]*: .$word. is no message of fsck" err &&
		mv saved .roar/config.toml || exit 1
	done &&
	expect_status 129 roar fsck --json --format=text 2>err && grep "one of --json and --format" err &&
	printf "[fsck]\nbadPayload = \"ignore\"\n" >roar.toml && expect_status 1 roar fsck >out && rm roar.toml
'

test_case 'what damages the file is always an error' '
	restore && truncate -s 8192 $store && for message in badObject missingObject; do roar config set fsck.$message ignore; done &&
	roar fsck >out; status=$?; cat out; test $((status & 32)) = 32
'

test_case 'objects that are known to be bad can be left out' '
	restore && id=$(printf no | put job) && other=$(printf nor | put job) && printf "# known\n%s  # since May\n\n" $id >list &&
	expect_status 1 roar fsck --skip-list list >out && grep "$other" out && ! grep "$id" out && echo $other >>list && roar fsck --skip-list=list &&
	echo x >>list && expect_status 129 roar fsck --skip-list list 2>err && grep "list.: .x. is not the id of an object" err &&
	expect_status 128 roar fsck --skip-list none && rm list
'

test_case 'what nothing leads to is written into files, as by git' '
	restore && blob=$(printf "loose\377" | put blob) && job=$(roar cat-object -p @1 | sed "s/\"uid\":\"[0-9a-f]*\"/\"uid\":\"$(printf "%032d" 7)\"/" | tr -d "\n" | put job) &&
	label=$(printf "{\"document\":[],\"origin\":\"user\",\"target_oid\":\"$job\",\"v\":1,\"when\":[1,0]}" | put label) &&
	roar fsck --dangling >expect && roar fsck --lost-found | diff expect - && test "$(ls .roar/lost-found/other | wc -l)" = 2 &&
	printf "loose\377" | cmp - .roar/lost-found/other/$blob && echo $label | cmp - .roar/lost-found/other/$label && test ! -e .roar/lost-found/job &&
	restore && job=$(roar cat-object -p @1 | sed "s/\"uid\":\"[0-9a-f]*\"/\"uid\":\"$(printf "%032d" 7)\"/" | tr -d "\n" | put job) &&
	roar fsck --lost-found | grep "^notice dangling job $job" && echo $job | cmp - .roar/lost-found/job/$job && roar fsck && git status --porcelain | grep lost; test $? = 1 &&
	expect_status 129 roar fsck --lost-found --unreachable && expect_status 129 roar fsck --lost-found @1
'

test_case 'what nothing leads to is listed with a name' '
	restore && blob=$(printf loose | put blob) &&
	digest=$(printf "{\"algorithm\":\"x\",\"artifact_oid\":\"%064d\",\"digest\":\"y\",\"origin\":\"claimed\",\"v\":1}" 3 | put digest) &&
	expect_status 2 roar fsck --dangling >out && cat out && grep "^notice dangling blob $blob" out &&
	grep "^notice dangling digest $digest: x:y" out && test "$(grep -c "^notice" out)" = 2 &&
	expect_status 2 roar fsck --unreachable >all && test "$(grep -c "^notice unreachable" all)" = 2
'

test_case 'a job that was taken back is not dangling: the log of the session has it' '
	restore && roar pop -y && roar fsck --dangling >out && cat out && test ! -s out
'

test_case 'a file that is cut off' '
	restore && truncate -s 9000 $store && expect_status 32 roar fsck >out &&
	grep "cut off at 9000 bytes" out
'

test_case 'a file that is something else' '
	restore && head -c 65536 "$ROAR_BUILD/porcelain/roar" >$store && expect_status 32 roar fsck
'

test_case 'a page that is wiped' '
	restore && size=$(wc -c <$store) && page=2 &&
	while test $((page * 4096)) -lt $size
	do
		restore && dd if=/dev/zero of=$store bs=4096 seek=$page count=1 conv=notrunc status=none &&
		{ roar fsck >out; status=$?; } && echo "page $page: $status" &&
		test $status -lt 64 || exit 1
		page=$((page + 1))
	done >statuses && cat statuses && grep ": 32" statuses
'

table () {
	"$ROAR_BUILD/tests/test_store_table" .roar/objects "$@"
}

test_case 'a ref whose name has been changed' '
	restore && roar label set job @1 a=b && roar fsck && name=$(roar for-each-ref --format="%(refname)" refs/labels | head -n 1) &&
	row=$(printf %s "$name" | od -An -v -tx1 | tr -d " \n") && value=$(table list ref | sed -n "s/^$row //p") && other=$(echo "$row" | sed "s/6c6162656c73/6c6166656c73/") &&
	test "$row" != "$other" && table delete ref $row && table put ref $other $value && expect_status 8 roar fsck >out && cat out &&
	grep "^error badRef ref refs/lafels/.*: it has no log, and that of refs/labels/.*, which is not there, ends where it is$" out &&
	roar reflog expire --expire=now --all && roar fsck
'

test_case 'a ref of a label or composite that is at something else' '
	restore && mkdir set && touch set/a set/b && roar composite create set >/dev/null && roar label set job @1 a=b && roar fsck &&
	for kind in labels composites
	do
		name=$(roar for-each-ref --format="%(refname)" refs/$kind | head -n 1) && row=$(printf %s "$name" | od -An -v -tx1 | tr -d " \n") &&
		value=$(table list ref | sed -n "s/^$row //p") && other=$(echo "$row" | sed "s/..$/66/; s/6666$/6665/") && test "$row" != "$other" &&
		table delete ref $row && table put ref $other $value && expect_status 8 roar fsck >out && cat out &&
		grep "^error badRef ref refs/$kind/.* can only be at a " out && table delete ref $other && table put ref $row $value && roar fsck || exit 1
	done
'

test_case 'a store of a newer version' '
	restore && printf "gen-2\n" >.roar/objects/CURRENT && expect_status 128 roar fsck
'

test_case 'no store' '
	rm -rf .roar/objects && expect_status 128 roar fsck
'

test_case 'usage errors' '
	restore && expect_status 129 roar fsck --quick --full && expect_status 129 roar fsck --format=yaml &&
	expect_status 129 roar fsck --dangling @1 && expect_status 129 roar fsck --what
'

test_done
