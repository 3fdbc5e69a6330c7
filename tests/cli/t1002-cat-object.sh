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

test_case 'a type leads from a step to the parts of its job' '
	roar run true && job=$(roar resolve @1) &&
	test "$(roar cat-object job @1)" = "$(roar cat-object -p $job)" &&
	test "$(roar cat-object job HEAD)" = "$(roar cat-object -p $job)" &&
	test "$(roar cat-object session HEAD | jq -r .job_oid)" = $job &&
	environment=$(roar cat-object job @1 | jq -r .environment_oid) &&
	roar cat-object environment HEAD >actual && roar cat-object -p $environment >expect &&
	cmp expect actual && roar cat-object processes @1 | jq -e ".processes[0].argv == [\"true\"]" &&
	expect_status 128 roar cat-object artifact @1 2>err && grep "leads to no artifact" err &&
	expect_status 128 roar cat-object job $oid 2>err && grep "leads to no job" err &&
	expect_status 129 roar cat-object commit @1 2>err && grep "not a type of object" err
'

test_case 'a line about an object as it is asked for' '
	seq 500 >long && big=$(roar hash-object -w long) &&
	printf "%s  as asked\n%s\n" $oid $big | roar cat-object --batch-check="%(objecttype) 100%% %(codec) %(objectsize)<%(rest)>%(objectname)" >actual &&
	printf "blob 100%% raw 6<as asked>%s\nblob 100%% zstd %s<>%s\n" $oid $(wc -c <long) $big >expect &&
	diff expect actual &&
	disk=$(echo $big | roar cat-object --batch-check="%(objectsize:disk)") &&
	test $disk -gt 100 && test $disk -lt $(wc -c <long) &&
	echo $oid | roar cat-object --batch="%(objectsize)" >actual && printf "6\nhello\n\n" >expect &&
	diff expect actual &&
	echo "$none more" | roar cat-object --batch-check="%(rest)" >actual &&
	echo "$none missing" >expect && diff expect actual &&
	expect_status 129 roar cat-object --batch-check="%(authorname)" </dev/null 2>err &&
	grep "there is no %(authorname)" err &&
	test "$(echo $oid | roar cat-object --batch-check="%(deltabase)")" = $(printf %064d 0) &&
	expect_status 129 roar cat-object --batch-check="%(objectname" </dev/null 2>err && grep "no .). at its end" err &&
	test "$(printf "%s\n" $oid $oid | roar cat-object --batch-check= | tr "\n" "|")" = "||"
'

test_case 'many names at once get the answers that each gets alone, in their order' '
	for i in $(seq 20); do echo many $i >m$i && echo m$i; done | roar hash-object -w --stdin-paths >many &&
	{ sort -R many && echo $none rest && head -n 3 many | cut -c1-12 && echo @1 && sed "s/$/ of it/" many && echo; } >names &&
	roar cat-object --batch-check="%(objectname) %(objectsize) %(rest)" <names >actual &&
	while read -r name; do echo "$name" | roar cat-object --batch-check="%(objectname) %(objectsize) %(rest)"; done <names >expect &&
	test $(wc -l <actual) = 46 && diff expect actual &&
	roar cat-object --batch <names >actual &&
	while read -r name; do echo "$name" | roar cat-object --batch; done <names >expect && cmp expect actual
'

test_case 'all objects, by id, in the order of writing, or of one type' '
	git init -q -b main ../all && cd ../all && : >.keep && git add .keep && git commit -qm start &&
	roar init && for i in $(seq 40); do echo $i >$i && echo $i; done >paths &&
	roar hash-object -w --stdin-paths <paths >written && roar hash-object -w --stdin <paths >>written &&
	sort written >expect && roar cat-object --batch-all-objects --batch-check="%(objectname)" --filter type:blob >actual &&
	diff expect actual &&
	roar cat-object --batch-all-objects --unordered --batch-check="%(objectname)" --filter=type:blob >actual &&
	diff written actual &&
	roar cat-object --batch-all-objects --batch-check | cut -d " " -f 1 | sort -c &&
	test $(roar cat-object --batch-all-objects --batch-check | wc -l) -eq 42 &&
	roar cat-object --batch-all-objects --batch --unordered --filter type:blob >actual &&
	while read -r id; do echo $id; done <written | roar cat-object --batch >expect && cmp expect actual &&
	head -n 1 written | roar cat-object --batch-check --filter type:job >actual &&
	echo "$(head -n 1 written) excluded" >expect && diff expect actual
'

test_case 'commands, as git obeys them' '
	printf "info %s\ncontents %s\ninfo %s\n" $oid $oid $none | roar cat-object --batch-command >actual &&
	printf "%s blob 6\n%s blob 6\nhello\n\n%s missing\n" $oid $oid $none >expect &&
	diff expect actual &&
	printf "info %s\nflush\n" $oid | roar cat-object --batch-command --buffer | grep blob &&
	echo flush | expect_status 129 roar cat-object --batch-command 2>err && grep -- --buffer err &&
	echo "tell $oid" | expect_status 129 roar cat-object --batch-command 2>err && grep "unknown command" err &&
	echo info | expect_status 129 roar cat-object --batch-command
'

test_case 'with --buffer nothing is written until it is asked for' '
	mkfifo ask2 answer2 &&
	{ roar cat-object --batch-command --buffer <ask2 >answer2 & } &&
	exec 8>ask2 9<answer2 && printf "info %s\ninfo %s\nflush\n" $oid $none >&8 &&
	read -r line <&9 && test "$line" = "$oid blob 6" && read -r line <&9 &&
	test "$line" = "$none missing" && exec 8>&- && wait
'

test_case 'any path can be named with -z' '
	name=$(printf "a\nb \\ \377c") && touch -- "$name" &&
	roar run sh -c "echo new >\"\$1\"" sh "$name" &&
	artifact=$(roar resolve "path:$name") && size=$(roar cat-object -s "path:$name") &&
	printf "path:%s\0no\nsuch\0" "$name" | roar cat-object --batch-check -z >actual &&
	printf "%s artifact %s\0no\nsuch missing\0" $artifact $size >expect && cmp expect actual &&
	printf "%s\0" $oid | roar cat-object -z --batch >actual && printf "%s blob 6\0hello\n\0" $oid >expect &&
	cmp expect actual
'

test_case 'usage errors' '
	expect_status 129 roar cat-object &&
	expect_status 129 roar cat-object $oid &&
	expect_status 129 roar cat-object -t -s $oid &&
	expect_status 129 roar cat-object -p &&
	expect_status 129 roar cat-object --batch $oid &&
	expect_status 129 roar cat-object --batch --batch-check &&
	expect_status 129 roar cat-object --batch -t $oid &&
	expect_status 129 roar cat-object --buffer -p $oid &&
	expect_status 129 roar cat-object --batch-check --unordered &&
	expect_status 129 roar cat-object --batch-command --batch-all-objects &&
	expect_status 129 roar cat-object --batch-check --filter blob:none &&
	expect_status 129 roar cat-object --batch-check --filter type:commit
'

test_case 'a full disk is an error' '
	test ! -e /dev/full || expect_status 128 roar cat-object -p $oid >/dev/full
'

test_case 'outside of a project it says so' '
	cd / && expect_status 128 roar cat-object -p $oid 2>"$trash/err" && grep "roar init" "$trash/err"
'

test_done
