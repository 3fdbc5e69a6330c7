# Completion of roar for bash 4.4 and later: source it, or install it as
# share/bash-completion/completions/roar.

# Where bash splits words is not where a command does: "@3" and "--name=x" are two and three words to
# it. Sets words, current (which of them the cursor is in) and first (where each starts in COMP_WORDS).
_roar_words() {
	local line=$COMP_LINE word i
	words=() first=()
	for ((i = 0; i <= COMP_CWORD; i++)); do
		word=${COMP_WORDS[i]}
		if ((i == 0)) || [[ $line == [[:space:]]* ]]; then
			words+=("$word") first+=("$i")
		else
			words[-1]+=$word
		fi
		line=${line#"${line%%[![:space:]]*}"}
		line=${line#"$word"}
	done
}

_roar_command() {
	local at=${first[$1 + 1]}
	if declare -F _comp_command_offset >/dev/null; then
		_comp_command_offset "$at"
	elif declare -F _command_offset >/dev/null; then
		_command_offset "$at"
	elif ((at == COMP_CWORD)); then
		mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen -c -- "${COMP_WORDS[COMP_CWORD]}")
	else
		compopt -o default
	fi
}

_roar() {
	local words first records offer current strip= breaks= c candidate
	_roar_words
	current=${words[-1]}
	mapfile -d '' -t records < <("${words[0]/#\~/$HOME}" complete --typed -z -- "${words[@]:1}" 2>/dev/null)
	offer=${records[0]-nothing}
	for c in = : @; do
		[[ $COMP_WORDBREAKS == *"$c"* ]] && breaks+=$c
	done
	# bash puts what it is given in the place of what follows the last break, a last "@" included.
	if [[ -n $breaks && $current == *["$breaks"]* ]]; then
		strip=${current%"${current##*["$breaks"]}"}
		strip=${strip%@}
	fi
	COMPREPLY=()
	for candidate in "${records[@]:1}"; do
		[[ $candidate == */ || $candidate == *= ]] && compopt -o nospace
		COMPREPLY+=("${candidate#"$strip"}")
	done
	case $offer in
	command\ *)
		if ((${#COMPREPLY[@]} == 0)) || [[ -n $current ]]; then
			_roar_command "${offer#command }"
			return
		fi
		;;
	files)
		mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen -f -- "${current#"$strip"}")
		;;
	esac
	compopt -o filenames
} 2>/dev/null

complete -F _roar roar
