#!/bin/sh
# What `roar run true` costs in a git repository of 100,000 files, clean and dirty, more than `git status`
# alone, which is most of it. Usage: ROAR_BUILD=build/release sh tests/bench/git-100k.sh [runs]

set -eu
ROAR_BUILD=$(cd "${ROAR_BUILD:?the build tree, such as build/release}" && pwd)
. "$(dirname "$0")/pairs.sh"
directory=$(mktemp -d)
trap 'rm -rf "$directory"' EXIT
cd "$directory"
git init -q
python3 - <<'END'
import os
for d in range(1000):
    os.makedirs("d%d/s" % d)
    for f in range(100):
        open("d%d/s/f%d.%s" % (d, f, "py" if f % 2 else "txt"), "w").write("%d %d\n" % (d, f))
END
git add . && git -c user.name=b -c user.email=b@example.org commit -qm files
"$ROAR_BUILD/porcelain/roar" init >/dev/null
roar="'$ROAR_BUILD/porcelain/roar'"
status="git --no-optional-locks status --porcelain=v2 --branch -z --untracked-files=all"
bench_pairs git-100k-clean "${1:-11}" "$roar run true" "$status"
bench_pairs git-100k-read "${1:-11}" "$roar run sh -c 'cat d?/s/*.py'" "$status && cat d?/s/*.py"
for d in 1 2 3 4 5 6 7 8 9
do
	for f in 1 3 5 7 9
	do
		echo changed >d$d/s/f$f.py
	done
done
bench_pairs git-100k-dirty "${1:-11}" "$roar run --allow-dirty sh -c 'cat d?/s/*.py'" "$status && git diff --binary HEAD && cat d?/s/*.py"
git config core.untrackedCache true && git status >/dev/null
bench_pairs git-100k-untracked-cache "${1:-11}" "$roar run --allow-dirty true" "$status"
