#!/bin/sh

. "$SOURCE_DIR/tests/cli/lib.sh"

command -v jq >/dev/null || skip_all 'jq is not installed'
project p || exit 1
roar run -q true && old=$(roar show --json | jq -r .session)

test_case 'a new session starts at step 1 and the old one stays' '
	roar reset >out && grep "^Deactivated session" out && grep "^Created new session" out &&
	test "$(roar show --json | jq -r .session)" != $old &&
	roar run -q true && roar show --json @1 | jq -e ".argv == [\"true\"]" &&
	roar show --json session:$old | jq -e "(.jobs | length) == 1 and (.active | not)"
'

test_done
