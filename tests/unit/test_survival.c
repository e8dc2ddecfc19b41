/* Survival curves. Figures are those of R 4.2, survfit(conf.type = "log-log"), on published times:
 * remission under 6-MP (Freireich et al. 1963), and maintained leukaemia (Miller 1997). */
#include "run.h"

#include "analysis/survival.h"

#include <math.h>

enum { MOST = 21 };

typedef struct published {
    size_t count, steps;
    double time[MOST];
    bool seen[MOST];
    double figure[8][4]; /* time, survival, low, high */
    double median, low, high;
} published;

static const published data[] = {
    {.count = 21,
     .steps = 7,
     .time = {6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35},
     .seen = {1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0},
     .figure = {{6, 0.857142857143, 0.619717955266, 0.951551747647},
                {7, 0.806722689076, 0.563146564622, 0.922809019203},
                {10, 0.752941176471, 0.503199510800, 0.889361835169},
                {13, 0.690196078431, 0.431610222486, 0.849065963349},
                {16, 0.627450980392, 0.367510855988, 0.804912189472},
                {22, 0.537815126050, 0.267778936767, 0.746790717635},
                {23, 0.448179271709, 0.188052005959, 0.680142628495}},
     .median = 23,
     .low = 13,
     .high = INFINITY},
    {.count = 11,
     .steps = 7,
     .time = {9, 13, 13, 18, 23, 28, 31, 34, 45, 48, 161},
     .seen = {1, 1, 0, 1, 1, 0, 1, 1, 0, 1, 0},
     .figure = {{9, 0.909090909091, 0.5080802057699, 0.986673822668},
                {13, 0.818181818182, 0.4474286146822, 0.951162228582},
                {18, 0.715909090909, 0.3501903859079, 0.899023974191},
                {23, 0.613636363636, 0.2657520400013, 0.835299243250},
                {31, 0.490909090909, 0.1673309097769, 0.753399790371},
                {34, 0.368181818182, 0.0928295749370, 0.657040832398},
                {48, 0.184090909091, 0.0117384801232, 0.525014842727}},
     .median = 31,
     .low = 13,
     .high = INFINITY},
};

static ds_survival curve(const double *time, const double *until, size_t count)
{
    ds_status st = {0};
    ds_survival s;
    ck_assert(ds_survival_of(&s, time, until, count, 0.95, &st));
    return s;
}

static ds_survival curve_of(const published *d)
{
    double time[MOST], until[MOST];
    for (size_t i = 0; i < d->count; i++) {
        const size_t to = (i * 5 + 3) % d->count; /* in any order */
        time[to] = d->seen[i] ? d->time[i] : NAN;
        until[to] = d->seen[i] ? INFINITY : d->time[i];
    }
    return curve(time, until, d->count);
}

START_TEST(curves_are_those_of_r)
{
    const published *const d = &data[_i];
    ds_survival s = curve_of(d);
    ck_assert(s.censored);
    ck_assert_uint_eq(s.steps, d->steps + 1);
    ck_assert_double_eq(s.step[0].survival, 1);
    for (size_t k = 0; k < d->steps; k++) {
        const ds_survival_step *const step = &s.step[k + 1];
        ck_assert_double_eq(step->time, d->figure[k][0]);
        ck_assert_double_eq_tol(step->survival, d->figure[k][1], 1e-11);
        ck_assert_double_eq_tol(step->interval.low, d->figure[k][2], 1e-11);
        ck_assert_double_eq_tol(step->interval.high, d->figure[k][3], 1e-11);
    }
    const ds_estimate median = ds_survival_time(&s, 0.5);
    ck_assert_double_eq(median.value, d->median);
    ck_assert_double_eq(median.interval.low, d->low);
    ck_assert_double_eq(median.interval.high, d->high);
    ck_assert(median.doubts & DS_DOUBT_CENSORED);
    ds_survival_free(&s);
}
END_TEST

/* R: summary(survfit(...))$std.err. */
START_TEST(errors_are_greenwoods)
{
    static const double error[] = {0.0763603548321, 0.0869352851801, 0.0963496529943,
                                   0.1068147077750, 0.1140538652568, 0.1282337516930,
                                   0.1345914567558};
    ds_survival s = curve_of(&data[0]);
    for (size_t k = 0; k < 7; k++)
        ck_assert_double_eq_tol(s.step[k + 1].error, error[k], 1e-12);
    ds_survival_free(&s);
}
END_TEST

/* Without censoring the curve is a share, and its interval that of a share. */
START_TEST(replicas_that_were_all_seen_are_a_share)
{
    double time[40];
    for (int i = 0; i < 40; i++)
        time[i] = i < 20 ? (double)i + 1 : i % 2 ? (double)NAN : (double)INFINITY;
    ds_survival s = curve(time, NULL, 40);
    ck_assert(!s.censored);
    ck_assert_uint_eq(s.events, 20);
    const ds_estimate at = ds_survival_at(&s, 10.5);
    const ds_interval wilson = ds_wilson(30, 40, 0.95);
    ck_assert_double_eq(at.value, 0.75);
    ck_assert_double_eq(at.interval.low, wilson.low);
    ck_assert_double_eq(at.interval.high, wilson.high);
    ck_assert_double_eq(ds_survival_at(&s, 0.5).value, 1);
    ck_assert_double_eq(ds_survival_at(&s, 0.5).interval.low, ds_clopper_pearson(40, 40, 0.95).low);
    ck_assert_double_eq(ds_survival_at(&s, 1e9).value, 0.5);
    ck_assert_double_eq(ds_survival_time(&s, 0.5).value, 20);
    ck_assert_double_eq(ds_survival_time(&s, 0.25).value, 10);
    ck_assert_double_eq(ds_survival_time(&s, 0.51).value, INFINITY);
    ck_assert_double_eq(ds_survival_time(&s, 0.5).interval.high, INFINITY);
    ds_survival_free(&s);
    /* Who was seen up to the last event was seen at it. */
    const double last[] = {NAN, 2, 1}, until[] = {2, NAN, NAN};
    s = curve(last, until, 3);
    ck_assert(!s.censored);
    ds_survival_free(&s);
}
END_TEST

START_TEST(events_after_what_was_seen_are_none)
{
    const double time[] = {1, 2, 3, 4}, until[] = {2, 1.5, 3, NAN};
    ds_survival s = curve(time, until, 4);
    ck_assert_uint_eq(s.events, 3);
    ck_assert_double_eq_tol(ds_survival_at(&s, 3).value, 0.75 * 0.5, 1e-15);
    ck_assert_double_eq(ds_survival_at(&s, 4).value, 0);
    ck_assert_double_eq(s.step[s.steps - 1].interval.low, 0);
    ds_survival_free(&s);
}
END_TEST

START_TEST(nobody_and_one_are_curves_too)
{
    const double time[] = {5}, never[] = {NAN, NAN};
    ds_survival s = curve(NULL, NULL, 0);
    ck_assert(isnan(ds_survival_at(&s, 1).value) && isnan(ds_survival_time(&s, 0.5).value));
    ck_assert(ds_survival_at(&s, 1).doubts & DS_DOUBT_FEW);
    ds_survival_free(&s);
    s = curve(time, NULL, 1);
    ck_assert_double_eq(ds_survival_at(&s, 5).value, 0);
    ck_assert_double_eq_tol(ds_survival_at(&s, 5).interval.high, 0.975, 1e-12);
    ck_assert_double_eq(ds_survival_time(&s, 0.5).value, 5);
    ds_survival_free(&s);
    s = curve(never, NULL, 2);
    ck_assert_uint_eq(s.steps, 1);
    ck_assert_double_eq(ds_survival_at(&s, 1e9).value, 1);
    ck_assert_double_eq(ds_survival_time(&s, 0.5).value, INFINITY);
    ck_assert(ds_survival_at(&s, 1).doubts & DS_DOUBT_EXTREME);
    ds_survival_free(&s);
}
END_TEST

int main(void)
{
    const ds_test tests[] = {{curves_are_those_of_r, 2},
                             {errors_are_greenwoods, 0},
                             {replicas_that_were_all_seen_are_a_share, 0},
                             {events_after_what_was_seen_are_none, 0},
                             {nobody_and_one_are_curves_too, 0},
                             {0}};
    return ds_run_tests("survival", tests, 60);
}
