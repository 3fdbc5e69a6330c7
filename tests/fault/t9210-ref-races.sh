#!/bin/sh
# Many writers of one ref, and readers in between. ROAR_TEST_LONG=1 has them race fifty times as often.

. "$SOURCE_DIR/tests/cli/lib.sh"

longer=${ROAR_TEST_LONG:+50}
longer=${longer:-1}
project p || exit 1
i=0
while test $i -lt 64
do
	printf '%s' $i | roar hash-object -w --stdin || exit 1
	i=$((i + 1))
done >ids
a=$(sed -n 1p ids) b=$(sed -n 2p ids)

# racers REF OLD: 64 at once try to move the ref from one value to one of their own.
racers () {
	rm -f status-* && i=0
	while read -r id
	do
		{ roar update-ref "$1" "$id" "$2" 2>err.$i; echo "$? $id" >status-$i; } &
		i=$((i + 1))
	done <ids
	wait
	cat status-* >all
}

test_case 'of 64 that create one ref, exactly one wins, each time' '
	for round in $(seq $((2 * longer)))
	do
		racers refs/race/new$round "" && test "$(grep -c ^0 all)" = 1 && test "$(grep -c ^3 all)" = 63 &&
		test "$(roar show-ref --verify -s refs/race/new$round)" = "$(sed -n "s/^0 //p" all)" &&
		test "$(roar reflog refs/race/new$round | wc -l)" = 1 || { sort all | uniq -c | sort -rn | head; exit 1; }
	done
'

test_case 'of 64 that move one ref from where it was, exactly one wins, each time' '
	roar update-ref refs/race/moved $a && for round in $(seq $((2 * longer)))
	do
		old=$(roar show-ref --verify -s refs/race/moved) && racers refs/race/moved $old &&
		# Who moves it to where it was has not moved it, and does not stop the others.
		same=$(grep -c "^0 $old" all); test "$(grep "^0" all | grep -vc $old)" = 1 &&
		test "$(grep -c ^3 all)" -ge $((63 - same)) &&
		test "$(roar show-ref --verify -s refs/race/moved)" = "$(grep "^0" all | grep -v $old | cut -c3-)" || exit 1
	done &&
	test "$(roar reflog refs/race/moved | wc -l)" = $((1 + 2 * longer))
'

test_case 'no count is lost: eight count to ten each, with compare and swap' '
	for n in $(seq 0 80); do printf "n%s" $n | roar hash-object -w --stdin || exit 1; done >numbers &&
	roar update-ref refs/race/count $(sed -n 1p numbers) &&
	count () {
		done=0
		while test $done -lt 10
		do
			old=$(roar show-ref --verify -s refs/race/count) || return 1
			line=$(grep -n $old numbers | cut -d: -f1)
			roar update-ref refs/race/count $(sed -n $((line + 1))p numbers) $old 2>/dev/null
			case $? in 0) done=$((done + 1)) ;; 3) ;; *) return 1 ;; esac
		done
	} &&
	for i in 1 2 3 4 5 6 7 8; do { count || echo failed >>failures; } & done; wait
	test ! -e failures && test "$(roar show-ref --verify -s refs/race/count)" = "$(sed -n 81p numbers)" &&
	test "$(roar reflog refs/race/count | wc -l)" = 81
'

test_case 'names that exclude each other: one of them wins' '
	for round in $(seq $((3 * longer)))
	do
		{ roar update-ref refs/df$round/a $a 2>/dev/null; echo $? >status-a; } &
		{ roar update-ref refs/df$round/a/b $a 2>/dev/null; echo $? >status-b; } &
		{ roar update-ref refs/df$round $a 2>/dev/null; echo $? >status-c; } &
		wait
		test "$(sort status-a status-b status-c | tr -d "\n")" = 033 && test "$(roar for-each-ref refs/df$round | wc -l)" = 1 || exit 1
	done
'

test_case 'a reader sees both refs of a transaction moved, or neither' '
	printf "%s\n" "create refs/pair/x $a" "create refs/pair/y $a" | roar update-ref --stdin || exit 1
	{
		for i in $(seq 1 60)
		do
			test $((i % 2)) = 1 && from=$a to=$b || from=$b to=$a
			printf "%s\n" "update refs/pair/x $to $from" "update refs/pair/y $to $from"
			test $((i % 7)) != 0 || echo "verify refs/pair/none"
			test $i = 60 || printf "%s\n" commit start
		done | sed "1i start" >script
		roar update-ref --stdin <script >out 2>err; echo $? >status; : >ended
	} &
	reads=0
	while test ! -e ended
	do
		test "$(roar for-each-ref --format "%(objectname)" refs/pair | sort -u | wc -l)" = 1 || { echo half >>halves; break; }
		reads=$((reads + 1))
	done
	wait; cat err; test "$(cat status)" = 0 && test ! -e halves && echo "$reads reads"
'

test_case 'sessions moved by hand while jobs are recorded: no job is lost, and the store is sound' '
	roar run -q true && first=$(roar resolve HEAD) && head=$(roar symbolic-ref HEAD) || exit 1
	{ for i in 1 2 3 4 5 6; do roar run -q echo $i >/dev/null || echo failed >>failures; done; : >over; } &
	while test ! -e over
	do
		now=$(roar resolve HEAD) && roar update-ref "$head" $first $now 2>/dev/null; case $? in 0 | 3) ;; *) echo failed >>failures ;; esac
		roar update-ref "$head" $now $first 2>/dev/null; case $? in 0 | 3) ;; *) echo failed >>failures ;; esac
	done
	wait; test ! -e failures && roar fsck
'

test_done
