#!/bin/sh
# A job that reads a file and then destroys that version has it as an input all the same, with its
# content: what b3sum said of the file before.
# shellcheck disable=SC2016,SC2034  # the cases are evaluated later

. "$SOURCE_DIR/tests/cli/lib.sh"

for program in jq b3sum git sqlite3 python3
do
	command -v $program >/dev/null || skip_all "$program is not installed"
done

# As installed, for a user who may not look into the build tree.
mkdir -p "$trash/usr/bin" "$trash/usr/lib/roar" &&
	cp "$ROAR_BUILD/porcelain/roar" "$trash/usr/bin/" &&
	cp "$ROAR_BUILD/tracer/preload/libroar-preload.so" "$trash/usr/lib/roar/"
PATH="$trash/usr/bin:$PATH"
chmod 755 "$trash" "$trash/work"
git config --global safe.directory '*'

# shown: the latest job, in $trash/job
shown () {
	job=$($as_user roar log --json | jq -r '.jobs[-1].job_uid') &&
		$as_user roar show --all --json "$job" >"$trash/job" && test -s "$trash/job"
}

# kept FILE PREPARATION COMMAND: the job ends as the command does without roar, is complete, and has
# the old version of FILE as an input.
kept () {
	rm -rf t && $as_user mkdir t && cd t || return 1
	$as_user sh -c "$2" || return 1
	before=$(b3sum --no-names "$1") && size=$(stat -c %s "$1") || return 1
	$as_user roar run --tracer "$tracer" sh -c "$3"
	status=$?
	test "$status" -eq 0 || return 1
	after=$(b3sum --no-names "$1" 2>/dev/null)
	shown && jq -c '.tracing, (.inputs[], .outputs[])' "$trash/job" || return 1
	jq -e --arg path "t/$1" --arg before "$before" --arg after "$after" --argjson size "$size" '
		def digest: .hashes[] | select(.algorithm == "blake3") | .digest;
		.tracing.complete and
		(.inputs[] | select(.path == $path) | digest == $before and .size == $size and
			(.changed | not)) and
		($after == "" or any(.outputs[]; .path == $path and digest == $after))' "$trash/job"
}

# both 'what is done' FILE PREPARATION COMMAND
both () {
	case_file=$2 case_preparation=$3 case_command=$4
	for tracer in preload ptrace
	do
		test_case "$who, $tracer: $1" 'kept "$case_file" "$case_preparation" "$case_command"'
	done
}

all_cases () {
	both 'sed -i' f 'seq 1000 >f' 'sed -i s/1/2/ f'
	both 'sort -o f f' f 'seq 100 -1 1 >f' 'sort -o f f'
	both 'an update in place' f 'seq 1000 >f' \
		'python3 -c "f = open(\"f\", \"r+\"); x = f.read(9); f.seek(3); f.write(\"new\"); f.close()"'
	both 'an update in place, nothing read' f 'seq 1000 >f' \
		'python3 -c "f = open(\"f\", \"r+b\"); f.seek(3); f.write(b\"new\")"'
	both 'read, and then written anew' f 'seq 1000 >f' \
		'python3 -c "x = open(\"f\").read(); open(\"f\", \"w\").write(x[::-1])"'
	both 'read by one process, written anew by another' f 'seq 1000 >f' \
		'wc -l <f >n; seq 2000 >f; rm n'
	both 'an append' f 'seq 1000 >f' 'echo more >>f'
	both 'read, and then appended to' f 'seq 1000 >f' 'tail -1 f >>f; echo 1 >>f; cat f >/dev/null'
	both 'read and removed' f 'seq 1000 >f' 'cat f >/dev/null; rm f'
	both 'read and replaced by a rename' f 'seq 1000 >f' 'tac f >new && mv new f'
	both 'read and replaced by a link' f 'seq 1000 >f' 'tac f >new && ln -f new f && rm new'
	both 'read and cut off' f 'seq 1000 >f' 'head -1 f >/dev/null; truncate -s 10 f'
	both 'cut off by its path' f 'seq 1000 >f' 'python3 -c "import os; os.truncate(\"f\", 5)"'
	both 'mapped and stored to' f 'seq 1000 >f' 'python3 -c "
import mmap
with open(\"f\", \"r+b\") as f, mmap.mmap(f.fileno(), 0) as m: m[0:3] = b\"new\""'
	both 'dd without truncation' f 'seq 1000 >f' \
		'printf new | dd of=f conv=notrunc bs=1 seek=5 2>/dev/null'
	both 'a database' f.db 'sqlite3 f.db "create table t (n); insert into t values (1)"' \
		'sqlite3 f.db "insert into t select n + 1 from t; select count(*) from t"'
	both 'a database with a write-ahead log' f.db \
		'sqlite3 f.db "pragma journal_mode = wal; create table t (n); insert into t values (1)"' \
		'sqlite3 f.db "insert into t select n + 1 from t; select count(*) from t"'
	both 'the index of git' .git/index \
		\
		'git init -q . && echo 1 >a && git add a && git commit -qm 1' 'git rm -q --cached a'
	both 'in a directory with an odd name, through a directory that was left' 'd "e/f' \
		'mkdir "d \"e" && seq 1000 >"d \"e/f"' 'cd "d \"e" && cat f >/dev/null && echo new >f'
	both 'relative to an open directory' d/f 'mkdir d && seq 1000 >d/f' 'python3 -c "
import os
d = os.open(\"d\", os.O_RDONLY)
os.read(os.open(\"f\", os.O_RDONLY, dir_fd=d), 10)
os.write(os.open(\"f\", os.O_WRONLY | os.O_TRUNC, dir_fd=d), b\"new\")"'
	both 'by spawned processes' f 'seq 1000 >f' 'python3 -c "
import os, subprocess
subprocess.run([\"wc\", \"f\"], stdout=subprocess.DEVNULL)
pid = os.posix_spawn(\"/bin/echo\", [\"echo\", \"new\"], os.environ,
	file_actions=[(os.POSIX_SPAWN_OPEN, 1, \"f\", os.O_WRONLY | os.O_TRUNC, 0)])
os.waitpid(pid, 0)"'
	both 'one that could not be moved over, and is then written anew' f \
		'head -c 3000000 /dev/urandom >f' 'python3 -c "
import os
open(\"f\", \"rb\").read()
try: os.rename(\".\", \"f\")
except OSError: pass
open(\"f\", \"w\").write(\"new\")"'
	both 'one of two names removed, the other written to' f \
		'head -c 3000000 /dev/urandom >f; ln f g' 'cat f >/dev/null; rm g; echo new >f'
	both 'a large file that is removed' f 'head -c 70000000 /dev/zero >f' 'cat f >/dev/null; rm f'
	both 'from many threads at once' f 'seq 1000 >f; for i in $(seq 40); do seq $i >f$i; done' \
		'python3 -c "
import threading
def change(name):
	with open(name) as f: x = f.read()
	with open(name, \"w\") as f: f.write(x[::-1])
threads = [threading.Thread(target=change, args=(\"f%d\" % (i + 1),)) for i in range(40)]
for t in threads: t.start()
change(\"f\")
for t in threads: t.join()"'
}

as_user= who=owner
mkdir p && cd p && roar init >/dev/null
all_cases
cd ..

if test "$(id -u)" -eq 0
then
	mkdir "$trash/theirs" && chmod 777 "$trash/theirs" && cd "$trash/theirs" || exit 1
	mkdir home && cp "$HOME/.gitconfig" home/ && chmod -R a+rX home && chmod 777 home
	HOME="$trash/theirs/home" who=nobody
	as_user='setpriv --reuid=65534 --regid=65534 --clear-groups'
	$as_user mkdir p && cd p && $as_user roar init >/dev/null
	all_cases
	cd ..
fi

as_user= who=limits HOME="$trash/home"
cd "$trash/work/p" || exit 1
for tracer in preload ptrace
do
	test_case "$tracer: what is larger than the limit is named, not hashed" '
		head -c 3000000 /dev/zero >big && head -c 1000 /dev/zero >small &&
		roar config set tracer.preimage_limit 1MiB && roar run --tracer $tracer sh -c "
			cat big small >/dev/null; echo new >big; echo new >small" &&
		shown && cp "$trash/job" job && jq -c .inputs job &&
		jq -e "[.inputs[] | select(.path == \"big\" and .preimage == \"not taken\"
			and .size == 3000000)] | length == 1" job &&
		jq -e "[.inputs[] | select(.path == \"small\" and (.hashes | length) == 1)] | length == 1" job &&
		jq -e ".tracing.complete == false and .tracing.gaps[0].reason == \"content-preimage\"
			and .tracing.gaps[0].program == \"big\" and (.tracing.gaps | length) == 1" job
	'
	test_case "$tracer: an old version that is the same in the end is known to be" '
		echo same >f && roar run --tracer $tracer python3 -c "
x = open(\"f\").read()
open(\"f\", \"w\").write(x)" && shown && jq -e ".outputs[0].unchanged" "$trash/job"
	'
done

test_done
