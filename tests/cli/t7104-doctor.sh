#!/bin/sh
# Each thing that roar doctor looks for is brought about, found, and where that can be done here,
# mended by the command that it names.

. "$SOURCE_DIR/tests/cli/lib.sh"

command -v jq >/dev/null || skip_all 'jq is not installed'

# finds STATE AREA TEXT REMEDY: the last two as regular expressions.
finds () {
	roar doctor --json >"$trash/doctor"
	jq -e --arg state "$1" --arg area "$2" --arg text "$3" --arg remedy "$4" \
		'.findings | any(.state == $state and .area == $area and (.text | test($text)) and ((.remedy // "") | test($remedy)))' \
		"$trash/doctor" >/dev/null || { cat "$trash/doctor"; return 1; }
}

# mend AREA TEXT: runs the remedy of the first finding of the area with that text, and the finding is
# gone.
mend () {
	roar doctor --json >"$trash/doctor"
	remedy=$(jq -r --arg area "$1" --arg text "$2" \
		'[.findings[] | select(.area == $area and .state != "ok" and (.text | test($text)))][0].remedy' "$trash/doctor")
	echo "remedy: $remedy" && eval "$remedy" || return 1
	roar doctor --json >"$trash/doctor"
	jq -e --arg area "$1" --arg text "$2" '.findings | any(.area == $area and .state != "ok" and (.text | test($text))) | not' \
		"$trash/doctor"
}

test_case 'outside of a project' '
	cd / && roar doctor >"$trash/out" && grep "^ok *store *no project here" "$trash/out" &&
	grep "^ok *tracer *preload: .*libroar-preload.so. loads" "$trash/out" &&
	grep -A 1 "^warning *git *not in a git repository" "$trash/out" | grep "^ *try: git init$"
'

project p || exit 1

test_case 'all is well in a new project, and no remedy is named' '
	roar doctor >"$trash/out" && ! grep -E "^(problem|warning) *(store|permissions|git|clock|config)" "$trash/out" &&
	for area in tracer store permissions git clock space limits config
	do
		grep "^[a-z]* *$area " "$trash/out" || exit 1
	done &&
	roar doctor --json | jq -e ".version == 1 and .type == \"doctor\" and .problems == 0"
'

test_case 'it changes nothing' '
	find . -type f ! -name lock.mdb -exec b3sum {} + | sort >"$trash/before" && roar doctor >"$trash/out" &&
	find . -type f ! -name lock.mdb -exec b3sum {} + | sort >"$trash/after" && cmp "$trash/before" "$trash/after"
'

test_case 'a store that is not there, or not whole' '
	cp -a . ../broken && cd ../broken && roar run -q sh -c "head -c 200000 /dev/urandom >x" &&
	printf x >.roar/objects/CURRENT && finds problem store . "^roar fsck$" &&
	printf "gen-000001\n" >.roar/objects/CURRENT && truncate -s 10000 .roar/objects/gen-000001/data.mdb &&
	finds problem store . "^roar fsck$" && expect_status 1 roar doctor >"$trash/out" &&
	rm -r .roar/objects && finds problem store . "^roar init$" && mend store .
'

test_case 'jobs that wait to be stored' '
	cp -a . ../spooled && cd ../spooled && mkdir -p .roar/spool && echo x >.roar/spool/0123456789abcdef0123456789abcdef.job &&
	finds warning store "^1 job waits" "^roar log$"
'

test_case 'a .roar that everybody may write to' '
	chmod o+w .roar && finds warning permissions "by everybody" "^chmod -R o-w" && mend permissions everybody
'

test_case 'a .roar that we may not write to' '
	if test "$(id -u)" -eq 0
	then
		chmod 755 "$trash" "$trash/work" && other="setpriv --reuid=65534 --regid=65534 --clear-groups"
		$other roar --version || skip_case "no other user can run roar"
		$other env GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=safe.directory GIT_CONFIG_VALUE_0="*" roar doctor >"$trash/out" && exit 1
		grep -A 1 "^problem *permissions.*/.roar. cannot be written to" "$trash/out" | grep "try: sudo chown -R"
	else
		chmod a-w .roar && finds problem permissions "cannot be written to" "^chmod -R u.rwX" && mend permissions "cannot be"
	fi
'

test_case 'git: a lock, no commit, no repository, none installed' '
	: >.git/index.lock && finds warning git "index.lock. is there" "^rm " && mend git index.lock && test ! -e .git/index.lock &&
	mkdir ../empty && cd ../empty && finds warning git "not in a git repository" "^git init$" && mend git "not in a git" &&
	finds warning git "no commit yet" "git commit" &&
	mkdir "$trash/without" && for program in jq cat; do ln -s "/usr/bin/$program" "$trash/without/"; done &&
	roar=$(readlink -f "$trash/bin/roar") && PATH="$trash/without" "$roar" doctor --json >"$trash/doctor" &&
	jq -e ".findings | any(.area == \"git\" and (.text | test(\"git is not installed\")) and .remedy == \"sudo apt-get install git\")" "$trash/doctor" &&
	jq -e ".findings | any(.area == \"tracer\" and (.text | test(\"was not tried\")))" "$trash/doctor"
'

test_case 'git: a repository that is not ours' '
	test "$(id -u)" -eq 0 || skip_case "needs root"
	git init -q ../theirs && cd ../theirs && chown -R 65534 . && finds problem git "does not trust" "safe.directory" && mend git "does not trust"
'

test_case 'git: an old one' '
	mkdir "$trash/old" && printf "#!/bin/sh\ntest \"\$1\" = --version && echo git version 2.9.0\n" >"$trash/old/git" && chmod +x "$trash/old/git" &&
	PATH="$trash/old:$PATH" finds warning git "2.9.0 is older" apt-get
'

test_case 'a file from the future' '
	touch -d "+2 days" "late file" && finds warning clock "late file. was modified in the future" "^touch .*late file.$" &&
	mend clock future
'

test_case 'a temporary directory that is not there, and one that is full' '
	export TMPDIR=/nowhere && finds problem space "cannot be written to" "^unset TMPDIR$" && mend space "cannot be" &&
	mkdir "$trash/small" && mount -t tmpfs -o size=1m none "$trash/small" 2>/dev/null || skip_case "cannot mount a file system"
	export TMPDIR="$trash/small" && finds problem space "^only [01] MiB free" "^df " ; got=$?
	umount "$trash/small" && exit $got
'

test_case 'limits of a process' '
	(ulimit -n 100 && finds warning limits "100 files open" "^ulimit -n") &&
	(ulimit -f 20000 && finds warning limits "a file may grow" "^ulimit -f unlimited$")
'

test_case 'settings that are unknown or wrong' '
	cp -a . ../settings && cd ../settings && printf "[no]\nsuch = 1\n" >roar.toml && finds warning config "no.such" "^roar config list" &&
	printf "[git]\ndirty = 7\n" >roar.toml && finds problem config "git.dirty" "^man roar-config" &&
	printf "[[[\n" >roar.toml && finds problem config "roar.toml" .
'

test_case 'a preload library that is missing, that others may change, that does not load' '
	tree=$trash/tree && mkdir -p "$tree/porcelain" "$tree/tracer/preload" && cp "$(readlink -f "$trash/bin/roar")" "$tree/porcelain/roar" &&
	PATH="$tree/porcelain:$PATH" && finds problem tracer "is not installed" "tracer.default ptrace" &&
	library=$tree/tracer/preload/libroar-preload.so && echo "no library" >"$library" && finds problem tracer "does not load" LD_PRELOAD &&
	cp "$ROAR_BUILD/tracer/preload/libroar-preload.so" "$library" && chmod 777 "$library" && finds problem tracer "others may change" "^chmod o-w" &&
	mend tracer "others may"
'

test_case 'ROAR_DIR that names nothing' '
	export ROAR_DIR=/nowhere && finds problem store "/nowhere" "^unset ROAR_DIR$"
'

test_case 'a wrong command line' '
	expect_status 129 roar doctor x 2>"$trash/err" && expect_status 129 roar doctor --nosuch 2>"$trash/err"
'

test_done
