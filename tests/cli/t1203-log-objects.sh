#!/bin/sh

. "$SOURCE_DIR/tests/cli/lib.sh"

command -v jq >/dev/null || skip_all 'jq is not installed'
project p || exit 1
one=$(echo one | roar hash-object -w --stdin)
two=$(echo three | roar hash-object -w --stdin)

test_case 'in the order of writing' '
	roar log-objects >actual && roar cat-object --batch-all-objects --unordered --batch-check="%(seq) %(objectname) %(objecttype) %(objectsize)" >expect &&
	diff expect actual && tail -n 2 actual | cut -d" " -f 2- >last && printf "%s blob 4\n%s blob 6\n" $one $two | diff - last
'

test_case 'after a number or an object' '
	seq=$(roar log-objects | grep $one | cut -d" " -f1) && roar log-objects --since-seq $seq | cut -d" " -f2 >actual &&
	echo $two >expect && diff expect actual && roar log-objects --since $one --format "%(objectname)" | diff expect - &&
	roar log-objects --since $two >none && test ! -s none && roar log-objects --since-seq 99999999 >none && test ! -s none
'

test_case 'of one type, as JSON, with NUL' '
	test $(roar log-objects --type blob | wc -l) -eq 2 && test $(roar log-objects -t session --json | jq -r .type) = session &&
	roar log-objects --json | jq -r "[.seq, .oid, .type, .size] | map(tostring) | join(\" \")" >actual && roar log-objects | diff - actual &&
	roar log-objects -z | tr "\0" "\n" >actual && roar log-objects | diff - actual
'

test_case 'whoever follows hears of what is written later' '
	mkfifo feed && { roar log-objects --follow --since $two --format "%(objectname)" >feed & } && follower=$! && exec 8<feed &&
	four=$(echo four | roar hash-object -w --stdin) && read -r line <&8 && test $line = $four &&
	five=$(echo five | roar hash-object -w --stdin) && read -r line <&8 && test $line = $five &&
	exec 8<&- && wait $follower
'

test_case 'and ends when its reader ends, though nothing is written' '
	{ roar log-objects --follow | head -n 1 >first; } && test -s first
'

test_case 'wrong command lines' '
	expect_status 129 roar log-objects @1 && expect_status 129 roar log-objects --since-seq x && expect_status 129 roar log-objects --type dog &&
	expect_status 129 roar log-objects --since $one --since-seq 1 && expect_status 129 roar log-objects --json --format x && expect_status 129 roar log-objects --json --format= &&
	expect_status 129 roar log-objects --format "%(seq" &&
	expect_status 128 roar log-objects --since nothing
'

test_done
