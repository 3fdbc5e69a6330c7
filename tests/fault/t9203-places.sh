#!/bin/sh
# Jobs in name spaces of their own and on file systems of other kinds: exact there, too.

. "$SOURCE_DIR/tests/cli/lib.sh"

command -v jq >/dev/null || skip_all 'jq is not installed'
facts=$trash/facts
mkdir here && echo data >here/in && echo old >here/base

paths_of () {
	jq -r --arg kind "$1" --arg here "$2/" 'select(.kind == $kind and (.path | startswith($here))) |
		.path | ltrimstr($here)' "$facts" | sort | paste -sd ' ' -
}
complete () {
	jq -en 'any(inputs; .type == "end" and .complete and .dropped == 0)' "$facts"
}
# all_kinds DIRECTORY TRACER: reading, writing, replacing, appending and removing there.
all_kinds () {
	rm -f "$1/out" "$1/new" "$1/log" && echo data >"$1/in" && echo old >"$1/base" && echo one >"$1/log" || return 1
	roar trace --tracer "$2" -o "$facts" sh -c 'cd "$1" && cat in >out && cp base new.tmp && mv new.tmp new &&
		echo two >>log && echo x >gone && rm gone && ! cat nowhere' sh "$1" >"$trash/all.out" 2>&1 &&
		complete && test "$(paths_of input "$1")" = "base in log" &&
		test "$(paths_of output "$1")" = "log new out" && test "$(cat "$1/out" "$1/new")" = "data
old" && return 0
	cat "$trash/all.out" "$facts"
	return 1
}

for tracer in preload ptrace
do
	test_case "$tracer: a user name space" '
		unshare -Ur true 2>/dev/null || skip_case "no user name spaces here"
		rm -f here/out && roar trace --tracer $tracer -o "$facts" unshare -Ur sh -c "cat here/in >here/out; id -u" >got &&
		test "$(cat got)" = 0 && complete && test "$(paths_of input "$PWD/here")" = in && test "$(paths_of output "$PWD/here")" = out'
	test_case "$tracer: a process name space: processes have two numbers" '
		unshare -Urpf true 2>/dev/null || skip_case "no process name spaces here"
		rm -f here/out && roar trace --tracer $tracer -o "$facts" unshare -Urpf sh -c "sh -c \"cat here/in\" >here/out; echo \$\$" >got &&
		test "$(cat got)" = 1 && complete && test "$(paths_of input "$PWD/here")" = in && test "$(paths_of output "$PWD/here")" = out &&
		test "$(jq -r "select(.type == \"process\") | .executable" "$facts" | grep -c /cat$)" = 1'
	test_case "$tracer: a mount name space: paths of the job that mean others outside are not taken for those" '
		unshare -Urm true 2>/dev/null || skip_case "no mount name spaces here"
		mkdir -p other && echo outside >other/in &&
		roar trace --tracer $tracer -o "$facts" unshare -Urm sh -c "mount --bind here other && cat other/in" >got; status=$?
		cat got "$facts" | head -40
		test $status = 0 && test "$(cat got)" = data && { ! complete || jq -en --arg path "$PWD/other/in" "[inputs |
			select(.kind == \"input\" and .path == \$path and .available_at == \$path)] | length == 0" "$facts"; }'
	test_case "$tracer: roar itself in name spaces of its own" '
		unshare -Urmpf --mount-proc true 2>/dev/null || skip_case "no name spaces here"
		rm -f here/out && unshare -Urmpf --mount-proc roar trace --tracer $tracer -o "$facts" sh -c "cat here/in >here/out" &&
		complete && test "$(paths_of input "$PWD/here")" = in && test "$(paths_of output "$PWD/here")" = out'
	test_case "$tracer: the file system of the tests" 'all_kinds "$PWD/here" $tracer'
done

if test "$(id -u)" = 0
then
	at=
	unmount () {
		for place in $at
		do
			umount -l "$place" 2>/dev/null
		done
	}
	trap unmount EXIT
	# mounted NAME COMMAND...: mounts something at ./NAME, and goes through all kinds there.
	mounted () {
		name=$1
		shift
		mkdir -p "$name"
		if "$@" >"$trash/mount" 2>&1
		then
			at="$PWD/$name $at"
			for tracer in preload ptrace
			do
				test_case "$tracer: $name" 'all_kinds "$PWD/$name" $tracer'
			done
		else
			test_case "$name" 'cat "$trash/mount"; echo "cannot be mounted here"'
		fi
	}
	mounted tmpfs mount -t tmpfs tmpfs tmpfs
	# Layers of an overlay must not lie on one.
	layers=$PWD/tmpfs/layers
	mkdir -p "$layers/lower" "$layers/upper" "$layers/work" && echo data >"$layers/lower/in" &&
		mounted overlay mount -t overlay -o "lowerdir=$layers/lower,upperdir=$layers/upper,workdir=$layers/work" overlay overlay
	mkdir -p behind && command -v bindfs >/dev/null && mounted fuse bindfs behind fuse
	truncate -s 16M disk && mkfs.ext4 -q disk 2>/dev/null && mounted loop mount -o loop disk loop
	test_case "an overlay: a file of the lower layer is an input, and its copy an output" '
		mountpoint -q overlay || skip_case "no overlay here"
		umount overlay && rm -rf "$layers/upper" "$layers/work" && mkdir "$layers/upper" "$layers/work" && echo low >"$layers/lower/low" &&
		mount -t overlay -o "lowerdir=$layers/lower,upperdir=$layers/upper,workdir=$layers/work" overlay overlay &&
		for tracer in preload ptrace
		do
			roar trace --tracer $tracer -o "$facts" sh -c "echo more >>overlay/low" && complete &&
			test "$(paths_of input "$PWD/overlay")" = low && test "$(paths_of output "$PWD/overlay")" = low || exit 1
		done'
	unmount
fi

test_done
