/* What a search proposes, held against what there is. */
#include "run.h"

#include "analysis/proposal.h"

#include <math.h>
#include <string.h>

enum { COUNT = 40 };

static const ds_goal large = {.name = "income",
                              .maximise = true,
                              .of = "x",
                              .unit = "USD",
                              .statistic = DS_STAT_MEAN,
                              .words = "mean of x"};

/* Waves that are the same now and then, but for a shift. */
static void fill(double *values, double shift, double noise)
{
    for (int i = 0; i < COUNT; i++)
        values[i] = 10 + sin(i) + shift + noise * cos(3 * i);
}

static ds_trial_values values_of(const double *seen_now, const double *seen_then, const double *now,
                                 const double *then)
{
    return (ds_trial_values){seen_now, seen_then, COUNT, now, then, COUNT, 1, 0.95, 1};
}

START_TEST(a_gain_is_better_and_its_luck_is_told)
{
    double seen_now[COUNT], seen_then[COUNT], now[COUNT], then[COUNT];
    ds_proposed_goal p;
    ds_status st = {0};
    fill(seen_now, 0, 0);
    fill(seen_then, 2, 0.1);
    fill(now, 0, 0);
    fill(then, 1.5, 0.1);
    const ds_trial_values v = values_of(seen_now, seen_then, now, then);
    ck_assert(ds_proposal_goal(&large, &v, &p, &st));
    ck_assert_str_eq(ds_proposal_verdict(&p), "better");
    ck_assert_double_eq_tol(p.change.difference.value, 1.5, 0.01);
    ck_assert_double_eq_tol(p.optimism, 0.5, 0.01);
    ds_goal small = large;
    small.maximise = false;
    ck_assert(ds_proposal_goal(&small, &v, &p, &st));
    ck_assert_str_eq(ds_proposal_verdict(&p), "worse");
    ck_assert_double_eq_tol(p.optimism, -0.5, 0.01);
}
END_TEST

START_TEST(what_is_not_shown_is_not_claimed)
{
    double a[COUNT], b[COUNT];
    ds_proposed_goal p;
    ds_status st = {0};
    fill(a, 0, 0);
    fill(b, 0.001, 0.5);
    const ds_trial_values v = values_of(a, b, a, b);
    ck_assert(ds_proposal_goal(&large, &v, &p, &st));
    ck_assert_str_eq(ds_proposal_verdict(&p), "no difference shown");
}
END_TEST

/* The worse half is gone: what is left looks larger, which is no merit. */
START_TEST(those_that_are_left_are_no_merit)
{
    double a[COUNT], b[COUNT];
    ds_proposed_goal p;
    ds_status st = {0};
    fill(a, 0, 0);
    fill(b, 0.1, 0.01);
    for (int i = 0; i < COUNT; i++)
        b[i] = a[i] < 10 ? (double)NAN : b[i];
    const ds_trial_values v = values_of(a, b, a, b);
    ck_assert(ds_proposal_goal(&large, &v, &p, &st));
    ck_assert_str_eq(ds_proposal_verdict(&p), "too few are left");
    ck_assert(ds_proposal_keeps(99, 100) && !ds_proposal_keeps(98, 100) && ds_proposal_keeps(0, 0));
}
END_TEST

static const struct {
    ds_goal goal;
    double wanted;
} figures[] = {
    {{.statistic = DS_STAT_MEAN}, 3},
    {{.statistic = DS_STAT_QUANTILE, .level = 0.5}, 2.5},
    {{.statistic = DS_STAT_PROBABILITY, .threshold = 2}, 0.5},
    {{.statistic = DS_STAT_PROBABILITY, .threshold = 2, .below = true}, 0.25},
};

START_TEST(figures_leave_out_what_has_no_value)
{
    const double values[] = {1, NAN, 2, 3, 6};
    double figure;
    ds_estimate e;
    ds_status st = {0};
    ck_assert(ds_goal_figure(&figures[_i].goal, values, 5, &figure, &st));
    ck_assert_double_eq(figure, figures[_i].wanted);
    ck_assert(ds_goal_estimate(&figures[_i].goal, values, 5, 1, 0.95, &e, &st));
    ck_assert_double_eq(e.value, figures[_i].wanted);
}
END_TEST

START_TEST(a_threshold_is_met_broken_or_undecided)
{
    static const ds_threshold low = {
        .name = "low", .of = "x", .at_least = -INFINITY, .at_most = 10, .share = 0.5, .unit = "1"};
    static const struct {
        double shift;
        const char *verdict;
    } cases[] = {{-2, "met"}, {2, "broken"}, {0, "undecided"}};
    double now[COUNT], then[COUNT];
    ds_proposed_bound p;
    ds_status st = {0};
    fill(now, 0, 0);
    for (int i = 0; i < 3; i++) {
        fill(then, cases[i].shift, 0);
        const ds_trial_values v = values_of(now, then, now, then);
        ck_assert(ds_proposal_bound(&low, &v, &p, &st));
        ck_assert_str_eq(ds_bound_verdict(p.then.fate), cases[i].verdict);
    }
    ck_assert_double_eq(ds_threshold_share(&low, (const double[]){9, 11, NAN, 10}, 4), 0.5);
}
END_TEST

int main(void)
{
    const ds_test tests[] = {
        {a_gain_is_better_and_its_luck_is_told, 0},
        {what_is_not_shown_is_not_claimed, 0},
        {those_that_are_left_are_no_merit, 0},
        {figures_leave_out_what_has_no_value, sizeof figures / sizeof figures[0]},
        {a_threshold_is_met_broken_or_undecided, 0},
        {0},
    };
    return ds_run_tests("proposal", tests, 20);
}
