# Nothing that an independent witness sees is missing: every file below the directory that
# strace saw opened for reading is an input, every one created or opened for writing an output.

. "$SOURCE_DIR/tests/cli/lib.sh"
. "$SOURCE_DIR/tests/cli/lib_observe.sh"
command -v strace >/dev/null || skip_all 'no strace'

# witnessed COMMAND: what strace saw, as paths below the directory: `reads` and `writes`, of which
# in.witness and out.witness still exist, a file that was only read being an input.
witnessed () {
	rm -f strace.log.* && strace -ff -y -qq -e trace=open,openat,creat,rename,renameat,renameat2,link,linkat \
		-e signal=none -o strace.log sh -c "$1" >/dev/null
	# openat(AT_FDCWD</dir>, "path", FLAGS) = 3</dir/path>
	sed -n -e 's/^creat(.*) *= [0-9]*<\([^>]*\)>.*/creat \1/p' \
		-e 's/.*\(O_RDONLY\|O_WRONLY\|O_RDWR\)\([^)]*\)) *= [0-9]*<\([^>]*\)>.*/\1\2 \3/p' strace.log.* |
		grep " $trash/witness/" | grep -v O_DIRECTORY >opened
	sed -n '/^O_RDONLY/s/.* //p' opened | sort -u >reads
	sed -n '/^O_RDONLY/!s/.* //p' opened | sort -u >writes
	cat strace.log.* | grep -e rename -e link >names
	while read -r path; do test ! -f "$path" || echo "$path"; done <writes >out.witness
	comm -23 reads writes | while read -r path
	do
		# A name that the command gave is that of its own work.
		test ! -f "$path" || grep -qF "$(basename "$path")\"" names || echo "$path"
	done >in.witness
}

# nothing_missing: what the witness saw is in the observation, and nothing else is, except files
# that got their name by a rename or link, and those that were appended to.
nothing_missing () {
	sed -n 's/^input \([^ ]*\).*/\1/p' "$trash/seen" | grep "^$trash/witness/" | sort >in.seen
	sed -n 's/^output \([^ ]*\).*/\1/p' "$trash/seen" | grep "^$trash/witness/" | sort >out.seen
	sed -n 's/^input \([^ ]*\) kept .*/\1/p' "$trash/seen" | sort - reads >explained
	{ comm -23 in.witness in.seen; comm -13 explained in.seen; comm -23 out.witness out.seen; } >wrong
	comm -13 writes out.seen | while read -r path
	do
		grep -qF "$(basename "$path")\"" names || echo "$path"
	done >>wrong
	test ! -s wrong || { echo "$tracer: differs in"; cat wrong; return 1; }
}

# agrees COMMAND: for both backends.
agrees () {
	rm -rf "$trash/witness" && mkdir "$trash/witness" && (cd "$trash/witness" && set_up) &&
		witnessed "cd $trash/witness && $1" || return 1
	test -s in.witness && test -s out.witness || { echo "the witness saw nothing"; return 1; }
	for tracer in preload ptrace
	do
		rm -rf "$trash/witness" && mkdir "$trash/witness" && (cd "$trash/witness" && set_up) &&
			OBSERVED="$trash/seen" "$observer" --tracer $tracer sh -c "cd $trash/witness && $1" \
				>/dev/null || return 1
		grep "^complete" "$trash/seen" && nothing_missing || return 1
	done
}

set_up () {
	mkdir src && for i in 1 2 3
	do
		echo "#include \"f.h\"
int f$i(void) { return F; }" >src/f$i.c
	done
	echo '#define F 1' >src/f.h && echo 'int main(void) { return 0; }' >src/main.c &&
	printf 'prog: f1.o f2.o f3.o main.o\n\tcc -o $@ $^\n%%.o: src/%%.c src/f.h\n\tcc -c -o $@ $<\n' >Makefile
}
test_case 'a build by make -j2' 'agrees "make -s -j2"'
test_case 'an archive made and unpacked' '
	agrees "tar -czf src.tgz src && mkdir new && tar -xzf src.tgz -C new && cmp src/f.h new/src/f.h"'
test_case 'a Python program with modules' '
	set_up () { echo "x = 1" >mod.py && printf "import mod, json\njson.dump(mod.x, open(\"o\", \"w\"))\n" >p.py; } &&
	agrees "/usr/bin/python3 p.py"'
test_case 'a pipeline of text tools' '
	set_up () { seq 1 1000 >numbers && echo 7 >pattern; } &&
	agrees "grep -f pattern numbers | sort -r | uniq | awk \"{print}\" | tee all | head -5 >few; gzip -k numbers"'
export GIT_AUTHOR_DATE=2020-01-01T00:00:00Z GIT_COMMITTER_DATE=2020-01-01T00:00:00Z
test_case 'git' '
	command -v git >/dev/null && set_up () { git init -q . && echo 1 >f && git add f && git commit -qm 1; } &&
	agrees "echo 2 >f && git commit -qam 2 && git log --stat"'

test_done
