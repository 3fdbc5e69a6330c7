# Sourced after lib.sh by the tests of the preload library alone.

dump=$ROAR_BUILD/tests/test_log_dump
programs=$SOURCE_DIR/tests/programs

# traced COMMAND...: runs it with the library; its records are lines of ../facts.
traced () {
	"$dump" -o ../facts "$@"
}

# has RE, has_not RE: about the records of the last traced command.
has () {
	grep -q -e "$1" ../facts || { echo "no record: $1"; grep -v "/lib\|^absent" ../facts | head -40; return 1; }
}
has_not () {
	! grep -e "$1" ../facts
}

# lost N: so many records were lost.
lost () {
	has "^lost $1$"
}

# same_as_plain COMMAND...: its status, output and errors are those without the library.
same_as_plain () {
	"$@" >../plain.out 2>../plain.err
	wanted=$?
	traced "$@" >../traced.out 2>../traced.err
	got=$?
	test "$wanted" = "$got" || { echo "status $got instead of $wanted"; return 1; }
	cmp ../plain.out ../traced.out && cmp ../plain.err ../traced.err
}

# program NAME [FLAG...]: compiles tests/programs/NAME.c to ./NAME.
program () {
	name=$1
	shift
	cc -O1 -Wall -Wextra "$programs/$name.c" -o "$name" "$@"
}

# case_of NAME: a fresh directory with the files of the cases of calls.c, where the case is run once
# plain and once with the library, and must end and say the same; its records are looked at next.
case_of () {
	fresh && ../calls "$1" <in >../plain.out 2>../plain.err
	wanted=$?
	fresh && traced ../calls "$1" <in >../traced.out 2>../traced.err
	got=$?
	test "$wanted" = "$got" || { echo "status $got instead of $wanted"; cat ../*.err; return 1; }
	cmp ../plain.out ../traced.out && cmp ../plain.err ../traced.err && lost 0
}

fresh () {
	find . -mindepth 1 -delete && mkdir sub sub2 && echo text >in && echo two >two &&
		echo three >three && : >empty && echo s >sub/in && echo s >sub2/in
}
