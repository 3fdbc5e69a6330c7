#!/bin/sh
# git says what is a name, too.

. "$SOURCE_DIR/tests/cli/lib.sh"

test_case 'the rules are those of git' '
	tab=$(printf "\t") del=$(printf "\177") umlaut=$(printf "\303\244") bad=$(printf "\377") &&
	for name in refs/a refs/a/b refs/a.b refs/a. refs/.a refs/a/.b refs/a..b refs/a.lock refs/a.lock/b refs/a.lockb \
		refs/a@b refs/@ "refs/a@{b" "refs/a{b" refs/a~1 refs/a^ refs/a:b "refs/a?b" "refs/a*" "refs/a[b" "refs/a]b" \
		"refs/a\\b" "refs/a b" "refs/a${tab}b" "refs/a$del" "refs/$umlaut" "refs/$bad" refs//a refs/a/ /refs/a refs/ refs/a//b \
		refs/-a "refs/a\"b" "refs/a;b" refs/a.b.c "refs/a
b"
	do
		git check-ref-format "$name"; expect=$?
		roar check-ref-format "$name"; actual=$?
		test $expect = $actual || { echo "$name: git $expect, roar $actual"; exit 1; }
		expect=$(git check-ref-format --normalize "$name" || echo no)
		actual=$(roar check-ref-format --normalize "$name" || echo no)
		test "$expect" = "$actual" || { echo "$name: git $expect, roar $actual"; exit 1; }
	done
'

test_case 'but refs are HEAD, or below refs/' '
	roar check-ref-format HEAD && for name in head heads/a a "" @ refs
	do
		expect_status 1 roar check-ref-format "$name" || exit 1
	done
'

test_case 'works anywhere; usage errors' '
	cd / && roar check-ref-format refs/a >out 2>&1; cd "$trash/work" &&
	expect_status 129 roar check-ref-format 2>err && expect_status 129 roar check-ref-format a b 2>err
'

test_done
