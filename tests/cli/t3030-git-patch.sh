#!/bin/sh
# git.dirty = record: what is kept of code that no commit has, and that it restores the exact bytes. The
# witness is git itself.

. "$SOURCE_DIR/tests/cli/lib.sh"

command -v jq >/dev/null || skip_all 'jq is not installed'

# job KEY...: a jq expression on the newest job
job () {
	roar show --json "$(roar log --all --json | jq -r '.jobs[-1].job_uid')" | jq "$@"
}
# restored: a clean checkout of the job's commit, with its patch applied, in ../restored
restored () {
	rm -rf "$trash/restored" && commit=$(job -r .git.commit) &&
		git clone -q --no-checkout . "$trash/restored" &&
		git -C "$trash/restored" checkout -q "$commit" &&
		roar cat-object -p "$(job -r .git.patch_oid)" >"$trash/patch" &&
		git -C "$trash/restored" apply "$trash/patch" 2>"$trash/apply.err" ||
		{ cat "$trash/apply.err"; return 1; }
}
# same_as_restored NAME...
same_as_restored () {
	for name
	do
		cmp "$name" "$trash/restored/$name" || return 1
	done
}

project p || exit 1
mkdir sub
printf 'one\ntwo\nthree\n' >text.py
printf 'no newline at the end' >open.py
printf '\000\001binary\377\n' >table.bin
printf 'crlf\r\nlines\r\n' >crlf.py
echo gone >gone.py
ln -s text.py link
echo mode >mode.sh
echo 'int f();' >sub/f.h
awk 'BEGIN { for (i = 0; i < 5000; i++) print i }' >long.txt
git add . && git commit -qm files || exit 1

test_case 'the patch restores every changed tracked file, byte for byte' '
	printf "one\n2\nthree\nfour" >text.py && printf "still none" >open.py &&
	head -c 30000 /dev/urandom >table.bin && printf "crlf\r\nother\n" >crlf.py &&
	rm gone.py && ln -sf sub/f.h link && chmod +x mode.sh &&
	echo "int g();" >>sub/f.h && awk "{ if (\$1 != 2500) print }" long.txt >l && mv l long.txt &&
	: >empty.py && git add empty.py &&
	strange=$(printf "we ird\n\"\\303\\274\\377\\t.py") && echo strange >"$strange" && git add -- "$strange" &&
	echo dash >-dash.py && git add -- -dash.py && echo magic >:magic.py && git add -- ./:magic.py &&
	roar run -q --allow-dirty true && job -e ".git.dirty and (.git | has(\"withheld\") | not)" &&
	restored &&
	same_as_restored text.py open.py table.bin crlf.py mode.sh sub/f.h long.txt empty.py "$strange" ./-dash.py :magic.py &&
	test ! -e "$trash/restored/gone.py" && test "$(readlink "$trash/restored/link")" = sub/f.h &&
	test -x "$trash/restored/mode.sh" &&
	test "$(git status --porcelain --untracked-files=no | sort)" != "" &&
	(git add -A && git write-tree) >"$trash/wanted" && (cd "$trash/restored" && git add -A && git write-tree) >"$trash/got" && cmp "$trash/wanted" "$trash/got"
'
test_case 'the fix names hostile files such that a shell and git take them' '
	git reset -q --hard && git clean -qfdx -e .roar && echo x >-dash.py && echo x >:magic.py && echo x >"a b.py" &&
	expect_status 125 roar run true 2>err && cat err &&
	sed -n "s/^commit it: *//p" err | sed "s/<what changed>/x/" >fix && sh ./fix && roar run -q true && git reset -q --hard HEAD^
'
test_case 'show says what the patch is and how to restore it' '
	echo changed >text.py && roar run --allow-dirty true 2>&1 | cat >report && grep "dirty · patch kept" report &&
	roar show "$(job -r .job_uid)" >shown && grep "patch: *1 file, +1 -3" shown &&
	job -e ".git.patch == {files: 1, insertions: 1, deletions: 3}" &&
	sed -n "s/^  restore: *//p" shown >how && git clone -q . "$trash/by-hand" && cp -r .roar "$trash/by-hand/" &&
	sed "s|^|cd $trash/by-hand \&\& |" how >"$trash/how.sh" && sh "$trash/how.sh" && cmp text.py "$trash/by-hand/text.py"
'
test_case 'settings and variables of the user do not change the patch' '
	git config diff.noprefix true && git config diff.mnemonicPrefix true && git config color.ui always &&
	git config diff.external /bin/false && git config diff.context 0 && git config diff.submodule log &&
	git config diff.renames copies && git config diff.wsErrorHighlight all && git config core.quotePath false &&
	git config diff.algorithm patience && git config diff.interHunkContext 9 && git config diff.relative true &&
	GIT_DIFF_OPTS=--unified=0 GIT_EXTERNAL_DIFF=/bin/false roar run -q --allow-dirty true &&
	for key in noprefix mnemonicPrefix external context submodule renames wsErrorHighlight algorithm interHunkContext relative
	do git config --unset diff.$key; done; git config --unset color.ui; git config --unset core.quotePath
	restored && same_as_restored text.py && job -e ".git.patch.files == 1"
'
test_case 'from a sub-directory the patch is still of the whole tree' '
	cd sub && roar run -q --allow-dirty true && cd .. && restored && same_as_restored text.py
'
test_case 'untracked code that was read is a blob, what was not read is not' '
	echo "print(1)" >used.py && echo "print(2)" >unused.py && echo 1 >data.csv &&
	roar run -q --allow-dirty cat used.py data.csv >/dev/null &&
	job -e "[.git.code[].path] == [\"used.py\"]" &&
	roar cat-object -p "$(job -r ".git.code[0].blob_oid")" | cmp - used.py &&
	roar show "$(job -r .job_uid)" | grep "kept: *used.py"
'
test_case 'a file with a secret is withheld and named, the rest of the patch stays' '
	token=ghp_$(printf "%036d" 0 | tr 0 A) && token=ghp_16C7e42F292c6912E7710c838347Ae178B4a &&
	echo "key = \"$token\"" >long.txt && echo "key = \"$token\"" >used.py &&
	printf "\\000\\001%s\\000" $token >table.bin &&
	roar run --allow-dirty cat used.py 2>&1 >/dev/null | cat >report &&
	job -e ".git.withheld == [{path: \"long.txt\", reason: \"secret\"}, {path: \"table.bin\", reason: \"secret\"}, {path: \"used.py\", reason: \"secret\"}]" &&
	restored && same_as_restored text.py && ! grep -c $token "$trash/patch" &&
	test "$(git -C "$trash/restored" status --porcelain | wc -l)" = 1 &&
	grep "code not kept: long.txt (secret)" report &&
	roar show "$(job -r .job_uid)" | grep "withheld: long.txt  (secret)" &&
	for oid in $(roar cat-object --batch-check </dev/null; job -r ".git.code[]?.blob_oid"); do roar cat-object -p $oid | grep $token && return 1; done; true
'
test_case 'a secret that a change takes away is withheld too' '
	git stash -q && token=ghp_16C7e42F292c6912E7710c838347Ae178B4a && echo "key = \"$token\"" >leaked.py && git add leaked.py && git commit -qm leak &&
	echo "key = input()" >leaked.py && roar run -q --allow-dirty true &&
	job -e "(.git.withheld == [{path: \"leaked.py\", reason: \"secret\"}]) and (.git | has(\"patch_oid\") | not)" &&
	git reset -q --hard HEAD^ && git stash pop -q
'
test_case 'credential files are never kept' '
	git checkout -q long.txt table.bin && echo "machine x" >.netrc && echo "A=1" >.env && git add -f .netrc .env && git commit -qm cred &&
	echo "machine y" >.netrc && echo "A=2" >.env && roar run -q --allow-dirty true &&
	job -e "[.git.withheld[] | [.path, .reason]] == [[\".env\", \"credential\"], [\".netrc\", \"credential\"]]" &&
	git checkout -q .netrc .env && rm used.py unused.py
'
test_case 'what is larger than git.patch_limit is not taken, and named' '
	head -c 100000 /dev/urandom | base64 >long.txt && roar config set git.patch_limit 64k >/dev/null &&
	awk "BEGIN { for (i = 0; i < 30000; i++) print i }" >big.py &&
	roar run -q --allow-dirty cat big.py >/dev/null &&
	job -e ".git.withheld == [{path: \"big.py\", reason: \"size\"}, {path: \"long.txt\", reason: \"size\"}]" &&
	restored && same_as_restored text.py && git rm -qf long.txt && roar run -q --allow-dirty true &&
	restored && test ! -e "$trash/restored/long.txt" && roar config unset git.patch_limit >/dev/null && rm big.py
'
test_case 'a bad limit or time is named with its file and line' '
	printf "[git]\npatch_limit = \"a lot\"\n" >roar.toml && expect_status 125 roar run true 2>err &&
	grep "roar.toml:2: .git.patch_limit. is a size up to 16MiB, not .a lot." err && rm roar.toml &&
	roar config set git.patch_limit 1M && expect_status 129 roar config set git.timeout 10 &&
	expect_status 129 roar config set git.patch_limit 17M && roar config unset git.patch_limit
'
test_case 'git.dirty = ignore records the flag alone' '
	roar config set git.dirty ignore >/dev/null && roar run -q cat text.py >/dev/null &&
	job -e ".git | .dirty and (has(\"patch_oid\") or has(\"code\") or has(\"withheld\") or has(\"code_drifted\") | not)"
'
test_case 'git.dirty = record keeps the patch without a flag, and known outputs are exempt' '
	roar config set git.dirty record >/dev/null && roar run -q true && job -e ".git | has(\"patch_oid\")" &&
	git reset -q --hard && echo 1 >result.csv && git add result.csv && git commit -qm result &&
	roar config set git.dirty refuse >/dev/null && roar run -q sh -c "echo 2 >result.csv; echo \"x = 1\" >gen.py" &&
	roar run -q cat gen.py result.csv >/dev/null && job -e ".git.dirty | not"
'
test_case 'a locked policy in a committed file beats variables and local settings' '
	printf "[git]\ndirty = \"refuse\"\ndirty_locked = true\n" >roar.toml && git add roar.toml && git commit -qm lock &&
	echo 1 >dirty.py && roar config set git.dirty ignore >/dev/null &&
	expect_status 125 env ROAR_GIT__DIRTY=record roar run true && expect_status 125 roar run --allow-dirty true &&
	rm dirty.py && roar config unset git.dirty && git rm -q roar.toml && git commit -qm unlock
'
test_case 'no commit yet: everything staged is the patch, and it applies to nothing' '
	git init -q -b main ../unborn && cd ../unborn && roar init >/dev/null && echo "print(1)" >a.py && printf "\\000\\001" >b.bin && git add . &&
	expect_status 125 roar run true 2>err && grep "a.py" err &&
	roar run -q --allow-dirty true && job -e ".git | has(\"commit\") | not" &&
	roar cat-object -p "$(job -r .git.patch_oid)" >"$trash/patch" && mkdir "$trash/empty" &&
	(cd "$trash/empty" && git apply "$trash/patch") && cmp a.py "$trash/empty/a.py" && cmp b.bin "$trash/empty/b.bin" && cd ../p
'
test_case 'code that changed after git looked is named as drifted, and its bytes are kept' '
	git reset -q --hard && echo base >used.sh && git add used.sh && git commit -qm used &&
	roar run sh -c "echo touched >/dev/null; cat used.sh" 2>&1 >/dev/null | cat >report && ! grep drifted report &&
	job -e ".git | has(\"code_drifted\") | not"
'
test_case 'what an editor changes during a run is drift; what is only touched is not' '
	mkfifo ready go && (timeout 60 cat ready >/dev/null; echo edited >used.sh; touch text.py; echo >go) &
	roar run sh -c "echo >ready; cat go >/dev/null; cat used.sh text.py" >/dev/null 2>err; cat err; rm -f ready go
	job -e ".git.code_drifted == [\"used.sh\"]" && roar show "$(job -r .job_uid)" | grep "drifted: *used.sh" &&
	job -e ".git.dirty | not"
'
test_case 'drift is against the commit of the job, though the head moved on' '
	mkfifo ready go && (timeout 60 cat ready >/dev/null; git commit -qam moved; echo >go) & 
	roar run -q --allow-dirty sh -c "echo >ready; cat go >/dev/null; cat used.sh text.py" >/dev/null 2>err; cat err; rm -f ready go
	job -e ".git.code_drifted == [\"used.sh\"]"
'
test_case 'under record, a drifted version that the patch does not have is a blob' '
	mkfifo ready go && (timeout 60 cat ready >/dev/null; echo edited again >used.sh; echo >go) & 
	echo dirty >text.py && roar run -q --allow-dirty sh -c "echo >ready; cat go >/dev/null; cat used.sh text.py" >/dev/null 2>err; cat err; rm -f ready go
	job -e ".git.code_drifted == [\"text.py\", \"used.sh\"] and ([.git.code[].path] | index(\"used.sh\") != null)" &&
	roar cat-object -p "$(job -r ".git.code[] | select(.path == \"used.sh\").blob_oid")" | cmp - used.sh
'
test_case 'the store is sound' '
	roar fsck
'
test_case 'a quick fsck reads the patch and the kept code of the newest job' '
	git reset -q --hard && head -c 6000 /dev/urandom >table.bin && head -c 6000 /dev/urandom | base64 -w 0 >loose.py &&
	roar run -q --allow-dirty cat loose.py >/dev/null && job -e ".git | has(\"patch_oid\") and has(\"code\")" && roar fsck &&
	store=$(echo .roar/objects/gen-*/data.mdb) && cp $store sound.mdb && pages=$(($(wc -c <$store) / 4096)) && page=2 &&
	while test $page -lt $pages
	do
		cp sound.mdb $store && dd if=/dev/zero of=$store bs=4096 seek=$page count=1 conv=notrunc status=none && roar fsck --quick
		page=$((page + 1))
	done >problems; cp sound.mdb $store; 
	grep "^error badObject object $(job -r .git.patch_oid): " problems &&
	grep "^error badObject object $(job -r ".git.code[] | select(.path == \"loose.py\").blob_oid"): " problems
'

test_done
