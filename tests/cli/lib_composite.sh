# Sourced by the tests of composites after lib.sh: a project, and a second opinion.

for tool in b3sum python3 jq
do
	command -v $tool >/dev/null || skip_all "$tool is not installed"
done
project p || exit 1

# What the script that knows nothing of roar says.
independent () {
	python3 "$SOURCE_DIR/tests/tools/composite.py" "$@"
}
