/* Reduced series: the same bytes in any order, the figures of the values, and damaged bytes. */
#include "run.h"

#include "sim/core/dist.h"
#include "sim/io/cell.h"
#include "sim/io/digest.h"
#include "sim/io/reduction.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { VALUES = 4001, CELLS = 6, PARTS = 7 };

typedef struct packed {
    char *bytes;
    size_t size;
} packed;

/* Laws as different as series get; the last three also have special values. */
static double draw(int law, ds_rng *rng)
{
    const double u = ds_rng_uniform(rng), x = ds_rng_exponential(rng);
    const uint64_t pick = ds_rng_below(rng, 40);
    switch (law) {
    case 0:
        return (float)(1e6 * (1 + 1e-3 * u));
    case 1:
        return (float)(ldexp(x, -30) * (pick % 2 ? 1 : -1));
    case 2:
        return pow(u, -3) * (pick ? 1 : -1);
    case 3:
        return pick < 20 ? 0 : pick < 21 ? -0.0 : pick < 22 ? NAN : floor(20 * x);
    case 4:
        return pick == 0 ? INFINITY : ldexp(u - 0.5, (int)(2000 * u) - 1000);
    default:
        return pick < 5 ? -INFINITY : pick < 12 ? INFINITY : pick < 13 ? DBL_MAX : -x;
    }
}

static void draw_all(double value[VALUES][CELLS])
{
    ds_rng rng = ds_rng_stream(3, 0, 0, 0);
    for (int i = 0; i < VALUES; i++)
        for (int c = 0; c < CELLS; c++)
            value[i][c] = draw(c, &rng);
}

static packed pack(const ds_reduction *r, size_t first, size_t count)
{
    packed p;
    ds_status st = {0};
    ck_assert_msg(ds_reduction_pack(r, first, count, &p.bytes, &p.size, &st), "%s", st.text);
    return p;
}

static void merge(ds_reduction *r, packed p)
{
    ds_status st = {0};
    ck_assert_msg(ds_reduction_merge(r, 0, CELLS, p.bytes, p.size, &st), "%s", st.text);
}

static ds_reduction *of_all(double value[VALUES][CELLS])
{
    ds_reduction *const r = ds_reduction_new(CELLS);
    ck_assert_ptr_nonnull(r);
    for (int i = 0; i < VALUES; i++)
        ck_assert(ds_reduction_add(r, 0, CELLS, value[i], 1));
    return r;
}

static void assert_same(packed a, packed b)
{
    ck_assert_uint_eq(a.size, b.size);
    ck_assert_mem_eq(a.bytes, b.bytes, a.size);
}

/* Dealt at random to parts, which are then merged one into the other at random, some of them again
 * from their bytes. */
START_TEST(bytes_do_not_depend_on_order_or_partition)
{
    static double value[VALUES][CELLS];
    draw_all(value);
    ds_reduction *const all = of_all(value);
    const packed want = pack(all, 0, CELLS);
    for (uint32_t trial = 0; trial < 12; trial++) {
        ds_rng rng = ds_rng_stream(9, trial, 0, 0);
        ds_reduction *part[PARTS];
        for (int k = 0; k < PARTS; k++)
            part[k] = ds_reduction_new(CELLS);
        for (int i = VALUES - 1; i >= 0; i--) {
            const size_t other = ds_rng_below(&rng, (uint32_t)i + 1);
            double swap[CELLS];
            memcpy(swap, value[other], sizeof swap);
            memcpy(value[other], value[i], sizeof swap);
            memcpy(value[i], swap, sizeof swap);
            ck_assert(
                ds_reduction_add(part[ds_rng_below(&rng, 1 + trial % PARTS)], 0, CELLS, swap, 1));
        }
        for (uint32_t left = PARTS; left > 1; left--) {
            const uint32_t from = ds_rng_below(&rng, left);
            const packed p = pack(part[from], 0, CELLS);
            ds_reduction_free(part[from]);
            part[from] = part[left - 1];
            merge(part[ds_rng_below(&rng, left - 1)], p);
            free(p.bytes);
        }
        const packed got = pack(part[0], 0, CELLS);
        assert_same(got, want);
        free(got.bytes);
        ds_reduction_free(part[0]);
    }
    free(want.bytes);
    ds_reduction_free(all);
}
END_TEST

/* Cells are columns: with strides, ranges and a reduction that was used before. */
START_TEST(ranges_of_cells_are_as_cells_alone)
{
    static double value[VALUES][CELLS];
    draw_all(value);
    ds_reduction *const all = of_all(value), *const one = ds_reduction_new(2);
    for (size_t c = 0; c < CELLS; c++) {
        ds_reduction_clear(one);
        for (int i = 0; i < VALUES; i++)
            ck_assert(ds_reduction_add(one, 1, 1, &value[i][c], 99));
        const packed a = pack(one, 1, 1), b = pack(all, c, 1);
        assert_same(a, b);
        free(a.bytes);
        free(b.bytes);
    }
    ds_reduction_clear(one);
    for (int i = 0; i + 3 < VALUES; i += 4)
        ck_assert(ds_reduction_add(one, 0, 2, &value[i][1], CELLS * 2));
    ck_assert_uint_eq(ds_reduction_count(one, 1), VALUES / 4);
    ds_reduction_free(one);
    ds_reduction_free(all);
}
END_TEST

static int rising(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* A quantile between order statistics a and b, each within the sketch's error. */
static void check_quantile(double got, const double *sorted, size_t n, double share)
{
    const double index = share * (double)(n - 1);
    const size_t low = (size_t)index, high = low + 1 < n ? low + 1 : low;
    const double part = index - (double)low, a = sorted[low], b = sorted[high];
    const double want = part > 0 ? (1 - part) * a + part * b : a;
    if (isinf(a) || isinf(b)) {
        ck_assert(isinf(got) || fabs(got - a) <= DS_SKETCH_ERROR * fabs(a) * (1 + 1e-12) ||
                  fabs(got - b) <= DS_SKETCH_ERROR * fabs(b) * (1 + 1e-12));
        return;
    }
    const double slack = DS_SKETCH_ERROR * ((1 - part) * fabs(a) + part * fabs(b));
    ck_assert_msg(fabs(got - want) <= slack * (1 + 1e-12), "%g for %g", got, want);
    ck_assert(got >= sorted[0] && got <= sorted[n - 1]);
}

START_TEST(summaries_are_those_of_the_values)
{
    static double value[VALUES][CELLS], column[VALUES];
    draw_all(value);
    ds_reduction *const r = ds_reduction_new(CELLS);
    for (int i = 0; i < VALUES; i++) {
        const bool look = i < 12 || i == VALUES - 1;
        ck_assert(ds_reduction_add(r, 0, CELLS, value[i], 1));
        for (size_t c = 0; look && c < CELLS; c++) {
            size_t n = 0;
            for (int k = 0; k <= i; k++)
                if (!isnan(value[k][c]))
                    column[n++] = value[k][c];
            const ds_summary got = ds_reduction_summary(r, c), want = ds_summarise(column, n, 1);
            ck_assert_uint_eq(ds_reduction_count(r, c), n);
            qsort(column, n, sizeof *column, rising);
            for (size_t q = 0; n && q < DS_QUANTILES; q++)
                check_quantile(got.quantile[q], column, n, ds_quantiles[q]);
            ck_assert_int_eq(isnan(got.mean), isnan(want.mean));
            ck_assert(isnan(got.mean) || got.mean == want.mean ||
                      fabs(got.mean - want.mean) <= 1e-9 * fabs(want.mean));
            if (isfinite(want.error)) /* which overflows where the exact one does not */
                ck_assert_double_le(fabs(got.error - want.error), 1e-9 * want.error);
        }
    }
    ds_reduction_free(r);
}
END_TEST

START_TEST(special_values_are_counted_apart)
{
    const double inf = INFINITY;
    const double column[][4] = {{inf, 1, 2, NAN},     {-inf, 1, -inf, 3},   {inf, -inf, 0, 0},
                                {NAN, NAN, NAN, NAN}, {-0.0, 0, -0.0, NAN}, {5, NAN, NAN, NAN},
                                {-inf, NAN, NAN, NAN}};
    const double mean[] = {inf, -inf, NAN, NAN, 0, 5, -inf},
                 error[] = {NAN, NAN, NAN, NAN, 0, NAN, NAN};
    enum { COLUMNS = sizeof mean / sizeof mean[0] };
    ds_reduction *const r = ds_reduction_new(COLUMNS), *const copy = ds_reduction_new(COLUMNS);
    ds_status st = {0};
    for (size_t i = 0; i < 4; i++)
        ck_assert(ds_reduction_add(r, 0, COLUMNS, &column[0][i], 4));
    const packed p = pack(r, 0, COLUMNS);
    ck_assert(ds_reduction_merge(copy, 0, COLUMNS, p.bytes, p.size, &st));
    for (size_t c = 0; c < COLUMNS; c++) {
        const ds_summary s = ds_reduction_summary(copy, c);
        ck_assert(isnan(mean[c]) ? isnan(s.mean) : s.mean == mean[c]);
        ck_assert(isnan(error[c]) ? isnan(s.error) : s.error == error[c]);
        ck_assert_int_eq(isnan(s.quantile[0]), c == 3);
    }
    ck_assert(!signbit(ds_reduction_summary(copy, 4).quantile[2]));
    free(p.bytes);
    ds_reduction_free(r);
    ds_reduction_free(copy);
}
END_TEST

/* Merged with itself a cell doubles: past 2^32 a bucket, up to the most there may be. */
START_TEST(counts_go_to_the_fortieth_power_of_two)
{
    const double value[] = {1, 2, 2, 3};
    ds_reduction *const r = ds_reduction_new(1);
    ds_status st = {0};
    for (int i = 0; i < 4; i++)
        ck_assert(ds_reduction_add(r, 0, 1, &value[i], 1));
    for (int i = 2; i <= 40; i++) {
        const packed p = pack(r, 0, 1);
        const ds_summary s = ds_reduction_summary(r, 0);
        const double n = ldexp(1, i);
        ck_assert_double_eq(s.mean, 2);
        ck_assert_double_eq_tol(s.error * sqrt(n - 1), sqrt(0.5), 1e-15);
        ck_assert_double_eq_tol(s.quantile[2], 2, 2 * DS_SKETCH_ERROR);
        ck_assert_uint_eq(ds_reduction_count(r, 0), UINT64_C(1) << i);
        ck_assert_int_eq(ds_reduction_merge(r, 0, 1, p.bytes, p.size, &st), i < 40);
        free(p.bytes);
    }
    ck_assert_int_eq(st.code, DS_E_DATA);
    ck_assert_ptr_nonnull(strstr(st.text, "2^40"));
    ck_assert_uint_eq(ds_reduction_count(r, 0), UINT64_C(1) << 40);
    ds_reduction_free(r);
}
END_TEST

static bool takes(const char *bytes, size_t size, ds_reduction *into)
{
    ds_status st = {0};
    char *const exact = malloc(size ? size : 1); /* an overrun is seen */
    memcpy(exact, bytes, size);
    const bool taken = ds_reduction_merge(into, 0, CELLS, exact, size, &st);
    ck_assert(taken || st.code == DS_E_DATA);
    free(exact);
    return taken;
}

static packed small(ds_reduction **r)
{
    static double value[VALUES][CELLS];
    draw_all(value);
    *r = ds_reduction_new(CELLS);
    for (int i = 0; i < 60; i++)
        ck_assert(ds_reduction_add(*r, 0, CELLS, value[i], 1));
    return pack(*r, 0, CELLS);
}

START_TEST(damaged_bytes_are_refused_and_change_nothing)
{
    ds_reduction *r;
    const packed p = small(&r);
    for (size_t n = 0; n < p.size; n++)
        ck_assert(!takes(p.bytes, n, r));
    for (size_t i = 0; i < 8 * p.size; i++) {
        p.bytes[i / 8] = (char)(p.bytes[i / 8] ^ 1 << i % 8);
        ck_assert(!takes(p.bytes, p.size, r));
        p.bytes[i / 8] = (char)(p.bytes[i / 8] ^ 1 << i % 8);
    }
    ds_status st = {0};
    ck_assert(!ds_reduction_merge(r, 0, CELLS - 1, p.bytes, p.size, &st));
    const packed after = pack(r, 0, CELLS);
    assert_same(after, p);
    ck_assert(takes(p.bytes, p.size, r));
    free(after.bytes);
    free(p.bytes);
    ds_reduction_free(r);
}
END_TEST

static void seal(char *bytes, size_t size)
{
    const uint64_t digest = ds_digest_short(bytes, size - 8);
    for (size_t i = 0; i < 8; i++)
        bytes[size - 8 + i] = (char)(digest >> 8 * i);
}

/* Behind a seal that is right, too, bytes are only taken when they could be a reduction's; what is
 * taken packs to what can be taken again. */
START_TEST(forged_bytes_do_no_harm)
{
    ds_reduction *r, *const into = ds_reduction_new(CELLS);
    const packed p = small(&r);
    ds_rng rng = ds_rng_stream(1, 0, 0, 0);
    size_t taken = 0, trials = 40000;
    char *const bytes = malloc(p.size);
    for (size_t t = 0; t < trials; t++) {
        size_t size = t % 5 ? p.size : 8 + ds_rng_below(&rng, (uint32_t)p.size - 8);
        memcpy(bytes, p.bytes, p.size);
        for (uint64_t k = 1 + ds_rng_below(&rng, 3); k-- > 0;)
            bytes[ds_rng_below(&rng, (uint32_t)size)] = (char)ds_rng_next(&rng);
        seal(bytes, size);
        ds_reduction_clear(into);
        if (!takes(bytes, size, into))
            continue;
        taken++;
        for (size_t c = 0; c < CELLS; c++)
            (void)ds_reduction_summary(into, c);
        const packed again = pack(into, 0, CELLS);
        ck_assert_uint_eq(again.size, size);
        ck_assert_mem_eq(again.bytes, bytes, size);
        free(again.bytes);
    }
    ck_assert_uint_lt(taken, trials / 2); /* sums may be any */
    free(bytes);
    free(p.bytes);
    ds_reduction_free(r);
    ds_reduction_free(into);
}
END_TEST

/* One cell as it is packed: two values of bucket 68800, which is that of 1, unless said otherwise.
 * What is 0 here is as it should be. */
typedef struct forgery {
    const char *complaint; /* NULL: it is taken */
    uint64_t count, zeros, below, above, buckets, gap, times, more;
    double least, most;
    const char *sum, *squares; /* a magnitude in hexadecimal: count, 2 low + sign, digits */
} forgery;

enum { OF_ONE = 68800 };

static const forgery forgeries[] = {
    {.complaint = NULL},
    {.complaint = "another number of values", .count = 3},
    {.complaint = "another number of values", .times = 1},
    {.complaint = "another number of values", .zeros = 1},
    {.complaint = "special", .zeros = 3},
    {.complaint = "special", .zeros = 1, .below = 2},
    {.complaint = "special", .zeros = 1, .below = 1, .above = 1},
    {.complaint = "special", .below = UINT64_MAX},
    {.complaint = "broken", .count = (UINT64_C(1) << 40) + 1},
    {.complaint = "broken", .times = UINT64_MAX},
    {.complaint = "broken", .times = UINT64_C(1) << 40, .more = UINT64_MAX},
    {.complaint = "broken", .gap = 2 * DS_SKETCH_LAST + 5},
    {.complaint = "broken", .gap = UINT64_C(1) << 32},
    {.complaint = "broken", .gap = DS_SKETCH_LAST + 1},
    {.complaint = "broken", .buckets = 3},
    {.complaint = "broken", .buckets = UINT64_MAX},
    {.complaint = "extremes", .least = 0.5},
    {.complaint = "extremes", .most = 2},
    {.complaint = "extremes", .most = INFINITY},
    {.complaint = "extremes", .least = -INFINITY},
    {.complaint = "extremes", .least = NAN},
    {.complaint = "extremes", .most = NAN},
    {.complaint = "extremes", .least = 1.01, .most = 1},
    {.complaint = "extremes", .count = 3, .zeros = 1},
    {.complaint = "extremes", .count = 3, .above = 1},
    {.complaint = "extremes", .count = 3, .below = 1},
    {.complaint = "sums", .squares = "01 99 04 20"},
    {.complaint = "sums", .squares = "00"},
    {.complaint = "broken", .sum = "02 02 00 01"},
    {.complaint = "broken", .sum = "02 02 01 00"},
    {.complaint = "broken", .sum = "a1 02 02 01"},
    {.complaint = "broken", .sum = "01 fe ff ff ff ff ff ff ff ff 01 01"},
};

static void pack_digits(ds_packer *packer, const char *hex, const ds_exact *otherwise)
{
    ds_magnitude m;
    for (char *end; hex && *hex; hex = end) {
        const uint8_t byte = (uint8_t)strtoul(hex, &end, 16);
        ds_pack_bytes(packer, &byte, 1);
    }
    if (hex)
        return;
    ds_exact_magnitude(otherwise, &m);
    ds_pack(packer, m.count);
    ds_pack(packer, 2 * m.low);
    ds_pack_bytes(packer, m.bytes, m.count);
}

static void forge(const forgery *f, ds_packer *packer)
{
    ds_exact sum = {0}, squares = {0};
    for (int i = 0; i < 2; i++)
        ck_assert(ds_exact_add(&sum, 1) && ds_exact_add_square(&squares, 1));
    ds_pack(packer, 1);
    ds_pack(packer, f->count ? f->count : 2);
    ds_pack(packer, f->zeros);
    ds_pack(packer, f->below);
    ds_pack(packer, f->above);
    ds_pack_double(packer, f->least != 0 ? f->least : 1);
    ds_pack_double(packer, f->most != 0 ? f->most : 1);
    pack_digits(packer, f->sum, &sum);
    pack_digits(packer, f->squares, &squares);
    ds_pack(packer, f->buckets ? f->buckets : 1 + (f->more > 0));
    ds_pack(packer, f->gap ? f->gap : DS_SKETCH_LAST + OF_ONE);
    ds_pack(packer, f->times ? f->times : 2);
    if (f->more) {
        ds_pack(packer, 0);
        ds_pack(packer, f->more);
    }
    ds_pack_fixed(packer, ds_digest_short(packer->bytes, packer->size));
    ds_exact_free(&sum);
    ds_exact_free(&squares);
}

START_TEST(every_inconsistency_is_found)
{
    const forgery *const f = &forgeries[_i];
    ds_packer packer = {0};
    ds_status st = {0};
    ds_reduction *const r = ds_reduction_new(1);
    forge(f, &packer);
    ck_assert_int_eq(ds_sketch_bucket(1), OF_ONE);
    const bool taken = ds_reduction_merge(r, 0, 1, (char *)packer.bytes, packer.size, &st);
    ck_assert_int_eq(taken, f->complaint == NULL);
    if (f->complaint)
        ck_assert_msg(strstr(st.text, f->complaint) != NULL, "%s", st.text);
    ck_assert_uint_eq(ds_reduction_count(r, 0), taken ? 2 : 0);
    ds_reduction_free(r);
    free(packer.bytes);
}
END_TEST

/* 40,000 cells of about 200 buckets are to fit in 80 MB; of that a twentieth. */
START_TEST(memory_does_not_grow_with_the_number_of_values)
{
    enum { MANY = 2000, ROUNDS = 3000 };
    static double value[MANY];
    ds_reduction *const r = ds_reduction_new(MANY);
    ds_rng rng = ds_rng_stream(4, 0, 0, 0);
    size_t early = 0;
    for (int i = 0; i < ROUNDS; i++) {
        for (int c = 0; c < MANY; c++)
            value[c] = (float)exp(0.35 * ds_rng_normal(&rng) + c % 7);
        ck_assert(ds_reduction_add(r, 0, MANY, value, 1));
        if (i == ROUNDS / 3)
            early = ds_reduction_bytes(r);
    }
    ck_assert_uint_le(ds_reduction_bytes(r), 80000000 / (40000 / MANY));
    ck_assert_uint_le(ds_reduction_bytes(r), early + early / 4);
    ds_reduction_free(r);
}
END_TEST

int main(void)
{
    const ds_test tests[] = {
        {bytes_do_not_depend_on_order_or_partition, 0},
        {ranges_of_cells_are_as_cells_alone, 0},
        {summaries_are_those_of_the_values, 0},
        {special_values_are_counted_apart, 0},
        {counts_go_to_the_fortieth_power_of_two, 0},
        {damaged_bytes_are_refused_and_change_nothing, 0},
        {forged_bytes_do_no_harm, 0},
        {every_inconsistency_is_found, sizeof forgeries / sizeof forgeries[0]},
        {memory_does_not_grow_with_the_number_of_values, 0},
        {0},
    };
    return ds_run_tests("reduction", tests, 120);
}
