#!/bin/sh
# A shell rule's script is edited, and an input is touched: Snakemake beside roar.

. "$SOURCE_DIR/tests/cli/lib.sh"

command -v snakemake >/dev/null || skip_all 'snakemake is not installed'
command -v jq >/dev/null || skip_all 'jq is not installed'
project p || exit 1
snake () { snakemake -q --cores 1 "$@" >snake.out 2>&1; }
# Whether it would do something.
snake_wants () { snakemake -n --cores 1 2>&1 | grep -q "^rule\|would be"; }

printf 'cat in.csv >out.csv\n' >step.sh && printf 'rule step:\n    input: "in.csv"\n    output: "out.csv"\n    shell: "sh step.sh"\n' >Snakefile &&
	git add step.sh Snakefile && git commit -qm pipeline && echo 1 >in.csv && snake && rm out.csv && roar run -q -n step sh step.sh && snake --touch || exit 1

test_case 'an input that was touched is the same: roar does not want to run' '
	touch in.csv && roar status --exit-code
'

test_case 'a script edited: Snakemake has nothing to do, roar names the file' '
	snake --touch && echo "echo more >>out.csv" >>step.sh && ! snake_wants && expect_status 1 roar status --exit-code >out &&
	grep "step.sh changed since" out
'

test_done
