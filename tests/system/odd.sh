#!/bin/sh
# Parameters and keys that documents hold are those of the program: sh odd.sh PROGRAM SOURCE_DIR [--write]
# A document prints a command in a comment, and below it, up to the next one or its end, what that says.
set -u
program=$1
source=$2
mode=${3:-}
room=$(mktemp -d) || exit 1
trap 'rm -rf "$room"' EXIT
status=0

# What stands in the document, and what would.
parts() {
    file=$1
    sed '/^<!-- diemsim schema --markdown.*-->$/,$d' "$file" >"$room/new"
    sed -n 's/^<!-- diemsim \(schema --markdown.*\) -->$/\1/p' "$file" >"$room/commands"
    while read -r words; do
        printf '<!-- diemsim %s -->\n' "$words" >>"$room/new"
        # shellcheck disable=SC2086
        "$program" $words >>"$room/new" || exit 1
    done <"$room/commands"
}

check() {
    parts "$source/$1"
    [ "$(wc -l <"$room/commands")" -eq "$2" ] || { echo "$1 must name $2 commands in comments"; status=1; }
    if [ "$mode" = --write ]; then
        cp "$room/new" "$source/$1"
    elif ! cmp "$room/new" "$source/$1"; then
        diff "$source/$1" "$room/new" | head -n 20
        echo "the parameters changed: sh tests/system/odd.sh build/diemsim . --write prints them again"
        status=1
    fi
}

check models/diem/ODD.md 1
check scenarios/README.md 3
exit $status
