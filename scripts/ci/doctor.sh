#!/usr/bin/env bash
# Starts the stack, lets the doctor look at it, and ends it: exit code 0 where nothing is wrong, else 1. Expects `qf` on the PATH.
# A stack that ran before is left running.
set -uo pipefail
fail() { echo "doctor: $1" >&2; exit 1; }

qf ps | grep -q ' running ' || trap 'qf down >&2' EXIT
qf up --only infra >&2 || fail "the stack does not start"
qf doctor || fail "the stack is not healthy"
