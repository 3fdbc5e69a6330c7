#!/bin/sh
# What scripts build on: the bytes that the commands of refs print, in every locale.

. "$SOURCE_DIR/tests/cli/lib.sh"

project p || exit 1
a=32b4623362e830880d9ef57b95286e4123cf7fbc078d77ba13a47c050acb2046
b=669e7a1bd0e83e74adee2767d30ee8dbacdea2a406389890a4933f48d074502f
zeros=$(printf '%064d' 0)
test "$(printf a | roar hash-object -w --stdin)" = $a && test "$(printf bb | roar hash-object -w --stdin)" = $b || exit 1
hostile=$(printf 'refs/t/\303\204\377"\047$(x);I\304\261')
roar update-ref -m 'first one' refs/t/i $a && roar update-ref -m 'İ moved' refs/t/i $b && roar update-ref -m x refs/t/I $a &&
	roar update-ref -m '' "$hostile" $a && roar symbolic-ref refs/t/s refs/t/i || exit 1

cat >../expect <<-EOF
	$a blob	refs/t/I
	$b blob	refs/t/i
	$b blob	refs/t/s
	$a blob	$hostile
	2|refs/t/i||blob|first
	2|refs/t/s|refs/t/i|blob|first
	1|refs/t/I||blob|first
	1|$hostile||blob|first
	$b refs/t/i
	669e7a1b
	{"objectname":"$a","objectsize":1,"objecttype":"blob","refname":"refs/t/I"}
	{"objectname":"$b","objectsize":2,"objecttype":"blob","refname":"refs/t/s","symref":"refs/t/i"}
	{"objectname":"$a","refname_b64":"$(printf %s "$hostile" | base64 -w 0)"}
	$b refs/t/i@{0}: İ moved
	$a refs/t/i@{1}: first one
	refs/t/i
	refs/t/a/b
	error: ref 'refs/t/i' is at $b, and was expected to be at $a
	3
	error: cannot create ref 'refs/t/i/j': ref 'refs/t/i' is in its way
	3
	fatal: there is no ref 'refs/t/none'
	128
	fatal: 'refs/t/i' is not a symbolic ref
	128
	start: ok
	prepare: ok
	abort: ok
EOF

# printed LOCALE: all of it.
printed () (
	export LC_ALL="$1"
	exec 2>&1
	roar for-each-ref refs/t
	roar for-each-ref --sort=-objectsize --format '%(objectsize)|%(refname)|%(symref)|%(objecttype)|%66irst' refs/t
	roar show-ref --verify refs/t/i
	roar show-ref --hash=8 t/i
	roar for-each-ref --json refs/t/I refs/t/s
	roar show-ref --json "${hostile#refs/}"
	roar reflog refs/t/i
	roar symbolic-ref refs/t/s
	roar check-ref-format --normalize /refs//t/a/b
	roar update-ref refs/t/i $a $a; echo $?
	roar update-ref refs/t/i/j $a; echo $?
	roar show-ref --verify refs/t/none; echo $?
	roar symbolic-ref refs/t/i; echo $?
	printf "%s\n" start "delete refs/t/i $b" prepare abort | roar update-ref --stdin
)

for locale in C POSIX C.UTF-8
do
	test_case "in $locale" "printed $locale >../actual && diff ../expect ../actual"
done

test_case 'in Turkish, where i and I are not one letter' '
	command -v localedef >/dev/null && mkdir -p ../locales && localedef -i tr_TR -f UTF-8 ../locales/tr_TR.UTF-8 2>../err ||
		skip_case "no description of the locale tr_TR"
	export LOCPATH="$trash/work/locales" && printed tr_TR.UTF-8 >../actual && diff ../expect ../actual
'

test_case 'names end with NUL where that is asked for' '
	roar for-each-ref -z --format "%(refname)" refs/t >../actual && printf "%s\0" refs/t/I refs/t/i refs/t/s "$hostile" | cmp - ../actual &&
	roar reflog list -z | tr "\0" "\n" | grep -xF "$hostile" &&
	printf "%s\0" start "verify $hostile" $a commit | roar update-ref --stdin -z >../actual && printf "%s: ok\0" start commit | cmp - ../actual
'

test_case 'output that cannot be written is an error, a reader that goes away is the end' '
	for words in for-each-ref show-ref reflog "reflog list" "symbolic-ref HEAD" "check-ref-format --normalize refs/a"
	do
		expect_status 128 roar $words >/dev/full 2>../err && grep -q "^fatal: cannot write" ../err || { echo "$words"; exit 1; }
	done || exit 1
	mkfifo ../pipe || exit 1
	{ roar for-each-ref --format "%(refname)$(printf "%0100000d" 0)" >../pipe 2>../err; echo $? >../status; } &
	head -c 10 ../pipe >../head
	wait; grep -xE "141|128" ../status
'

test_done
