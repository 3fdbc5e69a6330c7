#!/bin/sh
# Every command in the tables has a manual page and a test, and its page's synopsis and options are
# those that -h shows, but for the way in which the value of an option is written.

. "$SOURCE_DIR/tests/cli/lib.sh"

# The forms of a command, one a line, from the synopsis of its page: markup and escapes removed, and
# lines that do not begin with "roar" joined to the one before.
page_forms () {
	sed -n '/^# SYNOPSIS/,/^# DESCRIPTION/ { /^#/d; /^$/d; p }' "$1" |
		sed 's/++$//' | tr -d '*_\\' |
		awk '/^roar /{ if (form != "") print form; form = $0; next } { sub(/^[ \t]+/, ""); form = form " " $0 }
			END { print form }'
}

page_options () {
	sed -n '/^# OPTIONS/,/^# [^O]/ { s/^\(\*-.*\)/\1/p }' "$1" | tr -d '*_\\<>' | tr A-Z a-z
}

usage_forms () {
	sed -n 's/^usage: //p; s/^   or: //p' "$1"
}

usage_options () {
	sed -n 's/^    *\(-[^ ].*\)/\1/p' "$1" | sed 's/   *.*//' | tr -d '<>' | tr A-Z a-z
}

test_case 'the list has commands' '
	roar help --list | grep "^help	porcelain	."
'

for command in $(roar help --list | cut -f1)
do
	page=$SOURCE_DIR/man/roar-$command.1.scd
	test_case "$command has a manual page" "test -f '$page'"
	test_case "$command has a test" "ls '$SOURCE_DIR'/tests/cli/t????-$command.sh"
	test_case "the page of $command says what the table says" "
		summary=\$(roar help --list | awk -F '\\t' '\$1 == \"$command\" { print \$3 }') &&
		grep -xF \"roar-$command - \$summary\" '$page'
	"
	test_case "$command -h agrees with its manual page" "
		roar $command -h >usage 2>err && test ! -s err &&
		usage_forms usage >expect && page_forms '$page' >actual && diff -u expect actual &&
		usage_options usage >expect && page_options '$page' >actual && diff -u expect actual
	"
done

# The lists in the page are lines of nothing but names.
test_case 'roar-plumbing(7) lists the commands of plumbing, and no others' '
	sed -n "/^# DESCRIPTION/,/^# THE PROMISE/p" "$SOURCE_DIR/man/roar-plumbing.7.scd" | grep -xE "(\*[a-z-]+\*(, |,$|$))+" |
		tr -d "* " | tr "," "\n" | grep . | sort >listed &&
	roar help --list | awk -F "\t" "\$2 == \"plumbing\" { print \$1 }" | sort >known && diff -u known listed
'

# fsck sets bits, and trace passes on what its command ends with.
test_case 'roar-plumbing(7) has every exit status of plumbing' '
	statuses () { sed -n "/^# EXIT STATUS/,/^# [^E]/p" "$1" | sed -n "s/^\*\([0-9]*\)\*.*/\1/p"; } &&
	statuses "$SOURCE_DIR/man/roar-plumbing.7.scd" | sort >told &&
	for command in $(roar help --list | awk -F "\t" "\$2 == \"plumbing\" { print \$1 }" | grep -vxE "fsck|trace")
	do
		statuses "$SOURCE_DIR/man/roar-$command.1.scd"
	done | sort -u >used && grep -x 128 used && ! comm -13 told used | grep .
'

test_done
