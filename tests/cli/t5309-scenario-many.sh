#!/bin/sh
# Many small files: one is changed and status finds it, by reading that one alone.

. "$SOURCE_DIR/tests/cli/lib.sh"

command -v jq >/dev/null || skip_all 'jq is not installed'
project p || exit 1

test_case 'of five hundred inputs the one that changed is named' '
	mkdir d && (cd d && seq 1 500 | split -l 1 -a 3 --additional-suffix=.csv - f) && roar run -q -n sum sh -c "cat d/* >sum" && roar status --exit-code &&
	echo changed >d/faqb.csv && expect_status 1 roar status --exit-code >out && grep "d/faqb.csv changed since" out &&
	roar dag --json | jq -e "(.nodes[0].reasons | length) == 1"
'

test_case 'a file whose stamp is known is not opened to see that it is the same' '
	command -v strace >/dev/null || skip_case "strace is not installed"
	roar status >/dev/null && strace -f -o trace -e trace=openat roar status >/dev/null && test "$(grep -c "/d/f" trace)" -le 5
'

test_done
