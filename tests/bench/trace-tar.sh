#!/bin/sh
# What observing costs tar, which opens every file relative to its directory.
# ROAR_BUILD=build/release sh trace-tar.sh [PAIRS]
. "$(dirname "$0")/trace_pairs.sh"
pairs trace-tar "${1:-11}" sh -c 'tar cf - -C /usr include | cat >/dev/null'
