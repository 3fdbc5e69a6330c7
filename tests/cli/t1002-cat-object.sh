#!/bin/sh

. "$SOURCE_DIR/tests/cli/lib.sh"

project p || exit 1
oid=$(echo hello | roar hash-object -w --stdin) || exit 1
none=$(printf '%064d' 7)

test_case 'type, size, payload and existence' '
	test "$(roar cat-object -t $oid)" = blob &&
	test "$(roar cat-object -s $oid)" = 6 &&
	test "$(roar cat-object -p $oid)" = hello &&
	roar cat-object -e $oid >out && test ! -s out
'

test_case 'the beginning of an id is enough' '
	test "$(roar cat-object -p $(echo $oid | cut -c1-8))" = hello
'

test_case 'what is not there' '
	expect_status 1 roar cat-object -e $none 2>err && test ! -s err &&
	expect_status 128 roar cat-object -p $none >out 2>err && test ! -s out && grep "^fatal: " err
'

test_case 'a batch gets a reply for each name' '
	printf "%s\n%s\n\n%s\n" $oid $none $oid |
	roar cat-object --batch-check >actual &&
	printf "%s blob 6\n%s missing\n missing\n%s blob 6\n" $oid $none $oid >expect &&
	diff expect actual &&
	printf "%s\nxyz\n" $oid | roar cat-object --batch >actual &&
	printf "%s blob 6\nhello\n\nxyz missing\n" $oid >expect && diff expect actual
'

test_case 'an ambiguous name is one' '
	seq 1500 >numbers && while read -r n; do echo $n >f$n && echo f$n; done <numbers >names &&
	roar hash-object --stdin-paths <names | cut -c1-4 | paste - names | sort >ids &&
	cut -f1 ids | uniq -d | head -1 >prefix && test -s prefix &&
	grep "^$(cat prefix)" ids | cut -f2 | roar hash-object -w --stdin-paths >stored &&
	roar cat-object --batch-check <prefix >actual &&
	test "$(cat actual)" = "$(cat prefix) ambiguous" &&
	expect_status 128 roar cat-object -p $(cat prefix) 2>err && grep "ambiguous" err
'

test_case 'a batch answers before it sees the end of its input' '
	mkfifo ask answer &&
	{ roar cat-object --batch-check <ask >answer & } &&
	exec 8>ask 9<answer &&
	echo $oid >&8 && read -r line <&9 && test "$line" = "$oid blob 6" &&
	echo $none >&8 && read -r line <&9 && test "$line" = "$none missing" &&
	exec 8>&- && wait
'

test_case 'usage errors' '
	expect_status 129 roar cat-object &&
	expect_status 129 roar cat-object $oid &&
	expect_status 129 roar cat-object -t -s $oid &&
	expect_status 129 roar cat-object -p &&
	expect_status 129 roar cat-object --batch $oid
'

test_case 'a full disk is an error' '
	test ! -e /dev/full || expect_status 128 roar cat-object -p $oid >/dev/full
'

test_case 'outside of a project it says so' '
	cd / && expect_status 128 roar cat-object -p $oid 2>"$trash/err" && grep "roar init" "$trash/err"
'

test_done
