#!/usr/bin/env bash
# Before tag 0.1.0 migrations may be rewritten: make every 0001_initial anew from the models.
# Hand-written ones (0002_search…) stay. Safe to run at the same time as others: it takes a lock.
set -eu
cd "$(dirname "$0")/.."
exec 9>.venv/.migrations.lock; flock 9
export ICMA_MODE=demo ICMA_HOME="$(mktemp -d)"
keep=$(mktemp -d)
for app in core people law matters events asks research advocacy legalaid monitoring; do
  d=src/icma/$app/migrations; mkdir -p "$keep/$app"
  rm -f $d/0001_initial.py
  find $d -name '0*.py' -exec mv {} "$keep/$app/" \;
done
.venv/bin/python -m django makemigrations --skip-checks --settings icma.settings core people law matters events asks research advocacy legalaid monitoring -v 0
for app in core people law matters events asks research advocacy legalaid monitoring; do
  find "$keep/$app" -name '0*.py' -exec mv {} src/icma/$app/migrations/ \;
done
.venv/bin/python -m django makemigrations --skip-checks --settings icma.settings --check --dry-run
rm -rf "$keep" "$ICMA_HOME"
