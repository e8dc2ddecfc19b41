#!/bin/sh
# Policies from outside, as a user writes and runs them: sh policies.sh PROGRAM SOURCE_DIR
set -eu
program=$1
source_dir=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

# is CODE PATTERN COMMAND...
is() {
    code=$1
    pattern=$2
    shift 2
    got=0
    "$@" >said 2>&1 || got=$?
    if [ "$got" -ne "$code" ] || ! grep -q -e "$pattern" said; then
        echo "exit $got, must be $code with '$pattern': $*"
        cat said
        exit 1
    fi
}

small="--set horizon=12 --set holders.scale=0.05 --set consumers.scale=0.1 --replicas 9 --seed 4 --quiet --force"

# Every policy that is listed is described, and no line is too long to read.
"$program" policies >list
[ "$(grep -c '^  [a-z]' list)" -ge 42 ] || { echo "the list is short"; cat list; exit 1; }
for name in $(sed -n 's/^  \([a-z][a-z_]*\) .*/\1/p' list | sort -u); do
    is 0 "^$name, a policy of the slot" "$program" policies "$name"
    is 0 "use: $name" "$program" policies "$name"
    if grep -q '.\{101\}' said list; then
        echo "a line of more than 100 characters: $name"
        exit 1
    fi
done

# block LANGUAGE NUMBER: that block of the guide.
block() {
    awk -v start="\`\`\`$1" -v number="$2" '
        $0 == start { inside = ++n == number; next }
        /^```/ { inside = 0 }
        inside' "$source_dir/scenarios/policies/README.md"
}

# The guide's own texts run, and the header stands alone.
block lua 1 >my.lua
is 0 'my.lua, a policy of the slot mint' "$program" policies my.lua
${CC:-cc} -O2 -Wall -Wextra -pedantic -shared -fPIC -I"$source_dir/models/policies" -o my.so \
    "$source_dir/scenarios/policies/cubic.c" -lm
is 0 'my.so, a policy of the slot mint' "$program" policies my.so
for number in 1 2 4 3; do
    block yaml $number >guide$number.yaml
    grep -q policies: guide$number.yaml
    for threads in 1 2 7; do
        "$program" run guide$number.yaml $small --threads $threads -o threads$threads.h5
        cmp threads1.h5 threads$threads.h5
    done
    is 0 'every bit is the same' "$program" verify threads1.h5 --plugins . --quiet
    case $number in
    3) is 0 "^not reproducible: 'my.so' is a program" "$program" info threads1.h5 ;;
    *) ! "$program" info threads1.h5 | grep 'not reproducible' || exit 1 ;;
    esac
done
is 0 'may not come out elsewhere' "$program" verify threads1.h5 --plugins . --quiet
is 65 'holds only the digest' "$program" verify threads1.h5 --quiet
echo >>my.so
is 65 'is not the program that the result was made with' "$program" verify threads1.h5 --plugins . --quiet

# The shipped scripts, each beside the rest of the economy.
for line in 'mint cubic.lua' 'fee_split sloped_split.lua' 'emission halving_emission.lua' \
    'buyback cautious_buyback.lua' 'pricing peak_pricing.lua'; do
    slot=${line% *}
    script=${line#* }
    is 0 "$script, a policy of the slot $slot" "$program" policies "$source_dir/scenarios/policies/$script"
    echo "include: quickstart.yaml
policies: {$slot: {use: lua, file: policies/$script}}" >shipped.yaml
    "$program" run shipped.yaml $small -o shipped.h5
done

# All of them at once, on any number of threads.
echo 'include: quickstart.yaml
policies:
  mint: {use: lua, file: policies/cubic.lua}
  fee_split: {use: lua, file: policies/sloped_split.lua}
  emission: {use: lua, file: policies/halving_emission.lua}
  buyback: {use: lua, file: policies/cautious_buyback.lua}
  pricing: {use: lua, file: policies/peak_pricing.lua}' >all.yaml
for threads in 1 2 7; do
    "$program" run all.yaml $small --threads $threads -o threads$threads.h5
    cmp threads1.h5 threads$threads.h5
done
is 0 'every bit is the same' "$program" verify threads7.h5 --quiet

# One replica's script counts for itself alone, and one that fails in some replicas stops no other.
echo "include: quickstart.yaml
policies: {mint: {use: lua, file: counts.lua}}" >counts.yaml
echo 'days, last = 0, -1
return {rate = function(p, now)
  if now.time ~= last then days, last = days + 1, now.time end
  if now.time > 6 and odd == nil then odd = floor(now.vvv_price * 1e6) % 2 == 1 end
  if odd then error("odd") end
  return 90 + days / 1000
end}' >counts.lua
for threads in 1 2 7; do
    is 0 'of 20 replicas failed, the first: counts.lua:5: odd' "$program" run counts.yaml $small \
        --replicas 20 --threads $threads -o threads$threads.h5
    cmp threads1.h5 threads$threads.h5
done

# Given by paths alone, laid over a policy that is built in, in a folder of its own.
mkdir -p rules
block lua 1 >rules/my.lua
echo 'include: quickstart.yaml
policies: {mint: {use: table, width: 100}}' >table.yaml
is 0 '^points' "$program" validate table.yaml --set policies.mint.use=lua --set policies.mint.file=rules/my.lua \
    --set policies.mint.base=70
is 65 "must lie in \[1, 1000000\]" "$program" validate table.yaml --set policies.mint.use=lua \
    --set policies.mint.file=rules/my.lua --set policies.mint.base=0
is 0 '^points' "$program" validate table.yaml --set policies.mint.use=formula --set 'policies.mint.rate=k + supply / 500' \
    --set policies.mint.k=90
echo 'include: quickstart.yaml
policies: {mint: {use: lua, file: my.lua}}' >rules/base.yaml
echo 'include: rules/base.yaml' >outer.yaml
rm my.lua
"$program" run outer.yaml $small -o outer.h5
is 0 'every bit is the same' "$program" verify outer.h5 --quiet

# With what is installed, and nothing else.
if command -v cmake >/dev/null; then
    cmake --install "$(dirname "$program")" --prefix installed >/dev/null
    cp installed/share/diemsim/scenarios/policies/cubic.c .
    ${CC:-cc} -O2 -shared -fPIC -Iinstalled/include/diemsim -o cubic.so cubic.c -lm
    is 0 'cubic.so, a policy of the slot mint' installed/bin/diemsim policies cubic.so
fi

# A script that fails, at the start and under way.
echo "include: quickstart.yaml
policies: {mint: {use: lua, file: bad.lua}}" >bad.yaml
echo 'return {rate = function(p, now) return now.time < 6 and 400 or nil + 1 end}' >bad.lua
is 76 'bad.lua:1: attempt to perform arithmetic' "$program" run bad.yaml $small -o bad.h5
echo 'return {rate = function(p, now) return 400 end' >bad.lua
is 76 "bad.lua:2: '}' expected" "$program" run bad.yaml $small -o bad2.h5
[ ! -e bad2.h5 ] || { echo "a result although the script cannot be read"; exit 1; }
echo 'while true do end' >bad.lua
is 76 'bad.lua:1: is still at work' timeout 5 "$program" validate bad.yaml
head -c 1000000 /dev/zero >bad.lua
is 76 'bad.lua: 1000000 bytes, a script must have at most' "$program" validate bad.yaml
mkfifo pipe.lua
is 66 'is a pipe' "$program" validate bad.yaml --set policies.mint.file=pipe.lua

# A plugin that ends the program, or crashes, makes no answer of it, and none of its texts commands a terminal.
for body in 'exit(0);' '_exit(0);' '_Exit(0);' 'quick_exit(0);' 'abort();' 'raise(SIGSEGV);'; do
    cat >ends.c <<END
#include "ds_policy.h"
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>
static double rate(const double *param, const ds_plugin_view *now, double *memory, double supply)
{
    (void)param, (void)now, (void)memory, (void)supply;
    $body
    return 100;
}
const ds_plugin ds_plugin_export = {.abi = DS_PLUGIN_ABI, .size = sizeof(ds_plugin), .slot = "mint",
                                    .name = "ends", .doc = "\033[31mred", .rate = rate};
END
    ${CC:-cc} -shared -fPIC -I"$source_dir/models/policies" -o ends.so ends.c
    printf 'include: quickstart\nseed: 1\npolicies: {mint: {use: plugin, file: ends.so}}\n' >ends.yaml
    is 76 'plugin' "$program" run ends.yaml --set horizon=2 --replicas 2 --quiet -o ends.h5
    [ ! -e ends.h5 ] || { echo "a result of a plugin that did '$body'"; exit 1; }
    rm -rf ends.h5.shards
done
cat >red.lua <<'END'
return { doc = "\27[31mred", params = { a = {1, unit = "\27[32m", doc = "\27[33m"} }, rate = function() return 1 end }
END
for file in ends.so red.lua; do
    is 0 '?.31mred' "$program" policies $file
    ! LC_ALL=C grep -q "$(printf '\033')" said || { echo "$file commands the terminal"; exit 1; }
done

# Arithmetic of the whole program is not for a plugin to change.
if [ "$(uname -m)" = x86_64 ] && command -v gcc >/dev/null; then
    gcc -O2 -ffast-math -shared -fPIC -I"$source_dir/models/policies" -o fast.so \
        "$source_dir/scenarios/policies/cubic.c" -lm
    is 76 'must be built without -ffast-math' "$program" validate guide3.yaml --set policies.mint.file=fast.so
fi
