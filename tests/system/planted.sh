#!/bin/sh
# What watches over a build under sanitizers sees what is planted: sh planted.sh PROGRAM SOURCE_DIR
set -eu
planted=$(dirname "$1")/tests/planted
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

# sees FAULT PATTERN
sees() {
    code=0
    rm -f out.h5
    "$planted" "$1" out.h5 >said 2>&1 || code=$?
    if [ "$code" -eq 0 ] || ! grep -q -e "$2" said; then
        echo "$1 is not seen: exit $code"
        cat said
        exit 1
    fi
}

case $("$planted") in
thread)
    sees race 'data race.*planted'
    OMP_TOOL_VERBOSE_INIT=stderr sees race 'libarcher.so... Success'
    ;;
address)
    sees leak 'detected memory leaks'
    sees overrun heap-buffer-overflow
    sees child heap-buffer-overflow
    sees stale heap-use-after-free
    sees signed 'signed integer overflow'
    sees float 'outside the range of representable values'
    sees shift 'shift exponent 32 is too large'
    ;;
*)
    for fault in race leak; do
        "$planted" "$fault" "$fault.h5"
    done
    ;;
esac
