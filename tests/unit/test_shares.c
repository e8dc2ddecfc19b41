/* How totals are spread: concentration and quantiles against closed forms, rows of a file by hand.
 */
#include "run.h"

#include "models/diem/shares.h"
#include "tests/choice.h"

#include <math.h>
#include <stdlib.h>

enum { MEMBERS = 4000, COHORTS = 60 };

static int rising(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Gini 1912 of a sample, without the bias of a finite one. */
static double gini(double *x, int n)
{
    double sum = 0, ranked = 0;
    qsort(x, (size_t)n, sizeof *x, rising);
    for (int i = 0; i < n; i++) {
        sum += x[i];
        ranked += (i + 1) * x[i];
    }
    return (2 * ranked / (n * sum) - (n + 1.0) / n) * n / (n - 1.0);
}

static ds_shares shares_of(const char *rule, const char *key, double value, uint32_t members)
{
    const ds_choice choice = choice_of(ds_share_rules, rule, SETTINGS(SET(key, value)));
    return ds_shares_of(&choice, members);
}

static void draw(const ds_shares *s, uint32_t replica, double *x)
{
    ds_rng rng = ds_rng_stream(51, replica, 0, 0);
    for (uint32_t i = 0; i < s->members; i++)
        x[i] = ds_shares_weight(s, i, &rng);
}

/* Gini of a Pareto with tail index a is 1 / (2 a - 1); of a lognormal erf(sigma / 2) (Aitchison &
 * Brown 1957). Medians: 2^(1 / a), and 1. */
static const struct {
    const char *rule, *key;
    double value, gini, median;
} laws[] = {
    {"pareto", "alpha", 3, 0.2, 1.2599210498948732},
    {"pareto", "alpha", 2.2, 0.29411764705882354, 1.3703509847201236},
    {"lognormal", "sigma", 1, 0.5204998778130465, 1},
    {"lognormal", "sigma", 0.5, 0.2763263901682369, 1},
};

START_TEST(concentration_and_median_are_those_of_the_law)
{
    const ds_shares s = shares_of(laws[_i].rule, laws[_i].key, laws[_i].value, MEMBERS);
    double sum[2] = {0}, squares[2] = {0}, x[MEMBERS];
    for (uint32_t r = 0; r < COHORTS; r++) {
        draw(&s, r, x);
        const double seen[2] = {gini(x, MEMBERS), x[MEMBERS / 2]};
        for (int i = 0; i < 2; i++) {
            sum[i] += seen[i];
            squares[i] += seen[i] * seen[i];
        }
    }
    const double expected[2] = {laws[_i].gini, laws[_i].median};
    for (int i = 0; i < 2; i++) {
        const double mean = sum[i] / COHORTS;
        const double error = sqrt((squares[i] / COHORTS - mean * mean) / (COHORTS - 1));
        ck_assert_msg(fabs(mean - expected[i]) < 5 * error, "%d: %g, expected %g +- %g", i, mean,
                      expected[i], error);
        ck_assert_double_lt(error, 0.005);
    }
}
END_TEST

/* P(X > x) = x^-a: the upper 1 % of a heavy tail begins at 100^(1 / a). */
START_TEST(the_tail_of_a_pareto_falls_as_its_index_says)
{
    const ds_shares s = shares_of("pareto", "alpha", 1.16, 100000);
    ds_rng rng = ds_rng_stream(52, 0, 0, 0);
    double beyond[2] = {0};
    for (uint32_t i = 0; i < s.members; i++) {
        const double x = ds_shares_weight(&s, i, &rng);
        beyond[0] += x > pow(100, 1 / 1.16);
        beyond[1] += x > pow(10, 1 / 1.16);
        ck_assert_double_ge(x, 1);
    }
    ck_assert_double_eq_tol(beyond[0], 1000, 5 * sqrt(1000 * 0.99));
    ck_assert_double_eq_tol(beyond[1], 10000, 5 * sqrt(10000 * 0.9));
}
END_TEST

START_TEST(log_size_over_log_rank_has_the_slope_of_zipf)
{
    const ds_shares s = shares_of("zipf", "exponent", 1.37, 1000);
    double x[1000];
    draw(&s, 0, x);
    for (int rank = 2; rank <= 1000; rank++)
        ck_assert_double_eq_tol(log(x[rank - 1] / x[0]) / log(rank), -1.37, 1e-12);
}
END_TEST

START_TEST(an_exponent_of_0_makes_all_alike)
{
    const ds_shares zipf = shares_of("zipf", "exponent", 0, 10),
                    lognormal = shares_of("lognormal", "sigma", 0, 10);
    double x[10] = {0}, y[10] = {0};
    draw(&zipf, 0, x);
    draw(&lognormal, 0, y);
    for (int i = 0; i < 10; i++)
        ck_assert(x[i] == 1 && y[i] == 1);
}
END_TEST

static const double rows[] = {4, 2, 1, 1};

static ds_shares given(uint32_t members)
{
    static ds_column column = {.count = 4, .value = rows};
    const ds_choice choice = {ds_alternative_find(ds_share_rules, "csv"), &column};
    return ds_shares_of(&choice, members);
}

START_TEST(a_newcomer_is_as_large_as_the_mean_member)
{
    enum { DRAWS = 200000 };
    const ds_shares all[] = {shares_of("pareto", "alpha", 3, 10),
                             shares_of("lognormal", "sigma", 0.8, 10),
                             shares_of("zipf", "exponent", 1.37, 50), given(4)};
    ds_rng rng = ds_rng_stream(53, (uint32_t)_i, 0, 0);
    double sum = 0, squares = 0;
    for (int i = 0; i < DRAWS; i++) {
        const double x = ds_shares_size(&all[_i], &rng);
        sum += x;
        squares += x * x;
    }
    const double mean = sum / DRAWS, error = sqrt((squares / DRAWS - mean * mean) / DRAWS);
    ck_assert_msg(fabs(mean - 1) < 5 * error, "%g +- %g", mean, error);
}
END_TEST

/* Rows 4, 2, 1, 1 laid end to end and cut into equal stretches. */
START_TEST(rows_are_merged_or_shared_where_members_are_fewer_or_more)
{
    static const struct {
        uint32_t members;
        double weight[8];
    } cuts[] = {{4, {4, 2, 1, 1}},
                {2, {6, 2}},
                {1, {8}},
                {3, {4 + 2.0 / 3, 4.0 / 3 + 2.0 / 3, 1.0 / 3 + 1}},
                {8, {2, 2, 1, 1, 0.5, 0.5, 0.5, 0.5}}};
    const ds_shares s = given(cuts[_i].members);
    ds_rng rng = ds_rng_stream(1, 0, 0, 0);
    for (uint32_t i = 0; i < s.members; i++)
        ck_assert_double_eq_tol(ds_shares_weight(&s, i, &rng), cuts[_i].weight[i] * s.shape, 0.5);
}
END_TEST

/* Only proportions count, of fractions as of amounts; and rows of the ledger's units are whole. */
START_TEST(small_rows_are_told_apart_as_large_ones)
{
    static const double sizes[] = {1, 1e-3, 1e-8, 100};
    double value[] = {1e5 * sizes[_i], 1.4 * sizes[_i], 0.6 * sizes[_i], 3e-3 * sizes[_i]};
    ds_column column = {.count = 4, .value = value};
    const ds_choice choice = {ds_alternative_find(ds_share_rules, "csv"), &column};
    const ds_shares s = ds_shares_of(&choice, 4);
    ds_rng rng = ds_rng_stream(1, 0, 0, 0);
    const double first = ds_shares_weight(&s, 0, &rng);
    for (uint32_t i = 0; i < 4; i++) {
        const double weight = ds_shares_weight(&s, i, &rng);
        ck_assert(weight == floor(weight) && weight < 0x1p53);
        ck_assert_double_eq_tol(weight / first, value[i] / value[0], 1e-13);
    }
    ck_assert(_i > 0 || ds_shares_weight(&s, 3, &rng) == 3e5 * (s.shape / 1e8));
}
END_TEST

START_TEST(rows_must_add_up_to_something_that_can_exist)
{
    static const double none[] = {0, 0}, wei[] = {5e10, 5e10};
    ds_column column = {.count = 2, .value = _i ? wei : none};
    ds_status st = {0};
    ck_assert(!ds_alternative_find(ds_share_rules, "csv")->check(&column, &st));
    ck_assert_ptr_nonnull(strstr(st.text, "must lie in [0.001, 9e+10]"));
}
END_TEST

int main(void)
{
    const ds_test tests[] = {{concentration_and_median_are_those_of_the_law, 4},
                             {the_tail_of_a_pareto_falls_as_its_index_says, 0},
                             {log_size_over_log_rank_has_the_slope_of_zipf, 0},
                             {an_exponent_of_0_makes_all_alike, 0},
                             {a_newcomer_is_as_large_as_the_mean_member, 4},
                             {rows_are_merged_or_shared_where_members_are_fewer_or_more, 5},
                             {small_rows_are_told_apart_as_large_ones, 4},
                             {rows_must_add_up_to_something_that_can_exist, 2},
                             {0}};
    return ds_run_tests("shares", tests, 60);
}
