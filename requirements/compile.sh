#!/usr/bin/env bash
# Renews the pins: one resolution (test.txt) that every smaller set agrees with.
set -euo pipefail
cd "$(dirname "$0")/.."
compile() { uv pip compile --quiet --no-header --no-annotate --python-version 3.11 --override requirements/overrides.txt pyproject.toml "$@"; }
compile --extra edge --extra torch --extra dev -o requirements/test.txt
compile --extra edge -c requirements/test.txt -o requirements/demo.txt
compile -c requirements/test.txt -o requirements/base.txt
compile --extra edge --extra torch --extra cluster -c requirements/test.txt -o requirements/cluster.txt
