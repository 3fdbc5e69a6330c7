#!/bin/sh
# roar-run(1) publishes what a code file is: the rows of the table in tracer/path_class.cc.

. "$SOURCE_DIR/tests/cli/lib.sh"

sed -n '/^# CODE FILES/,/^# EXIT STATUS/p' "$SOURCE_DIR/man/roar-run.1.scd" | tr -d '\\' |
	grep -o '_[^_, ][^,]*_' | tr -d _ | sort >published
sed -n 's/^ *code([A-Za-z]*, "\(.*\)"),$/\1/p' "$SOURCE_DIR/tracer/path_class.cc" | sort >table

test_case 'there is a table' 'test "$(wc -l <table)" -gt 50'
test_case 'every name and suffix is published, and no other' '
	tr -d _ <table | sort | grep -v "^#" >expect && grep -v "^#!*$" published | diff expect -
'

test_done
