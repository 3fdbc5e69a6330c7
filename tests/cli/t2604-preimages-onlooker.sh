#!/bin/sh
# Old versions are secured by whoever looks on from outside, too: the listener under --strict, the one
# that a static program is handed over to, and ptrace. What is not to be secured is not asked for.
# shellcheck disable=SC2016,SC2034  # the cases are evaluated later

. "$SOURCE_DIR/tests/cli/lib.sh"

for program in jq b3sum python3
do
	command -v $program >/dev/null || skip_all "$program is not installed"
done
cc=${CC:-cc}
command -v "$cc" >/dev/null || skip_all 'no C compiler is installed'
cat >change.c <<'EOF'
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static const char *f;

static int opened(int flags) { return open(f, flags | O_CREAT, 0666); }

static void copy_to(const char *name) {
	FILE *file = fopen(name, "w");
	fputs("new", file);
	fclose(file);
}

/* change FILE ACTION...: one after another */
int main(int argc, char **argv) {
	char buffer[100];
	f = argv[1];
	for (int i = 2; i < argc; ++i) {
		const char *a = argv[i];
		long result = -1;
		if (!strcmp(a, "read")) result = read(opened(O_RDONLY), buffer, sizeof buffer);
		if (!strcmp(a, "write-anew")) result = write(opened(O_WRONLY | O_TRUNC), "new", 3);
		if (!strcmp(a, "empty-only")) result = opened(O_RDONLY | O_TRUNC);
		if (!strcmp(a, "append")) result = write(opened(O_WRONLY | O_APPEND), "new", 3);
		if (!strcmp(a, "write-into")) result = pwrite(opened(O_WRONLY), "new", 3, 5);
		if (!strcmp(a, "cut")) result = truncate(f, 5);
		if (!strcmp(a, "empty")) result = truncate(f, 0);
		if (!strcmp(a, "cut-open")) result = ftruncate(opened(O_RDWR), 5);
		if (!strcmp(a, "remove")) result = unlink(f);
		if (!strcmp(a, "replace")) copy_to("n"), result = rename("n", f);
		if (!strcmp(a, "creat")) result = creat(f, 0666);
		if (!strcmp(a, "map")) {
			char *m = mmap(NULL, 3, PROT_READ | PROT_WRITE, MAP_SHARED, opened(O_RDWR), 0);
			if (m != MAP_FAILED) memcpy(m, "new", 3), result = 0;
		}
		if (result < 0) return perror(a), 1;
	}
	return 0;
}
EOF
"$cc" -w -o change change.c || skip_all 'no C library to compile against'
"$cc" -w -static -o change-static change.c || skip_all 'no static C library'
roar init >/dev/null

shown () {
	roar show --all --json "$(roar log --json | jq -r '.jobs[-1].job_uid')" >job && test -s job
}
# job 'ACTION...' CHANGE...: one job, which after those actions makes each change to a file of that
# name; `before` has what b3sum said of each.
job () {
	script=$(for change in $2; do echo "$program $change $1 $change"; done)
	for change in $2; do rm -f "$change" && head -c 5000 /dev/urandom >"$change"; done
	# shellcheck disable=SC2086
	b3sum $2 >before && roar run -q $how sh -ec "$script" && shown &&
		jq -c '.tracing, (.inputs[] | select(.class == "data"))' job &&
		jq -e '.tracing.complete' job
}
# Each file is an input with its old content.
all_kept () {
	jq -r '.inputs[] | select((.changed | not) and (.hashes | length) == 1) |
		.hashes[0].digest + "  " + .path' job >inputs &&
		while read -r line; do grep -xF "$line" inputs || return 1; done <before
}
# No file is an input, and nobody has looked at what was in it.
none_asked_for () {
	while read -r digest path
	do
		jq -e --arg path "$path" 'all(.inputs[]; .path != $path)' job && python3 -c '
import sys
sys.exit(bytes.fromhex(sys.argv[1]) in open(".roar/cache/data.mdb", "rb").read())' "$digest" ||
			return 1
	done <before
}

all='write-anew empty-only append write-into cut empty cut-open remove replace creat map'
for program in ./change ./change-static
do
	for how in '--tracer preload' --strict '--tracer ptrace'
	do
		test_case "$program, $how: what was read is secured before it is destroyed" '
			job read "$all" && all_kept
		'
		test_case "$program, $how: what a part of is left is secured" '
			job "" "append write-into cut cut-open map" && all_kept
		'
		test_case "$program, $how: what is destroyed unread is let be" '
			job "" "write-anew empty-only empty remove replace creat" && none_asked_for
		'
	done
done

for how in '--tracer preload' '--tracer ptrace' --strict
do
	test_case "$how: cut off through a descriptor from outside: the content is said to be unknown" '
		head -c 5000 /dev/urandom >f && roar run -q $how python3 -c "
import os
os.read(5, 9)
os.ftruncate(5, 3)" 5<>f && shown && jq -c ".tracing, .inputs" job &&
		jq -e ".tracing.complete == false and
			(.tracing.gaps | map([.reason, .program])) == [[\"content-preimage\", \"f\"]]" job &&
		jq -e ".inputs[] | select(.path == \"f\") |
			.preimage == \"not taken\" and .hashes == [] and .size == 5000" job
	'
done

test_done
