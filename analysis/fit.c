#include "fit.h"

#include "number.h"

#include "sim/core/real.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>

enum { DIGITS = 4 };
static const double edge = 0.02; /* of the range */

/* A deviation of n even draws, of kurtosis 9/5, has an error of sqrt((9/5 - 1) / 4n) of itself
 * (Cramer 1946, 27.7); so many errors below the prior's are no chance. */
static const double of_deviation = 0.4472135954999579, errors_apart = 2.5;

/* ---- parameters ---- */

/* Names have no middle: the likeliest. */
static void fit_names(const ds_vary *vary, const ds_abc_result *r, size_t k, ds_fitted *f)
{
    const uint32_t count = vary->axis[k].count;
    *f = (ds_fitted){.error = NAN, .narrowing = NAN, .share = -1, .interval = {NAN, NAN}};
    for (uint32_t v = 0; v < count; v++) {
        double share = 0;
        for (size_t i = 0; i < r->particles; i++)
            if (ds_axis_place(&vary->axis[k], r->theta[i * r->parameters + k]) == v)
                share += r->weight[i];
        if (share <= f->share)
            continue;
        f->share = share;
        f->unit = (v + 0.5) / count;
    }
    f->unknown = f->share < 1.5 / count;
}

/* Of values that are listed in any order all that lie between two coordinates, whichever comes
 * first. */
static ds_interval numbers_between(const ds_vary *vary, size_t k, double low, double high)
{
    const ds_sweep_axis *const a = &vary->axis[k];
    ds_interval i = {ds_vary_number(vary, k, low), ds_vary_number(vary, k, high)};
    if (a->count == 0)
        return i;
    for (uint32_t v = ds_axis_place(a, low); v <= ds_axis_place(a, high); v++) {
        const double number = ds_vary_number(vary, k, (v + 0.5) / a->count);
        i.low = fmin(i.low, number);
        i.high = fmax(i.high, number);
    }
    return i;
}

/* Narrowing from which a parameter may as well have kept its prior, for what the particles are
 * worth.
 */
static double narrow_enough(const ds_abc_result *r)
{
    double square = 0;
    for (size_t i = 0; i < r->particles; i++)
        square += r->weight[i] * r->weight[i];
    return fmin(DS_FIT_UNKNOWN, 1 - errors_apart * of_deviation * sqrt(square));
}

bool ds_fit_posterior(const ds_vary *vary, const ds_abc_result *r, double level, ds_fitted *fitted,
                      ds_status *st)
{
    const double enough = narrow_enough(r);
    for (size_t k = 0; k < vary->count; k++) {
        ds_marginal m;
        if (!ds_vary_ordered(vary, k)) {
            fit_names(vary, r, k, &fitted[k]);
            continue;
        }
        if (!ds_abc_marginal(r, k, level, &m, st))
            return false;
        fitted[k] = (ds_fitted){
            .unit = m.median,
            .interval = numbers_between(vary, k, m.interval.low, m.interval.high),
            .error = NAN,
            .narrowing = m.narrowing,
            .share = NAN,
            .unknown = !(m.narrowing < enough),
            .at_edge = m.narrowing < enough && (m.median < edge || m.median > 1 - edge),
        };
    }
    return true;
}

/* How fast a parameter changes with its coordinate, of which each whole number has a share. */
static double pace(const ds_sweep_axis *a, double value)
{
    const double margin = a->whole ? 0.5 : 0, from = a->from - margin, to = a->to + margin;
    return a->log ? value * ds_log(to / from) : to - from;
}

void ds_fit_moments(const ds_vary *vary, const ds_moments_result *r, double level,
                    ds_fitted *fitted)
{
    const double critical = gsl_cdf_ugaussian_Pinv(0.5 + level / 2);
    for (size_t k = 0; k < vary->count; k++) {
        const double half = critical * r->error[k], x = r->x[k];
        const bool ranged = vary->axis[k].count == 0, known = isfinite(half);
        fitted[k] = (ds_fitted){
            .unit = x,
            .interval = {-INFINITY, INFINITY},
            .error = ranged ? r->error[k] * pace(&vary->axis[k], ds_vary_number(vary, k, x)) : NAN,
            .narrowing = NAN,
            .share = NAN,
            .unknown = !(half < 0.5),
            .chosen = !ds_vary_ordered(vary, k),
            .at_edge = ranged && (x < edge || x > 1 - edge),
        };
        if (known)
            fitted[k].interval = numbers_between(vary, k, fmax(x - half, 0), fmin(x + half, 1));
    }
}

/* ---- how it fits ---- */

bool ds_fit_rows(const ds_target *t, const double *values, size_t count, ds_fit_row *row,
                 ds_status *st)
{
    double *const column = malloc((count + 1) * sizeof *column);
    if (!column)
        return ds_fail(st, DS_E_SYSTEM, "no memory for %zu replicas", count);
    for (size_t k = 0; k < t->statistics; k++) {
        for (size_t i = 0; i < count; i++)
            column[i] = values[i * t->statistics + k];
        const size_t known = ds_sort(column, count);
        row[k] = (ds_fit_row){
            .name = t->name[k],
            .observed = t->observed[k],
            .middle = ds_quantile(column, known, 0.5),
            .band = {ds_quantile(column, known, 0.05), ds_quantile(column, known, 0.95)},
            .count = known,
        };
    }
    free(column);
    return true;
}

/* ---- tables ---- */

static const ds_table_column posterior_columns[] = {
    {"parameter", "parameter", "its path in a scenario", false},
    {"current", "current", "what the scenario says", true},
    {"from", "prior", "uniform from here", true},
    {"to", NULL, "to here", true},
    {"median", "posterior median", NULL, true},
    {"low", "interval", "of the posterior, equal tails", true},
    {"high", NULL, NULL, true},
    {"narrowing", "narrowing", "deviation over that of the prior", true},
    {"finding", "finding", NULL, false},
    {0},
};
static const ds_table_column fit_columns[] = {
    {"parameter", "parameter", "its path in a scenario", false},
    {"current", "current", "what the scenario says", true},
    {"from", "searched", "from here", true},
    {"to", NULL, "to here", true},
    {"estimate", "estimate", NULL, true},
    {"low", "interval", NULL, true},
    {"high", NULL, NULL, true},
    {"error", "standard error", NULL, true},
    {"finding", "finding", NULL, false},
    {0},
};

void ds_fit_parameters(ds_table *table, const ds_vary *vary, const ds_fitted *fitted,
                       bool posterior)
{
    ds_pool pool = {0};
    ds_table_begin(table, "parameters", NULL, posterior ? posterior_columns : fit_columns);
    for (size_t k = 0; k < vary->count; k++) {
        const ds_sweep_axis *const a = &vary->axis[k];
        const ds_fitted *const f = &fitted[k];
        char low[DS_NUMBER_ROOM], high[DS_NUMBER_ROOM];
        ds_table_text(table, a->path->scalar);
        ds_table_text(table, vary->now_text[k]);
        if (a->count) {
            ds_table_printf(table, "%u value%s", a->count, a->count == 1 ? "" : "s");
            ds_table_text(table, "");
        } else {
            ds_table_shown(table, a->from, "%s to %s%s", ds_number(low, a->from, DIGITS),
                           ds_number(high, a->to, DIGITS), a->log ? ", log" : "");
            ds_table_number(table, a->to, DIGITS);
        }
        ds_table_text(table, ds_vary_text(&pool, vary, k, DIGITS, f->unit));
        ds_table_interval(table, f->interval, DIGITS);
        ds_table_number(table, posterior ? f->narrowing : f->error, DIGITS - 1);
        if (!isnan(f->share))
            ds_table_printf(table, "%.0f %% probable%s", 100 * f->share,
                            f->unknown ? ", not identified" : "");
        else if (f->chosen)
            ds_table_printf(table, "nearest of %u, without an error", a->count);
        else
            ds_table_text(table, f->unknown   ? "not identified"
                                 : f->at_edge ? "at the edge of its range"
                                              : "identified");
    }
    ds_pool_free(&pool);
}

static const ds_table_column statistic_columns[] = {
    {"statistic", "statistic", NULL, false},
    {"observed", "observed", NULL, true},
    {"median", "simulated", "median of replicas of the fitted model", true},
    {"low", "nine of ten", "of these replicas lie in", true},
    {"high", NULL, NULL, true},
    {"inside", "observed is", "where in that band", false},
    {0},
};

void ds_fit_statistics(ds_table *table, const ds_fit_row *row, size_t count)
{
    ds_table_begin(table, "fit", NULL, statistic_columns);
    for (const ds_fit_row *r = row; r < row + count; r++) {
        ds_table_text(table, r->name);
        ds_table_number(table, r->observed, DIGITS);
        ds_table_number(table, r->middle, DIGITS);
        ds_table_interval(table, r->band, DIGITS);
        ds_table_text(table, isnan(r->middle)             ? "no value"
                             : r->observed < r->band.low  ? "below"
                             : r->observed > r->band.high ? "above"
                                                          : "inside");
    }
}

static const ds_table_column course_columns[] = {
    {"population", "population", NULL, true},
    {"tolerance", "tolerance", "of the distance, in deviations over the prior", true},
    {"simulations", "simulations", NULL, true},
    {"kept", "kept", "share of simulations within the tolerance", true},
    {"ess", "effective particles", "1 / sum of squared weights", true},
    {0},
};

void ds_fit_course(ds_table *table, const ds_abc_result *r)
{
    ds_table_begin(table, "course", NULL, course_columns);
    for (size_t s = 0; s < r->steps; s++) {
        const ds_abc_step *const step = &r->step[s];
        const double kept = (double)r->particles / (double)step->simulations;
        ds_table_number(table, (double)s + 1, 10);
        if (isinf(step->tolerance))
            ds_table_shown(table, step->tolerance, "prior");
        else
            ds_table_number(table, step->tolerance, DIGITS);
        ds_table_number(table, (double)step->simulations, 10);
        ds_table_shown(table, kept, "%.1f %%", 100 * kept);
        ds_table_number(table, step->ess, 3);
    }
}
