#!/bin/sh
# The parameters that models/diem/ODD.md ends with are those of the program: sh odd.sh PROGRAM SOURCE_DIR
set -u
program=$1
source=$2
printed=$(mktemp) && written=$(mktemp) || exit 1
trap 'rm -f "$printed" "$written"' EXIT
"$program" schema --markdown >"$printed" || exit 1
sed '1,/^<!-- diemsim schema --markdown -->$/d' "$source/models/diem/ODD.md" >"$written"
[ -s "$written" ] || { echo "ODD.md has no line '<!-- diemsim schema --markdown -->'"; exit 1; }
cmp "$printed" "$written" && exit 0
diff "$written" "$printed" | head -n 20
echo "the parameters changed; models/diem/README.md says how to print them again"
exit 1
