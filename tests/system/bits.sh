#!/bin/sh
# The same bits whatever the processor: sh bits.sh PROGRAM SOURCE_DIR
# Nothing is left to the C library's inexact functions, in our objects and in the libraries that
# compute for a replica; and runs on glibc's paths for other processors are compared.
set -eu
program=$1
source_dir=$2
build=$(dirname "$program")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
export LC_ALL=C

fail() {
    echo "$1"
    exit 1
}

# undefined FILE...: names that objects or, with -D, shared objects take from elsewhere.
undefined() {
    nm -u "$@" | sed -n 's/^ *[Uw] \([^@]*\).*/\1/p' | sort -u
}

# ---- whose functions ----

libm=$(ldd "$program" | awk '$1 == "libm.so.6" { print $3 }')
[ -n "$libm" ] || fail "the program is linked to no libm.so.6"
# Of libm, what rounds nothing, or rounds as an operation does.
exact='sqrt|fabs|fmin|fmax|fdim|fmod|remainder|remquo|floor|ceil|trunc|l?l?round|l?l?rint|nearbyint|modf|frexp|ldexp'
exact="$exact|scalbl?n|ilogb|logb|copysign|nextafter|nexttoward|nan|fe[a-z]*"
nm -D --defined-only "$libm" | sed -n 's/.* [TWi] \([^@]*\).*/\1/p' | sort -u |
    grep -vxE "(__)?($exact)[fl]?" >inexact
for name in exp log pow sin cos tanh expm1 log1p exp2 powf exp10 lgamma_r __exp_finite; do
    grep -qx $name inexact || [ $name = __exp_finite ] || fail "'$name' is not among the names to look for"
done

taken() {
    undefined "$@" | comm -12 - inexact
}
ours=$(taken "$build"/libds_*.a)
[ -z "$ours" ] || fail "our objects call libm's inexact functions: $ours"
printf '#include <math.h>\ndouble f(double x);\ndouble f(double x) { return log(x); }\n' >planted.c
if command -v "${CC:-cc}" >/dev/null; then
    ${CC:-cc} -c -O2 planted.c && ar rc planted.a planted.o
    [ "$(taken planted.a)" = log ] || fail "a planted call of log was not noticed"
fi

nm -D --defined-only "$program" | sed -n 's/.* T \([^@]*\).*/\1/p' | sort -u >exported
for library in $(ldd "$program" | awk '/lib(gsl|lua|nlopt)/ { print $3 }'); do
    missing=$(taken -D "$library" | comm -23 - exported)
    [ -z "$missing" ] || fail "$library calls what the program does not define: $missing"
done
[ "$(ldd "$program" | grep -cE 'lib(gsl|lua5.4|nlopt)\.so')" -ge 3 ] || fail "the program uses no GSL, Lua or NLopt"

"$build/tests/real_tables" | cmp - "$source_dir/sim/core/real_tables.c"

# ---- other processors ----

plain="GLIBC_TUNABLES=glibc.cpu.hwcaps=-FMA,-FMA4,-AVX2"
older="GLIBC_TUNABLES=glibc.cpu.hwcaps=-FMA,-FMA4,-AVX2,-AVX,-AVX512F,-SSE4_1,-SSE4_2,-ERMS"

# The comparison says something where glibc's own functions differ.
cat >glibc.c <<'C'
#include <math.h>
#include <stdio.h>
int main(void)
{
    double sum = 0;
    for (int i = 1; i < 100000; i++) {
        volatile double x = i * 1e-4;
        sum = sum * 0.5 + exp(x) - log(x) + pow(x, 1.7);
        printf("%a\n", sum);
    }
    return 0;
}
C
if ${CC:-cc} -O1 -fno-builtin glibc.c -o glibc -lm 2>/dev/null; then
    ./glibc >here
    env "$plain" ./glibc >there
    ! cmp -s here there || echo "glibc has one path only on this processor: nothing is compared"
fi

small="--set horizon=12 --set holders.scale=0.05 --set consumers.scale=0.1 --replicas 8 --quiet"

# alike NAME ARGUMENT...
alike() {
    name=$1
    shift
    "$program" run "$@" -o "$name.h5"
    env "$plain" "$program" run "$@" -o "$name.plain.h5"
    env "$older" "$program" run "$@" -o "$name.older.h5"
    cmp "$name.h5" "$name.plain.h5"
    cmp "$name.h5" "$name.older.h5"
}

alike quickstart "$source_dir/scenarios/quickstart.yaml" --set "horizon=30 d" --replicas 8 --quiet
alike shocks "$source_dir/scenarios/stress/all-at-once.yaml" $small --set horizon=100
echo 'include: quickstart.yaml
policies:
  mint: {use: lua, file: policies/cubic.lua, power: 2.1}
  fee_split: {use: lua, file: policies/sloped_split.lua}
  emission: {use: lua, file: policies/halving_emission.lua}
  buyback: {use: lua, file: policies/cautious_buyback.lua}
  pricing: {use: lua, file: powers.lua}' >lua.yaml
# The last bits of hundreds of values a day decide on the price.
echo 'return {price = function(p, now)
  local last = 0
  for i = 1, 100 do
    local x = now.utilization + i / 100
    last = (last + 1e14 * (exp(x) + log(x) + x^1.7 + math.sin(x) + math.atan(x) + math.tan(x / 2))) % 1
  end
  return 1 + last
end}' >powers.lua
alike lua lua.yaml $small
echo 'model: queue
horizon: 3000
observe: 100
seed: 1
replicas: 8
until: {metric: utilization, half_width: 0.03, max_replicas: 256}
arrivals: {process: hawkes, mu: 0.4, alpha: 0.5, beta: 1}
patience: {distribution: lognormal, mean: 20, scv: 3}
variants:
  mixture: {service: {distribution: mixture, p: [0.3, 0.7], means: [0.3, 1], scv: [2, 0.2]}}
  pareto: {service: {distribution: pareto, min: 0.5, alpha: 2.5}}
  gamma: {service: {distribution: gamma, mean: 0.8, scv: 3}}
  exponential: {service: {distribution: exponential, mean: 0.8}}' >queue.yaml
alike queue queue.yaml --quiet
alike design "$source_dir/scenarios/queue/mm1.yaml" --quiet --set horizon=2000 --replicas 4 \
    --set 'sweep={design: sobol, samples: 8, arrivals.rate: {from: 0.1, to: 0.9, scale: log}}'

"$program" version --selftest >said
grep -q 'as it must be' said
env "$older" "$program" version --selftest >said
