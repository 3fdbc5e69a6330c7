#!/bin/sh
# Limits on the job's resources: its result is the same, and the facts are there as far as possible.
# shellcheck disable=SC2016  # the cases are evaluated later
. "$SOURCE_DIR/tests/cli/lib.sh"
. "$SOURCE_DIR/tests/cli/lib_preload.sh"
echo text >in

# limited LIMIT COMMAND...: the limit is set in the job.
limited () {
	limit=$1
	shift
	same_as_plain sh -c "ulimit $limit; exec \"\$@\"" sh "$@"
}

test_case 'twenty descriptors' '
	limited "-n 20" sh -c "cat in; exec 3<in 4<in 5<in 6<in 7<in 8<in; cat <&3" &&
	has "inherited rs .* $PWD/in$" && lost 0
'
test_case 'a small address space' '
	limited "-v 65536" sh -c "cat <in >out; rm out" &&
	has "inherited r.* $PWD/in$" && has "unlink .* out$" && lost 0
'
test_case 'no file may grow' '
	limited "-f 0" head -n 1 in && has "open rs* .* in$"
'
test_case 'a log that is too small counts what is lost' '
	traced -c 12288 sh -c "for i in 1 2 3 4 5 6 7 8 9; do cat in; done" && has_not "^lost 0$"
'
test_case 'a log that is not there: the job runs' '
	LD_PRELOAD=$ROAR_BUILD/tracer/preload/libroar-preload.so ROAR_TRACE_LOG=/nowhere cat in
'
test_case 'a log that is no log: the job runs, the file stays' '
	echo precious >file &&
	LD_PRELOAD=$ROAR_BUILD/tracer/preload/libroar-preload.so ROAR_TRACE_LOG=$PWD/file cat in &&
	test "$(cat file)" = precious
'
test_case 'without the variable nothing happens' '
	LD_PRELOAD=$ROAR_BUILD/tracer/preload/libroar-preload.so cat in
'

test_done
