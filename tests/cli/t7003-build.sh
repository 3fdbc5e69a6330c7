#!/bin/sh

. "$SOURCE_DIR/tests/cli/lib.sh"

command -v jq >/dev/null || skip_all 'jq is not installed'
project p || exit 1
printf 'int main(void) { return 0; }\n' >tool.c
git add tool.c && git commit -qm tool

test_case 'a build step is numbered apart and records its files' '
	roar build -q cc -o tool tool.c && roar run -q ./tool &&
	roar show --json @B1 >shown &&
	test "$(jq -r "[.outputs[].path] | join(\" \")" shown)" = tool &&
	jq -e "[.inputs[] | select(.path == \"tool.c\" and .class == \"code\")] | length == 1" shown &&
	roar show --json @1 | jq -e ".argv == [\"./tool\"]"
'

test_case 'what a build made and a run executes connects them' '
	roar dag --json | jq -e ".nodes[] | select(.step == \"@1\").dependencies == [{\"step\":\"@B1\"}]"
'

test_case 'a build follows the clean-tree policy' '
	echo "/* more */" >>tool.c && expect_status 125 roar build cc -o tool tool.c 2>err &&
	grep "modified:       tool.c" err && grep "roar build --allow-dirty" err
'

test_done
