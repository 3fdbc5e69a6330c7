#!/bin/sh
# The preload library by itself: which facts it writes for what common programs do to files.
# shellcheck disable=SC2016  # the cases are evaluated later
. "$SOURCE_DIR/tests/cli/lib.sh"
. "$SOURCE_DIR/tests/cli/lib_preload.sh"

test_case 'a file that is read, and one that is written' '
	echo text >in &&
	traced sh -c "cat <in >out" &&
	has "inherited r.* $PWD/in$" &&
	has "inherited w.* $PWD/out$" &&
	has "open .* wct .* out$" &&
	lost 0
'

test_case 'a file that is opened and not read has no bit' '
	traced sh -c "exec 3<in" &&
	has "open [^rm]* .* in$"
'

test_case 'append keeps what was there before' '
	traced sh -c "echo more >>out" &&
	has "open .*wca.* size=5 before=5 out$"
'

test_case 'rename, with the file that is replaced' '
	echo old >there &&
	traced mv out there &&
	has "rename .* size=10 before=4 out -> there$"
'

test_case 'links, removal, directories' '
	traced ln in hard &&
	has "link .* in -> hard$" &&
	traced ln -s in soft &&
	has "symlink .* in -> soft$" &&
	traced rm hard soft &&
	has "unlink .* before=5 hard$" &&
	has "unlink .* soft$" &&
	mkdir d && traced rmdir d &&
	has "unlink .* d$"
'

test_case 'a directory that is listed' '
	mkdir d && echo x >d/a &&
	traced ls d &&
	has "listed .* $PWD/d$"
'

test_case 'fortified programs: tar' '
	traced tar -cf d.tar d &&
	has "open rs .* $PWD/d/a$" &&
	has "open w.* wct .* d.tar$"
'

test_case 'names that are no text' '
	name=$(printf "a\nb\377") &&
	echo x >"$name" &&
	traced cat "$name" &&
	has "open r.* a.012b.377$"
'

test_case 'what is not there is noted once' '
	traced sh -c "cat missing; cat missing; :" &&
	has "absent .* missing$"
'

test_done
