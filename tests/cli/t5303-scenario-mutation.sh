#!/bin/sh
# An input changes while the step runs: the version that was read is what is recorded, and the step is stale.
# DVC hashes what is there at the end, and takes that for what was read.

. "$SOURCE_DIR/tests/cli/lib.sh"

command -v jq >/dev/null || skip_all 'jq is not installed'
project p || exit 1
b3 () { b3sum --no-names | cut -c1-12; }

# The step reads, says so, and goes on when somebody else has changed the file: no time plays a part.
cat >step.sh <<'END'
cat in.csv >out.csv
echo read >ready
cat go >/dev/null
END
git add step.sh && git commit -qm step && echo before >in.csv && mkfifo ready go || exit 1

test_case 'the version that was read is recorded, and what changed is said' '
	(cat ready >/dev/null && echo after >in.csv && echo go >go) & roar run -q -n step sh step.sh && wait &&
	test "$(cat out.csv)" = before && roar inputs --json @1 >inputs && cat inputs &&
	if jq -e "[.inputs[] | select(.path == \"in.csv\")] == []" inputs
	then roar show @1 --json | jq -e ".tracing.complete == false and any(.inputs[]; .path == \"in.csv\" and .missing == \"preimage\")"
	else jq -e "[.inputs[] | select(.path == \"in.csv\") | .hashes[0].digest] == [\"$(echo before | b3sum --no-names)\"]" inputs
	fi
'

test_case 'so the result is stale, and the reason names the file' '
	expect_status 1 roar status --exit-code >out && cat out && grep -e "in.csv changed since (was $(echo before | b3), is $(echo after | b3))" -e "in.csv was changed by something else while the step ran" out
'

test_case 'DVC takes what was there at the end for what was read' '
	command -v dvc >/dev/null || skip_case "dvc is not installed"
	mkdir "$trash/dvc" && cd "$trash/dvc" && git init -q && dvc init -q && cp "$trash/work/p/step.sh" . &&
	mkfifo ready go && echo before >in.csv && dvc stage add -q -n step -d in.csv -o out.csv sh step.sh || exit 1
	(cat ready >/dev/null && echo after >in.csv && echo go >go) &
	dvc repro -q
	wait $!
	test "$(cat out.csv)" = before && sed -n "/deps:/,/outs:/p" dvc.lock >inputs && cat inputs &&
	grep "$(echo after | md5sum | cut -c1-32)" inputs
'

test_done
