/* Exact sums, against fractions worked out elsewhere and NIST's certified figures. */
#include "run.h"

#include "sim/io/exact.h"
#include "tests/reference/cases.h"

#include <float.h>
#include <math.h>

enum { MOST = 2000, CASE_VALUES = 7 };

typedef struct sums {
    ds_exact sum, squares;
    uint64_t n;
} sums;

static void add(sums *s, double value)
{
    ck_assert(ds_exact_add(&s->sum, value));
    ck_assert(ds_exact_add_square(&s->squares, value));
    s->n++;
}

static void drop(sums *s)
{
    ds_exact_free(&s->sum);
    ds_exact_free(&s->squares);
}

static uint64_t random_bits(uint64_t *state) /* Vigna 2015, splitmix64 */
{
    uint64_t z = *state += UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
    return z ^ z >> 31;
}

/* Rounded from Python's fractions.Fraction, whose conversion to a double is exact to the nearest.
 */
static const struct {
    int n;
    double value[CASE_VALUES], mean, variance, error;
} fractions[] = {
    {2,
     {0x1.0000000000000p+0, 0x1.0000000000000p+1},
     0x1.8000000000000p+0,
     0x1.0000000000000p-1,
     0x1.0000000000000p-1},
    {7,
     {0x1.999999999999ap-4, 0x1.999999999999ap-4, 0x1.999999999999ap-4, 0x1.999999999999ap-4,
      0x1.999999999999ap-4, 0x1.999999999999ap-4, 0x1.999999999999ap-4},
     0x1.999999999999ap-4,
     0x0.0p+0,
     0x0.0p+0},
    {3,
     {0x1.1c37937e08000p+53, 0x1.0000000000000p+0, -0x1.1c37937e08000p+53},
     0x1.5555555555555p-2,
     0x1.3b8b5b5056e17p+106,
     0x1.482f8590f6bc2p+52},
    {3,
     {0x1.fffffffffffffp+1023, 0x1.fffffffffffffp+1023, 0x1.fffffffffffffp+1023},
     0x1.fffffffffffffp+1023,
     0x0.0p+0,
     0x0.0p+0},
    {3,
     {0x1.fffffffffffffp+1023, -0x1.fffffffffffffp+1023, 0x1.0000000000000p+0},
     0x1.5555555555555p-2,
     INFINITY,
     0x1.279a74590331cp+1023},
    {2,
     {0x0.0000000000001p-1022, 0x0.0000000000002p-1022},
     0x0.0000000000002p-1022,
     0x0.0p+0,
     0x0.0p+0},
    {4,
     {0x0.0000000000001p-1022, 0x0.0000000000001p-1022, 0x0.0000000000001p-1022,
      -0x0.0000000000001p-1022},
     0x0.0p+0,
     0x0.0p+0,
     0x0.0p+0},
    {3, {-0x0.0000000000001p-1022, 0x0.0p+0, 0x0.0p+0}, -0x0.0p+0, 0x0.0p+0, 0x0.0p+0},
    {4,
     {0x1.1ccf385ebc8a0p+1023, -0x1.1ccf385ebc8a0p+1023, 0x0.730d67819e8d2p-1022,
      0x0.00000000017b8p-1022},
     0x0.1cc359e068022p-1022,
     INFINITY,
     0x1.d1178624fcf1fp+1021},
    {4,
     {0x1.999999999999ap-4, 0x1.999999999999ap-3, 0x1.3333333333334p-2, -0x1.6666666666666p-1},
     -0x1.9999999999992p-6,
     0x1.ac5f92c5f92c6p-3,
     0x1.d452e21bfbd18p-3},
    {3,
     {0x1.0000000000000p-1022, 0x0.0000000000001p-1022, 0x1.8000000000000p+0},
     0x1.0000000000000p-1,
     0x1.8000000000000p-1,
     0x1.0000000000000p-1},
    {3,
     {0x1.87e92154ef7acp-665, 0x1.25eed8ffb39c1p-663, -0x1.87e92154ef7acp-665},
     0x1.87e92154ef7acp-665,
     0x0.0p+0,
     0x1.c48a19c4d5198p-665},
    {3,
     {0x1.4e718d7d7625ap+664, 0x1.4e718d7d7625bp+664, 0x1.4e718d7d7625ap+664},
     0x1.4e718d7d7625ap+664,
     INFINITY,
     0x1.5555555555555p+610},
    {3,
     {0x1.0000000000000p+53, 0x1.0000000000000p+53, 0x1.0000000000000p+0},
     0x1.5555555555556p+52,
     0x1.5555555555554p+104,
     0x1.5555555555555p+51},
    {3,
     {-0x1.8000000000000p+1, -0x1.8000000000000p+1, -0x1.8000000000001p+1},
     -0x1.8000000000000p+1,
     0x1.5555555555555p-104,
     0x1.5555555555555p-53},
    {6,
     {0x1.f767c482c9b00p+395, 0x1.2e4738d8608fep-953, 0x1.5c8437bb9985ep-51, 0x1.3119920d46410p-430,
      -0x1.8c13bc5069136p+850, 0x1.7949c41f8fb2cp+488},
     -0x1.080d28359b624p+848,
     INFINITY,
     0x1.080d28359b624p+848},
    {6,
     {0x1.667d2c686bfa0p-53, -0x1.f29231a268928p-184, -0x1.78369970e7b00p-328,
      0x1.aa5670ef08e64p+524, -0x1.5c90b69e793a6p-777, -0x1.71e6f430e7cb8p+751},
     -0x1.ed33f041350f5p+748,
     INFINITY,
     0x1.ed33f041350f5p+748},
    {6,
     {-0x0.00000000005f9p-1022, 0x0.0000001e3ac63p-1022, -0x1.2984441cfae1cp-189,
      0x1.d72b8efdbff98p-392, 0x1.7d5876154f5d0p+113, -0x1.7da45a09dc944p-258},
     0x1.fc75f2c7147c0p+110,
     0x1.7ab59eb33790bp+224,
     0x1.fc75f2c7147c0p+110},
    {6,
     {0x1.4151938125520p-236, -0x1.45f8a6078e194p-265, 0x1.ddc308fb88474p+498,
      -0x1.9c1490fa7a600p+407, -0x1.5c8ac7ab07cf0p-477, -0x1.e3b690ef53010p+287},
     0x1.3e8205fd0584dp+496,
     0x1.293576b0031eap+995,
     0x1.3e8205fd0584dp+496},
    {6,
     {-0x0.000000000cb69p-1022, 0x1.8921395b1a328p+311, -0x1.bc649c58534c8p+384,
      0x1.46299a272d1d0p+898, 0x1.92448c50d7d10p-316, -0x1.33b7cc383dd20p-354},
     0x1.b2e222dee6d15p+895,
     INFINITY,
     0x1.b2e222dee6d15p+895},
};

START_TEST(mean_and_variance_are_the_nearest_doubles)
{
    sums s = {0};
    for (int i = 0; i < fractions[_i].n; i++)
        add(&s, fractions[_i].value[i]);
    const double error = ds_exact_error(&s.sum, &s.squares, s.n), want = fractions[_i].error;
    ck_assert_double_eq(ds_exact_mean(&s.sum, s.n), fractions[_i].mean);
    ck_assert_double_eq(ds_exact_variance(&s.sum, &s.squares, s.n), fractions[_i].variance);
    ck_assert(error >= nextafter(want, -1) && error <= nextafter(want, INFINITY));
    drop(&s);
}
END_TEST

static const struct {
    const char *name;
    int count;
    double sd_digits; /* NumAcc4's figures are no doubles: eight digits are left of 0.1 */
} nist[] = {
    {"Lew", 200, 13},      {"Michelso", 100, 13}, {"NumAcc1", 3, 13},
    {"NumAcc2", 1001, 13}, {"NumAcc4", 1001, 8},
};

static void add_nist(const char *name, sums *s)
{
    char path[400], line[200];
    bool data = false;
    snprintf(path, sizeof path, "%s/reference/nist/%s.dat", DS_TEST_DATA, name);
    FILE *const file = fopen(path, "r");
    ck_assert_ptr_nonnull(file);
    while (fgets(line, sizeof line, file)) {
        char *end;
        const double value = strtod(line, &end);
        if (data && end != line)
            add(s, value);
        data = data || strncmp(line, "-----", 5) == 0;
    }
    fclose(file);
}

static double digits(double value, double certified)
{
    return value == certified ? 16 : -log10(fabs(value - certified) / fabs(certified));
}

START_TEST(certified_figures_hold)
{
    char row[60], count[20];
    sums s = {0};
    add_nist(nist[_i].name, &s);
    ck_assert_uint_eq(s.n, (uint64_t)nist[_i].count);
    snprintf(row, sizeof row, "nist_strd_%s", nist[_i].name);
    snprintf(count, sizeof count, "n=%d", nist[_i].count);
    ck_assert_double_ge(digits(ds_exact_mean(&s.sum, s.n), case_value(row, count, "mean")), 13);
    ck_assert_double_ge(digits(sqrt(ds_exact_variance(&s.sum, &s.squares, s.n)),
                               case_value(row, count, "sd (n-1)")),
                        nist[_i].sd_digits);
    drop(&s);
}
END_TEST

__extension__ typedef __int128 wide;
__extension__ typedef __float128 quad;

/* Multiples of 2^-20 whose sums fit in machine integers. */
START_TEST(sums_are_those_of_integers)
{
    uint64_t state = 7;
    for (int round = 0; round < 300; round++) {
        sums s = {0};
        wide sum = 0, squares = 0;
        const int64_t offset = (int64_t)(random_bits(&state) >> (24 + round % 30));
        const wide n = 2 + round * 3;
        for (int i = 0; i < n; i++) {
            const int64_t k = (int64_t)(random_bits(&state) >> 40) - offset;
            add(&s, ldexp((double)k, -20));
            sum += k;
            squares += (wide)k * k;
        }
        const quad mean = (quad)sum / (quad)n;
        const quad variance = (quad)(n * squares - sum * sum) / (quad)(n * (n - 1));
        ck_assert_double_eq(ds_exact_mean(&s.sum, s.n), ldexp((double)mean, -20));
        ck_assert_double_eq(ds_exact_variance(&s.sum, &s.squares, s.n),
                            ldexp((double)variance, -40));
        drop(&s);
    }
}
END_TEST

/* Any finite double: bits at random. */
static double any(uint64_t *state)
{
    double value;
    do {
        const uint64_t bits = random_bits(state);
        memcpy(&value, &bits, sizeof value);
    } while (!isfinite(value));
    return value;
}

START_TEST(what_is_added_and_taken_away_is_gone)
{
    uint64_t state = 3;
    double value[MOST];
    ds_exact sum = {0};
    ds_magnitude m;
    for (int i = 0; i < MOST; i++) {
        value[i] = i % 100 ? any(&state) : i % 200 ? DBL_MAX : -DBL_TRUE_MIN;
        ck_assert(ds_exact_add(&sum, value[i]));
    }
    ck_assert(ds_exact_add(&sum, 0.5));
    for (int i = 0; i < MOST; i++)
        ck_assert(ds_exact_add(&sum, -value[i]));
    ck_assert_double_eq(ds_exact_mean(&sum, 1), 0.5);
    ds_exact_magnitude(&sum, &m);
    ck_assert_uint_eq(m.count, 1);
    ck_assert_uint_eq(m.low, 1073 / 8);
    ck_assert_uint_eq(m.bytes[0], 1 << 1073 % 8);
    ds_exact_free(&sum);
}
END_TEST

START_TEST(magnitudes_add_up_to_the_sum_of_all)
{
    uint64_t state = 11;
    ds_exact part[5] = {{0}}, all = {0}, merged = {0};
    ds_magnitude a, b;
    for (int i = 0; i < MOST; i++) {
        const double value = any(&state);
        ck_assert(_i ? ds_exact_add_square(&part[i % 5], value)
                     : ds_exact_add(&part[i % 5], value));
        ck_assert(_i ? ds_exact_add_square(&all, value) : ds_exact_add(&all, value));
    }
    for (int i = 0; i < 5; i++) {
        ds_exact_magnitude(&part[(i + 3) % 5], &a);
        ck_assert(ds_exact_add_magnitude(&merged, &a));
    }
    ds_exact_magnitude(&all, &a);
    ds_exact_magnitude(&merged, &b);
    ck_assert_uint_eq(a.low, b.low);
    ck_assert_uint_eq(a.count, b.count);
    ck_assert_int_eq(a.negative, b.negative);
    ck_assert_mem_eq(a.bytes, b.bytes, a.count);
    for (int i = 0; i < 5; i++)
        ds_exact_free(&part[i]);
    ds_exact_free(&all);
    ds_exact_free(&merged);
}
END_TEST

START_TEST(values_of_one_scale_take_few_words)
{
    uint64_t state = 5;
    ds_exact sum = {0}, squares = {0};
    for (int i = 0; i < MOST; i++) {
        const double value = (float)(random_bits(&state) >> 11) * 0x1p-43F;
        ck_assert(ds_exact_add(&sum, value) && ds_exact_add_square(&squares, value));
    }
    ck_assert_uint_le(ds_exact_bytes(&sum), 32);
    ck_assert_uint_le(ds_exact_bytes(&squares), 40);
    ds_exact_free(&sum);
    ds_exact_free(&squares);
}
END_TEST

START_TEST(one_value_has_no_variance)
{
    sums s = {0};
    ck_assert(isnan(ds_exact_mean(&s.sum, 0)));
    add(&s, 3);
    ck_assert_double_eq(ds_exact_mean(&s.sum, 1), 3);
    ck_assert(isnan(ds_exact_variance(&s.sum, &s.squares, 1)));
    ck_assert(isnan(ds_exact_error(&s.sum, &s.squares, 1)));
    ds_exact_clear(&s.sum);
    ds_exact_clear(&s.squares);
    ck_assert_double_eq(ds_exact_mean(&s.sum, 1), 0);
    drop(&s);
}
END_TEST

int main(void)
{
    const ds_test tests[] = {
        {mean_and_variance_are_the_nearest_doubles, sizeof fractions / sizeof fractions[0]},
        {certified_figures_hold, sizeof nist / sizeof nist[0]},
        {sums_are_those_of_integers, 0},
        {what_is_added_and_taken_away_is_gone, 0},
        {magnitudes_add_up_to_the_sum_of_all, 2},
        {values_of_one_scale_take_few_words, 0},
        {one_value_has_no_variance, 0},
        {0},
    };
    return ds_run_tests("exact", tests, 60);
}
