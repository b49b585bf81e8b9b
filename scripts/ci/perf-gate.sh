#!/usr/bin/env bash
# Compares two implementations and ends with 1 where the second one is wrong or not shown to be fast enough.
# Usage: perf-gate.sh MIN_RATIO [FLAGS OF qf perf compare …]
set -euo pipefail
cd "$(dirname "$0")/../.."
min_ratio=${1:?usage: perf-gate.sh MIN_RATIO [FLAGS OF qf perf compare …]}
shift
tag=gate-$(date +%s)-$$
bin/qf perf compare --tag "$tag" "$@"
bin/qf perf gate "$tag" --min-ratio "$min_ratio"
