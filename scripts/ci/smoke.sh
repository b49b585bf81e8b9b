#!/usr/bin/env bash
# Runs the pipe in any CI and says by its exit code alone whether qf works there: 0 yes, 1 no. Expects `qf` on the PATH.
set -uo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
fail() { echo "smoke: $1" >&2; exit 1; }

qf --version >"$dir/version" || fail "qf --version"
qf ingest sim --symbols 10 --duration 20m --pace max --hot-pct 0 --log-level error >"$dir/ticks" || fail "ingest sim"
qf check --as tick --from "file:$dir/ticks" --log-level error >"$dir/report" || fail "the ticks are not valid"
qf bars1s --from "file:$dir/ticks" --log-level error >"$dir/bars1s" || fail "bars1s"
qf check --as bar --from "file:$dir/bars1s" --log-level error >"$dir/report" || fail "the bars are not valid"
qf agg --tf 1m,3m,5m,15m --from "file:$dir/bars1s" --log-level error >"$dir/bars" || fail "agg"
[ -s "$dir/bars" ] || fail "no bars"
qf ingest sim --symbols 10 --duration 20m --pace max --hot-pct 0 --log-level error | qf bars1s --log-level error \
  | qf agg --tf 1m,3m,5m,15m --log-level error | cmp -s - "$dir/bars" || fail "the pipe and the files differ"
qf ingest sim --pace max --log-level error | head -n 1 >"$dir/first" || fail "a closed pipe is not a clean end"
