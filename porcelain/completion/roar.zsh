#compdef roar
# Completion of roar for zsh: install it as _roar in a directory of fpath, or evaluate it after compinit.

_roar() {
	local -a records files plain described
	local record word
	# Parameters, tildes and commands are left as they are typed; only the quotes go.
	records=("${(@0)$("${(Q)words[1]}" complete --describe --typed -z -- "${(@)words[2,CURRENT]}" 2>/dev/null; print -n .)}")
	local offer=$records[1]
	shift records
	shift -p records
	for record in "${(@)records}"; do
		word=${record%$'\t'*}
		if [[ $word == */ ]]; then
			files+=("$word")
		else
			plain+=("$word")
			if [[ -n ${record##*$'\t'} ]]; then
				described+=("$word  -- ${record##*$'\t'}")
			else
				described+=("$word")
			fi
		fi
	done
	local ret=1
	(( $#plain )) && compadd -l -d described -a plain && ret=0
	(( $#files )) && compadd -S '' -a files && ret=0
	case $offer in
	command\ *)
		local -i at=$(( ${offer#command } + 1 ))
		shift at words
		(( CURRENT -= at ))
		_normal && ret=0
		;;
	files)
		_files && ret=0
		;;
	esac
	return ret
}

if [[ $funcstack[1] == _roar ]]; then
	_roar "$@"
elif (( $+functions[compdef] )); then
	compdef _roar roar
fi
