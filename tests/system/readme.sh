#!/bin/sh
# What README.md tells a new user works, word for word: sh readme.sh PROGRAM SOURCE_DIR
# Its files are those of its blocks after "Save as `NAME`:", its commands the lines that begin with the program; only
# replicas are fewer.
set -u
program=$(realpath "$1")
source=$(realpath "$2")
room=$(mktemp -d) || exit 1
trap 'rm -rf "$room"' EXIT
cd "$room" || exit 1
ln -s "$(dirname "$program")" build
ln -s "$source/scenarios" scenarios
failed=0

fail() {
    echo "$1"
    failed=1
}

awk '
    /^```/ { if (inside) { inside = 0; if (file) close(file); file = "" } else { inside = 1; file = name; name = "" } next }
    inside && file { print > file; next }
    inside && /^build\/diemsim / { sub(/  +.*/, ""); print > "commands" }
    match($0, /[Ss]ave as `[^`]*`/) { name = substr($0, RSTART + 9, RLENGTH - 10) }
' "$source/README.md"

[ -s mine.yaml ] && [ -s mine.lua ] || fail "README.md has no mine.yaml or no mine.lua"
[ "$(wc -l <commands)" -ge 6 ] || fail "README.md has fewer than 6 commands"
while read -r line; do
    case $line in
    *' run '*) line="$line --replicas 4" ;;
    esac
    # shellcheck disable=SC2086
    $line >said 2>&1 </dev/null || { fail "$line"; cat said; }
done <commands
[ -s out/mine.h5 ] && [ -s out/mine.html ] || fail "no result or no report"
build/diemsim validate mine.yaml | grep -q '^design    4 variants' || fail "mine.yaml has other variants than README.md shows"

# Every folder says what is in it; those of a target of fuzzing and of a recipe are told of one folder up.
for folder in analysis models scenarios sim tests; do
    find "$source/$folder" -type d ! -path '*/fuzz/corpus*' ! -path '*/spack_repo*' ! -name __pycache__
done >folders
[ "$(wc -l <folders)" -ge 30 ] || fail "folders are missing"
while read -r folder; do
    [ -s "$folder/README.md" ] || fail "$folder has no README.md"
done <folders

# What help shows of commands that take no result works as well, and says something.
for command in trace policies schema help; do
    build/diemsim help $command | sed -n 's/^  diemsim/build\/diemsim/p' >commands
    [ -s commands ] || fail "'help $command' has no example"
    while read -r line; do
        line=$(echo "$line" | sed 's/ | man .*//; s/ > .*//')
        sh -c "$line" >said 2>&1 </dev/null && [ -s said ] || { fail "$line"; cat said; }
    done <commands
done

# A scenario that ships can be copied anywhere, and changed there: it includes others by their names.
mkdir copies
for scenario in "$source"/scenarios/*.yaml "$source"/scenarios/*/*.yaml; do
    copy=copies/$(basename "$scenario")
    cp "$scenario" "$copy"
    grep -q '[a-z]\.\(csv\|lua\)' "$copy" || build/diemsim trace "$copy" --until 1e-9 >said 2>&1 || { fail "$scenario"; cat said; }
done

# Folders and documents that it points to are there, in all READMEs.
find "$source" -name README.md -not -path '*/build/*' -not -path '*/.git/*' >documents
while read -r document; do
    folder=$(dirname "$document")
    grep -o '](\([^)#]*\)' "$document" | sed 's/^](//' | grep -v '^http' | sort -u >links
    while read -r link; do
        [ -z "$link" ] || [ -e "$folder/$link" ] || fail "$document points to '$link', which is not there"
    done <links
done <documents
exit $failed
