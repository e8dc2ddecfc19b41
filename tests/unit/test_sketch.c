/* Buckets of doubles, and their counts in either form. */
#include "run.h"

#include "sim/io/sketch.h"

#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static uint64_t random_bits(uint64_t *state) /* Vigna 2015, splitmix64 */
{
    uint64_t z = *state += UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
    return z ^ z >> 31;
}

/* |middle - x| <= x / 129 in integers: both are multiples of the unit of x's last place. */
static void check_error(double x)
{
    const int32_t bucket = ds_sketch_bucket(x);
    const double middle = fabs(ds_sketch_middle(bucket));
    int exponent;
    frexp(x, &exponent);
    const int unit = exponent - 53 < -1074 ? 1074 : 53 - exponent;
    const int64_t value = (int64_t)ldexp(ldexp(fabs(x), unit / 2), unit - unit / 2);
    const int64_t guess = (int64_t)ldexp(ldexp(middle, unit / 2), unit - unit / 2);
    const bool near = 129 * llabs(guess - value) <= value &&
                      fabs(middle - fabs(x)) <= DS_SKETCH_ERROR * fabs(x) * (1 + DBL_EPSILON);
    const bool mirrored =
        ds_sketch_bucket(-x) == -bucket && ds_sketch_middle(-bucket) == -ds_sketch_middle(bucket);
    if (!near || !mirrored || abs(bucket) < DS_SKETCH_FIRST || abs(bucket) > DS_SKETCH_LAST)
        ck_abort_msg("%a: bucket %d, %a", x, bucket, middle); /* an assertion each is slow */
}

START_TEST(the_middle_is_as_near_as_stated)
{
    uint64_t state = 1;
    for (int i = 0; i < 3000000; i++) {
        const uint64_t bits = random_bits(&state);
        double x;
        memcpy(&x, &bits, sizeof x);
        if (isfinite(x) && x != 0)
            check_error(x);
    }
    for (int i = 0; i < 100000; i++) { /* subnormal of any length */
        const double x = (double)((random_bits(&state) >> (12 + i % 52)) | 1) * DBL_TRUE_MIN;
        check_error(x);
    }
    const double extreme[] = {
        DBL_TRUE_MIN,          DBL_MIN,         DBL_MAX,        1, DBL_EPSILON,
        nextafter(DBL_MIN, 0), nextafter(1, 2), nextafter(1, 0)};
    for (size_t i = 0; i < sizeof extreme / sizeof extreme[0]; i++)
        check_error(extreme[i]);
}
END_TEST

/* From one double to the next the bucket stays or rises: every edge of every octave, on both sides.
 */
START_TEST(buckets_rise_with_their_values)
{
    int32_t last = 0;
    for (int exponent = -1074; exponent < 1024; exponent++)
        for (int k = 0; k < 64; k++) {
            const double edge = ldexp(64 + k, exponent - 6), below = nextafter(edge, 0);
            const int32_t bucket = ds_sketch_bucket(edge);
            check_error(edge);
            if (below > 0)
                check_error(below);
            const bool next = bucket == last + 1 && ds_sketch_bucket(below) == last;
            if (exponent > -1022 ? !next : bucket < last) /* as long as doubles lie between */
                ck_abort_msg("%a: bucket %d after %d", edge, bucket, last);
            last = bucket;
        }
    ck_assert_int_eq(last, DS_SKETCH_LAST);
    ck_assert_int_eq(ds_sketch_bucket(DBL_TRUE_MIN), DS_SKETCH_FIRST);
}
END_TEST

enum { SPAN = 40000 };

static int32_t bucket_at(int form, uint64_t bits)
{
    switch (form) {
    case 0: /* contiguous */
        return 68000 + (int32_t)(bits % 200);
    case 1: /* far apart */
        return (int32_t)(bits % 300) * 120 - 18000;
    case 2: /* dense, with stragglers on both sides */
        return bits % 50 ? 1000 + (int32_t)(bits % 300) : (int32_t)(bits % 20000) - 10000;
    default: /* a few */
        return (int32_t)(bits % 5) * 3;
    }
}

/* Against a plain array, through all changes of form. */
START_TEST(counts_are_those_of_an_array)
{
    static uint64_t want[SPAN], seen[SPAN];
    uint64_t state = 9 + (uint64_t)_i;
    ds_sketch s = {0};
    memset(want, 0, sizeof want);
    for (int i = 0; i < 100000; i++) {
        const uint64_t bits = random_bits(&state);
        const int32_t bucket = bucket_at(_i, bits >> 20);
        const uint64_t times = i % 1000 == 999 ? UINT32_MAX - (bits & 3) : 1;
        want[(bucket + SPAN / 2) % SPAN] += times;
        ck_assert(ds_sketch_add(&s, bucket, times));
    }
    ds_sketch_entry b;
    int32_t last = INT32_MIN;
    uint32_t cursor = 0, used = 0;
    memset(seen, 0, sizeof seen);
    for (; ds_sketch_next(&s, &cursor, &b); used++) {
        ck_assert_int_gt(b.bucket, last);
        seen[(b.bucket + SPAN / 2) % SPAN] = b.times;
        last = b.bucket;
    }
    ck_assert_uint_eq(used, s.used);
    ck_assert_mem_eq(seen, want, sizeof want);
    ck_assert_uint_le(ds_sketch_bytes(&s), 10 * s.used + 200);
    ds_sketch_clear(&s);
    cursor = 0;
    ck_assert(!ds_sketch_next(&s, &cursor, &b));
    ck_assert(ds_sketch_add(&s, 70, 1) && ds_sketch_next(&s, &cursor, &b));
    ck_assert_int_eq(b.bucket, 70);
    ds_sketch_free(&s);
}
END_TEST

/* Neighbouring buckets cost four bytes each, with a margin. */
START_TEST(a_contiguous_sketch_is_a_range)
{
    ds_sketch s = {0};
    for (int i = 0; i < 4000; i++)
        ck_assert(ds_sketch_add(&s, 5000 + i * 77 % 200, 1));
    ck_assert(s.range);
    ck_assert_uint_eq(s.used, 200);
    ck_assert_uint_le(ds_sketch_bytes(&s), 1200);
    ds_sketch_free(&s);
}
END_TEST

int main(void)
{
    const ds_test tests[] = {
        {the_middle_is_as_near_as_stated, 0},
        {buckets_rise_with_their_values, 0},
        {counts_are_those_of_an_array, 4},
        {a_contiguous_sketch_is_a_range, 0},
        {0},
    };
    return ds_run_tests("sketch", tests, 120);
}
