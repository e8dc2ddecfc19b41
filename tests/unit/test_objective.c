/* What scenarios say of their objective. */
#include "run.h"

#include "models/models.h"
#include "sim/io/objective.h"
#include "sim/io/scenario.h"

#include <stdio.h>
#include <string.h>

static bool load(ds_scenario *s, const char *text, ds_status *st)
{
    const ds_scenario_request q = {.path = "goal.yaml", .text = text, .models = ds_models};
    return ds_scenario_load(s, &q, st);
}

static const struct {
    const char *said;
    ds_goal wanted;
} right[] = {
    {"{maximise: utilization}",
     {"a", true, "utilization", false, false, 0, "1", DS_STAT_MEAN, 0.5, 0.5, false,
      "mean of utilization"}},
    {"{minimise: wait_mean, statistic: quantile 95 %, over: time}",
     {"a", false, "wait_mean", false, true, 0, "1", DS_STAT_QUANTILE, 0.95, 0.5, false,
      "quantile 95 % of wait_mean, mean over time"}},
    {"{minimise: wait_mean, statistic: quantile 0.025}",
     {"a", false, "wait_mean", false, false, 0, "1", DS_STAT_QUANTILE, 0.025, 0.5, false,
      "quantile 2.5 % of wait_mean"}},
    {"{minimise: wait_mean, statistic: quantile 50 %}",
     {"a", false, "wait_mean", false, false, 0, "1", DS_STAT_QUANTILE, 0.5, 0.5, false,
      "median of wait_mean"}},
    {"{minimise: wait_mean, statistic: median}",
     {"a", false, "wait_mean", false, false, 0, "1", DS_STAT_QUANTILE, 0.5, 0.5, false,
      "median of wait_mean"}},
    {"{minimise: wait_mean, statistic: quantile 0.5}",
     {"a", false, "wait_mean", false, false, 0, "1", DS_STAT_QUANTILE, 0.5, 0.5, false,
      "median of wait_mean"}},
    {"{maximise: wait_mean, statistic: probability, below: 3}",
     {"a", true, "wait_mean", false, false, 0, "1", DS_STAT_PROBABILITY, 0.5, 3, true,
      "P(wait_mean < 3)"}},
};

static void compare(const ds_goal *g, const ds_goal *w)
{
    ck_assert_str_eq(g->name, w->name);
    ck_assert_str_eq(g->of, w->of);
    ck_assert_str_eq(g->words, w->words);
    ck_assert(g->maximise == w->maximise && g->outcome == w->outcome);
    ck_assert(g->over_time == w->over_time && g->statistic == w->statistic);
    ck_assert(g->level == w->level && g->threshold == w->threshold && g->below == w->below);
}

START_TEST(a_goal_is_read_and_read_again)
{
    char text[400];
    ds_scenario s, again;
    ds_status st = {0};
    snprintf(text, sizeof text, "model: queue\nobjective:\n  a: %s\n", right[_i].said);
    ck_assert_msg(load(&s, text, &st), "%s", st.text);
    ck_assert_uint_eq(s.goals->count, 1);
    compare(&s.goals->goal[0], &right[_i].wanted);
    ck_assert_str_eq(s.model->metrics[s.goals->goal[0].number].name, right[_i].wanted.of);
    ck_assert_msg(load(&again, s.resolved, &st), "%s", st.text);
    ck_assert_str_eq(again.resolved, s.resolved);
    compare(&again.goals->goal[0], &right[_i].wanted);
    ds_scenario_free(&again);
    ds_scenario_free(&s);
}
END_TEST

START_TEST(an_outcome_is_of_the_replica)
{
    ds_scenario s;
    ds_status st = {0};
    ck_assert_msg(
        load(&s, "objective:\n  calm: {minimise: death_spiral, statistic: probability}\n", &st),
        "%s", st.text);
    const ds_goal *const g = &s.goals->goal[0];
    ck_assert(g->outcome && !g->maximise && g->threshold == 0.5);
    ck_assert_str_eq(s.model->outcomes[g->number].name, "death_spiral");
    ck_assert_str_eq(g->words, "P(death_spiral)");
    ds_scenario_free(&s);
}
END_TEST

START_TEST(a_goal_of_a_result_has_its_place_there)
{
    const ds_variable variables[] = {{"wait_mean", "d", "", "average", false},
                                     {"utilization", "1", "", "average", false}};
    ds_scenario s;
    ds_status st = {0};
    ds_pool pool = {0};
    ds_goals goals;
    ck_assert_msg(load(&s,
                       "model: queue\nobjective:\n  a: {maximise: utilization, statistic: "
                       "quantile 5 %}\n  b: {minimise: lost_share, statistic: probability, above: "
                       "1 %}\n",
                       &st),
                  "%s", st.text);
    const ds_result_info about = {
        .resolved = s.resolved, .variables = 2, .variable = variables, .outcomes = 0};
    ck_assert_msg(ds_goals_stored(&pool, &about, &goals, &st), "%s", st.text);
    ck_assert_uint_eq(goals.count, 2);
    ck_assert_uint_eq(goals.goal[0].number, 1);
    ck_assert(goals.goal[0].level == 0.05);
    ck_assert(goals.goal[1].number == SIZE_MAX && goals.goal[1].threshold == 0.01);
    ck_assert(ds_goal_better(&goals.goal[0], 2, 1) && ds_goal_better(&goals.goal[1], 1, 2));
    ds_pool_free(&pool);
    ds_scenario_free(&s);
}
END_TEST

static const struct {
    const char *said, *complaint;
} wrong[] = {
    {"{}", "either 'maximise' or 'minimise'"},
    {"{maximise: utilization, minimise: wait_mean}", "either 'maximise' or 'minimise'"},
    {"{maximise: utilisation}", "did you mean 'utilization'"},
    {"{maximize: utilization}", "did you mean 'maximise'"},
    {"{maximise: utilization, statistic: mode}", "must be mean, median"},
    {"{maximise: utilization, statistic: quantile 0 %}", "must lie above 0 %"},
    {"{maximise: utilization, statistic: probability}", "needs 'above' or 'below'"},
    {"{maximise: utilization, above: 1}", "belongs to"},
    {"{maximise: utilization, statistic: probability, above: 1, below: 2}", "not both"},
    {"{maximise: utilization, statistic: probability, above: 1 USD}", "'above' is '1 USD'"},
    {"{maximise: utilization, over: ever}", "'over'"},
    {"3", "a mapping"},
};

START_TEST(a_wrong_goal_is_refused_with_its_place)
{
    char text[400];
    ds_scenario s;
    ds_status st = {0};
    snprintf(text, sizeof text, "model: queue\nobjective:\n  a: %s\n", wrong[_i].said);
    ck_assert(!load(&s, text, &st));
    ck_assert_int_eq(st.code, DS_E_DATA);
    ck_assert_msg(strstr(st.text, wrong[_i].complaint), "%s", st.text);
    ck_assert_msg(strncmp(st.text, "goal.yaml:3:", 12) == 0, "%s", st.text);
    ds_scenario_free(&s);
}
END_TEST

int main(void)
{
    const ds_test tests[] = {
        {a_goal_is_read_and_read_again, sizeof right / sizeof right[0]},
        {an_outcome_is_of_the_replica, 0},
        {a_goal_of_a_result_has_its_place_there, 0},
        {a_wrong_goal_is_refused_with_its_place, sizeof wrong / sizeof wrong[0]},
        {0},
    };
    return ds_run_tests("objective", tests, 20);
}
