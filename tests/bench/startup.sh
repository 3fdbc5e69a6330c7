#!/bin/sh
# What the commands that a shell or a person asks for all the time cost more than an empty C++ program,
# in a git repository of 1,000 files, in sessions of 3 and of 1,000 jobs, and what completion costs
# with 100,000 tracked paths. Usage: ROAR_BUILD=build/release sh tests/bench/startup.sh [runs]

set -eu
ROAR_BUILD=$(cd "${ROAR_BUILD:?the build tree, such as build/release}" && pwd)
. "$(dirname "$0")/pairs.sh"
runs=${1:-61}
directory=$(mktemp -d)
trap 'rm -rf "$directory"' EXIT
roar=$ROAR_BUILD/porcelain/roar
cd "$directory"
echo 'int main() {}' >empty.cc
${CXX:-c++} -O2 -o empty empty.cc -Wl,--no-as-needed -lstdc++

# repository NAME JOBS: each job a step of its own with an output. The files are older than the index:
# git reads those again that are not, which is so only in the second after a commit.
repository () {
	mkdir -p "$1/out" && cd "$1" && git init -q && echo out/ >.gitignore
	i=0
	while test $i -lt 1000
	do
		echo $i >file$i
		i=$((i + 1))
	done
	find . -maxdepth 1 -type f -exec touch -d '1 hour ago' {} +
	git add . && git -c user.name=b -c user.email=b@example.org commit -qm files
	"$roar" init >/dev/null
	i=0
	while test $i -lt "$2"
	do
		"$roar" run -q sh -c "echo $i >out/$i"
		i=$((i + 1))
	done
	cd ..
}

for jobs in 3 1000
do
	repository "jobs$jobs" $jobs
	cd "jobs$jobs"
	for command in --version status prompt log 'show @1' 'complete -- show @'
	do
		name=$(echo "$command" | tr -c 'a-z0-9\n' -)
		bench_pairs "startup-$jobs$name" "$runs" "'$roar' $command" "'$directory/empty'"
	done
	cd ..
done

repository paths 1
cd paths
"$roar" run -q python3 -c '
for i in range(100000):
    open("out/" + format(i * 7919 % 100003, "06d"), "w").close()'
for word in '' out/ out/0420 file
do
	bench_pairs "startup-complete-$(echo "$word" | tr / -)" "$runs" \
		"'$roar' complete -- show '$word'" "'$directory/empty'"
done
