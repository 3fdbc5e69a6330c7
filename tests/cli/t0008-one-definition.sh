#!/bin/sh
# No function has two definitions in our libraries: the linker takes the first it meets, in silence.

. "$SOURCE_DIR/tests/cli/lib.sh"

command -v nm >/dev/null || skip_all 'nm is not installed'

test_case 'every function is defined once' '
	find "$ROAR_BUILD" -name "libroar_*.a" >libraries && test "$(wc -l <libraries)" -ge 6 &&
	xargs nm --defined-only <libraries 2>/dev/null | sed -n "s/^[0-9a-f]* T //p" | sort >functions &&
	test "$(wc -l <functions)" -gt 500 &&
	uniq -d functions | c++filt >doubled && { test ! -s doubled || { cat doubled; exit 1; }; }
'

test_done
