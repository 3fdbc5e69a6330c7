#!/bin/sh
# The pages are clean for mandoc, and name only pages that exist.

. "$SOURCE_DIR/tests/cli/lib.sh"

command -v mandoc >/dev/null || skip_all 'mandoc is not installed'
set -- "$ROAR_BUILD"/man/*.[1-8]
test -f "$1" || skip_all 'the pages were not built: scdoc is not installed'

for page
do
	test_case "$(basename "$page") is clean" "mandoc -T lint -W error '$page'"
done

test_case 'every page that is named exists' '
	cd "$SOURCE_DIR/man" &&
	grep -ohE "\*roar(-[a-z-]+)?\*\([1-8]\)" *.scd | sort -u | tr -d "*()" |
	sed "s/\([1-8]\)\$/.\1.scd/" >"$trash/named" &&
	for page in $(cat "$trash/named")
	do
		test -f "$page" || { echo "no $page"; exit 1; }
	done
'

test_done
