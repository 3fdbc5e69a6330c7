#!/bin/sh

. "$SOURCE_DIR/tests/cli/lib.sh"

command -v jq >/dev/null || skip_all 'jq is not installed'
project p || exit 1

test_case 'before the first run' '
	roar status >out && grep "^Git: *main @ .*clean" out && grep "0 run steps" out && grep "nothing has run" out
'

test_case 'after runs: the latest job and the outputs, with what is missing' '
	roar run -q sh -c "echo 1 >a; echo 2 >b" && rm b && roar status >out &&
	grep "1 run step " out && grep "^Artifacts (2, 1 missing):" out &&
	grep "$(b3sum --no-names a | cut -c1-12) .*  a$" out && grep "  b  (missing)$" out
'

test_case 'uncommitted code shows' '
	echo "x = 1" >new.py && roar status | grep "1 uncommitted code file"
'

test_case 'JSON' '
	roar status --json | jq -e "(.outputs | length) == 2 and .git.dirty and .version == 1"
'

test_case 'outside of a project' '
	cd / && expect_status 128 roar status 2>"$trash/err" && grep "not initialized" "$trash/err"
'

test_done
