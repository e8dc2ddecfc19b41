/* A level, read between two observations, is what an observation at that time reads. */
#include "run.h"
#include "tests/everything.h"

#include <stdio.h>

static bool is_same(double a, double b)
{
    return a == b || (isnan(a) && isnan(b));
}

/* Every metric of a model that has a level, at the time its world stands at. */
static size_t levels_are_observed(const ds_model *model, void *world)
{
    double level[256], row[256];
    const size_t metrics = ds_metric_count(model->metrics);
    size_t levels = 0;
    ck_assert_uint_le(metrics, 256);
    for (size_t m = 0; m < metrics; m++)
        level[m] = model->has_level(m) ? model->level(world, m) : 0;
    model->observe(world, row, false);
    for (size_t m = 0; m < metrics; m++) {
        if (!model->has_level(m))
            continue;
        ck_assert_int_eq(model->metrics[m].kind, DS_STATE);
        ck_assert_msg(is_same(level[m], row[m]), "'%s' is %.17g, observed as %.17g",
                      model->metrics[m].name, level[m], row[m]);
        levels++;
    }
    return levels;
}

START_TEST(levels_of_the_economy_are_observed_ones)
{
    ds_economy_test t;
    everything_open(&t,
                    "seed: 21\nhorizon: 60\n" EVERYTHING_WHOLE EVERYTHING("300", "1500", "0.02"));
    economy_begin(&t, 0);
    for (int day = 3; day <= 30; day += 9) {
        economy_until(&t, day + 0.3);
        ck_assert_uint_ge(levels_are_observed(&ds_diem_model, t.w), 30);
    }
    /* What has no level by its kind has no value at all, and what is no metric neither. */
    for (size_t m = 0; ds_diem_model.metrics[m].name; m++)
        if (ds_diem_model.metrics[m].kind != DS_STATE)
            ck_assert(!ds_diem_model.has_level(m));
    ck_assert(isnan(ds_diem_model.level(t.w, ds_metric_count(ds_diem_model.metrics))));
    economy_close(&t);
}
END_TEST

/* Its metrics are averages: over so short a time that nothing happens, of the level. */
START_TEST(levels_of_the_queue_are_averages_of_no_time)
{
    ds_economy_test t;
    double row[64], seen = 0;
    economy_open(&t, "model: queue\nservers: 3\nseed: 4\nhorizon: 200\nwarmup: 0\nobserve: 10\n"
                     "arrivals: {rate: 2.9}\nfailures: {mttf: 20}\n");
    const ds_model *const model = t.replica.model;
    const size_t metrics = ds_metric_count(model->metrics);
    ck_assert_uint_le(metrics, 64);
    economy_begin(&t, 0);
    for (int k = 1; k < 20; k++) {
        economy_until(&t, k * 7.7);
        model->observe(t.replica.world, row, false);
        economy_until(&t, k * 7.7 + 1e-6);
        model->observe(t.replica.world, row, false);
        for (size_t m = 0; m < metrics; m++) {
            const double level = model->level(t.replica.world, m);
            if (model->has_level(m))
                ck_assert_double_eq_tol(level, row[m], 1e-6);
            else
                ck_assert(isnan(level));
            seen += model->has_level(m) ? level : 0;
        }
    }
    ck_assert_double_gt(seen, 19 * 3);
    economy_close(&t);
}
END_TEST

int main(void)
{
    const ds_test tests[] = {{levels_of_the_economy_are_observed_ones, 0},
                             {levels_of_the_queue_are_averages_of_no_time, 0},
                             {0}};
    return ds_run_tests("levels", tests, 120);
}
