#!/usr/bin/env bash
# Runs the tests that start qf as a program again, with qf on Node 24.
set -euo pipefail
cd "$(dirname "$0")/.."
QF_TEST_NODE=$(scripts/node24.sh)
export QF_TEST_NODE
exec npx vitest run test/cases.test.ts test/compliance test/integration
