#!/usr/bin/env bash
# Prints the path of a Node 24, which it installs below .cache from the npm package of that name where there is none.
set -euo pipefail
cd "$(dirname "$0")/.."
version=24.21.0
home=".cache/node-$version"
binary="$PWD/$home/node_modules/node/bin/node"
if [ ! -x "$binary" ]; then
  mkdir -p "$home"
  npm install --prefix "$home" --no-save --no-audit --no-fund --silent "node@$version" >&2
fi
echo "$binary"
