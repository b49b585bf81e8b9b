#!/usr/bin/env bash
# An hour of a simulated market of 50 symbols, from ticks to bars of three timeframes, in one pipe. Needs nothing but the build.
set -euo pipefail
cd "$(dirname "$0")/.."
PATH="$PWD/bin:$PATH"
out=runs/demo
mkdir -p "$out"

cat <<'TEXT'

qf ingest sim --symbols 50 --duration 1h --pace max … | qf bars1s | qf agg --tf 3m,5m,15m

TEXT
qf ingest sim --symbols 50 --duration 1h --pace max \
  --trade-ids --out-of-order 0.001 --max-delay 5s --duplicates 0.001 --malformed 0.0001 2>"$out/ingest.log" \
  | qf bars1s --rejects "$out/rejects.ndjson" 2>"$out/bars1s.log" \
  | qf agg --tf 3m,5m,15m --to stdout --to "file:$out/bars.ndjson" 2>"$out/agg.log" \
  | qf fmt table --last 12 --log-level warn

echo
echo "What became of every record:"
grep -h '"msg":"summary"' "$out"/{ingest,bars1s,agg}.log | node scripts/demo-counts.mjs
cat <<TEXT

The feed was made dirty on purpose: ticks up to 5 s late, ticks twice, malformed lines. What was not used is in
$out/rejects.ndjson with its reason; all bars are in $out/bars.ndjson. Try: qf fmt table --from file:$out/bars.ndjson
TEXT
