#!/bin/sh
# The shape of the preload library: what it asks of the processes that it is loaded into.
# shellcheck disable=SC2016  # the cases are evaluated later
. "$SOURCE_DIR/tests/cli/lib.sh"
library=$ROAR_BUILD/tracer/preload/libroar-preload.so
readelf -dW "$library" >dynamic
readelf -lW "$library" >segments
nm -D "$library" >symbols

test_case 'it needs no other library' '
	! grep NEEDED dynamic
'
test_case 'it is not relocated in its text, nor bound at once' '
	! grep "TEXTREL\|BIND_NOW\|RUNPATH" dynamic
'
test_case 'its stack is not executable' '
	grep "GNU_STACK.* RW " segments
'
test_case 'its thread memory is a few bytes, and static' '
	grep STATIC_TLS dynamic &&
	size=$(awk "\$1 == \"TLS\" { print \$6 }" segments) && test "$((size))" -le 16
'
test_case 'it asks only for what every libc has, or can do without' '
	awk "\$1 == \"U\" { print \$2 }" symbols >asked && echo __errno_location | cmp - asked &&
	awk "\$1 == \"w\" { print \$2 }" symbols | sort >may &&
	printf "%s\n" __environ dirfd dlsym fileno getauxval gnu_get_libc_version | cmp - may
'
test_case 'it exports functions of C and nothing else' '
	! grep " [BDVu] \| _Z\|asan\|ubsan\|roar" symbols
'
test_case 'its code is small' '
	size=$(size -A "$library" | awk "\$1 == \".text\" { print \$2 }") && test "$size" -le 65536
'
test_case 'its sources include nothing of ours but what is freestanding too' '
	! grep -h "#include \"" "$SOURCE_DIR"/tracer/preload/* |
		grep -v "tracer/preload/\|tracer/versions.h\|tracer/wire.h"
'

test_done
