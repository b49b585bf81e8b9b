#!/usr/bin/env bash
# Runs the tests that start qf as a program again, with qf on Node 24; without those that are about the services and their
# supervision, which take minutes and see little of Node.
set -euo pipefail
cd "$(dirname "$0")/.."
QF_TEST_NODE=$(scripts/node24.sh)
export QF_TEST_NODE
exec npx vitest run test/cases.test.ts test/compliance test/integration --exclude 'test/integration/{stack,supervision,migrate,postgres-connection,postgres-sink}.test.ts'
