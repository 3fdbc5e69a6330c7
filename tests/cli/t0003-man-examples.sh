#!/bin/sh
# The blocks below EXAMPLES in the pages of section 1 are run: each one as a script of its own, by
# sh -e, in a fresh project that has
#
#   data.csv, clean.sh  committed; clean.sh reads data.csv and writes clean.csv
#   hello.c             committed; a C program
#   clean.csv           the output of one recorded run of "sh clean.sh", step @1

. "$SOURCE_DIR/tests/cli/lib.sh"

prepare () {
	git init -q -b main fixture && cd fixture || return
	printf 'name,size\nb,2\na,1\na,1\n' >data.csv
	printf 'sort -u data.csv >clean.csv\n' >clean.sh
	printf '#include <stdio.h>\nint main(void) { puts("hello"); return 0; }\n' >hello.c
	printf '/clean.csv\n' >.gitignore
	git add . && git commit -q -m 'pipeline' && roar init && roar run sh clean.sh
}

# Each block becomes a file: <directory>/<number>. A backslash makes the next character plain, as in
# the page.
blocks () {
	mkdir -p "$2" &&
		awk -v out="$2" '
			/^# / { inside = /^# EXAMPLES/ }
			inside && /^```/ { open = !open; if (open) n++; next }
			inside && open { print > (out "/" n) }
		' "$1" &&
		find "$2" -type f -exec sed -i 's/\\\(.\)/\1/g' {} +
}

test_case 'the fixture can be made' prepare

for page in "$SOURCE_DIR"/man/*.1.scd
do
	name=$(basename "$page" .scd)
	blocks "$page" "$trash/blocks/$name"
	for block in "$trash/blocks/$name"/*
	do
		test -f "$block" || continue
		test_case "$name, example $(basename "$block")" "
			cat '$block' &&
			cp -a fixture '$name-$(basename "$block")' && cd '$name-$(basename "$block")' &&
			sh -eu '$block' </dev/null
		"
	done
done

test_case 'every command has an example' '
	for command in $(roar help --list | cut -f1)
	do
		test -f "$trash/blocks/roar-$command.1/1" || { echo "roar-$command(1) has none"; exit 1; }
	done
'

test_done
