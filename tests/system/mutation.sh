#!/bin/sh
# The mutation run finds what is known of a function of six lines. PROGRAM SOURCE_DIR
set -eu
exec python3 "$2/tests/mutation/selftest.py"
