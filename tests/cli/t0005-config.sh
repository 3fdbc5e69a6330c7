#!/bin/sh

. "$SOURCE_DIR/tests/cli/lib.sh"

mkdir -p project/.roar project/deep
cd project || exit 1
local=$PWD/.roar/config.toml

test_case 'without any file, every key has its default' '
	roar config list >out 2>err && test ! -s err &&
	grep -x "git.dirty = refuse" out &&
	grep -x "hash.get = sha256" out &&
	grep -x "hash.run = " out &&
	sort -c out
'

test_case 'settings can be looked at outside of a project, but not changed' '
	cd / && roar config get git.dirty >"$trash"/out && echo refuse | diff - "$trash"/out &&
	expect_status 128 roar config set git.dirty record 2>"$trash"/err &&
	printf "fatal: roar is not initialized in this directory\nhint: run '\''roar init'\'' first\n" |
	diff - "$trash"/err
'

test_case 'set writes the local file, get reads it back from anywhere in the project' '
	roar config set git.dirty record >out 2>err && test ! -s out &&
	echo "git.dirty = record in $local" | diff - err &&
	printf "[git]\ndirty = \"record\"\n" | diff - $local &&
	cd deep && echo record >expect && roar config get git.dirty | diff expect - && rm expect
'

test_case 'each layer beats the one below it, and --origin tells which one won' '
	export XDG_CONFIG_HOME=$PWD/xdg && mkdir -p xdg/roar && rm -f $local &&
	origin () { roar config get --origin hash.run; } &&
	printf "default\t\thash.run = \n" >expect && origin | diff expect - &&
	printf "[hash]\nrun = [\"md5\"]\n" >xdg/roar/config.toml &&
	printf "user\t$PWD/xdg/roar/config.toml:2\thash.run = md5\n" >expect && origin | diff expect - &&
	printf "\nhash.run = [\"sha256\"]\n" >.roarconfig &&
	printf "committed\t$PWD/.roarconfig:2\thash.run = sha256\n" >expect && origin | diff expect - &&
	echo "hash.run = [\"sha512\"]" >roar.toml &&
	printf "committed\t$PWD/roar.toml:1\thash.run = sha512\n" >expect && origin | diff expect - &&
	echo "hash.run = [\"md5\", \"sha512\"]" >$local &&
	printf "local\t$local:1\thash.run = md5,sha512\n" >expect && origin | diff expect - &&
	export ROAR_HASH__RUN=blake3 &&
	printf "environment\tROAR_HASH__RUN\thash.run = blake3\n" >expect && origin | diff expect - &&
	roar config set hash.run md5 2>err &&
	grep "^warning: .blake3. from ROAR_HASH__RUN takes precedence" err
'
rm -rf xdg roar.toml .roarconfig .roar/config.toml

test_case 'the user file is found through the home directory too' '
	mkdir -p "$HOME/.config/roar" && echo "hints.enabled = false" >"$HOME/.config/roar/config.toml" &&
	echo false >expect && roar config get hints.enabled | diff expect - &&
	rm -r "$HOME/.config"
'

test_case 'comments, order and foreign keys survive set and unset' '
	cat >$local <<-\EOF &&
	# ours and theirs
	[telemetry]
	enabled = false  # off

	[hash]
	# first
	run = ["md5"]  # why

	[glaas]
	url = "https://registry.example.org"
	EOF
	cp $local before &&
	roar config set hash.run sha256,sha512 2>err &&
	sed "s/\[\"md5\"\]/[\"sha256\", \"sha512\"]/" before | diff - $local &&
	roar config unset hash.run &&
	grep -v ^run before | diff - $local &&
	roar config list >out 2>err && test ! -s err
'

test_case 'unset of what is not set is a no' '
	rm -f $local && expect_status 1 roar config unset hash.run 2>err &&
	grep "^.hash.run. is not set in " err
'

test_case 'an unknown key in a file is a warning with its place and a suggestion' '
	printf "[git]\ndirt = \"record\"\n[frob]\nx = 1\n" >$local &&
	roar config get git.dirty >out 2>err &&
	echo refuse | diff - out &&
	cat >expect <<-EOF &&
	warning: $local:2: unknown key '\''git.dirt'\''; did you mean '\''git.dirty'\''?
	warning: $local:4: unknown key '\''frob.x'\''
	EOF
	diff expect err
'

test_case 'an unknown key on the command line is an error' '
	rm -f $local &&
	expect_status 129 roar config get git.dirt 2>err &&
	grep "unknown key .git.dirt.; did you mean .git.dirty.?" err &&
	expect_status 129 roar config set telemetry.enabled false 2>err &&
	expect_status 129 roar config unset frob 2>err && test ! -e $local
'

# bad <toml> <place and message>
bad () {
	printf "$1" >$local &&
	expect_status 129 roar config list >out 2>err && test ! -s out &&
	printf "%s:%s\n" "$local" "$2" | diff - err
}

test_case 'a bad value in a file is an error that says what is allowed' '
	bad "[git]\ndirty = \"maybe\"\n" "2: '\''git.dirty'\'' is refuse, record or ignore, not '\''maybe'\''" &&
	bad "git.dirty = 1\n" "1: '\''git.dirty'\'' is refuse, record or ignore" &&
	bad "hints.enabled = \"yes\"\n" "1: '\''hints.enabled'\'' is true or false, not '\''yes'\''" &&
	bad "hash.run = [\"md5\", \"crc\"]\n" \
		"1: '\''hash.run'\'' is a list of blake3, md5, sha256 or sha512, not '\''md5,crc'\''" &&
	printf "[git\n" >$local && expect_status 129 roar config list 2>err && grep "^$local:1: " err
'

test_case 'a bad value on the command line changes nothing' '
	rm -f $local &&
	expect_status 129 roar config set git.dirty maybe 2>err &&
	grep "is refuse, record or ignore, not .maybe." err &&
	expect_status 129 roar config set hints.enabled maybe 2>err && grep "is true or false" err &&
	test ! -e $local
'

test_case 'booleans and lists are typed as people type them' '
	for word in true 1 yes on
	do
		roar config set hints.enabled $word 2>err && grep -x "enabled = true" $local || exit 1
	done &&
	for word in false 0 no off
	do
		roar config set hints.enabled $word 2>err && grep -x "enabled = false" $local || exit 1
	done &&
	roar config set hash.run "" 2>err && grep -x "run = \[\]" $local
'

test_case 'a bad value in the environment names the variable' '
	rm -f $local &&
	ROAR_GIT__DIRTY=maybe expect_status 129 roar config list 2>err &&
	grep "^ROAR_GIT__DIRTY: .git.dirty. is refuse, record or ignore, not .maybe." err
'

test_case 'a committed lock lets nobody loosen git.dirty' '
	printf "[git]\ndirty = \"record\"\ndirty_locked = true\n" >roar.toml &&
	printf "[git]\ndirty = \"ignore\"\ndirty_locked = false\n" >$local &&
	roar config get git.dirty >out 2>err && echo record | diff - out &&
	grep "^warning: $local:2: .git.dirty. is locked by this project and stays .record." err &&
	grep "^warning: $local:3: .git.dirty_locked. is locked" err &&
	ROAR_GIT__DIRTY=ignore roar config get git.dirty 2>err >out && echo record | diff - out &&
	ROAR_GIT__DIRTY=refuse roar config get git.dirty 2>err >out && echo refuse | diff - out &&
	rm roar.toml
'

test_case '--json is read by somebody else' '
	printf "hash.run = [\"md5\"]\nhints.enabled = false\n" >$local &&
	roar config list --json >list.json && roar config get --json hints.enabled >get.json &&
	cat >check.py <<-\EOF &&
	import json, sys
	document = json.load(open("list.json"))
	assert document["version"] == 1
	settings = {s["key"]: s for s in document["settings"]}
	run = settings["hash.run"]
	assert run == {"key": "hash.run", "value": ["md5"], "origin": "local", "where": sys.argv[1] + ":1"}
	assert settings["git.dirty"] == {"key": "git.dirty", "value": "refuse", "origin": "default"}
	[hints] = json.load(open("get.json"))["settings"]
	assert hints["value"] is False
	EOF
	python3 check.py $local && rm $local
'

# Text without markup: escapes, stars, and underlines that do not stand inside of a word.
plain () {
	sed 's/\\\(.\)/\1/g; s/[*]//g; s/\(^\|[^A-Za-z0-9]\)_\([^_]\)/\1\2/g; s/\([^_]\)_\($\|[^A-Za-z0-9]\)/\1\2/g'
}

one_line () {
	tr '\n\t' '  ' | tr -s ' ' | sed 's/^ //; s/ $//' | fold -s -w 70
}

test_case 'roar-config(5) says of each key what the table says, word for word, and of no other' '
	roar config describe | one_line >expect &&
	sed -n "/^# KEYS/,/^# FILES/{/^#/d; p}" "$SOURCE_DIR/man/roar-config.5.scd" | plain | one_line >actual &&
	diff -u expect actual
'

test_case 'describe explains one key, and --json is read by somebody else' '
	roar config describe git.dirty >out && sed -n 1p out | grep -x git.dirty &&
	grep "It is refuse, record or" out && ! grep ".\{77\}" out &&
	roar config describe --json hash.run | python3 -c "
import json, sys
[key] = json.load(sys.stdin)[\"keys\"]
assert key[\"key\"] == \"hash.run\" and key[\"default\"] == [] and key[\"committed\"] is True
assert key[\"allowed\"] == [\"blake3\", \"md5\", \"sha256\", \"sha512\"]
" && expect_status 129 roar config describe git.dirt 2>err && grep "did you mean .git.dirty.?" err
'

test_case 'a variable that sets no key is named' '
	ROAR_GIT__DIRT=record ROAR_A__B=1 ROAR_JOB_ID=x ROAR_TELEMETRY__ENABLED=0 ROAR_ALIAS__ST=status \
		roar config get git.dirty >out 2>err && echo refuse | diff - out &&
	sort err >sorted && cat >expect <<-\EOF &&
	warning: ROAR_ALIAS__ST: unknown key '\''alias.st'\''
	warning: ROAR_A__B: unknown key '\''a.b'\''
	warning: ROAR_GIT__DIRT: unknown key '\''git.dirt'\''; did you mean '\''git.dirty'\''?
	EOF
	diff expect sorted
'

test_case 'each file can be edited' '
	export XDG_CONFIG_HOME=$PWD/xdg &&
	roar config set --project git.dirty record 2>err && grep " in $PWD/roar.toml$" err &&
	printf "[git]\ndirty = \"record\"\n" | diff - roar.toml &&
	roar config set --user hints.enabled no 2>err && grep " in $PWD/xdg/roar/config.toml$" err &&
	(cd / && roar config set --user git.dirty ignore) &&
	printf "[hints]\nenabled = false\n\n[git]\ndirty = \"ignore\"\n" | diff - xdg/roar/config.toml &&
	roar config set --local git.dirty refuse 2>err && grep " in $local$" err &&
	echo refuse >expect && roar config get git.dirty | diff expect - &&
	roar config unset git.dirty && echo record >expect && roar config get git.dirty | diff expect - &&
	roar config unset --project git.dirty && test ! -s roar.toml &&
	echo ignore >expect && roar config get git.dirty | diff expect - &&
	roar config unset --user git.dirty && printf "[hints]\nenabled = false\n" | diff - xdg/roar/config.toml &&
	expect_status 1 roar config unset --project git.dirty && rm -r xdg roar.toml
'

test_case 'what would run programs is refused for the committed file' '
	expect_status 129 roar config set --project output.pager less 2>err && test ! -e roar.toml &&
	grep "^.output.pager. is not taken from a file that is made to be committed; set it with" err
'

test_case 'a file keeps its mode, and a link stays a link' '
	mkdir -p elsewhere && echo "# mine" >elsewhere/real && chmod 640 elsewhere/real &&
	ln -sf ../elsewhere/real $local && roar config set git.dirty record &&
	test -L $local && test "$(stat -c %a elsewhere/real)" = 640 &&
	printf "# mine\n\n[git]\ndirty = \"record\"\n" | diff - elsewhere/real &&
	test "$(ls elsewhere)" = real && rm $local && rm -r elsewhere
'

test_case 'of several at the same time none is lost' '
	: >$local && { for key in hash.get hash.put hash.run; do roar config set $key md5 & done; wait; } 2>err &&
	test "$(grep -c "= \[\"md5\"\]" $local)" = 3 && rm $local
'

test_case 'wrong operands are a usage error' '
	for operands in "" "frob" "get" "set git.dirty" "list x" "set --origin git.dirty record" \
		"list --user" "set --user --local git.dirty record" "describe a b" "set --json a b"
	do
		expect_status 129 roar config $operands 2>err && grep "^usage: roar config" err || exit 1
	done
'

test_done
