#!/bin/sh
# Started with standard input, output or error closed, as a daemon may: what roar opens must not get
# their numbers, and what it runs must find them as they were.

. "$SOURCE_DIR/tests/cli/lib.sh"

project p || exit 1
echo in >in
roar run -q cp in out && roar run -q cp out out2 || exit 1
roar pack-objects ../all.pack --all >/dev/null && roar update-ref refs/tags/blob "$(roar hash-object -w in)" || exit 1
roar cat-object --batch-all-objects --batch >../objects && roar for-each-ref >../refs || exit 1
combinations='<&- | >&- | 2>&- | <&- >&- | <&- 2>&- | >&- 2>&- | <&- >&- 2>&-'

# with_closed '<&- >&-' COMMAND [ARGUMENT...]
with_closed () {
	closing=$1
	shift
	sh -c "exec $closing; exec \"\$@\"" sh "$@"
}

# each_closed STATUS... -- COMMAND [ARGUMENT...]: whichever is closed, the status is one of these, and
# the store is afterwards what it was before.
each_closed () {
	statuses=
	while test "$1" != --
	do
		statuses="$statuses $1 "
		shift
	done
	shift
	echo "$combinations" | tr '|' '\n' >../closings
	while read -r combination
	do
		with_closed "$combination" "$@" <../input >../printed
		status=$?
		case $statuses in
		*" $status "*) ;;
		*) echo "status $status: $* $combination" && return 1 ;;
		esac
		roar fsck && roar cat-object --batch-all-objects --batch | cmp - ../objects && roar for-each-ref | cmp - ../refs ||
			{ echo "hurt by: $* $combination"; return 1; }
	done <../closings
}

test_case 'commands that read' '
	: >../input && each_closed 0 -- roar for-each-ref && each_closed 0 -- roar cat-object -p @1 && each_closed 0 -- roar log &&
	each_closed 0 -- roar fsck && each_closed 0 -- roar help && each_closed 0 -- roar log-objects
'

test_case 'commands that write' '
	each_closed 0 -- roar update-ref HEAD "$(roar resolve HEAD)" && each_closed 0 -- roar hash-object -w in &&
	each_closed 0 -- roar reindex && each_closed 0 -- roar compact -q && each_closed 0 -- roar gc --force --prune now
'

test_case 'commands that read standard input' '
	roar resolve @1 >../input && each_closed 0 -- roar cat-object --batch-check && each_closed 0 -- roar cat-object --batch &&
	: >../input && each_closed 0 -- roar update-ref --stdin && each_closed 0 -- roar hash-object --stdin &&
	cp ../all.pack ../input && each_closed 0 128 -- roar unpack-objects && each_closed 0 128 -- roar unpack-objects -r
'

test_case 'an answer that nobody wanted is no error, and standard input has nothing' '
	roar for-each-ref >&- 2>../err && test ! -s ../err && roar cat-object --batch-check <&- >../out && test ! -s ../out
'

# The interpreter itself: what stands in PATH may be a script that changes descriptors.
python=$(python3 -c 'import sys; print(sys.executable)')
cat >standard.py <<'E'
import os, sys
def target(number):
    try:
        return os.readlink("/proc/self/fd/%d" % number)
    except OSError:
        return "closed"
found = " ".join(target(number) for number in range(3))
with open(sys.argv[1], "a") as file:
    print(found, file=file)
E

test_case 'a command that is run finds them as without roar' '
	test -n "$python" || skip_case "python3 is not installed"
	echo "$combinations" | tr "|" "\n" >../closings && : >../input &&
	while read -r combination
	do
		with_closed "$combination" $python standard.py plain <../input >../printed 2>../err
		for way in "run --allow-dirty" "run --allow-dirty --tracer ptrace" "run --allow-dirty --strict" "trace --output=../facts" trace
		do
			name=$(echo "by $way" | tr -c "a-z\n" _)
			with_closed "$combination" roar $way $python standard.py "$name" <../input >../printed 2>../err || exit 1
		done
	done <../closings && test $(wc -l <plain) = 7 && grep -x "closed closed closed" plain &&
	for file in by_*
	do
		diff plain "$file" || exit 1
	done && test $(ls by_* | wc -l) = 5 && roar fsck
'

test_case 'so does one that an alias runs; a hook has them open' '
	test -n "$python" || skip_case "python3 is not installed"
	roar config set alias.go "run --allow-dirty -q" && with_closed "<&- 2>&-" roar go $python standard.py aliased >../printed &&
	grep "^closed /.* closed$" aliased &&
	mkdir -p .roar/hooks && printf "#!/bin/sh\nexec $python standard.py hooked\n" >.roar/hooks/post-record &&
	chmod +x .roar/hooks/post-record && with_closed "<&- >&- 2>&-" roar run --allow-dirty -q true &&
	grep "^/.* /dev/null /dev/null$" hooked && roar fsck
'

test_done
