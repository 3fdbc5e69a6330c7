#!/bin/sh
# Common programs end the same and say the same with the library as without, and what they read and
# write is in the log. Where strace is installed, it says what that is.
# shellcheck disable=SC2016  # the cases are evaluated later
. "$SOURCE_DIR/tests/cli/lib.sh"
. "$SOURCE_DIR/tests/cli/lib_preload.sh"
PATH=$trash/bin:/usr/bin:/bin

# needs PROGRAM: else the case passes, and says so.
needs () {
	command -v "$1" >/dev/null || skip_case "no $1"
}

test_case 'C and C++ compilers' '
	echo "#include <vector>
		int main() { return static_cast<int>(std::vector<int>().size()); }" >a.cc &&
	same_as_plain g++ -c a.cc -o a.o && has "open r.* a.cc$" && has "open .*c.* a.o$" && lost 0 &&
	has "open rs .* /usr/include/c++/.*/vector$" &&
	same_as_plain g++ a.o -o a && has "open r.* a.o$" && has "open .* a$" && same_as_plain ./a
'
test_case 'python' '
	same_as_plain /usr/bin/python3 -c "import sqlite3
c = sqlite3.connect(\"db\"); c.execute(\"create table if not exists t(a)\")
c.execute(\"insert into t values (1)\"); c.commit()" && has "open .*w.*rwc.* $PWD/db$" &&
	has "unlink .*db-journal$" && lost 0
'
test_case 'python packages' '
	/usr/bin/python3 -c "import sklearn" || skip_case "no sklearn"
	same_as_plain /usr/bin/python3 -c "import sklearn; print(sklearn.__version__)" && lost 0 &&
	has "open m.*/sklearn/.*\\.so$"
'
test_case 'git' '
	needs git && git init -q one && (cd one && echo x >f && git add f && git commit -qm f) &&
	same_as_plain git -C one status --short && rm -rf two && traced git clone -q one two &&
	test -f two/f && has "open w.* $PWD/two/f$\|open w.* f$" && lost 0
'
mkdir from && echo x >from/f
test_case 'rsync' '
	needs rsync && traced rsync -a from/ to/ && cmp from/f to/f &&
	has "rename .* -> \($PWD/to/\)\{0,1\}f$" && lost 0 # relative where it has gone into the directory
'
test_case 'tar, both ways' '
	same_as_plain tar cf from.tar from && has "open rs .* $PWD/from/f$" &&
	mkdir there && same_as_plain tar xf from.tar -C there && has "open ws .* $PWD/there/from/f$"
'
test_case 'coreutils' '
	printf "b\na\n" >lines && same_as_plain sort lines -o sorted && has "open rs .* lines$" &&
	has "open w.* sorted$" &&
	same_as_plain cp -rT from copy && has "open rs .* from/f$" && has "open w.* copy/f$" &&
	same_as_plain sed -i s/a/c/ lines && has "rename .* -> lines$" &&
	same_as_plain dd if=lines of=dd status=none && has "open .* dd$" &&
	same_as_plain install lines installed && has "open ws .* installed$"
'
test_case 'awk, perl, gzip, m4, find, xargs' '
	same_as_plain awk "{ print }" lines && has "open rs .* lines$" &&
	same_as_plain perl -ne print lines && has "open rs .* lines$" &&
	traced gzip -kf lines && has "open rs .* lines$" && has "open ws .* lines.gz$" &&
	same_as_plain find from -name f && has "listed .* $PWD/from$" &&
	same_as_plain sh -c "find from -type f | xargs cat" && has "open rs .* from/f$"
'
test_case 'node' '
	needs node && same_as_plain node -e "
		const fs = require(\"fs\"); fs.writeFileSync(\"n\", fs.readFileSync(\"lines\"))" &&
	has "open rs .* lines$" && has "open ws .* n$"
'
test_case 'go' '
	needs go && same_as_plain go version && has "exec \|start \|lost 0"
'

# The files that strace sees opened are those of the log, but for what the loader and libc open by
# themselves for themselves (libraries, time zones, users, locales), where no library can look.
unseen="^/proc\|^/dev\|^/etc/\|/zoneinfo/\|/locale\|\.so[.0-9]*$"
same_as_strace () {
	command -v strace >/dev/null && strace -o /dev/null true 2>/dev/null ||
		skip_case "no strace"
	strace -f -y -e trace=open,openat,creat -o ../strace "$@" >/dev/null 2>&1
	sed -n "s/.*= [0-9]*<\(.*\)>$/\1/p" ../strace | while read -r name
	do
		if test -f "$name"; then echo "$name"; fi
	done | grep -v "$unseen" | sort -u >../strace.names
	traced "$@" >/dev/null 2>&1
	awk "\$1 == \"open\" || \$1 == \"inherited\" { print \$NF }" ../facts | while read -r name
	do
		if test -f "$name"; then realpath "$name"; fi
	done | grep -v "$unseen" | sort -u >../shim.names
	diff ../strace.names ../shim.names
}
test_case 'a compilation opens what strace says' '
	same_as_strace g++ -c a.cc -o a.o
'
test_case 'a Python process opens what strace says' '
	same_as_strace /usr/bin/python3 -c "import json, email.message, xml.dom.minidom"
'
test_case 'tar opens what strace says' '
	same_as_strace tar cf include.tar -C /usr/include linux
'

test_done
