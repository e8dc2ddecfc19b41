#include "analysis/fit.h"
#include "trials.h"

#include "sim/io/search.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    FULL_DIGITS = 17,
    SHOWN_DIGITS = 6,
    AT_A_TIME = 200, /* candidates of one experiment, which a stop loses */
    PREDICTED = 200, /* replicas of the fitted model */
    FRESH_STREAM = 2,
};
static const double coordinate_tolerance = 1e-4;

typedef struct calibrating {
    ds_trials t;
    const ds_calibrate *said;
    const ds_vary *vary;
    ds_observations data;
    ds_target target;
    ds_calibration_method method;
    double level;
    size_t replicas; /* of a candidate, with moments */
    double *value;   /* [AT_A_TIME or replicas][rows] */
    bool *valid;
    bool ordered[DS_VARY_MOST];
    bool adjusted;
    size_t refused;
    ds_trial_answer answer;
    ds_pool pool;
} calibrating;

/* ---- what is asked ---- */

static bool read_data(calibrating *c, const char *path, ds_status *st)
{
    const ds_scenario *const s = &c->t.scenario;
    const char *const observed = c->t.args->observed;
    c->data = c->said->data;
    if (observed && !ds_observations_read_timed(&c->pool, observed, !s->model->dated, &c->data, st))
        return false;
    if (c->data.count == 0)
        return ds_fail(st, DS_E_DATA,
                       "'%s' does not say what was observed, must be like calibrate: {observed: "
                       "seen.csv}, or --observed seen.csv",
                       path);
    return ds_target_of(&c->pool, &c->data, s->model, &s->frame, &c->target, st);
}

static bool add_figures(calibrating *c, ds_status *st)
{
    for (size_t i = 0; i < c->target.rows; i++) {
        const ds_target_row *const row = &c->target.row[i];
        const ds_trial_figure f = {
            .number = row->metric, .when = DS_TRIAL_AT, .time = row->time, .part = row->part};
        if (!ds_trials_add(&c->t, &f, st))
            return false;
    }
    return true;
}

static bool open_all(calibrating *c, const ds_args *args, ds_status *st)
{
    const ds_scenario *const s = &c->t.scenario;
    const char *const path = args->operand[0];
    c->level = 0.95;
    if (!ds_args_share("confidence", args->confidence, 0.5, 0.9999, &c->level, st) ||
        !ds_trials_open(&c->t, args, st))
        return false;
    if (!s->calibrate || s->calibrate->vary.count == 0)
        return ds_fail(st, DS_E_DATA,
                       "'%s' does not say what may vary, must be like calibrate: {vary: "
                       "{KEY.PATH: {from: 0.5, to: 2}}, observed: seen.csv}",
                       path);
    int method = s->calibrate->method;
    c->said = s->calibrate;
    c->vary = &c->said->vary;
    if (!ds_args_word("method", args->method, ds_calibration_methods, &method, st) ||
        !read_data(c, path, st) || !add_figures(c, st))
        return false;
    c->method = (ds_calibration_method)method;
    c->replicas = s->frame.replicas;
    const size_t most = c->replicas > AT_A_TIME ? c->replicas : AT_A_TIME;
    c->value = ds_pool_take(&c->pool, most * c->target.rows * sizeof *c->value);
    c->valid = ds_pool_take(&c->pool, AT_A_TIME * sizeof *c->valid);
    for (size_t k = 0; k < c->vary->count; k++)
        c->ordered[k] = ds_vary_ordered(c->vary, k);
    c->t.trial.vary = c->vary;
    c->t.trial.digits = FULL_DIGITS;
    return true;
}

/* ---- simulations ---- */

static bool simulate(calibrating *c, const ds_trial_call *call, double *statistics, ds_status *st)
{
    const size_t rows = c->target.rows;
    c->answer.value = c->value;
    c->answer.valid = c->valid;
    if (!ds_trials_run(&c->t, call, &c->answer, st))
        return false;
    for (size_t i = 0; i < call->count; i++)
        c->refused += !c->valid[i];
    for (size_t i = 0; i < call->count * call->replicas; i++)
        ds_target_statistics(&c->target, c->value + i * rows,
                             statistics + i * c->target.statistics);
    return true;
}

/* Candidates that meet random numbers of their own. */
static bool simulate_apart(calibrating *c, const double *theta, size_t count, size_t from,
                           uint64_t seed, double *statistics, ds_status *st)
{
    for (size_t i = 0; i < count; i += AT_A_TIME) {
        const size_t n = count - i < AT_A_TIME ? count - i : AT_A_TIME;
        const ds_trial_call call = {.candidate = theta + i * c->vary->count,
                                    .count = n,
                                    .replicas = 1,
                                    .seed = seed,
                                    .apart = true,
                                    .from = from + i};
        if (!simulate(c, &call, statistics + i * c->target.statistics, st))
            return false;
        ds_trials_passed(&c->t, n, NAN);
    }
    return true;
}

/* ---- a posterior ---- */

static void draw(const void *self, ds_rng *rng, double *theta)
{
    const calibrating *const c = self;
    for (size_t k = 0; k < c->vary->count; k++)
        theta[k] = ds_rng_uniform(rng);
}

static double density(const void *self, const double *theta)
{
    const calibrating *const c = self;
    for (size_t k = 0; k < c->vary->count; k++)
        if (!(theta[k] >= 0 && theta[k] <= 1))
            return 0;
    return 1;
}

static bool simulate_particles(void *self, const double *theta, size_t count, size_t from,
                               double *statistics, ds_status *st)
{
    calibrating *const c = self;
    return simulate_apart(c, theta, count, from, c->t.scenario.frame.seed, statistics, st);
}

/* Particles by weight, evenly (systematic resampling, Kitagawa 1996). */
static void draw_particles(const ds_abc_result *r, size_t count, double *theta)
{
    double sum = r->weight[0];
    size_t at = 0;
    for (size_t i = 0; i < count; i++) {
        while (sum < ((double)i + 0.5) / (double)count && at + 1 < r->particles)
            sum += r->weight[++at];
        memcpy(theta + i * r->parameters, r->theta + at * r->parameters,
               r->parameters * sizeof *theta);
    }
}

/* ---- what is printed ---- */

static void note_data(const calibrating *c)
{
    const ds_target *const t = &c->target;
    printf("- %zu observations of %zu quantities as %zu statistics", t->rows, t->quantities,
           t->statistics);
    if (t->unknown)
        printf("; %zu of no metric left out%s%.60s%s%s%s", t->unknown, t->meant ? " ('" : "",
               t->meant ? t->unknown_name : "", t->meant ? "', did you mean '" : "",
               t->meant ? t->meant : "", t->meant ? "'?)" : "");
    if (t->outside)
        printf("; %zu left out that lie where the scenario records nothing", t->outside);
    printf("\n");
}

static void warn_unknown(const calibrating *c, const ds_fitted *fitted)
{
    for (size_t k = 0; k < c->vary->count; k++) {
        const char *const path = c->vary->axis[k].path->scalar;
        if (fitted[k].chosen)
            printf("- '%s' is the nearest of its values; how surely it is that one is not known: "
                   "abc tells\n",
                   path);
        else if (fitted[k].unknown)
            printf("- warning: these observations do not identify '%s': what is known of it "
                   "afterwards is what the range said before\n",
                   path);
        else if (fitted[k].at_edge)
            printf("- warning: '%s' lies at the edge of its range: a wider one may fit better\n",
                   path);
    }
}

static void print_settings(calibrating *c, const ds_fitted *fitted)
{
    double unit[DS_VARY_MOST];
    for (size_t k = 0; k < c->vary->count; k++)
        unit[k] = fitted[k].unit;
    printf("\nTo put into the scenario:\n\n%s",
           ds_vary_yaml(&c->pool, c->vary, SHOWN_DIGITS, unit));
}

static bool print_fit(calibrating *c, const double *statistics, size_t count, ds_status *st)
{
    ds_fit_row *const row = ds_pool_take(&c->pool, c->target.statistics * sizeof *row);
    ds_table table;
    if (!ds_fit_rows(&c->target, statistics, count, row, st))
        return false;
    ds_fit_statistics(&table, row, c->target.statistics);
    return ds_trials_table(&c->t, &table, st);
}

static bool print_parameters(calibrating *c, const ds_fitted *fitted, ds_status *st)
{
    ds_table table;
    ds_fit_parameters(&table, c->vary, fitted, c->method == DS_CALIBRATE_ABC);
    return ds_trials_table(&c->t, &table, st);
}

static void note_beyond(const calibrating *c, const ds_abc_result *r)
{
    for (size_t k = 0; k < c->target.statistics; k++)
        if (isinf(r->scale[k]))
            printf("- warning: '%s' is left out: whatever the parameters, the model gives nothing "
                   "near it\n",
                   c->target.name[k]);
}

static void note_posterior(calibrating *c, const ds_abc_result *r)
{
    const ds_abc_step *const last = &r->step[r->steps - 1];
    double square = 0;
    for (size_t i = 0; i < r->particles; i++)
        square += r->weight[i] * r->weight[i];
    printf("- %zu particles, worth %.0f; %zu simulations (seed %llu); tolerance %.3g; it ended "
           "since %s\n",
           r->particles, 1 / square, r->simulations, (unsigned long long)c->t.scenario.frame.seed,
           last->tolerance, ds_abc_end_words[r->end]);
    printf("- intervals hold %g %% of the posterior; ", 100 * c->level);
    printf(c->adjusted ? "what the tolerance widens is undone by a linear regression on the "
                         "statistics\n"
                       : "a tolerance above 0 makes it wider than it is\n");
    for (size_t a = 0; a < c->vary->count; a++)
        for (size_t b = 0; b < a; b++)
            if (fabs(ds_abc_correlation(r, a, b)) > 0.8)
                printf("- '%s' and '%s' are known together, not one by one: their correlation is "
                       "%.2f\n",
                       c->vary->axis[b].path->scalar, c->vary->axis[a].path->scalar,
                       ds_abc_correlation(r, a, b));
}

static bool print_posterior(calibrating *c, const ds_abc_result *r, ds_status *st)
{
    ds_table table;
    const size_t axes = c->vary->count;
    ds_fitted *const fitted = ds_pool_take(&c->pool, axes * sizeof *fitted);
    double *const theta = ds_pool_take(&c->pool, PREDICTED * axes * sizeof *theta);
    double *const predicted =
        ds_pool_take(&c->pool, PREDICTED * c->target.statistics * sizeof *predicted);
    draw_particles(r, PREDICTED, theta);
    const uint64_t fresh = ds_trial_seed(c->t.scenario.frame.seed, FRESH_STREAM);
    if (!simulate_apart(c, theta, PREDICTED, 0, fresh, predicted, st))
        return false;
    ds_trials_end(&c->t);
    ds_fit_course(&table, r);
    if (!ds_fit_posterior(c->vary, r, c->level, fitted, st) || !print_parameters(c, fitted, st) ||
        !print_fit(c, predicted, PREDICTED, st) || !ds_trials_table(&c->t, &table, st))
        return false;
    if (c->t.args->csv)
        return true;
    note_data(c);
    note_posterior(c, r);
    note_beyond(c, r);
    warn_unknown(c, fitted);
    print_settings(c, fitted);
    return true;
}

static bool by_abc(calibrating *c, ds_status *st)
{
    ds_abc_result r = {0};
    const size_t most = (size_t)c->said->simulations;
    const ds_abc abc = {.parameters = c->vary->count,
                        .statistics = c->target.statistics,
                        .particles = (size_t)c->said->particles,
                        .simulations = most,
                        .seed = c->t.scenario.frame.seed,
                        .observed = c->target.observed,
                        .draw = draw,
                        .density = density,
                        .simulate = simulate_particles,
                        .self = c};
    c->t.planned = most + PREDICTED;
    if (most < abc.particles)
        return ds_fail(st, DS_E_DATA,
                       "'calibrate.simulations' is %zu, must be at least 'calibrate.particles' = "
                       "%zu",
                       most, abc.particles);
    const bool ok = ds_trials_begin(&c->t, ".calibrate", 1, st) && ds_abc_run(&abc, &r, st) &&
                    ds_abc_adjust(&abc, true, c->ordered, &r, &c->adjusted, st) &&
                    print_posterior(c, &r, st);
    ds_trials_end(&c->t);
    ds_abc_free(&r);
    return ok;
}

/* ---- a best fit ---- */

static bool simulate_moments(void *self, const double *x, double *values, ds_status *st)
{
    calibrating *const c = self;
    const ds_trial_call call = {
        .candidate = x, .count = 1, .replicas = c->replicas, .seed = c->t.scenario.frame.seed};
    ds_trials_passed(&c->t, 1, NAN);
    return simulate(c, &call, values, st);
}

/* Coordinates of values that are not continuous: each in the middle of its share. */
static void snap(const void *self, double *x)
{
    const calibrating *const c = self;
    double middle[DS_VARY_MOST];
    memcpy(middle, x, c->vary->count * sizeof *middle);
    ds_vary_snap(c->vary, FULL_DIGITS, middle);
    for (size_t k = 0; k < c->vary->count; k++)
        if (c->vary->axis[k].count > 0 || c->vary->axis[k].whole)
            x[k] = middle[k];
}

static void note_moments(const calibrating *c, const ds_moments_result *r)
{
    printf("- %zu candidates, each with the same %zu replicas (seed %llu)\n", r->evaluations,
           c->replicas, (unsigned long long)c->t.scenario.frame.seed);
    if (!r->together)
        printf("- statistics are weighted each by itself: %zu replicas are too few, or statistics "
               "too alike, to weight them together, so there is no test of the model\n",
               r->replicas);
    else if (r->freedom == 0)
        printf("- as many statistics as parameters: nothing is left to test the model by\n");
    else
        printf("- J = %.4g on %zu degrees of freedom, p = %.3g: the model is %s\n", r->j,
               r->freedom, r->p,
               r->p < 0.05 ? "refused at 5 %, and what is said of parameters holds only if it were "
                             "right"
                           : "not refused");
    printf("- intervals (%g %%) are of large samples; what was observed counts as one replica\n",
           100 * c->level);
}

static bool print_moments(calibrating *c, const ds_moments_result *r, ds_status *st)
{
    ds_fitted *const fitted = ds_pool_take(&c->pool, c->vary->count * sizeof *fitted);
    double *const values =
        ds_pool_take(&c->pool, c->replicas * c->target.statistics * sizeof *values);
    if (!simulate_moments(c, r->x, values, st))
        return false;
    ds_trials_end(&c->t);
    ds_fit_moments(c->vary, r, c->level, fitted);
    if (!print_parameters(c, fitted, st) || !print_fit(c, values, c->replicas, st))
        return false;
    if (c->t.args->csv)
        return true;
    note_data(c);
    note_moments(c, r);
    warn_unknown(c, fitted);
    print_settings(c, fitted);
    return true;
}

static bool by_moments(calibrating *c, ds_status *st)
{
    double start[DS_VARY_MOST];
    ds_moments_result *const r = ds_pool_take(&c->pool, sizeof *r);
    for (size_t k = 0; k < c->vary->count; k++)
        start[k] = isnan(c->vary->now[k]) ? 0.5 : c->vary->now[k];
    const ds_moments m = {.parameters = c->vary->count,
                          .moments = c->target.statistics,
                          .replicas = c->replicas,
                          .observed = c->target.observed,
                          .start = start,
                          .ordered = c->ordered,
                          .evaluations = (size_t)c->said->evaluations,
                          .seed = c->t.scenario.frame.seed,
                          .tolerance = coordinate_tolerance,
                          .simulate = simulate_moments,
                          .snap = snap,
                          .self = c};
    c->t.planned = m.evaluations + DS_MOMENTS_WEIGHING + 2 * m.parameters;
    const bool ok = ds_moments_check(&m, st) &&
                    ds_trials_begin(&c->t, ".calibrate", c->replicas, st) &&
                    ds_moments_fit(&m, r, st);
    ds_trials_end(&c->t);
    return ok && print_moments(c, r, st);
}

bool ds_cmd_calibrate(const ds_args *args, ds_status *st)
{
    calibrating c = {0};
    const bool ok = open_all(&c, args, st) &&
                    (c.method == DS_CALIBRATE_ABC ? by_abc(&c, st) : by_moments(&c, st));
    if (ok)
        ds_trials_warn(&c.answer, c.refused);
    ds_trials_done(&c.t);
    ds_trials_close(&c.t, ok || st->code == DS_E_DATA);
    ds_pool_free(&c.pool);
    return ok;
}
