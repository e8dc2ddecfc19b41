/* What scenarios say of what must hold. */
#include "run.h"

#include "models/models.h"
#include "sim/io/scenario.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static bool load(ds_scenario *s, const char *text, ds_status *st)
{
    const ds_scenario_request q = {.path = "t.yaml", .text = text, .models = ds_models};
    return ds_scenario_load(s, &q, st);
}

static const struct {
    const char *said;
    ds_threshold wanted;
} right[] = {
    {"{x: {of: lost_share, at_most: 5 %}}",
     {.of = "lost_share", .at_least = -INFINITY, .at_most = 0.05, .share = 0.95, .unit = "1"}},
    {"{x: {of: wait_mean, at_least: 2 h, at_most: 1, in: 99 %}}",
     {.of = "wait_mean", .at_least = 2.0 / 24, .at_most = 1, .share = 0.99, .unit = "d"}},
    {"{x: {of: vvv_price, at_least: 3 USD, in: 0.5}}",
     {.of = "vvv_price", .at_least = 3, .at_most = INFINITY, .share = 0.5, .unit = "USD"}},
    {"{x: {of: ruined, at_most: 0}}",
     {.of = "ruined",
      .at_least = -INFINITY,
      .at_most = 0,
      .share = 0.95,
      .unit = "1",
      .outcome = true}},
    {"{solvent: {in: 99 %}}",
     {.of = "ruined",
      .at_least = -INFINITY,
      .at_most = 0,
      .share = 0.99,
      .unit = "1",
      .outcome = true}},
    {"{solvent: {of: vvv_price, at_least: 3}}", /* of something else: nothing of the default */
     {.of = "vvv_price", .at_least = 3, .at_most = INFINITY, .share = 0.95, .unit = "USD"}},
    {"{solvent: {of: insolvent_days, at_most: 3}}",
     {.of = "insolvent_days",
      .at_least = -INFINITY,
      .at_most = 3,
      .share = 0.95,
      .unit = "d",
      .outcome = true}},
};

START_TEST(thresholds_are_read_and_stored)
{
    char text[400];
    ds_scenario s, again;
    ds_status st = {0};
    snprintf(text, sizeof text, "model: diem\nthresholds: %s\n", right[_i].said);
    ck_assert_msg(load(&s, text, &st), "%s", st.text);
    ck_assert(s.thresholds.said && s.thresholds.count == 1);
    const ds_threshold *const t = s.thresholds.threshold, *const w = &right[_i].wanted;
    ck_assert_str_eq(t->of, w->of);
    ck_assert_str_eq(t->unit, w->unit);
    ck_assert(t->at_least == w->at_least && t->at_most == w->at_most && t->share == w->share);
    ck_assert(t->outcome == w->outcome);
    const ds_metric *const table = t->outcome ? s.outcomes : s.model->metrics;
    ck_assert_str_eq(table[t->number].name, w->of);
    ck_assert_msg(load(&again, s.resolved, &st), "%s", st.text);
    ck_assert_str_eq(again.resolved, s.resolved);
    ck_assert(again.thresholds.threshold->at_most == w->at_most);
    ck_assert(again.thresholds.threshold->at_least == w->at_least);
    ck_assert(again.thresholds.threshold->share == w->share);
    ds_scenario_free(&again);
    ds_scenario_free(&s);
}
END_TEST

START_TEST(a_scenario_that_says_none_has_the_models)
{
    ds_scenario s;
    ds_status st = {0};
    ck_assert_msg(load(&s, "model: diem\n", &st), "%s", st.text);
    ck_assert(!s.thresholds.said && s.thresholds.count > 3);
    ck_assert_str_eq(s.thresholds.threshold[0].name, "solvent");
    ck_assert_ptr_null(strstr(s.resolved, "thresholds"));
    ds_scenario_free(&s);
    ck_assert_msg(load(&s, "model: diem\nthresholds: {solvent: null}\n", &st), "%s", st.text);
    ck_assert(s.thresholds.said && s.thresholds.count == 0);
    ds_scenario_free(&s);
    ck_assert_msg(load(&s, "model: queue\n", &st), "%s", st.text);
    ck_assert(!s.thresholds.said && s.thresholds.count == 0);
    ds_scenario_free(&s);
}
END_TEST

static const struct {
    const char *said, *complaint;
} wrong[] = {
    {"{x: {of: ruind, at_most: 0}}", "t.yaml:2:22: 'ruind' is no metric or outcome, did you mean "
                                     "'ruined'?"},
    {"{solvnt: {in: 99 %}}", "the model's own is called 'solvent'"},
    {"{x: {of: ruined}}", "neither 'at_most' nor 'at_least'"},
    {"{x: {of: ruined, at_most: 1 d}}", "'at_most' is '1 d'"},
    {"{x: {of: ruined, at_most: .nan}}", "'at_most' is '.nan'"},
    {"{x: {of: ruined, at_most: 0, in: 100 %}}", "'in' is 1, must lie in [0.0001, 0.9999]"},
    {"{x: {of: ruined, at_most: 0, in: 0}}", "'in' is 0, must lie in"},
    {"{x: {of: vvv_price, at_least: 2, at_most: 1}}", "must not be above 'at_most' = 1"},
    {"{x: {of: ruined, at_mots: 0}}", "did you mean 'at_most'?"},
    {"{x: 3}", "takes a mapping"},
    {"[]", "must be a mapping"},
    {"{\"\": {of: ruined, at_most: 0}}", "must have a name"},
};

START_TEST(what_is_wrong_is_refused)
{
    char text[400];
    ds_scenario s;
    ds_status st = {0};
    snprintf(text, sizeof text, "model: diem\nthresholds: %s\n", wrong[_i].said);
    ck_assert(!load(&s, text, &st));
    ck_assert_int_eq(st.code, DS_E_DATA);
    ck_assert_msg(strstr(st.text, wrong[_i].complaint) != NULL, "%s", st.text);
    ds_scenario_free(&s);
}
END_TEST

START_TEST(a_variant_cannot_change_them)
{
    ds_scenario s;
    ds_status st = {0};
    ck_assert(!load(&s, "model: diem\nvariants: {a: {thresholds: {solvent: {in: 0.9}}}}\n", &st));
    ck_assert_msg(strstr(st.text, "thresholds") != NULL, "%s", st.text);
    ds_scenario_free(&s);
}
END_TEST

int main(void)
{
    const ds_test tests[] = {
        {thresholds_are_read_and_stored, sizeof right / sizeof right[0]},
        {a_scenario_that_says_none_has_the_models, 0},
        {what_is_wrong_is_refused, sizeof wrong / sizeof wrong[0]},
        {a_variant_cannot_change_them, 0},
        {0},
    };
    return ds_run_tests("thresholds", tests, 60);
}
