#!/bin/sh

. "$SOURCE_DIR/tests/cli/lib.sh"

project p || exit 1

test_case 'a session appears with its newest entry' '
	roar run -q true && roar for-each-ref >first &&
	grep -E "^[0-9a-f]{64} session	refs/sessions/[0-9a-f]{32}$" first && test "$(wc -l <first)" = 1 &&
	roar run -q false; roar for-each-ref >second && test "$(cut -c65- first)" = "$(cut -c65- second)" &&
	! cmp -s first second &&
	test "$(cut -c1-64 second)" = "$(roar resolve HEAD)"
'

test_case 'prefixes end where components do' '
	roar for-each-ref refs/sessions >actual && diff second actual &&
	roar for-each-ref refs/sessions/ >actual && diff second actual &&
	roar for-each-ref refs/tags refs >actual && diff second actual &&
	roar for-each-ref refs/sess >actual && test ! -s actual &&
	roar for-each-ref "$(cut -f2 second)" >actual && diff second actual
'

test_case 'sorted by name' '
	roar reset && roar run -q true && roar for-each-ref >all && test "$(wc -l <all)" = 2 &&
	cut -f2 all | sort -c
'

a=$(printf a | roar hash-object -w --stdin)
b=$(printf bb | roar hash-object -w --stdin)
head=$(roar symbolic-ref HEAD)

test_case 'patterns' '
	roar update-ref -m one refs/tags/x/best $a && roar update-ref -m two refs/tags/best $b &&
	roar update-ref refs/other/best $a && roar symbolic-ref refs/tags/now $head &&
	roar for-each-ref --format "%(refname)" "refs/*/best" >actual && printf "refs/%s/best\n" other tags | diff - actual &&
	roar for-each-ref --format "%(refname)" "refs/tags/?est" refs/other >actual && printf "refs/%s/best\n" other tags | diff - actual &&
	roar for-each-ref --format "%(refname)" refs/tags --exclude refs/tags/x --exclude "*/*/now" >actual && echo refs/tags/best | diff - actual &&
	printf "%s\n" refs/other refs/tags/x | roar for-each-ref --stdin --format "%(refname)" >actual &&
	printf "%s\n" refs/other/best refs/tags/x/best | diff - actual &&
	roar for-each-ref --format "%(refname)" --start-after refs/tags/best >actual && printf "%s\n" refs/tags/now refs/tags/x/best | diff - actual &&
	roar for-each-ref --format "%(refname)" --include-root-refs HEAD >actual && echo HEAD | diff - actual
'

test_case 'formats' '
	roar for-each-ref --format "%(HEAD)%(refname:short)|%(symref)|%(symref:lstrip=1)|%(objecttype)|%(*objecttype)|%%%25%41" refs/tags >actual &&
	printf "%s\n" " tags/best||||blob|" >/dev/null &&
	cat >expect <<-EOF &&
	 tags/best|||blob||%%A
	 tags/now|$head|${head#refs/}|session|job|%%A
	 tags/x/best|||blob||%%A
	EOF
	diff expect actual &&
	roar for-each-ref --format "%(HEAD)" "$head" >actual && echo "*" | diff - actual &&
	roar for-each-ref --format "%(refname:lstrip=-1) %(refname:rstrip=1) %(refname:strip=9)" refs/tags/x >actual && echo "best refs/tags/x " | diff - actual &&
	roar for-each-ref --format "%(objectname:short) %(objectname:short=5) %(objectsize) %(reason)" refs/tags/best >actual &&
	echo "$(echo $b | cut -c1-8) $(echo $b | cut -c1-5) 2 two" | diff - actual &&
	test "$(roar for-each-ref --format "%(*objectname)" refs/tags/now)" = "$(roar resolve @1)" &&
	for format in "%(nothing)" "%(refname:no)" "%(objectname:short=x)" "%(objectname:short=2)" "%(objecttype:short)" "%(refname:lstrip)" "%(refname" "x%("
	do
		expect_status 129 roar for-each-ref --format "$format" 2>err || exit 1
	done
'

test_case 'the short name is one by which resolve finds that ref' '
	digits=$(echo $a | cut -c1-8) && roar update-ref refs/$digits $a && roar update-ref refs/@1 $a &&
	roar update-ref refs/notes/HEAD $a && roar for-each-ref --format "%(refname) %(refname:short)" >names && cat names &&
	while read -r name brief
	do
		test "$(roar resolve $name 2>err)" = "$(roar resolve $brief 2>err)" || { echo "$name $brief"; exit 1; }
	done <names && grep -x "refs/tags/best tags/best" names && grep " ${head#refs/sessions/}\$" names &&
	grep -x "refs/$digits refs/$digits" names && roar update-ref -d refs/$digits && roar update-ref -d refs/@1 && roar update-ref -d refs/notes/HEAD
'

test_case 'sorted as asked, and no more than asked' '
	roar for-each-ref --format "%(refname)" --sort=-refname refs/tags refs/other >actual && sort -r actual | diff - actual &&
	roar for-each-ref --format "%(objectsize) %(refname)" --sort=-refname --sort=objectsize refs/tags/x refs/tags/best refs/other >actual &&
	printf "%s\n" "1 refs/tags/x/best" "1 refs/other/best" "2 refs/tags/best" | diff - actual &&
	roar for-each-ref --count=1 --sort=-objectsize --format "%(refname)" "refs/*/best" >actual && echo refs/tags/best | diff - actual &&
	roar for-each-ref --count 0 >actual && roar for-each-ref | diff - actual && test -s actual &&
	test "$(roar for-each-ref --format= refs/tags | tr "\n" "|")" = "|||" &&
	roar for-each-ref --sort=-updated --format "%(updated)" >actual && sort -rn actual | diff - actual &&
	expect_status 129 roar for-each-ref --count=-1 2>err && expect_status 129 roar for-each-ref --sort=nothing 2>err
'

test_case 'by what they lead to' '
	echo data >in.txt && git add in.txt && git commit -qm in && roar run -q cat in.txt >/dev/null &&
	roar for-each-ref --points-at $a --format "%(refname)" >actual && printf "%s\n" refs/other/best refs/tags/x/best | diff - actual &&
	roar for-each-ref --points-at @2 --format "%(refname)" >actual && printf "%s\n" "$head" refs/tags/now | diff - actual &&
	roar for-each-ref --points-at @1 >actual && test ! -s actual &&
	for name in @1 @2 in.txt HEAD
	do
		roar for-each-ref --contains $name --format "%(refname)" >actual && printf "%s\n" "$head" refs/tags/now | diff - actual || exit 1
	done &&
	roar for-each-ref --contains $a --contains in.txt --format "%(refname)" >actual && test "$(wc -l <actual)" = 4 &&
	roar for-each-ref --no-contains in.txt refs/tags --format "%(refname)" >actual && printf "%s\n" refs/tags/best refs/tags/x/best | diff - actual &&
	expect_status 128 roar for-each-ref --contains @9 2>err
'

# chain: @3 read what @2 wrote, and @2 what @1 wrote; @4 comes from none of them.
test_case 'by lineage' '
	project chain && echo 0 >zero && git add zero && git commit -qm zero && roar run -q sh -c "cat zero zero >one" && roar run -q sh -c "cat one one >two" &&
	roar run -q sh -c "cat two two >three" && roar run -q sh -c "echo 4 >four" && for n in 1 2 3 4; do roar update-ref refs/j/$n @$n || exit; done &&
	roar update-ref refs/f/two "$(roar resolve path:two)" && roar update-ref refs/b/blob $(echo x | roar hash-object -w --stdin) &&
	names () { roar for-each-ref --format "%(refname)" "$@" | sed s:sessions/.*:s: | tr "\n" " "; } &&
	test "$(names --merged @2)" = "refs/j/1 refs/j/2 " && test "$(names --merged path:two)" = "refs/f/two refs/j/1 refs/j/2 " &&
	test "$(names --merged @3)" = "refs/f/two refs/j/1 refs/j/2 refs/j/3 " &&
	test "$(names --no-merged @3)" = "refs/j/4 refs/s " && test "$(names --merged @1 --merged @4 refs/j)" = "refs/j/1 refs/j/4 " &&
	test "$(names --no-merged @1 --no-merged @4 refs/j)" = "refs/j/2 refs/j/3 " && test "$(names --merged @3 --no-merged @1 refs/j)" = "refs/j/2 refs/j/3 " &&
	test "$(names --merged HEAD)" = "refs/f/two refs/j/1 refs/j/2 refs/j/3 refs/j/4 refs/s " &&
	expect_status 128 roar for-each-ref --merged none 2>err && expect_status 129 roar for-each-ref --merged refs/b/blob 2>err
'

test_case 'names with any byte, for shells and other programs' '
	name=$(printf "refs/odd/\"q\"\047\$(x)\377;") && roar update-ref "$name" $a &&
	roar for-each-ref -z --format "%(refname)" refs/odd >actual && printf "%s\0" "$name" | cmp - actual &&
	eval "$(roar for-each-ref --shell --format "printed=%(refname)" refs/odd)" && test "$printed" = "$name" &&
	roar for-each-ref --json refs/odd >actual && test "$(jq -r .refname_b64 actual | base64 -d)" = "$name" &&
	roar for-each-ref --json refs/tags/now >actual &&
	test "$(jq -r "[.objectname, .objecttype, .refname, .symref] | join(\" \")" actual)" = "$(roar resolve HEAD) session refs/tags/now $head" &&
	printf "refs/odd\0refs/other\0" | roar for-each-ref --stdin -z --format "%(objecttype)" | tr "\0" " " >actual && printf "blob blob " | diff - actual
'

test_case 'refs that lead nowhere are named apart' '
	roar symbolic-ref refs/tags/lost refs/tags/nothing && roar for-each-ref refs/tags/lost >actual 2>err && test ! -s actual &&
	echo "warning: ref '"'refs/tags/lost'"' leads nowhere" | diff - err && roar symbolic-ref -d refs/tags/lost
'

test_case 'output that cannot be written' '
	expect_status 128 roar for-each-ref >/dev/full 2>err && roar for-each-ref | true
'

test_case 'usage errors' '
	expect_status 129 roar for-each-ref --json -z 2>err && expect_status 129 roar for-each-ref --json --shell 2>err &&
	expect_status 129 roar for-each-ref --stdin refs/tags </dev/null 2>err &&
	expect_status 129 roar for-each-ref --json --format "%(refname)" 2>err && grep "one of --json and --format" err &&
	expect_status 129 roar for-each-ref --nonsense
'

test_done
