/* Replicas in pairs and blocks: each alone is as any other, and what is said of their mean holds.
 */
#include "run.h"

#include "analysis/stats.h"
#include "models/models.h"
#include "models/queue/queue.h"
#include "sim/core/dist.h"
#include "sim/core/replica.h"
#include "sim/io/scenario.h"
#include "sim/io/summary.h"
#include "tests/reference/cases.h"
#include "tests/reference/estimate.h"

/* ---- pairs ---- */

START_TEST(a_mirrored_stream_is_the_complement)
{
    for (uint32_t t = 0; t < 300; t++) {
        ds_rng plain = ds_rng_stream(t, t * 77, t % DS_RNG_PURPOSES, ~t);
        ds_rng mirrored = ds_rng_stream(t, t * 77 | DS_RNG_MIRROR, t % DS_RNG_PURPOSES, ~t);
        plain.block = mirrored.block = t % 3 ? 0 : 0xFFFFFFFA;
        for (uint64_t b = plain.block, end = b + 20; b < end; b++) {
            uint64_t word[2];
            ds_rng_block(t, t * 77 | DS_RNG_MIRROR, plain.purpose, ~t, b, word);
            for (int i = 0; i < 2; i++) {
                const uint64_t seen = ds_rng_next(&mirrored);
                ck_assert_uint_eq(seen, ~ds_rng_next(&plain));
                ck_assert_uint_eq(seen, word[i]); /* which takes the other way to the words */
            }
        }
    }
}
END_TEST

/* Normals use signs and sizes: of a pair they are opposite, to the last bit, and stay aligned. */
START_TEST(mirrored_normals_are_opposite)
{
    ds_rng plain = ds_rng_stream(1, 2, 3, 4), mirrored = ds_rng_stream(1, 2 | DS_RNG_MIRROR, 3, 4);
    for (int i = 0; i < 200000; i++) {
        double a[2], b[2];
        if (ds_rng_normal(&plain) != -ds_rng_normal(&mirrored))
            ck_abort_msg("normal %d", i);
        ds_rng_two_normals(&plain, a);
        ds_rng_two_normals(&mirrored, b);
        if (a[0] != -b[0] || a[1] != -b[1])
            ck_abort_msg("two normals %d", i);
    }
    ck_assert_uint_eq(ds_rng_next(&plain), ~ds_rng_next(&mirrored));
}
END_TEST

/* Values are of use only when their variance is what it should be: within 3.5 of its error. */
static void check_variance(const double *x, size_t n, double expected, const char *what)
{
    const double v = sample_variance(x, n), fourth = sample_moment(x, n, 4);
    const double error = sqrt((fourth - v * v) / (double)n);
    ck_assert_msg(fabs(v - expected) <= 3.5 * error, "%s: %g, must be %g +- %g", what, v, expected,
                  error);
}

START_TEST(pairs_gain_what_theory_says)
{
    enum { PAIRS = 200000 };
    const ds_frame frame = {.replicas = 2 * PAIRS, .sampling = DS_SAMPLING_ANTITHETIC, .seed = 9};
    double *const one = malloc(PAIRS * sizeof *one), *const pair = malloc(PAIRS * sizeof *pair);
    for (uint32_t i = 0; i < PAIRS; i++) {
        double value[2];
        for (uint32_t k = 0; k < 2; k++) {
            const uint32_t number = ds_replica_number(&ds_queue_model, &frame, 2 * i + k);
            ds_rng rng = ds_rng_stream(frame.seed, number, 0, 0);
            value[k] = exp(ds_rng_open(&rng));
        }
        one[i] = value[1];
        pair[i] = (value[0] + value[1]) / 2;
    }
    check_variance(one, PAIRS, case_value("antithetic", "E[exp(U)]", "Var crude"), "one");
    check_variance(
        pair, PAIRS,
        case_value("antithetic", "E[exp(U)] pair mean", "Var of antithetic pair average"), "pair");
    ck_assert_double_eq_tol(sample_mean(pair, PAIRS), exp(1) - 1, 3.5 * sqrt(0.0039125 / PAIRS));
    free(one);
    free(pair);
}
END_TEST

/* ---- any sampling ---- */

/* The first, second and twentieth words over replicas, in 64 cells. Points of a net fill cells more
 * evenly than chance, which is the purpose. */
START_TEST(words_are_uniform_over_replicas)
{
    enum { CELLS = 64, REPLICAS = 1 << 16, WORDS = 20 };
    const ds_frame frame = {.replicas = REPLICAS, .sampling = (ds_sampling)_i, .seed = 4};
    double count[3][CELLS] = {{0}};
    for (uint32_t r = 0; r < REPLICAS; r++) {
        ds_rng rng = ds_rng_stream(4, ds_replica_number(&ds_diem_model, &frame, r), 7, UINT32_MAX);
        for (int i = 1; i <= WORDS; i++) {
            const uint64_t word = ds_rng_next(&rng);
            if (i <= 2 || i == WORDS)
                count[i == WORDS ? 2 : i - 1][word >> 58]++;
        }
    }
    for (int i = 0; i < 3; i++) {
        double chi = 0;
        for (int c = 0; c < CELLS; c++)
            chi += pow(count[i][c] - REPLICAS / CELLS, 2) / ((double)REPLICAS / CELLS);
        if (_i == DS_SAMPLING_SOBOL && i == 0)
            ck_assert_double_eq(chi, 0);
        else if (_i == DS_SAMPLING_ANTITHETIC) /* pairs fill opposite cells */
            ck_assert_double_lt(chi, 2 * 70);  /* so of 31 degrees, 1e-4 */
        else
            ck_assert_double_lt(chi, 114); /* chi-squared of 63 degrees, 1e-4 */
    }
}
END_TEST

START_TEST(no_two_replicas_have_one_number)
{
    static const struct {
        uint32_t replicas;
        ds_sampling sampling;
        size_t group;
    } cases[] = {{4096, DS_SAMPLING_INDEPENDENT, 1},
                 {4096, DS_SAMPLING_ANTITHETIC, 2},
                 {4096, DS_SAMPLING_SOBOL, 256},
                 {16, DS_SAMPLING_SOBOL, 1},
                 {8388608, DS_SAMPLING_SOBOL, 524288}};
    const ds_frame frame = {.replicas = cases[_i].replicas, .sampling = cases[_i].sampling};
    ck_assert_uint_eq(ds_frame_group(&frame), cases[_i].group);
    const uint32_t step = frame.replicas > 4096 ? frame.replicas / 4096 : 1;
    uint32_t number[4096], count = 0;
    for (uint32_t r = 0; r < frame.replicas; r += step)
        number[count++] = ds_replica_number(&ds_queue_model, &frame, r);
    for (uint32_t a = 0; a < count; a++)
        for (uint32_t b = 0; b < a; b++)
            if (number[a] == number[b])
                ck_abort_msg("%u and %u are %u", a, b, number[a]);
}
END_TEST

/* ---- scenarios ---- */

static bool load(ds_scenario *s, const char *text, const ds_model *const *models, ds_status *st)
{
    const ds_scenario_request q = {.path = "x.yaml", .text = text, .models = models};
    *st = (ds_status){0};
    return ds_scenario_load(s, &q, st);
}

static const struct {
    const char *text, *complaint;
} refused[] = {
    {"model: queue\nsampling: antithetic\nreplicas: 101\n",
     "x.yaml:3:11: 'replicas' is 101, must be even with 'sampling' antithetic, which takes pairs: "
     "100 or 102"},
    {"model: queue\nreplicas: 1\nsampling: antithetic\n", "x.yaml:2:11: 'replicas' is 1, must be"},
    {"model: queue\nsampling: sobol\n",
     "x.yaml:2:11: 'replicas' is 100, must be 16 blocks of 1, 2, 4, 8, ... with 'sampling' sobol: "
     "64 or 128"},
    {"model: queue\nsampling: sobol\nreplicas: 10000000\n", "sobol: 8388608\n"},
    {"model: queue\nsampling: sobol\nreplicas: 15\n", "sobol: 16\n"},
    {"model: queue\nsampling: sobol\nreplicas: 17\n", "sobol: 16 or 32\n"},
    {"model: queue\nsampling: antithetic\n"
     "until: {metric: wait_mean, statistic: mean, half_width: 1, max_replicas: 1000}\n",
     "x.yaml:2:11: 'sampling' is 'antithetic', must be independent together with 'until'"},
    {"model: queue\nsampling: sobol\nreplicas: 16\n"
     "splitting: {metric: number_in_system, target: 9}\n",
     "x.yaml:2:11: 'sampling' is 'sobol', must be independent together with 'splitting'"},
    {"model: queue\nsampling: antithetic\noutput: {paths: false}\n",
     "must be independent together with 'output: {paths: false}'"},
    {"model: queue\nsampling: antithetic\n"
     "optimise: {vary: {arrivals.rate: {from: 0.1, to: 0.5}}, check: 33}\n",
     "x.yaml:3:64: 'check' is 33, must be even with 'sampling' antithetic, which takes pairs: 32 "
     "or 34"},
    {"model: queue\nsampling: sobol\nreplicas: 16\n"
     "optimise: {vary: {arrivals.rate: {from: 0.1, to: 0.5}}, check: 100}\n",
     "'check' is 100, must be 16 blocks of 1, 2, 4, 8, ... with 'sampling' sobol: 64 or 128"},
    {"model: queue\nsampling: sobl\n", "x.yaml:2:11: 'sampling' is 'sobl', did you mean 'sobol'?"},
};

START_TEST(replicas_that_do_not_fit_are_refused)
{
    ds_scenario s;
    ds_status st;
    ck_assert(!load(&s, refused[_i].text, ds_models, &st));
    ck_assert_int_eq(st.code, DS_E_DATA);
    ck_assert_msg(strstr(st.text, refused[_i].complaint) != NULL, "%s", st.text);
    ds_scenario_free(&s);
}
END_TEST

START_TEST(models_of_many_purposes_take_no_points)
{
    static const uint32_t purposes[] = {0, 41, 40};
    for (int i = 0; i < 3; i++) {
        ds_model model = ds_queue_model;
        const ds_model *const models[] = {&model, NULL};
        ds_scenario s;
        ds_status st;
        model.purposes = purposes[i];
        const bool fine = load(&s, "model: queue\nsampling: sobol\nreplicas: 16\n", models, &st);
        ck_assert_msg(fine == (purposes[i] == 40), "%s", st.text);
        if (!fine)
            ck_assert_ptr_nonnull(
                strstr(st.text, "x.yaml:2:11: 'sampling' is sobol, but the model"));
        ds_scenario_free(&s);
    }
}
END_TEST

START_TEST(the_resolved_scenario_says_how_replicas_are_drawn)
{
    static const char *const words[] = {"independent", "antithetic", "sobol"};
    for (int i = 0; i < 3; i++) {
        char text[200];
        ds_scenario s, again;
        ds_status st;
        snprintf(text, sizeof text, "model: queue\nsampling: %s\nreplicas: 64\nseed: 3\n",
                 words[i]);
        ck_assert_msg(load(&s, text, ds_models, &st), "%s", st.text);
        ck_assert_int_eq(s.frame.sampling, i);
        snprintf(text, sizeof text, "\"sampling\":\"%s\"", words[i]);
        ck_assert_ptr_nonnull(strstr(s.resolved, text));
        ck_assert_msg(load(&again, s.resolved, ds_models, &st), "%s", st.text);
        ck_assert_str_eq(s.resolved, again.resolved);
        ds_scenario_free(&s);
        ds_scenario_free(&again);
    }
}
END_TEST

/* ---- honest errors ---- */

START_TEST(the_error_is_that_of_independent_groups)
{
    /* Pairs: means 2, 5, 3 of the whole ones; one has a hole. */
    double value[] = {1, 3, NAN, 100, 4, 6, 3, 3};
    size_t groups;
    const double error = sqrt((16.0 + 25 + 1) / 9 / 6); /* deviations -4/3, 5/3, -1/3 */
    ck_assert_double_eq_tol(ds_group_error(value, 8, 2, &groups), error, 1e-15);
    ck_assert_uint_eq(groups, 3);
    const ds_summary s = ds_summarise(value, 8, 2);
    ck_assert_double_eq_tol(s.error, error, 1e-15);
    ck_assert_double_eq_tol(s.mean, 120.0 / 7, 1e-13);
    ck_assert_double_eq(s.quantile[2], 3);
    double two[] = {1, 3, NAN, 100};
    ck_assert(isnan(ds_group_error(two, 4, 2, &groups)));
    ck_assert_uint_eq(groups, 1);
}
END_TEST

/* Each replica is its own group: as for a sample. */
START_TEST(groups_of_one_are_a_sample)
{
    double value[1000];
    size_t groups;
    ds_rng rng = ds_rng_stream(1, 0, 0, 0);
    for (int i = 0; i < 1000; i++)
        value[i] = i % 7 ? 1e6 + ds_rng_normal(&rng) : NAN;
    const ds_sample s = ds_sample_of(value, 1000);
    ck_assert_double_eq_tol(ds_group_error(value, 1000, 1, &groups), s.error, 1e-12);
    ck_assert_uint_eq(groups, s.count);
}
END_TEST

enum { SEEDS = 1000 };

static const struct {
    ds_sampling sampling;
    uint32_t replicas;
} designs[] = {
    {DS_SAMPLING_INDEPENDENT, 20}, {DS_SAMPLING_ANTITHETIC, 20}, {DS_SAMPLING_SOBOL, 64}};

typedef struct cover {
    double hits, naive_hits; /* with the error that takes all replicas for independent */
    double errors, naive_errors;
} cover;

/* M/M/1 at load 0.5: 0.5 arrivals a unit of time; 1 in the system (Gross and Harris). */
static void try_seed(ds_replica *replica, const ds_frame *frame, cover c[2])
{
    static const char *const metric[2] = {"arrivals", "number_in_system"};
    static const double truth[2] = {0.5, 1};
    const size_t metrics = ds_metric_count(ds_queue_model.metrics), n = frame->replicas;
    double row[2 * 40], outcome[8], value[2][64];
    for (uint32_t r = 0; r < n; r++) {
        ck_assert(ds_replica_run(replica, r, row, outcome));
        for (int m = 0; m < 2; m++)
            value[m][r] = row[metrics + (size_t)(ds_metric_find(ds_queue_model.metrics, metric[m]) -
                                                 ds_queue_model.metrics)];
    }
    for (int m = 0; m < 2; m++) {
        size_t groups;
        const double naive = ds_sample_of(value[m], n).error;
        const double error = ds_group_error(value[m], n, ds_frame_group(frame), &groups);
        const double off = fabs(ds_sample_of(value[m], n).mean - truth[m]);
        c[m].hits += off <= ds_t_half_width(error, groups, 0.95);
        c[m].naive_hits += off <= ds_t_half_width(naive, n, 0.95);
        c[m].errors += error;
        c[m].naive_errors += naive;
    }
}

/* 95 % intervals of 1,000 seeds: 3.5 standard errors are 2.4 %, and 1 % for skewness. Were pairs
 * taken for independent, the interval of the arrivals would hold always. */
START_TEST(intervals_cover_what_they_say)
{
    ds_scenario s;
    ds_status st;
    const void *config;
    cover c[2] = {{0}};
    ck_assert_msg(load(&s, "model: queue\narrivals: {process: poisson, rate: 0.5}\nseed: 1\n",
                       ds_models, &st),
                  "%s", st.text);
    ck_assert(ds_scenario_config(&s, 0, &config, &st));
    ds_frame frame = {.start = NAN,
                      .warmup = 100,
                      .horizon = 400,
                      .observe = 300,
                      .replicas = designs[_i].replicas,
                      .sampling = designs[_i].sampling};
    ds_replica replica;
    ck_assert(ds_replica_open(&replica, &ds_queue_model, config, &frame, &st));
    for (frame.seed = 0; frame.seed < SEEDS; frame.seed++)
        try_seed(&replica, &frame, c);
    for (int m = 0; m < 2; m++)
        ck_assert_msg(c[m].hits >= 0.916 * SEEDS && c[m].hits <= 0.974 * SEEDS, "metric %d: %g", m,
                      c[m].hits);
    if (designs[_i].sampling == DS_SAMPLING_ANTITHETIC) {
        ck_assert_double_gt(c[0].naive_hits, 0.98 * SEEDS);
        ck_assert_double_lt(c[0].errors, 0.75 * c[0].naive_errors);
        ck_assert_double_lt(c[1].errors, 0.95 * c[1].naive_errors);
    }
    ds_replica_close(&replica);
    ds_scenario_free(&s);
}
END_TEST

int main(void)
{
    const ds_test tests[] = {
        {a_mirrored_stream_is_the_complement, 0},
        {mirrored_normals_are_opposite, 0},
        {pairs_gain_what_theory_says, 0},
        {words_are_uniform_over_replicas, 3},
        {no_two_replicas_have_one_number, 5},
        {replicas_that_do_not_fit_are_refused, sizeof refused / sizeof refused[0]},
        {models_of_many_purposes_take_no_points, 0},
        {the_resolved_scenario_says_how_replicas_are_drawn, 0},
        {the_error_is_that_of_independent_groups, 0},
        {groups_of_one_are_a_sample, 0},
        {intervals_cover_what_they_say, sizeof designs / sizeof designs[0]},
        {0},
    };
    return ds_run_tests("sampling", tests, 120);
}
