# Sourced: golden_run COMMAND prints what the command prints and its status, in a new directory with
# the store of the golden tests.

golden=$SOURCE_DIR/tests/golden

golden_run () {
	rm -rf "$trash/golden" && mkdir "$trash/golden" && (
		set +e
		cd "$trash/golden" && tar xzf "$golden/store.tar.gz" && {
			eval "$1"
			echo "status $?"
		}
	)
}

# golden_each FUNCTION: calls it with the name and the command of each line.
golden_each () {
	while read -r name command
	do
		case $name in '' | '#'*) continue ;; esac
		"$1" "$name" "$command" </dev/null
	done <"$golden/commands"
}
