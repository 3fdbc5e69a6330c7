#!/bin/sh
# What observing costs a shell that starts 500 short processes.
# ROAR_BUILD=build/release sh trace-exec.sh [PAIRS]
. "$(dirname "$0")/trace_pairs.sh"
pairs trace-exec "${1:-11}" sh -c 'i=0; while test $i -lt 500; do /bin/true; i=$((i + 1)); done'
