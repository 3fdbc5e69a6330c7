#!/bin/sh
# Records jobs of several kinds, one project each, below a directory: what the dictionary of the
# store's compression is trained on. Names of people, hosts and places are made up; what else a
# record says of this machine, train.py takes out.
#
#   ROAR=build/release/porcelain/roar sh objects/dictionary/record.sh DIRECTORY
#
# Uses what the tests install: a C++ compiler, CMake, Python with scikit-learn, git, rsync, Go.
set -eu

roar=$(realpath "${ROAR:?the program}")
PATH=/usr/local/bin:/usr/bin:/bin
mkdir -p "$1"
cd "$1"
top=$PWD
HOME=$top/home
export HOME
mkdir -p "$HOME"
git config --global user.name "A. Researcher"
git config --global user.email researcher@example.org
git config --global init.defaultBranch main

project () {
	mkdir -p "$top/$1"
	cd "$top/$1"
	git init -q .
	"$roar" init >/dev/null 2>&1
	echo .roar >.gitignore
}
committed () {
	git add -A
	git commit -qm "${1:-change}"
}
run () {
	"$roar" run -q --allow-dirty "$@" >/dev/null 2>&1 || echo "failed: $*" >&2
}

project tables
mkdir -p data scripts results
i=0
while test $i -lt 12
do
	seq $((i * 100)) $((i * 100 + 2000)) | awk -v s=$i 'BEGIN { srand(s) } { print $1 "," rand() "," int(rand() * 5) }' >data/part-$i.csv
	i=$((i + 1))
done
cat >scripts/clean.py <<'END'
import csv, sys
with open(sys.argv[1]) as source, open(sys.argv[2], "w") as out:
    for row in csv.reader(source):
        if float(row[1]) > 0.1:
            out.write(",".join(row) + "\n")
END
cat >scripts/summary.py <<'END'
import csv, json, sys
totals = {}
for name in sys.argv[2:]:
    with open(name) as source:
        for row in csv.reader(source):
            totals[row[2]] = totals.get(row[2], 0) + float(row[1])
with open(sys.argv[1], "w") as out:
    json.dump(totals, out, indent=2)
END
committed
i=0
while test $i -lt 12
do
	run python3 scripts/clean.py data/part-$i.csv results/clean-$i.csv
	run sh -c "sort -t, -k2 results/clean-$i.csv | head -500 >results/top-$i.csv"
	i=$((i + 1))
done
run -n summary python3 scripts/summary.py results/summary.json results/clean-*.csv
run tar czf results.tar.gz results
run sh -c 'mkdir -p copy && tar xzf results.tar.gz -C copy'
run rsync -a results/ mirror/

project model
cat >train.py <<'END'
import argparse, json, pickle
from sklearn.datasets import make_classification
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import train_test_split
parser = argparse.ArgumentParser()
parser.add_argument("--seed", type=int, default=0)
parser.add_argument("--trees", type=int, default=10)
options = parser.parse_args()
X, y = make_classification(300, 8, random_state=options.seed)
a, b, c, d = train_test_split(X, y, random_state=options.seed)
model = RandomForestClassifier(options.trees, random_state=options.seed).fit(a, c)
with open(f"model-{options.seed}.pkl", "wb") as out:
    pickle.dump(model, out)
with open(f"metrics-{options.seed}.json", "w") as out:
    json.dump({"accuracy": model.score(b, d)}, out)
END
cat >predict.py <<'END'
import pickle, sys
with open(sys.argv[1], "rb") as source:
    model = pickle.load(source)
with open(sys.argv[2], "w") as out:
    out.write("\n".join(map(str, model.predict([[0.1 * i] * 8 for i in range(20)]))))
END
committed
for seed in 1 2 3 4
do
	run -n train python3 train.py --seed $seed --trees $((seed * 5))
	run -n predict python3 predict.py model-$seed.pkl predictions-$seed.txt
done

project program
mkdir -p src include
i=0
while test $i -lt 15
do
	printf '#include <string>\n#include "part.h"\nint part_%d(const std::string& text) { return static_cast<int>(text.size()) + %d; }\n' $i $i >src/part_$i.cc
	echo "int part_$i(const std::string& text);" >>include/part.h
	i=$((i + 1))
done
sed -i '1i #pragma once\n#include <string>' include/part.h
{
	echo '#include <iostream>'
	echo '#include "part.h"'
	echo 'int main() { std::cout << part_1("a") + part_2("b") << "\n"; }'
} >src/main.cc
cat >CMakeLists.txt <<'END'
cmake_minimum_required(VERSION 3.20)
project(program CXX)
file(GLOB sources src/*.cc)
add_executable(program ${sources})
target_include_directories(program PRIVATE include)
END
cat >Makefile <<'END'
objects := $(patsubst src/%.cc,out/%.o,$(wildcard src/*.cc))
out/program: $(objects)
	c++ -o $@ $^
out/%.o: src/%.cc
	@mkdir -p out
	c++ -Iinclude -c -o $@ $<
END
committed
"$roar" build -q --allow-dirty make >/dev/null 2>&1 || :
"$roar" build -q --allow-dirty sh -c 'cmake -B build -G Ninja && ninja -C build' >/dev/null 2>&1 || :
run ./out/program
for file in src/part_3.cc src/part_7.cc
do
	echo '// changed' >>$file
	committed
	"$roar" build -q --allow-dirty make >/dev/null 2>&1 || :
done

project tools
mkdir -p notes
for file in /usr/share/common-licenses/*
do
	test -f "$file" && cp -L "$file" notes/
done
committed
run sh -c 'cat notes/* | tr " " "\n" | sort | uniq -c | sort -rn >words.txt'
run sh -c 'grep -rn warranty notes >found.txt; wc -l found.txt >count.txt'
run sh -c 'for f in notes/*; do gzip -c $f >$(basename $f).gz; done'
run sed -n 1,20p words.txt
run cp words.txt notes/words.txt
run python3 -c 'import sqlite3; d = sqlite3.connect("table.db"); d.execute("create table t(a)"); d.execute("insert into t values(1)"); d.commit()'
run python3 -m zipfile -c notes.zip notes
printf 'package main\nimport ("fmt"; "os")\nfunc main() { d, _ := os.ReadFile("count.txt"); fmt.Println(len(d)) }\n' >main.go
run go build -o counter main.go
run ./counter
run sh -c 'exit 3'
run python3 -c 'import os; os.abort()'
