#!/bin/sh
# A notebook that is executed: what its cells read and wrote is in the graph, whoever's process they ran in; and what
# was run out of order is stale.

. "$SOURCE_DIR/tests/cli/lib.sh"

for module in nbconvert ipykernel
do
	/usr/bin/python3 -c "import $module" 2>/dev/null || skip_all "/usr/bin/python3 has no $module"
done
command -v jq >/dev/null || skip_all 'jq is not installed'
project p || exit 1

# notebook NAME CELL...: NAME.ipynb with these cells.
notebook () {
	name=$1
	shift
	jq -n --args '{nbformat: 4, nbformat_minor: 5, metadata: {kernelspec: {name: "python3", display_name: "Python 3"}},
		cells: [$ARGS.positional | to_entries[] | {id: "cell-\(.key)", cell_type: "code", metadata: {}, outputs: [], execution_count: null, source: .value}]}' "$@" >"$name.ipynb"
}
execute () {
	roar run -q -n "$1" /usr/bin/python3 -m nbconvert --to notebook --execute --output "$1-done.ipynb" "$1.ipynb" 2>err || { cat err; return 1; }
}
reasons () { roar dag --json | jq -r ".nodes[] | select(.step_name == \"$1\") | .reasons[]?.text"; }

notebook clean 'rows = [line for line in open("in.csv") if line.strip()]' 'open("clean.csv", "w").writelines(sorted(rows))' &&
	notebook fit 'total = sum(int(line) for line in open("clean.csv"))' 'open("model.txt", "w").write(f"{total}\n")' &&
	git add ./*.ipynb && git commit -qm notebooks && printf '3\n\n1\n' >in.csv && execute clean && execute fit || exit 1

test_case 'the files of the cells are inputs and outputs of the steps, and one follows from the other' '
	test "$(cat model.txt)" = 4 && roar show --json @1 >first && jq -e "any(.inputs[]; .path == \"in.csv\") and any(.outputs[]; .path == \"clean.csv\")" first &&
	roar lineage model.txt >out && cat out && grep clean.csv out && grep in.csv out && roar status --exit-code
'

test_case 'a cell that was edited makes the step stale, and names the notebook' '
	cp clean.ipynb before && notebook clean "rows = []" "open(\"clean.csv\", \"w\").writelines(sorted(rows))" && expect_status 1 roar status --exit-code >out &&
	reasons clean | grep "clean.ipynb changed since" && cp before clean.ipynb && roar status --exit-code
'

test_case 'a notebook run again alone leaves what follows stale' '
	printf "3\n1\n5\n" >in.csv && execute clean && expect_status 1 roar status --exit-code && reasons fit >out && cat out && grep clean.csv out &&
	execute fit && roar status --exit-code && test "$(cat model.txt)" = 9
'

test_done
