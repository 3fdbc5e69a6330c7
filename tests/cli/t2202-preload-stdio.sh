#!/bin/sh
# Streams of stdio, whose reads and writes happen inside libc where no hook sees them.
# shellcheck disable=SC2016  # the cases are evaluated later
. "$SOURCE_DIR/tests/cli/lib.sh"
. "$SOURCE_DIR/tests/cli/lib_preload.sh"
(cd .. && program calls -pthread) || exit 1

test_case 'a stream that is read, one that is written' '
	case_of fopen && has "open rs .* in$" && has "open .* wct .* out$"
'
test_case 'opened and not read' '
	case_of fopen_unread && has "open s .* in$"
'
test_case 'an empty file that is read to its end' '
	case_of fopen_empty && has "open rs .* empty$"
'
test_case 'appended to' '
	case_of fopen_append && has "open ws .*wca.* in$"
'
test_case 'opened for appending, and nothing appended' '
	case_of fopen_append_nothing && has "open s .*wca.* in$"
'
test_case 'updated in place' '
	case_of fopen_update && has "open ws .* rw .* in$"
'
test_case 'read and never closed' '
	case_of fopen_unclosed && has "open rs .* in$"
'
test_case 'ended by _exit' '
	case_of _exit && has "open rs .* in$" && has "^exit"
'
test_case 'freopen and fdopen' '
	case_of freopen && has "open rs .* in$" && has "open .* wct .* out$" &&
	case_of fdopen && has "open rs .* in$"
'
test_case 'standard input that was there from the start' '
	case_of stdin && has "inherited rs .* $PWD/in$"
'
test_case 'standard input that is not read' '
	case_of fopen_append && has_not "inherited"
'
test_case 'temporary files, with a name and without' '
	case_of temporary && has "open ws .* rwc .* temp" && has "unlink .* before=5 temp"
'

test_done
