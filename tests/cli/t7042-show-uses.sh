#!/bin/sh
# A file that very many jobs used: the latest uses are shown, and who made it.

. "$SOURCE_DIR/tests/cli/lib.sh"

command -v jq >/dev/null || skip_all 'jq is not installed'

# history NAME N: a project whose first job wrote data/all.csv, and N - 1 others read it
history () {
	cd "$TRASH" && project "$1" && "$ROAR_BUILD/tests/test_make_history" . shared "$2" >made
}
# The steps that a list of the text has: below TITLE, in order.
steps_below () {
	sed -n "/^$1/,/^$/p" shown | sed -n 's/^  @\([0-9]*\) .*/\1/p'
}
export notice="(the latest; --all for all of them):"
TRASH=$PWD

history few 101 || exit 1
export artifact
artifact=$(roar resolve data/all.csv)

test_case 'a hundred readers are all shown, and --all changes nothing' '
	roar show $artifact >shown && ! grep -F "the latest" shown &&
	steps_below "Consumed by:" >steps && seq 2 101 | diff - steps &&
	steps_below "Produced by:" >steps && echo 1 | diff - steps &&
	roar show --all $artifact | diff shown - &&
	roar show --json $artifact >json && jq -e "has(\"uses_cut\") | not" json &&
	roar show --json --all $artifact | diff json -
'

test_case 'of a path, a hundred uses are all shown' '
	roar pop -y && roar show data/all.csv >shown && ! grep -F "the latest" shown &&
	steps_below "Consumed by:" >steps && seq 2 100 | diff - steps &&
	roar show --json data/all.csv | jq -e "(.uses | length == 100) and (has(\"uses_cut\") | not)"
'

history many 700 || exit 1

test_case 'of more readers the latest are shown, and the one that wrote it' '
	roar show $artifact >shown && grep -Fx "Consumed by $notice" shown && grep -x "Produced by:" shown &&
	steps_below "Consumed by" >steps && seq 601 700 | diff - steps &&
	steps_below "Produced by" >steps && echo 1 | diff - steps &&
	grep "^Path: *data/all.csv" shown
'

test_case 'JSON has the same uses, and says that there are more' '
	roar show --json $artifact | jq -e "
		.uses_cut and (.uses | length == 101) and (.uses[0] | .role == \"output\" and .job.step == \"@1\") and
		([.uses[1:][] | .job.step] == [range(601; 701) | \"@\(.)\"]) and all(.uses[1:][]; .role == \"input\")"
'

test_case 'a path shows the same' '
	roar show data/all.csv >shown && grep -Fx "Consumed by $notice" shown && grep -Fx "Produced by $notice" shown &&
	steps_below "Consumed by" >steps && seq 601 700 | diff - steps &&
	steps_below "Produced by" >steps && echo 1 | diff - steps &&
	roar show --json data/all.csv | jq -e "
		.uses_cut and (.uses | length == 101) and .uses[0].role == \"output\" and .uses[0].artifact_oid == \"$artifact\"" &&
	grep "the latest" shown
'

test_case '--all lists every use' '
	for name in $artifact data/all.csv
	do
		roar show --all $name >shown && ! grep -F "the latest" shown && grep -x "Produced by:" shown &&
		steps_below "Consumed by:" >steps && seq 2 700 | diff - steps &&
		roar show --all --json $name | jq -e "(.uses | length == 700) and (has(\"uses_cut\") | not)" || return 1
	done
'

test_case 'a file of a few jobs is shown as a whole among them' '
	roar show out/300.csv >shown && grep -x "Produced by:" shown && ! grep "^Consumed by" shown &&
	steps_below "Produced by:" >steps && echo 301 | diff - steps
'

test_case 'what was popped is no use any more' '
	roar pop -y && roar show $artifact >shown &&
	steps_below "Consumed by" >steps && seq 600 699 | diff - steps &&
	roar show step.py >shown && steps_below "Consumed by" >steps && seq 600 699 | diff - steps
'

test_case 'others that ask for its uses find the same' '
	roar inputs --code data/all.csv | grep step.py &&
	roar why data/all.csv | grep "@1" &&
	expect_status 1 roar verify data/all.csv >said && grep "data/all.csv" said &&
	expect_status 1 roar verify $artifact >said && grep "data/all.csv" said
'

test_done
