#!/usr/bin/env bash
# Feeds a file through a pipe to a program and times the program alone.
# Usage: timed.sh INPUT OUTPUT FEEDER_CORE PROGRAM_CORE PROGRAM [ARGUMENT...]   (a core: its number, or "any")
# Writes to descriptor 3 the program's process id, then its wall, user and system seconds.
input=$1 output=$2 feeder=(taskset -c "$3") program=(taskset -c "$4")
[[ $3 == any ]] && feeder=()
[[ $4 == any ]] && program=()
shift 4

TIMEFORMAT='%R %U %S'
"${feeder[@]}" cat "$input" | {
  time "${program[@]}" sh -c 'echo $$ >&3; exec "$@" 3>&-' sh "$@" >"$output" 2>&4
} 4>&2 2>&3
