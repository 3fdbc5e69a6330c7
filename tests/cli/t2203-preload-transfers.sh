#!/bin/sh
# All ways to read and write a file through a descriptor, and to get one.
# shellcheck disable=SC2016  # the cases are evaluated later
. "$SOURCE_DIR/tests/cli/lib.sh"
. "$SOURCE_DIR/tests/cli/lib_preload.sh"
(cd .. && program calls -pthread) || exit 1

read_and_written () {
	has "open rs .* in$" && has "open ws .* wct .* out$"
}

for name in vectors sendfile copy_file_range splice daemon
do
	test_case "in is read, out is written: $name" "case_of $name && read_and_written"
done
test_case 'opened for update, only read' '
	case_of update_unwritten && has "open rs .* rw .* in$"
'
test_case 'system calls by number' '
	case_of openat2 && has "open rs .* in$" &&
	case_of by_number && read_and_written && has "rename .* out -> out2$" &&
	has "absent .* nowhere$"
'
test_case 'mapped' '
	case_of map_private && has "open ms .* in$" &&
	case_of map_shared && has "open mMst .* out$" &&
	case_of map_made_writable && has "open mM.* in$"
'
test_case 'truncated and punched' '
	case_of resize && has "truncate .* size=2 before=5 in$" && has "open stE .* two$" &&
	has "open st .* three$"
'
test_case 'asynchronous' '
	case_of native_aio && has "open rs .* in$" &&
	case_of posix_aio && has "open rs .* in$"
'
test_case 'io_uring is a gap' '
	case_of io_uring && has "gap .* io-uring$"
'
test_case 'duplicates' '
	case_of duplicates && has "open r .* in$" && has "open w .* out$"
'
test_case 'a duplicate beyond the table' '
	ulimit -n 6000 &&
	case_of many && has "open r scu .* in$"
'
test_case 'opened again through /proc' '
	case_of reopen && has "open ws .* wt .* $PWD/out$"
'
test_case 'passed over a socket' '
	case_of passed && has "inherited ws .* $PWD/out$"
'
test_case 'a file without a name gets one' '
	case_of nameless && has "open ws .* rwT .* $PWD/#" && has "link .* $PWD/#.* -> out$"
'
test_case 'two files exchanged' '
	case_of exchange && has "exchange .* size=5 before=4 in -> two$"
'
test_case 'relative to a directory' '
	case_of at && has "open rs .* $PWD/sub/in$" &&
	has "rename .* $PWD/sub/in -> $PWD/sub/moved$" && has "unlink .* $PWD/sub/moved$" &&
	has "symlink .* x -> $PWD/sub/soft$"
'
test_case 'the working directory changes' '
	case_of fchdir && has "cwd .* $PWD/sub$" && has "open rs sc .* in$"
'
test_case 'each thread has its working directory' '
	case_of thread_directories && has "open rs s .* $PWD/sub/in$" &&
	has "open rs s .* $PWD/sub2/in$" && has "open rs s .* $PWD/in$"
'
test_case 'a directory that is scanned' '
	case_of scandir && has "listed .* $PWD/sub$"
'

test_done
