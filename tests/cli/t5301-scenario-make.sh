#!/bin/sh
# What make gets wrong and right of staleness, beside what roar says of the same files: times are not
# contents, and what no rule names is used all the same.

. "$SOURCE_DIR/tests/cli/lib.sh"

command -v make >/dev/null || skip_all 'make is not installed'
command -v jq >/dev/null || skip_all 'jq is not installed'
project p || exit 1
reasons () { roar dag --json | jq -r ".nodes[] | select(.step == \"$1\") | .reasons[]?.text"; }

mkdir lib && echo 'factor=1' >lib/helper.sh && printf '. ./lib/helper.sh\nsed "s/^/$factor /" in.csv >out.csv\n' >step.sh &&
	printf 'out.csv: in.csv\n\tsh step.sh\n' >Makefile && git add lib step.sh Makefile && git commit -qm pipeline && echo 1 >in.csv &&
	roar run -q -n build make -s || exit 1

test_case 'both say that all is done' '
	make -q && roar status --exit-code
'

test_case 'an input that was touched: make would run again, roar knows that it is the same' '
	touch -d "+1 hour" in.csv && ! make -q && roar status --exit-code && touch -d "-1 hour" in.csv && touch out.csv && make -q
'

test_case 'a helper that no rule names: make sees nothing, roar names the file' '
	echo "factor=2" >lib/helper.sh && make -q && expect_status 1 roar status --exit-code >out &&
	grep "lib/helper.sh changed since" out && git checkout -q lib/helper.sh && roar status --exit-code
'

test_case 'the script was edited: make sees nothing, roar names the file' '
	echo "# more" >>step.sh && make -q && expect_status 1 roar status --exit-code >out && grep "step.sh changed since" out &&
	git checkout -q step.sh && roar status --exit-code
'

test_case 'a script edited by another way of writing it, with the same bytes, is no reason' '
	cp step.sh copy && mv copy step.sh && roar status --exit-code
'

test_done
