#!/bin/sh
# Repositories of every kind: what is recorded of them, that they are told clean from dirty as git does,
# and that nothing is ever written to them.

. "$SOURCE_DIR/tests/cli/lib.sh"

command -v jq >/dev/null || skip_all 'jq is not installed'
git config --global protocol.file.allow always

job () {
	roar show --json "$(roar log --all --json | jq -r '.jobs[-1].job_uid')" | jq "$@"
}
# refused: the run is refused because the tree is dirty
refused () {
	expect_status 125 roar run true 2>err && cat err && grep -q "working tree is dirty" err
}
# clean: a run is let through and recorded as clean, at git's own idea of the commit
clean () {
	roar run -q true && job -e --arg head "$(git rev-parse HEAD)" '.git | (.dirty | not) and .commit == $head and (has("unknown") | not)'
}

test_case 'a detached head has a commit and no branch' '
	project detached && git checkout -q --detach && clean && job -e ".git | has(\"branch\") | not" &&
	roar show "$(job -r .job_uid)" | grep "Source: *(detached) @"
'
test_case 'no remote: none is recorded' '
	project lonely && clean && job -e ".git | has(\"remote\") | not"
'
test_case 'several remotes: the one that the branch follows, else origin, else the first by name' '
	project remotes && git remote add zoo https://user:pw@example.org/zoo.git && clean &&
	job -e ".git.remote == \"https://example.org/zoo.git\"" &&
	git remote add alpha https://example.org/alpha.git && clean && job -e ".git.remote == \"https://example.org/alpha.git\"" &&
	git remote add origin git@example.org:origin.git && clean && job -e ".git.remote == \"git@example.org:origin.git\"" &&
	git config branch.main.remote zoo && clean && job -e ".git.remote == \"https://example.org/zoo.git\"" &&
	git checkout -q -b other && clean && job -e ".git.remote == \"git@example.org:origin.git\" and .git.branch == \"other\"" &&
	git config branch.other.remote . && clean && job -e ".git.remote == \"git@example.org:origin.git\"" &&
	git config url.https://example.org/.insteadOf ex: && git remote set-url origin ex:short.git && clean &&
	job -e ".git.remote == \"https://example.org/short.git\""
'
test_case 'a branch with a strange name' '
	project branch && git checkout -q -b "feature/ünï-\$x" && clean && job -e ".git.branch == \"feature/ünï-\$x\""
'
test_case 'a submodule: clean, changed inside, untracked data inside, at another commit' '
	project library && echo 1 >lib.py && git add lib.py && git commit -qm lib && cd .. &&
	project super && git submodule add -q ../library sub && git commit -qm sub && clean &&
	echo data >sub/data.csv && clean && rm sub/data.csv &&
	echo 2 >sub/lib.py && refused && grep "in a submodule: sub/lib.py" err && grep "in the submodule" err && ! grep "git add sub" err &&
	roar run -q --allow-dirty cat sub/lib.py >/dev/null &&
	job -e "(.git.code_drifted == [\"sub/lib.py\"]) and ([.git.code[].path] == [\"sub/lib.py\"]) and (.git | has(\"patch_oid\") | not)" &&
	roar run -q --allow-dirty true && job -e ".git.withheld == [{path: \"sub/lib.py\", reason: \"submodule\"}]" &&
	echo "x = 1" >sub/new.py && git -C sub checkout -q lib.py && refused && grep "in a submodule: sub/new.py" err && rm sub/new.py &&
	git -C sub commit -q --allow-empty -m next && refused && grep "modified: *sub$" err && grep "git add sub " err &&
	roar run -q --allow-dirty true && roar cat-object -p "$(job -r .git.patch_oid)" >patch && cat patch && grep "+Subproject commit $(git -C sub rev-parse HEAD)" patch &&
	git submodule update -q && git apply patch && git status --porcelain
'
test_case 'inside of a submodule its own commit counts' '
	cd super && git submodule update -q && rm -f patch err && cd sub && git checkout -q --detach &&
	roar run -q cat lib.py >/dev/null && job -e --arg head "$(git rev-parse HEAD)" ".git.commit == \$head" &&
	echo 3 >lib.py && refused && grep "modified: *lib.py" err && roar run -q --allow-dirty true && job -e ".git | has(\"patch_oid\")" && git checkout -q lib.py
'
test_case 'code of a submodule that changes during the run has drifted' '
	cd super && mkfifo ready go && (timeout 60 cat ready >/dev/null; echo 4 >sub/lib.py; echo >go) &
	cd super && while test ! -p go; do :; done; roar run -q sh -c "echo >ready; cat go >/dev/null; cat sub/lib.py" >/dev/null
	rm -f ready go; job -e ".git.code_drifted == [\"sub/lib.py\"]" && git -C sub checkout -q lib.py
'
test_case 'a linked work tree has its own head, and the remote of the repository' '
	project main && git remote add origin https://example.org/main.git && git worktree add -q -b side ../side && cd ../side &&
	roar init >/dev/null && clean && job -e ".git.branch == \"side\" and .git.remote == \"https://example.org/main.git\"" &&
	echo x >.keep && refused && roar run -q --allow-dirty true && job -e ".git | has(\"patch_oid\")"
'
test_case 'a shallow clone' '
	project deep && git commit -q --allow-empty -m 2 && git commit -q --allow-empty -m 3 && cd .. &&
	git clone -q --depth 1 "file://$PWD/deep" shallow && cd shallow && roar init >/dev/null && clean && echo x >.keep && refused &&
	roar run -q --allow-dirty true && job -e ".git | has(\"patch_oid\")"
'
test_case 'a partial clone: nothing is fetched' '
	project promisor && echo old >a.py && git add a.py && git commit -qm a && git config uploadpack.allowFilter true && cd .. &&
	git clone -q --filter=blob:none "file://$PWD/promisor" partial && cd partial && roar init >/dev/null && clean &&
	git -C ../promisor rev-parse HEAD >/dev/null && mv ../promisor ../gone && echo new >a.py && roar run -q --allow-dirty cat a.py >/dev/null &&
	job -e ".git.dirty and .git.code_drifted == [\"a.py\"]"
'
test_case 'a clean filter: what it hides is no change, and the patch restores through it' '
	project filtered && git config filter.upper.clean "tr a-z A-Z" && git config filter.upper.smudge "tr A-Z a-z" &&
	echo "*.py filter=upper" >.gitattributes && echo hello >a.py && git add . && git commit -qm filter && clean &&
	git show :a.py | grep HELLO && echo HELLO >a.py && clean &&
	roar run -q cat a.py >/dev/null && job -e ".git | has(\"code_drifted\") | not" &&
	echo other >a.py && refused && roar run -q --allow-dirty cat a.py >/dev/null && job -e ".git.code_drifted == [\"a.py\"]" &&
	roar cat-object -p "$(job -r .git.patch_oid)" >patch && grep +OTHER patch && git checkout -q a.py && git apply patch && grep -x other a.py
'
test_case 'autocrlf: line ends that git converts are no change' '
	project crlf && git config core.autocrlf true && printf "one\r\ntwo\r\n" >a.py && git add a.py 2>/dev/null && git commit -qm crlf && clean &&
	touch a.py && roar run -q cat a.py >/dev/null && job -e ".git | has(\"code_drifted\") | not" &&
	printf "one\r\n2\r\n" >a.py && refused && roar run -q --allow-dirty true && roar cat-object -p "$(job -r .git.patch_oid)" >patch &&
	cp a.py wanted && git checkout -q a.py && git apply patch && cmp a.py wanted
'
test_case 'a split index' '
	project split && echo 1 >a.py && git add a.py && git update-index --split-index && git commit -qm a && clean && echo 2 >a.py && refused &&
	roar run -q --allow-dirty true && job -e ".git | has(\"patch_oid\")"
'
test_case 'a sparse checkout with a sparse index' '
	project sparse && mkdir in out && echo 1 >in/a.py && echo 1 >out/b.py && git add . && git commit -qm both &&
	git sparse-checkout set --cone --sparse-index in && test ! -e out/b.py && clean && echo 2 >in/a.py && refused && ! grep out/b.py err &&
	roar run -q --allow-dirty true && job -e ".git.patch.files == 1"
'
test_case 'a SHA-256 repository' '
	git init -q -b main --object-format=sha256 long && cd long && echo 1 >a.py && git add a.py && git remote add origin https://example.org/long.git && roar init >/dev/null &&
	refused && roar run -q --allow-dirty true && roar cat-object -p "$(job -r .git.patch_oid)" | grep "+1" &&
	git commit -qm a && clean && job -e "(.git.commit | length) == 64 and .git.remote == \"https://example.org/long.git\"" &&
	echo 2 >a.py && roar run -q --allow-dirty true && roar cat-object -p "$(job -r .git.patch_oid)" >patch && git checkout -q a.py && git apply patch && grep -x 2 a.py
'
test_case 'a bare repository, a repository that is none, and a work tree that is none' '
	git init -q --bare bare.git && cd bare.git && roar init >/dev/null 2>&1 && roar run -q true && job -e "has(\"git\") | not" && cd .. &&
	mkdir -p fake/.git && cd fake && roar init >/dev/null && roar run -q true && job -e "has(\"git\") | not" && cd .. &&
	project bare-by-setting && git config core.bare true && roar run -q true && job -e "has(\"git\") | not"
'
test_case 'a repository that git refuses to read blocks the run with its reason; --allow-dirty goes on' '
	project broken && echo garbage >.git/index && expect_status 125 roar run true 2>err && cat err &&
	grep "nobody knows whether the working tree is clean: git status failed" err && grep "roar run --allow-dirty true" err &&
	roar run --allow-dirty true 2>&1 | cat >report && grep "unknown (failed)" report && job -e ".git.unknown == \"failed\" and (.git | has(\"dirty\") | not)"
'
test_case 'the same where the directory is of another user' '
	test "$(id -u)" = 0 || skip_case "not root: cannot give files away"
	project foreign && chown -R 12345 . && expect_status 125 roar run true 2>err && cat err && grep "dubious ownership" err && grep "safe.directory" err &&
	roar run -q --allow-dirty true && job -e ".git.unknown == \"failed\""
'
test_case 'git that is too slow: refused with what makes it fast, or run with the state unknown' '
	project slow && echo 1 >a.py && git add a.py && git commit -qm a && touch a.py && git config filter.slow.clean "sleep 3" &&
	echo "a.py filter=slow" >.git/info/attributes && echo 2 >a.py && export ROAR_GIT__TIMEOUT=300ms &&
	expect_status 125 roar run true 2>err && cat err && grep "took longer than 300 ms" err && grep "core.untrackedCache" err && grep "git.timeout" err &&
	roar run -q --allow-dirty true && job -e --arg head "$(git rev-parse HEAD)" ".git.unknown == \"timeout\" and .git.commit == \$head and .git.branch == \"main\""
'
test_case 'with the state unknown, code that was read is compared with the commit all the same' '
	cd slow && rm .git/info/attributes && git checkout -q a.py && echo 1 >b.py && git add b.py && git commit -qm b && echo changed >b.py && echo new >c.py &&
	ROAR_GIT__TIMEOUT=0ms roar run -q --allow-dirty cat a.py b.py c.py >/dev/null && job -c .git &&
	job -e ".git.unknown == \"timeout\" and .git.code_drifted == [\"b.py\"] and ([.git.code[].path] == [\"b.py\", \"c.py\"])"
'
test_case 'inside of a git hook, with GIT_DIR and GIT_INDEX_FILE set' '
	project hooked && printf "#!/bin/sh\nenv | grep ^GIT_ >\"\$PWD/../hook.env\"\nroar run -q --allow-dirty true && cd sub && roar run -q --allow-dirty true\n" >.git/hooks/pre-commit && chmod +x .git/hooks/pre-commit &&
	mkdir sub && echo 1 >sub/a.py && echo 2 >b.py && git add . && git commit -qm one && cat ../hook.env && job -e ".git.dirty and .git.patch.files == 2" &&
	echo 3 >b.py && git commit -qam two && job -e ".git.patch.files == 1" && git log --oneline | wc -l | grep -x 3 && git fsck && test -z "$(git status --porcelain)"
'
test_case 'GIT_DIR and GIT_WORK_TREE of a repository elsewhere' '
	git init -q --bare -b main dots.git && mkdir -p tree/sub && cd tree && roar init >/dev/null && export GIT_DIR=../dots.git GIT_WORK_TREE=. &&
	git config core.bare false && echo 1 >a.py && git add a.py && git commit -qm a && clean && echo 2 >a.py && refused &&
	unset GIT_DIR GIT_WORK_TREE && export GIT_DIR="$PWD/../dots.git" GIT_WORK_TREE="$PWD" && cd sub && roar run -q --allow-dirty true && job -e ".git.patch.files == 1"
'
test_case 'a lock of the index neither stops us nor is it touched, and the index is never written' '
	project locked && echo 1 >a.py && git add a.py && git commit -qm a && touch a.py && : >.git/index.lock && cp .git/index before &&
	find .git | sort >files && roar run -q cat a.py >/dev/null && echo 2 >a.py && roar run -q --allow-dirty cat a.py >/dev/null && roar status >/dev/null &&
	cmp .git/index before && test -f .git/index.lock && find .git | sort | cmp - files &&
	rm .git/index.lock && touch a.py && cp .git/index before && roar run -q --allow-dirty cat a.py >/dev/null && git checkout -q a.py && touch -d "1 hour ago" a.py && cp .git/index before &&
	roar run -q cat a.py >/dev/null && roar status >/dev/null && cmp .git/index before && git status >/dev/null && ! cmp -s .git/index before
'
test_case 'settings of git that hide changes do not hide them' '
	project hiding && git config status.showUntrackedFiles no && echo 1 >new.py && refused && rm new.py &&
	git config status.branch false && git config core.untrackedCache true && git config status.renames copies && clean
'
test_case 'a clean run asks git one thing, whatever code it reads' '
	project once && git remote add origin https://example.org/once.git && for i in 1 2 3 4 5; do echo $i >$i.py; done && git add . && git commit -qm code &&
	roar run -q true && real=$(command -v git) && mkdir ../wrap && printf "#!/bin/sh\necho \"\$@\" >>\"$trash/asked\"\nexec $real \"\$@\"\n" >../wrap/git && chmod +x ../wrap/git &&
	PATH="$PWD/../wrap:$PATH" roar run -q cat 1.py 2.py 3.py 4.py 5.py >/dev/null && cat "$trash/asked" && test "$(wc -l <"$trash/asked")" = 1 && grep status "$trash/asked"
'
test_case 'an unmerged tree is dirty, and its patch has the conflict' '
	project merge && echo 1 >a.py && git add a.py && git commit -qm a && git checkout -q -b other && echo 2 >a.py && git commit -qam b && git checkout -q main &&
	echo 3 >a.py && git commit -qam c && ! git merge -q other && refused && roar run -q --allow-dirty true &&
	roar cat-object -p "$(job -r .git.patch_oid)" | grep "^+<<<<<<< HEAD"
'

git lfs version >/dev/null 2>&1 || { echo '# git-lfs is not installed: no test of it'; test_done; }
test_case 'git-lfs: clean is clean, and of a change the file is named, not its pointer kept' '
	project large && git lfs install --local >/dev/null && git lfs track "*.bin" >/dev/null && head -c 5000 /dev/urandom >w.bin && echo 1 >a.py && git add . && git commit -qm lfs && clean &&
	touch w.bin && clean && roar run -q cat w.bin >/dev/null && job -e ".git | has(\"code_drifted\") | not" &&
	echo changed >w.bin && echo 2 >a.py && refused && roar run -q --allow-dirty true &&
	job -e "(.git.withheld == [{path: \"w.bin\", reason: \"lfs\"}]) and .git.patch.files == 1"
'

test_done
