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

# hostile: in a command, takes the store of hostile.sh, whose paths no script would choose, in place of the other one.
hostile () {
	rm -rf .roar && tar xzf "$golden/hostile.tar.gz"
}
# How long ago it was, what LMDB takes, and how well it packs, are no part of the promise.
without_days () {
	LC_ALL=C sed 's/, [0-9]* days/, N days/g; s/"days":[0-9]*/"days":N/g'
}
without_sizes () {
	LC_ALL=C sed 's/[0-9][0-9.]* [KM]B/N KB/g; s/[0-9]* kilobytes/N kilobytes/; s/^\(pages\|free-pages\|size-\(stored\|table-.*\|file\|free\|map\)\): .*/\1: N/
		s/\("\(bytes[a-z_]*\|pages\|free_pages\|size_\(stored\|table_[a-z]*\|file\|free\|map\)\)"\):[0-9]*/\1:N/g'
}

# golden_each FUNCTION: calls it with the name and the command of each line.
golden_each () {
	while read -r name command
	do
		case $name in '' | '#'*) continue ;; esac
		"$1" "$name" "$command" </dev/null
	done <"$golden/commands"
}
