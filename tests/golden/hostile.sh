#!/bin/sh
# Makes a store such as is in hostile.tar.gz, in the current directory, an empty one: paths with a newline, a quote, a
# tab and a byte that is no UTF-8; a composite of such; and a session that was deleted, with what its job wrote. It is
# here to tell what is in that store: a store that is made anew has other ids, and all of expected/ that is of it changes.
set -eu
newline=$(printf 'new\nline') quote='quo"te' tab=$(printf 'ta\tb') raw=$(printf 'raw\377')
git init -q -b main .
: >.keep
git add .keep
git commit -qm start
roar init >/dev/null
printf one >"$newline"
printf two >"$quote"
roar run -q cp "$newline" "$tab"
roar run -q cp "$quote" "$raw"
mkdir set
for name in "$newline" "$quote" "$tab" "$raw"
do
	printf %s "$name" >"set/$name"
done
roar composite create set >/dev/null
kept=$(roar symbolic-ref HEAD)
roar reset -y >/dev/null 2>&1
roar run -q sh -c 'cat "$1" "$2" >"$3"' sh "$newline" "$raw" "gone $newline"
gone=$(roar symbolic-ref HEAD)
roar session use "${kept#refs/sessions/}" >/dev/null
roar update-ref -d "$gone"
roar reflog expire --expire=now --all
roar compact -q
rm -rf .roar/cache
tar czf "${1:?where the archive goes}" .roar
