#!/bin/sh
# On a file system that has clones, a large file that the job overwrites is cloned first.
# shellcheck disable=SC2016  # the cases are evaluated later

. "$SOURCE_DIR/tests/cli/lib.sh"

PATH="$PATH:/usr/sbin:/sbin"
for program in jq b3sum python3 unshare mount
do
	command -v $program >/dev/null || skip_all "$program is not installed"
done
test "$(id -u)" -eq 0 || skip_all 'only root can mount'

# The mounts go with the namespace.
if test "${1:-}" != inside
then
	unshare --mount true 2>/dev/null || skip_all 'no mount namespaces here'
	cd / && rm -rf "$trash"
	exec unshare --mount --propagation private sh "$SOURCE_DIR/tests/cli/$test_name.sh" inside
fi

# on MAKER KIND: what follows is in a fresh file system, with a project
on () {
	command -v "$1" >/dev/null || skip_case "$1 is not installed"
	truncate -s 400M "$2.image" && "$1" -q "$2.image" >/dev/null && mkdir -p "$2" || return 1
	mount -o loop -t "$2" "$2.image" "$2" || skip_case "cannot mount $2 here"
	cd "$2" && roar init >/dev/null && roar config set tracer.preimage_limit 1MiB
}
shown () {
	roar show --all --json "$(roar log --json | jq -r '.jobs[-1].job_uid')" >job &&
		jq -c '.tracing, (.inputs[] | select(.path == "f"))' job
}

for kind in btrfs xfs
do
	for tracer in preload ptrace
	do
		test_case "$kind, $tracer: larger than the limit, and known" '
			mkdir $kind-$tracer && cd $kind-$tracer && on mkfs.$kind $kind &&
			head -c 3000000 /dev/urandom >f && before=$(b3sum --no-names f) &&
			roar run -q --tracer $tracer python3 -c "
f = open(\"f\", \"r+b\")
f.read(1)
f.seek(1000000)
f.write(b\"new\")
f.close()
open(\"f\", \"w\").write(\"new\")" && shown && jq -e --arg before $before ".tracing.complete and
				(.inputs[] | select(.path == \"f\") | .hashes[0].digest == \$before)" job &&
			test "$(ls)" = "f
job" && grep -x new f
		'
	done
done

umount "$trash"/work/*-*/btrfs "$trash"/work/*-*/xfs 2>/dev/null
test_done
