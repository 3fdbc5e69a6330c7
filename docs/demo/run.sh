#!/bin/sh
# A pipeline on real data under roar, and what can be asked about it afterwards.
#
#   sh docs/demo/run.sh [DIRECTORY]
#
# Needs roar, git, a C compiler, and Python with scikit-learn from the distribution. The project is
# made in DIRECTORY, which must not exist yet; without it, in a new temporary one.
set -eu

demo=$(cd "$(dirname "$0")" && pwd)
if test $# -gt 0
then
	test ! -e "$1" || { echo "'$1' exists already" >&2; exit 1; }
	mkdir -p "$1"
	directory=$(cd "$1" && pwd)
else
	directory=$(mktemp -d "${TMPDIR:-/tmp}/roar-demo.XXXXXX")
fi
dataset=$(/usr/bin/python3 -c 'import os, sklearn.datasets as d
print(os.path.join(os.path.dirname(d.__file__), "data", "breast_cancer.csv"))')

step () {
	printf '\n# %s\n' "$*"
}

# run COMMAND...: shows it, then does it.
run () {
	printf '$ %s\n' "$*"
	"$@"
}

step "a git repository with three scripts, a C program and a data set ($directory)"
cp -R "$demo/project/." "$directory"
cd "$directory"
mkdir data
cp "$dataset" data/raw.csv
run git init -q -b main
git config user.name >/dev/null || git config user.name demo
git config user.email >/dev/null || git config user.email demo@example.org
run git add .
run git commit -q -m 'pipeline'

step "record what happens from here on"
run roar init

step "compile the C program, and run the pipeline: prepare, train, evaluate"
run mkdir bin work results
run roar build cc -O2 -Wall -o bin/standardize standardize.c -lm
run roar run /usr/bin/python3 prepare.py
run roar run /usr/bin/python3 train.py
run roar run /usr/bin/python3 evaluate.py
run cat results/metrics.json

step "the graph of what was made from what"
run roar dag

step "the last step: its code, inputs and outputs"
run roar show @3

step "the same by the path of a file, by its hash, and by the job"
run roar show results/model.pkl
hash=$(roar hash-file results/model.pkl | cut -d' ' -f1)
run roar show "$hash"
job=$(roar show @2 --json | /usr/bin/python3 -c 'import json, sys; print(json.load(sys.stdin)["job_uid"])')
run roar show "$job"

step "the object behind it, as it is stored"
object=$(roar resolve @3)
run roar cat-object -p "$object"

printf '\n# everything is in %s; try "roar log" or "roar dag --json" there\n' "$directory"
