#!/bin/sh
# Large inputs are hashed into the stat cache while the command runs, in time that nobody wants.
# shellcheck disable=SC2016,SC2034  # the cases are evaluated later

. "$SOURCE_DIR/tests/cli/lib.sh"

for program in jq b3sum python3
do
	command -v $program >/dev/null || skip_all "$program is not installed"
done
test "$(nproc)" -gt 1 || skip_all 'there is one processor only'
for group in / $(cut -d: -f3- /proc/self/cgroup | sort -u)
do
	for file in cpu.max unified/cpu.max cpu.cfs_quota_us
	do
		for place in "/sys/fs/cgroup$group" "/sys/fs/cgroup/cpu$group"
		do
			case $(cat "$place/$file" 2>/dev/null) in
			'' | max* | -1) ;;
			*) skip_all 'there is a quota of processor time' ;;
			esac
		done
	done
done

cat >wait_for <<'EOF'
# wait_for DIGEST SECONDS: until the cache has it, or that time is over; says which.
import sys, time

digest = bytes.fromhex(sys.argv[1])
deadline = time.monotonic() + float(sys.argv[2])
found = False
while not found and time.monotonic() < deadline:
    time.sleep(0.02)
    found = digest in open(".roar/cache/data.mdb", "rb").read()
print("early" if found else "not early")
EOF
mkfifo go gone
roar init >/dev/null

# The job has read when it says so, and ends when the outsider has seen the cache, or has not.
read_and_wait='cat big >/dev/null; echo >go; read line <gone'
fresh () {
	rm -rf .roar/cache && head -c 1100000 /dev/urandom >big && digest=$(b3sum --no-names big) &&
		roar run -q true
}
# watch SECONDS
watch () {
	(read -r line <go; python3 wait_for "$digest" "$1" >verdict; echo >gone) &
}
recorded () {
	roar show --all --json "$(roar log --json | jq -r '.jobs[-1].job_uid')" >job &&
		jq -e --arg digest "$digest" \
			'.inputs[] | select(.path == "big") | .hashes[0].digest == $digest' job
}

for how in '--tracer preload' '--tracer ptrace' '--strict'
do
	test_case "$how: what the job has read is in the cache before it ends" '
		fresh && watch 120 && roar run $how sh -c "$read_and_wait" && wait &&
		cat verdict && grep "^early" verdict && recorded
	'
done

test_case 'not if the user does not want it' '
	roar config set hash.early false && fresh && watch 0.6 && roar run sh -c "$read_and_wait" && wait &&
	cat verdict && grep "^not early" verdict && recorded && roar config set hash.early true
'

test_case 'without keeping old versions, too' '
	roar config set tracer.preimage_limit 0 && fresh && watch 120 &&
	roar run sh -c "$read_and_wait; echo new >>big" && wait && grep "^early" verdict && recorded
	status=$?
	roar config set tracer.preimage_limit 64MiB
	test $status -eq 0
'

test_case 'on one processor nothing is done beside the job' '
	command -v taskset >/dev/null || skip_case "taskset is not installed"
	fresh && watch 0.6 && taskset -c "$(taskset -cp $$ | sed "s/.*: *//; s/[-,].*//")" \
		roar run sh -c "$read_and_wait" && wait && grep "^not early" verdict && recorded
'

test_done
