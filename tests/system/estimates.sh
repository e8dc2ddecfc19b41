#!/bin/sh
# What validate says of every scenario that ships is what a run takes: sh estimates.sh PROGRAM SOURCE_DIR
here=$(dirname "$0")
command -v python3 >/dev/null || exit 77
exec python3 "$here/estimates.py" "$1" "$2"
