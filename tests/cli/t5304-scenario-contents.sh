#!/bin/sh
# Same contents under other names are one artifact, whatever the archive's time stamp says they are one; and
# two tables that begin alike are two.

. "$SOURCE_DIR/tests/cli/lib.sh"

command -v jq >/dev/null || skip_all 'jq is not installed'
project p || exit 1
oid () { roar show --path "$1" --json | jq -r .artifact_oid; }

test_case 'four files of one content are one artifact, at four paths' '
	roar run -q -n save sh -c "for n in 1 2 3 4; do echo weights >model\$n.pt; done" &&
	test "$(for n in 1 2 3 4; do oid model$n.pt; done | sort -u | wc -l)" = 1 && roar diff model1.pt model4.pt | grep "same content" &&
	roar show "$(oid model1.pt)" --json | jq -e "[.uses[].path] | sort == [\"model1.pt\", \"model2.pt\", \"model3.pt\", \"model4.pt\"]"
'

test_case 'a table that differs beyond the first ten thousand rows is another artifact' '
	seq 1 20000 >a.csv && seq 1 19999 >b.csv && echo other >>b.csv && cmp -s -n 40000 a.csv b.csv &&
	roar run -q -n read sh -c "cat a.csv b.csv >both" && test "$(oid a.csv)" != "$(oid b.csv)" && expect_status 1 roar diff --exit-code a.csv b.csv
'

test_case 'and so is what was made from it: why names the file' '
	roar run -q -n one cp a.csv used && cp b.csv a.csv && roar run -q -n one cp a.csv used && roar why used | head -n 1 >out && cat out &&
	grep -x "used changed because a.csv changed (@3)\." out
'

test_case 'an archive with another time in it and the same content: the step after it is fresh' '
	echo data >t && roar run -q -n zip sh -c "gzip -nc t >t.gz" && roar run -q -n unzip sh -c "gzip -dc t.gz >u" &&
	touch t && roar run -q -n zip sh -c "gzip -nc t >t.gz" && roar dag --json | jq -e "[.nodes[] | select(.step_name == \"unzip\") | .state] == [\"active\"]"
'

test_done
