/* What a comparison says in words: verdicts by an aim, aims, effects. */
#include "tests/compared.h"

/* ---- verdicts ---- */

START_TEST(an_aim_turns_higher_into_better_or_worse)
{
    const ds_goal aims[] = {goal("score", false, true), goal("score", false, false),
                            goal("ruined", true, false)};
    static const char *const none[] = {NULL};
    fixture f;
    open_results(&f, &two, NULL);
    f.request.metrics = none;
    f.request.goal = aims;
    f.request.goals = 3;
    f.request.adjust = DS_ADJUST_NONE;
    compare(&f);
    ck_assert_uint_eq(f.c.rows, 3);
    ck_assert_str_eq(verdict(&f, &f.c.row[0]), "better");
    ck_assert_str_eq(verdict(&f, &f.c.row[1]), "worse");
    /* z^2 (sd / 0.01)^2 pairs in all (Guenther 1981), 9 of them there. */
    ck_assert_int_eq(f.c.row[2].verdict, DS_VERDICT_MORE);
    ck_assert_msg(strncmp(verdict(&f, &f.c.row[2]), "needs some ", 11) == 0, "%s",
                  verdict(&f, &f.c.row[2]));
    close_results(&f);
}
END_TEST

START_TEST(a_difference_that_does_not_matter_is_said_to_be_slight)
{
    const ds_goal aim = goal("score", false, true);
    static const char *const none[] = {NULL};
    fixture f;
    open_results(&f, &two, NULL);
    f.request.metrics = none;
    f.request.goal = &aim;
    f.request.goals = 1;
    f.request.matters = 0.95;
    compare(&f);
    ck_assert_str_eq(verdict(&f, &f.c.row[0]), "better, by less than 95 %");
    close_results(&f);
}
END_TEST

START_TEST(what_would_have_been_shown_and_was_not_needs_no_more)
{
    const ds_goal aim = goal("ruined", true, true);
    static const char *const none[] = {NULL};
    fixture f;
    open_results(&f, &two, NULL);
    f.request.metrics = none;
    f.request.goal = &aim;
    f.request.goals = 1;
    f.request.matters = 0.8;
    compare(&f);
    ck_assert_int_eq(f.c.row[0].verdict, DS_VERDICT_NOT_SHOWN);
    ck_assert_str_eq(verdict(&f, &f.c.row[0]), "no difference shown");
    close_results(&f);
}
END_TEST

START_TEST(aims_are_read_from_words)
{
    static const struct {
        const char *text, *words; /* or why it is refused */
        bool good;
    } says[] = {
        {"maximise score", "mean of score", true},
        {"minimise median rate over time", "median of rate, mean over time", true},
        {"maximise quantile 5 % score", "quantile 5 % of score", true},
        {"minimise probability ruined", "P(ruined)", true},
        {"maximize  mean   score", "mean of score", true},
        {"score", "must be as 'maximise", false},
        {"maximise", "must end with one metric", false},
        {"maximise score of all", "must end with one metric", false},
        {"maximise scrore", "did you mean 'score'", false},
        {"maximise quantile score", "asks for the quantile 'score'", false},
        {"maximise quantile 0 % score", "asks for the quantile '0 % score'", false},
        {"maximise ruined over time", "one number a replica", false},
        {"minimise probability score", "needs a threshold", false},
    };
    ds_result *const result = made(&two);
    ds_pool pool = {0};
    for (size_t i = 0; i < sizeof says / sizeof *says; i++) {
        ds_status st = {0};
        ds_goal g;
        const bool read = ds_compare_goal(&pool, ds_result_about(result), says[i].text, &g, &st);
        ck_assert_int_eq(read, says[i].good);
        ck_assert_msg(strstr(read ? g.words : st.text, says[i].words), "%s: %s", says[i].text,
                      read ? g.words : st.text);
        ck_assert(read || st.code == DS_E_USAGE);
    }
    ds_pool_free(&pool);
    ds_result_close(result);
}
END_TEST

/* ---- words ---- */

static const char *said(double value, double low, double high, double baseline, bool yes_or_no)
{
    static char text[DS_EFFECT_ROOM];
    ds_question q = {.what = {.of = "x", .unit = "USD"}, .yes_or_no = yes_or_no};
    const bool relative = baseline != 0;
    const double by = relative ? baseline : 1;
    const ds_compared r = {
        .baseline = baseline,
        .figure = baseline + value,
        .difference = {.value = value},
        .together = {low, high},
        .relative = {.value = relative ? value / by : NAN},
        .relative_together = {low / by, high / by},
        .verdict = value > 0 ? DS_VERDICT_HIGHER : DS_VERDICT_LOWER,
    };
    const ds_comparison c = {.question = &q, .questions = 1};
    return ds_effect_words(text, &c, &r);
}

START_TEST(effects_are_said_as_far_as_they_are_known)
{
    ck_assert_str_eq(said(3.1, 2.7, 3.5, 100, false), "raises by 3.1 ± 0.4 %");
    ck_assert_str_eq(said(-3.14159, -3.29, -3.0, 100, false), "lowers by 3.14 ± 0.15 %");
    ck_assert_str_eq(said(5, 5, 5, 100, false), "raises by 5 %");
    ck_assert_str_eq(said(12, 8.4, 20, 100, false), "raises by 12 % (8 to 20)");
    ck_assert_str_eq(said(1500, 1400, 1600, 100, false), "raises to 16.0 ± 1.0 times");
    ck_assert_str_eq(said(3080, 2820, 3340, 0, false), "raises by 3080 ± 260 USD");
    ck_assert_str_eq(said(0.12, 0.08, 0.16, 0.5, true), "raises by 12 ± 4 points");
    ck_assert_str_eq(said(20, 1, 90, 10, false), "raises by 20 USD (1 to 90)");
    ck_assert_str_eq(said(123456, 113456, 133456, 0, false), "raises by 123k ± 10k USD");
}
END_TEST

int main(void)
{
    const ds_test tests[] = {
        {an_aim_turns_higher_into_better_or_worse, 0},
        {a_difference_that_does_not_matter_is_said_to_be_slight, 0},
        {what_would_have_been_shown_and_was_not_needs_no_more, 0},
        {aims_are_read_from_words, 0},
        {effects_are_said_as_far_as_they_are_known, 0},
        {0},
    };
    return compared_run("compare_words", tests);
}
