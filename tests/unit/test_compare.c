/* Comparisons read from result files. Figures are those of R 4.2 (t.test), as in test_paired.c. */
#include "tests/compared.h"

#include "analysis/contrast.h"

static const ds_compared *row(const fixture *f, size_t variant, const char *what)
{
    for (size_t i = 0; i < f->c.rows; i++)
        if (f->c.row[i].variant == variant &&
            strcmp(f->c.question[f->c.row[i].question].what.of, what) == 0)
            return &f->c.row[i];
    ck_abort_msg("no row of %s", what);
    return NULL;
}

static const char *effect(const fixture *f, const ds_compared *r)
{
    static char text[DS_EFFECT_ROOM];
    return ds_effect_words(text, &f->c, r);
}

static bool noted(const fixture *f, const char *what)
{
    for (size_t i = 0; i < f->c.notes; i++)
        if (strstr(f->c.note[i], what))
            return true;
    return false;
}

static void near(double value, double expected)
{
    ck_assert_double_eq_tol(value, expected, 1e-9);
}

/* ---- figures ---- */

START_TEST(figures_from_a_file_are_those_of_r)
{
    static const char *const only[] = {"score", NULL};
    fixture f;
    open_results(&f, &two, NULL);
    f.request.metrics = only;
    compare(&f);
    const ds_compared *const r = row(&f, 1, "score");
    ck_assert_uint_eq(f.c.rows, 1);
    ck_assert(r->paired);
    ck_assert_uint_eq(r->pairs, 9);
    near(r->difference.value, 0.431888888888889);
    near(r->together.low, 0.103778712272169); /* of one question it is the interval of one */
    near(r->together.high, 0.759999065505609);
    near(r->p, 0.0161766274349);
    near(r->adjusted, 0.0161766274349);
    near(r->relative_together.low, 0.0630982266516);
    near(r->relative_together.high, 0.8920307323384);
    near(r->higher.value, 7 / 9.0);
    ck_assert_int_eq(r->verdict, DS_VERDICT_HIGHER);
    ck_assert_str_eq(effect(&f, r), "raises by 32 % (6 to 89)");
    close_results(&f);
}
END_TEST

START_TEST(questions_asked_together_are_a_family)
{
    static const char *const asked[] = {"score", "ruined", "rate", NULL};
    static const ds_adjustment how[] = {DS_ADJUST_HOLM, DS_ADJUST_BH, DS_ADJUST_NONE};
    static const double factor[] = {3, 1.5, 1}; /* of the smallest p, of two equal ones of three */
    static const double high[] = {0.860987057398833, 0.7969953831466625, 0.759999065505609};
    fixture f;
    open_results(&f, &two, NULL);
    f.request.metrics = asked;
    f.request.adjust = how[_i];
    compare(&f);
    const ds_compared *const r = row(&f, 1, "score");
    ck_assert_uint_eq(f.c.family, 3);
    near(r->adjusted, factor[_i] * 0.0161766274349);
    /* One minus 0.05 of three, as many times as differences are shown (Benjamini & Yekutieli 2005);
     * Student's quantiles of 8 by SciPy. */
    near(r->together.high, high[_i]);
    ck_assert_int_eq(r->adjusted<0.05, r->together.low> 0);
    near(r->difference.interval.low, 0.103778712272169);
    ck_assert(how[_i] == DS_ADJUST_NONE || r->together.high > r->difference.interval.high);
    close_results(&f);
}
END_TEST

/* Beside two answers that are beyond doubt Holm holds p = 0.0162 against all of 0.03, Bonferroni's
 * interval against a third. */
START_TEST(an_interval_is_cut_at_zero_where_holm_shows_a_difference)
{
    static const char *const asked[] = {"score", NULL};
    const spec sweep = {"cut", "sample", NULL, 4, REPLICAS, 7, false, SIZE_MAX};
    fixture f;
    open_results(&f, &sweep, NULL);
    f.request.metrics = asked;
    f.request.level = 0.97;
    compare(&f);
    const ds_compared *const r = row(&f, 1, "score");
    near(r->adjusted, 0.0161766274349);
    ck_assert_int_eq(r->verdict, DS_VERDICT_HIGHER);
    ck_assert_double_eq(r->together.low, 0);
    ck_assert_double_eq(r->relative_together.low, 0);
    close_results(&f);
}
END_TEST

/* One point in a hundred of a probability, whatever the baseline's is: not a hundredth of 1/9. */
START_TEST(of_probabilities_points_matter)
{
    static const char *const asked[] = {"ruined", NULL};
    fixture f;
    open_results(&f, &two, NULL);
    f.request.metrics = asked;
    compare(&f);
    const ds_compared *const r = row(&f, 1, "ruined");
    const double sizes = (1.959963984540054 + 0.8416212335729143) * r->sd / 0.01;
    ck_assert_double_eq_tol(r->baseline, 1 / 9.0, 1e-12);
    ck_assert_double_gt(r->sd, 0);
    ck_assert_double_eq(r->needed, ceil(sizes * sizes + 1.959963984540054 * 1.959963984540054 / 2));
    close_results(&f);
}
END_TEST

START_TEST(what_cannot_differ_is_no_question)
{
    static const char *const asked[] = {"score", "flat", "never", NULL};
    fixture f;
    open_results(&f, &two, NULL);
    f.request.metrics = asked;
    compare(&f);
    ck_assert_uint_eq(f.c.family, 1);
    near(row(&f, 1, "score")->adjusted, 0.0161766274349);
    near(row(&f, 1, "flat")->adjusted, 1);
    ck_assert(noted(&f, "2 of 3 answers are the same in every replica"));
    close_results(&f);
}
END_TEST

START_TEST(outcomes_of_yes_and_no_are_probabilities)
{
    fixture f;
    open_results(&f, &two, NULL);
    compare(&f);
    const ds_compared *const r = row(&f, 1, "ruined");
    ck_assert(f.c.question[r->question].yes_or_no);
    near(r->baseline, 1 / 9.0);
    near(r->figure, 3 / 9.0);
    near(r->difference.value, 2 / 9.0);
    double a[9] = {1, 1, 1}, b[9] = {1};
    const ds_contrast c = ds_contrast_share_pairs(a, b, 9, 0.95);
    near(r->difference.interval.low, c.difference.interval.low);
    near(r->p, c.p);
    ck_assert_int_eq(row(&f, 1, "never")->verdict, DS_VERDICT_SAME);
    ck_assert(row(&f, 1, "never")->together.high > 0);
    close_results(&f);
}
END_TEST

START_TEST(metrics_can_be_means_over_time)
{
    static const char *const only[] = {"score", "ruined", NULL};
    fixture f;
    open_results(&f, &two, NULL);
    f.request.metrics = only;
    f.request.over_time = true;
    compare(&f);
    near(row(&f, 1, "score")->difference.value, 0.431888888888889 / 3);
    ck_assert(!f.c.question[row(&f, 1, "ruined")->question].what.over_time);
    close_results(&f);
}
END_TEST

/* ---- what is no figure ---- */

START_TEST(what_cannot_be_compared_is_said_in_words)
{
    static const char *const asked[] = {"flat", "nothing", "ruin_time", NULL};
    fixture f;
    open_results(&f, &two, NULL);
    f.request.metrics = asked;
    compare(&f);
    ck_assert_str_eq(effect(&f, row(&f, 1, "flat")), "the same in every replica");
    ck_assert_str_eq(effect(&f, row(&f, 1, "nothing")), "no value");
    const ds_compared *const r = row(&f, 1, "ruin_time");
    ck_assert_uint_eq(r->pairs, 1); /* only replica 0 is ruined in both */
    ck_assert_uint_eq(r->pairs_less, 8);
    ck_assert_str_eq(effect(&f, r), "one replica, so no interval");
    ck_assert(noted(&f, "ruin_time: not every replica has a value"));
    ck_assert(noted(&f, "1 of 9"));
    close_results(&f);
}
END_TEST

START_TEST(one_replica_gives_no_verdict)
{
    const spec one = {"one", "sample", two_labels, 2, 1, 7, false, SIZE_MAX};
    const ds_goal aim = goal("score", false, true);
    fixture f;
    open_results(&f, &one, NULL);
    f.request.goal = &aim;
    f.request.goals = 1;
    compare(&f);
    const ds_compared *const r = row(&f, 1, "score");
    ck_assert_int_eq(r->verdict, DS_VERDICT_UNKNOWN);
    ck_assert_str_eq(verdict(&f, r), "one replica, so no interval");
    close_results(&f);
}
END_TEST

START_TEST(pairs_with_a_failed_replica_are_left_out)
{
    const spec failed = {"failed", "sample", two_labels, 2, REPLICAS, 7, false, 2};
    double sum = 0;
    fixture f;
    open_results(&f, &failed, NULL);
    compare(&f);
    const ds_compared *const r = row(&f, 1, "score");
    for (size_t i = 0; i < REPLICAS; i++)
        sum += i == 2 ? 0 : second[i] - first[i];
    ck_assert_uint_eq(r->pairs, 8);
    ck_assert_uint_eq(r->pairs_less, 0);
    near(r->difference.value, sum / 8);
    ck_assert(noted(&f, "1 of 9 replicas of 'second"));
    close_results(&f);
}
END_TEST

START_TEST(a_count_that_happens_to_be_0_or_1_is_no_probability)
{
    static const ds_metric counts[] = {
        {"ruined", "1", "guests who left", DS_STATE, true},
        {"ruin_time", "d", "undefined when never", DS_STATE, true},
        {"never", "1", "loaves that burned", DS_STATE, true},
        {0},
    };
    fixture f;
    described = counts;
    open_results(&f, &two, NULL);
    described = outcomes;
    compare(&f);
    const ds_compared *const r = row(&f, 1, "ruined");
    ck_assert(!f.c.question[r->question].yes_or_no);
    near(r->baseline, 1 / 9.0);
    near(r->difference.value, 2 / 9.0);
    ck_assert_ptr_null(strstr(effect(&f, r), "point"));
    close_results(&f);
}
END_TEST

START_TEST(of_summaries_only_outcomes_are_paired)
{
    const spec summed = {"summed", "sample", two_labels, 2, REPLICAS, 7, true, SIZE_MAX};
    fixture f, g;
    open_results(&f, &summed, NULL);
    compare(&f);
    const ds_compared *const r = row(&f, 1, "score");
    ck_assert(!r->paired && isnan(r->higher.value));
    const ds_estimate welch = ds_estimate_difference(second, 9, first, 9, 0.95, NULL);
    ck_assert_double_eq_tol(r->difference.value, welch.value, 1e-6);
    ck_assert_double_eq_tol(r->difference.interval.low, welch.interval.low, 1e-6);
    ck_assert(row(&f, 1, "ruined")->paired);
    ck_assert(noted(&f, "only summaries"));
    close_results(&f);
    open_results(&g, &summed, NULL);
    g.request.over_time = true;
    compare(&g);
    ck_assert_double_eq_tol(row(&g, 1, "score")->difference.value, welch.value / 3, 1e-6);
    ck_assert_str_eq(effect(&g, row(&g, 1, "score")), "no interval");
    close_results(&g);
    const spec failing = {"failing", "sample", two_labels, 2, REPLICAS, 7, true, 2};
    open_results(&f, &failing, NULL);
    compare(&f);
    ck_assert_uint_eq(row(&f, 1, "score")->pairs, REPLICAS - 1);
    close_results(&f);
    open_results(&g, &failing, NULL);
    g.request.baseline = two_labels[1];
    compare(&g);
    ck_assert_uint_eq(row(&g, 0, "score")->pairs, REPLICAS - 1); /* the fewer of the two */
    close_results(&g);
}
END_TEST

/* ---- two results ---- */

START_TEST(results_of_one_seed_are_paired_and_of_two_are_not)
{
    static const char *const label[] = {"base"};
    const spec a = {"before", "sample", label, 1, REPLICAS, 7, false, SIZE_MAX};
    spec b = {"after", "sample", label, 1, 2 * REPLICAS, 7, false, SIZE_MAX};
    fixture f;
    open_results(&f, &a, &b);
    compare(&f);
    ck_assert_str_eq(f.c.variant[1].label, "after");
    ck_assert(f.c.variant[1].paired);
    ck_assert_uint_eq(row(&f, 1, "score")->pairs, REPLICAS);
    ck_assert_int_eq(row(&f, 1, "score")->verdict, DS_VERDICT_SAME);
    ck_assert(noted(&f, "'after' has 18 replicas"));
    close_results(&f);
    b.seed = 8;
    open_results(&f, &a, &b);
    compare(&f);
    ck_assert(!f.c.variant[1].paired && !row(&f, 1, "score")->paired);
    ck_assert_int_eq(row(&f, 1, "score")->verdict, DS_VERDICT_MORE);
    ck_assert(noted(&f, "not paired: 'after' has seed 8, the baseline 7"));
    close_results(&f);
}
END_TEST

static void refused(fixture *f, ds_code code, const char *why)
{
    ds_status st = {0};
    ck_assert(!ds_compare(&f->c, &f->request, &st));
    ck_assert_int_eq(st.code, code);
    ck_assert_msg(strstr(st.text, why), "'%s' is not in: %s", why, st.text);
}

START_TEST(results_of_two_models_are_refused)
{
    const spec other = {"other", "else", two_labels, 2, REPLICAS, 7, false, SIZE_MAX};
    fixture f;
    open_results(&f, &two, &other);
    refused(&f, DS_E_DATA, "'two' is of the model sample and 'other' of else");
    close_results(&f);
}
END_TEST

/* ---- names ---- */

START_TEST(unknown_names_are_refused_with_the_nearest)
{
    static const char *const wrong[] = {"scroe", NULL};
    fixture f;
    open_results(&f, &two, NULL);
    f.request.metrics = wrong;
    refused(&f, DS_E_USAGE, "did you mean 'score'");
    f.request.metrics = NULL;
    f.request.baseline = "fist";
    refused(&f, DS_E_USAGE, "did you mean 'first'");
    f.request.baseline = "*s*";
    refused(&f, DS_E_USAGE, "which 2 variants fit");
    f.request.baseline = NULL;
    f.request.variants = "first";
    refused(&f, DS_E_USAGE, "leaves the baseline alone");
    f.request.variants = "third";
    refused(&f, DS_E_USAGE, "no variant is called so");
    close_results(&f);
}
END_TEST

START_TEST(labels_with_commas_are_one_name)
{
    const spec sweep = {"sweep", "sample", NULL, 12, REPLICAS, 7, false, SIZE_MAX};
    fixture f;
    open_results(&f, &sweep, NULL);
    f.request.baseline = "a.b=3, c=1";
    f.request.variants = "a.b=5, c=1,a.b=1[01]*";
    compare(&f);
    ck_assert_uint_eq(f.c.variants, 4); /* 3, 5, 10, 11 */
    ck_assert_str_eq(f.c.variant[f.c.baseline].label, "a.b=3, c=1");
    close_results(&f);
}
END_TEST

static char *printed(ds_comparison *c, enum ds_compare_view view, size_t which, ds_table_form form)
{
    char *text;
    size_t size;
    ds_table table;
    ds_status st = {0};
    FILE *const out = open_memstream(&text, &size);
    ds_compare_table(&table, c, view, which);
    ok(ds_table_print(out, &table, form, &st), &st);
    ds_table_free(&table);
    fclose(out);
    return text;
}

START_TEST(tables_hold_every_row_and_quote_names)
{
    fixture f;
    open_results(&f, &two, NULL);
    compare(&f);
    char *const csv = printed(&f.c, DS_COMPARE_ALL, 0, DS_TABLE_CSV);
    ck_assert(strncmp(csv, "variant,metric,baseline_value,", 30) == 0);
    ck_assert_ptr_nonnull(strstr(csv, "\"second <b>, \"\"x\"\"\",score,1.33"));
    size_t lines = 0;
    for (const char *p = csv; *p; p++)
        lines += *p == '\n';
    ck_assert_uint_eq(lines, 1 + f.c.rows);
    free(csv);
    char *const html = printed(&f.c, DS_COMPARE_OF_QUESTION, 0, DS_TABLE_HTML);
    ck_assert_ptr_null(strstr(html, "<b>"));
    ck_assert_ptr_nonnull(strstr(html, "second &lt;b&gt;"));
    free(html);
    close_results(&f);
}
END_TEST

START_TEST(two_hundred_points_are_one_comparison)
{
    const spec sweep = {"many", "sample", NULL, 201, REPLICAS, 7, false, SIZE_MAX};
    static const char *const only[] = {"score", NULL};
    fixture f;
    open_results(&f, &sweep, NULL);
    f.request.metrics = only;
    compare(&f);
    ck_assert_uint_eq(f.c.rows, 200);
    ck_assert_uint_eq(f.c.family, 200);
    const ds_compared *const last = row(&f, 200, "score"); /* by the same in each of 9 pairs */
    ck_assert(fabs(512 * last->p - 2) < 1e-9 && last->verdict == DS_VERDICT_MORE &&
              last->needed == 13);
    ck_assert(isinf(last->together.low) && isfinite(last->difference.interval.low));
    char *const text = printed(&f.c, DS_COMPARE_OF_QUESTION, 0, DS_TABLE_PLAIN);
    ck_assert_ptr_nonnull(strstr(text, "\na.b=200, c=1  "));
    free(text);
    close_results(&f);
}
END_TEST

int main(void)
{
    const ds_test tests[] = {
        {figures_from_a_file_are_those_of_r, 0},
        {questions_asked_together_are_a_family, 3},
        {an_interval_is_cut_at_zero_where_holm_shows_a_difference, 0},
        {of_probabilities_points_matter, 0},
        {what_cannot_differ_is_no_question, 0},
        {outcomes_of_yes_and_no_are_probabilities, 0},
        {metrics_can_be_means_over_time, 0},
        {what_cannot_be_compared_is_said_in_words, 0},
        {one_replica_gives_no_verdict, 0},
        {pairs_with_a_failed_replica_are_left_out, 0},
        {a_count_that_happens_to_be_0_or_1_is_no_probability, 0},
        {of_summaries_only_outcomes_are_paired, 0},
        {results_of_one_seed_are_paired_and_of_two_are_not, 0},
        {results_of_two_models_are_refused, 0},
        {unknown_names_are_refused_with_the_nearest, 0},
        {labels_with_commas_are_one_name, 0},
        {tables_hold_every_row_and_quote_names, 0},
        {two_hundred_points_are_one_comparison, 0},
        {0},
    };
    return compared_run("compare", tests);
}
