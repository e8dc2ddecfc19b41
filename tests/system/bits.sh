#!/bin/sh
# The same bits whatever the processor, and those of this version: sh bits.sh PROGRAM SOURCE_DIR [--write]
# With --write digests.txt is what is computed now: where numbers are meant to change, once
# tests/matrix.sh finds them the same from all builds; the changelog says what changed.
# Nothing is left to the C library's inexact functions, in our objects and in the libraries that
# compute for a replica; and runs on glibc's paths for other processors are compared.
set -eu
program=$1
source_dir=$2
write=${3:-}
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

# GSL's operations are those of whoever built it: what decides about a run or is stored has none. The
# witnesses in libm.o only look whose functions GSL calls.
of_gsl() {
    for archive in core io run models; do
        nm -A -u "$build/libds_$archive.a" | grep ' gsl_' | grep -v 'libm\.c\.o: *U gsl_cdf_' || true
    done
}
[ -z "$(of_gsl)" ] || fail "numbers of a run are made by GSL: $(of_gsl)"
nm -A -u "$build/libds_analysis.a" | grep -q ' gsl_' || fail "calls of GSL are not noticed"
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

sh "$source_dir/tests/every_kind.sh" "$program" "$work/first" 2>said || { cat said; exit 1; }

# alike NAME ENVIRONMENT...
alike() {
    name=$1
    shift
    env "$@" sh "$source_dir/tests/every_kind.sh" "$program" "$work/$name" 2>said || { cat said; exit 1; }
    diff -r "$work/first" "$work/$name" || fail "other bits: $name"
    rm -r "$name"
}
alike plain "$plain"
alike older "$older"
[ "$(find first -name '*.h5' | wc -l)" -ge 23 ] || fail "little was compared"

# ---- this version ----

digest_in() {
    grep -a -o 'data_digest[^0-9a-f]*[0-9a-f]\{32\}' "$1" | tail -c 33
}
"$program" version | sed -n 's/^libraries *\(GSL [0-9.]*\).*\(NLopt [0-9.]*\).*/with \1, \2/p' >with
[ -s with ] || fail "which GSL and NLopt are these?"
{
    cat with
    for result in first/*.h5; do
        echo "$(basename "$result") $(digest_in "$result")"
    done
    # What is said of them, without where it is from.
    for answer in first/*.csv first/*.jsonl first/*.md; do
        echo "$(basename "$answer") $(sed '/^## Where this is from/,$d' "$answer" | md5sum | cut -c 1-32)"
    done
} >digests.txt
kept=$source_dir/tests/system/digests.txt
[ "$write" != --write ] || cp digests.txt "$kept"
cp "$kept" expected.txt
# Answers of other versions of these may have other last digits.
grep -qxF "$(cat with)" "$kept" || sed -i '/^with/d; /\.csv /d; /\.md /d' expected.txt digests.txt
diff expected.txt digests.txt >said || fail "other than this version's, by their names in tests/every_kind.sh: $(cat said)"

[ "$(grep -c 'as it must be' first/selftest.txt)" -eq 5 ] || fail "a part of the selftest differs"

# A processor in software.
! command -v valgrind >/dev/null || valgrind --tool=none -q "$program" version --selftest >said || { cat said; exit 1; }

# ---- what compilers and libraries can do to arithmetic ----

small="$source_dir/scenarios/quickstart.yaml --set horizon=4 --set holders.scale=0.05 --set consumers.scale=0.1 --replicas 4"
"$program" run $small --quiet -o small.h5
if command -v "${CC:-cc}" >/dev/null; then
    cc=${CC:-cc}
    for flag in -ffast-math -Ofast -ffinite-math-only -mfpmath=387; do
        echo '#include "sim/core/real.h"' | $cc -std=c17 -I "$source_dir" $flag -x c -fsyntax-only - 2>said &&
            fail "$flag is not refused"
        grep -q 'results would be other bits\|must be rounded to doubles\|unsupported\|not supported' said || { cat said; exit 1; }
    done
    echo '#include "sim/core/arithmetic.h"
    int main(void) { return ds_arithmetic_is_as_written() ? 0 : 3; }' >written.c
    for flags in '0 -O2' '0 -O3 -march=native -ffp-contract=off' '3 -O2 -funsafe-math-optimizations' \
        '3 -O2 -fassociative-math -fno-signed-zeros -fno-trapping-math' '3 -O2 -mfma -ffp-contract=fast'; do
        case $flags in *-mfma*) grep -qw fma /proc/cpuinfo || continue ;; esac
        $cc -std=c17 -I "$source_dir" ${flags#? } written.c "$source_dir/sim/core/arithmetic.c" -o written -lm
        got=0
        ./written || got=$?
        [ "$got" -eq "${flags%% *}" ] || fail "built with ${flags#? }, arithmetic is found to be $got"
    done

    # A library that sets small numbers to zero and rounds upwards as it is loaded.
    cat >modes.c <<'C'
#include <fenv.h>
__attribute__((constructor)) static void change(void)
{
    fesetround(FE_UPWARD);
#ifdef __x86_64__
    __builtin_ia32_ldmxcsr(__builtin_ia32_stmxcsr() | 0x8040);
#endif
}
C
    $cc -shared -fPIC modes.c -o modes.so -lm
    LD_PRELOAD="$work/modes.so" "$program" run $small --threads 2 --quiet -o modes.h5
    cmp small.h5 modes.h5

    # Another zlib makes other bytes of the same data: their digest is the same, and they verify.
    cat >deflate.c <<'C'
#include <dlfcn.h>
int compress2(unsigned char *to, unsigned long *size, const unsigned char *from, unsigned long length, int level);
int compress2(unsigned char *to, unsigned long *size, const unsigned char *from, unsigned long length, int level)
{
    int (*real)(unsigned char *, unsigned long *, const unsigned char *, unsigned long, int);
    *(void **)&real = dlsym(RTLD_NEXT, "compress2");
    return real(to, size, from, length, level == 1 ? 2 : 1);
}
C
    $cc -D_GNU_SOURCE -shared -fPIC deflate.c -o deflate.so -ldl
    LD_PRELOAD="$work/deflate.so" "$program" run $small --quiet -o deflate.h5
    cmp -s small.h5 deflate.h5 && fail "the other zlib was not used"
    "$program" verify deflate.h5 --quiet >/dev/null
    [ "$(digest_in small.h5)" = "$(digest_in deflate.h5)" ] || fail "another zlib, another digest of the data"
fi
