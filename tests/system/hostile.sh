#!/bin/sh
# Files that somebody made with h5py, as they are, and sealed so that they look like results: each is refused
# by every command that reads results, with 65, in a second and 100 MB; no plugin of HDF5 is ever loaded, and
# no file opened that another one names: sh hostile.sh PROGRAM SOURCE_DIR
set -eu
program=$1
tools=$(dirname "$1")/tests
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

cat >small.yaml <<'END'
model: queue
horizon: 1100
warmup: 0
observe: 100
replicas: 20
seed: 1
output: {metrics: [number_in_system, utilization]}
END
mkdir plugins forged
cp "$tools/plugins/mark.so" plugins/libmark.so
export HDF5_PLUGIN_PATH="$work/plugins" MARK="$work/marked"
"$program" run small.yaml --quiet -o good.h5
head -c -64 good.h5 >bare.h5
echo secret >secret
/usr/bin/python3 "$2/tests/system/hostile/forge.py" bare.h5 forged "$work/secret" >names
rm -f marked # h5py looks for plugins
cp bare.h5 forged/unchanged.h5

# read_file CODE COMMAND...: leaves with the code, within a second of work, and takes little memory.
read_file() {
    wanted=$1
    shift
    code=0
    begun=$(date +%s%N)
    prlimit --data=100000000 --cpu=1 "$@" >out 2>said || code=$?
    took=$((($(date +%s%N) - begun) / 1000000))
    [ "$took" -lt "$slow" ] || slow=$took
    if [ "$code" -ne "$wanted" ] || { [ "$code" -ne 0 ] && [ ! -s said ]; } ||
        LC_ALL=C grep -q "$(printf '\033')" said; then
        echo "exit $code, must be $wanted: $*"
        cat said
        exit 1
    fi
}
slow=0
files=0
for file in forged/*.h5; do
    read_file 65 "$program" info "$file"
    [ "$(wc -l <said)" -le 1 ] || { echo "more than a sentence on $file:"; cat said; exit 1; }
done
"$tools/seals" --add forged/*.h5
read_file 0 "$program" info forged/unchanged.h5
while read -r expected name; do
    file=forged/$name
    files=$((files + 1))
    read_file "$expected" "$program" info "$file"
    printf '%-30s %s\n' "$name" "$(head -c 150 said | head -n 1)"
    read_file "$expected" "$program" report "$file" -o page.html
    read_file "$expected" "$program" verify "$file" --quiet
    read_file 65 "$program" merge "$file" -o merged.h5
    [ ! -e merged.h5 ] || { echo "something was made of $name"; exit 1; }
    [ "$expected" -eq 0 ] || [ ! -e page.html ] || { echo "a page was made of $name"; exit 1; }
    rm -f page.html
done <names
[ ! -e marked ] || { echo "a plugin was loaded"; exit 1; }

# Where it can be watched, the file itself is all that is opened of what lies around.
if strace -o watched true 2>/dev/null; then
    for file in forged/*.h5; do
        rm -f page.html
        strace -f -qq -e signal=none -e trace=open,openat -o watched "$program" report "$file" -o page.html \
            >out 2>&1 || true
        opened=$(grep -v ENOENT watched | sed 's/[^"]*"\([^"]*\)".*/\1/' |
            grep -v -e '^/lib' -e '^/usr/lib' -e '^/usr/share/zoneinfo' -e '^/etc/ld\.so' -e '^/proc/' \
                -e '^/sys/' -e '^/etc/localtime' |
            sort -u | grep -v -x -e "$file" -e page.html.part || true)
        [ -z "$opened" ] || { echo "$file makes the program open $opened"; exit 1; }
        grep -q "\"$file\"" watched || { echo "nothing was watched"; exit 1; }
    done
else
    echo "not watched: no strace, or no right to it"
fi
echo "$files files, the slowest in $slow ms"
