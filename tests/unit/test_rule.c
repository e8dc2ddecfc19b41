/* What scenarios say of the rule that ends a run. */
#include "run.h"

#include "models/models.h"
#include "sim/io/scenario.h"

#include <stdio.h>
#include <string.h>

static bool load(ds_scenario *s, const char *text, ds_status *st)
{
    const ds_scenario_request q = {.path = "rule.yaml", .text = text, .models = ds_models};
    return ds_scenario_load(s, &q, st);
}

static const struct {
    const char *until;
    ds_until wanted;
    const char *metric;
} right[] = {
    {"{metric: number_in_system, half_width: 0.05}",
     {DS_STAT_MEAN, 0.5, 0.5, false, 0.05, false, 0.95, 40, 100000},
     "number_in_system"},
    {"{metric: utilization, statistic: quantile 5 %, relative_half_width: 2 %, confidence: 99 %, "
     "max_replicas: 1000}",
     {DS_STAT_QUANTILE, 0.05, 0.5, false, 0.02, true, 0.99, 40, 1000},
     "utilization"},
    {"{metric: wait_mean, statistic: median, half_width: 0.1}",
     {DS_STAT_QUANTILE, 0.5, 0.5, false, 0.1, false, 0.95, 40, 100000},
     "wait_mean"},
    {"{metric: wait_mean, statistic: probability, below: 3, half_width: 1 %}",
     {DS_STAT_PROBABILITY, 0.5, 3, true, 0.01, false, 0.95, 40, 100000},
     "wait_mean"},
};

START_TEST(a_rule_is_read)
{
    char text[400];
    ds_scenario s;
    ds_status st = {0};
    snprintf(text, sizeof text, "model: queue\nreplicas: 40\nuntil: %s\n", right[_i].until);
    ck_assert_msg(load(&s, text, &st), "%s", st.text);
    const ds_until *const u = s.until, *const w = &right[_i].wanted;
    ck_assert_int_eq(u->statistic, w->statistic);
    ck_assert(u->level == w->level && u->threshold == w->threshold && u->below == w->below);
    ck_assert(u->half_width == w->half_width && u->relative == w->relative);
    ck_assert(u->confidence == w->confidence);
    ck_assert_uint_eq(u->min_replicas, w->min_replicas);
    ck_assert_uint_eq(u->max_replicas, w->max_replicas);
    ck_assert_uint_eq(s.frame.replicas, w->max_replicas);
    ck_assert_str_eq(s.until_metric, right[_i].metric);
    ck_assert_str_eq(s.model->metrics[s.until_number].name, right[_i].metric);
    ds_scenario again;
    ck_assert_msg(load(&again, s.resolved, &st), "%s", st.text);
    ck_assert_str_eq(again.resolved, s.resolved);
    ck_assert_mem_eq(&again.until->half_width, &u->half_width, sizeof u->half_width);
    ds_scenario_free(&again);
    ds_scenario_free(&s);
}
END_TEST

START_TEST(an_outcome_can_be_watched)
{
    ds_scenario s;
    ds_status st = {0};
    ck_assert_msg(load(&s,
                       "model: diem\nuntil: {metric: death_spiral, statistic: probability, "
                       "half_width: 0.01}\n",
                       &st),
                  "%s", st.text);
    ck_assert(s.until_outcome);
    ck_assert_str_eq(s.model->outcomes[s.until_number].name, "death_spiral");
    ck_assert(s.until->threshold == 0.5 && !s.until->below);
    ds_scenario_free(&s);
}
END_TEST

static const struct {
    const char *until, *complaint;
} wrong[] = {
    {"{half_width: 1}", "must name a 'metric'"},
    {"{metric: utilisation, half_width: 1}", "did you mean 'utilization'"},
    {"{metric: utilization}", "either 'half_width' or 'relative_half_width'"},
    {"{metric: utilization, half_width: 1, relative_half_width: 1}", "either 'half_width'"},
    {"{metric: utilization, half_width: 0}", "must be above 0"},
    {"{metric: utilization, half_width: -1}", "must be above 0"},
    {"{metric: utilization, half_width: nan}", "'half_width' is 'nan'"},
    {"{metric: utilization, half_width: 3 USD}", "'half_width' is '3 USD'"},
    {"{metric: utilization, half_width: 1, statistic: mode}", "must be mean, median"},
    {"{metric: utilization, half_width: 1, statistic: quantile 100 %}", "must lie above 0 %"},
    {"{metric: utilization, half_width: 1, statistic: quantile x}", "'statistic' is 'x'"},
    {"{metric: utilization, half_width: 1, statistic: probability}", "needs 'above' or 'below'"},
    {"{metric: utilization, half_width: 1, above: 1}", "belongs to a probability"},
    {"{metric: utilization, half_width: 1, statistic: probability, above: 1, below: 1}",
     "not both"},
    {"{metric: utilization, half_width: 1, max_replicas: 10}", "must be at least 'replicas' = 40"},
    {"{metric: utilization, half_width: 1, confidence: 1}", "confidence"},
    {"{metric: utilization, half_with: 1}", "did you mean 'half_width'"},
    {"3", "until"},
};

START_TEST(a_wrong_rule_is_refused_with_its_place)
{
    char text[400];
    ds_scenario s;
    ds_status st = {0};
    snprintf(text, sizeof text, "model: queue\nreplicas: 40\nuntil: %s\n", wrong[_i].until);
    ck_assert(!load(&s, text, &st));
    ck_assert_int_eq(st.code, DS_E_DATA);
    ck_assert_msg(strstr(st.text, wrong[_i].complaint), "%s", st.text);
    ck_assert_msg(strncmp(st.text, "rule.yaml:3:", 12) == 0, "%s", st.text);
    ds_scenario_free(&s);
}
END_TEST

int main(void)
{
    const ds_test tests[] = {
        {a_rule_is_read, sizeof right / sizeof right[0]},
        {an_outcome_can_be_watched, 0},
        {a_wrong_rule_is_refused_with_its_place, sizeof wrong / sizeof wrong[0]},
        {0},
    };
    return ds_run_tests("rule", tests, 20);
}
