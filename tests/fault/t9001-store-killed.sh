#!/bin/sh
# Writers are killed in the middle of what they do: what they acknowledged is there, and nothing is
# damaged. Forty rounds; ROAR_TEST_LONG=1 makes it two thousand.

. "$SOURCE_DIR/tests/cli/lib.sh"

user=$ROAR_BUILD/tests/test_store_user
store=.roar/objects
project p || exit 1

# Two writers, the first of which is killed after it acknowledged a number of objects.
kill_after () {
	: >round
	"$user" $store write >round & victim=$!
	"$user" $store write 10 >>acknowledged & other=$!
	while test "$(wc -l <round)" -lt $1; do :; done
	kill -9 $victim
	wait $victim 2>/dev/null
	wait $other && cat round >>acknowledged
}

rounds=${ROAR_TEST_LONG:+2000}
rounds=${rounds:-40}

test_case "$rounds rounds" '
	: >acknowledged &&
	for round in $(seq $rounds)
	do
		kill_after $((round % 7)) || exit 1
	done &&
	test "$(wc -l <acknowledged)" -ge $((10 * rounds)) && "$user" $store check <acknowledged &&
	roar fsck >out && test ! -s out
'

test_case 'a killed reader does not make the file grow' '
	mkfifo hold && { "$user" $store hold <hold >held & } && reader=$! &&
	exec 8>hold && while ! grep -q open held; do :; done &&
	kill -9 $reader && { wait $reader 2>/dev/null; exec 8>&-; } ;
	"$user" $store write 300 >/dev/null && before=$(wc -c <$store/gen-000001/data.mdb) &&
	"$user" $store write 300 >/dev/null && after=$(wc -c <$store/gen-000001/data.mdb) &&
	echo "$before $after" && test $((after - before)) -lt 400000
'

test_case 'a reader that is stopped keeps its snapshot through a storm of commits' '
	mkfifo hold2 && { "$user" $store hold <hold2 >held2 & } && reader=$! &&
	exec 8>hold2 && while ! grep -q open held2; do :; done &&
	kill -STOP $reader && for writer in 1 2 3 4
	do
		"$user" $store write 100 >storm.$writer &
		writers="${writers-} $!"
	done && wait $writers && kill -CONT $reader && exec 8>&- && wait $reader &&
	cat storm.* | "$user" $store check && roar fsck'

test_done
