#include "number.h"
#include "sensitivity.h"

#include <math.h>
#include <stdlib.h>

enum { DIGITS = 3 };

/* clang-format off */
#define FIGURE(group) \
    {"group", group, "variant", false}, {"figure", "figure", "what depends", false}, \
    {"axis", "depends on", "the parameter", false}, {"unit", NULL, NULL, false}, \
    {"from", NULL, NULL, true}, {"to", NULL, NULL, true}
#define LAST {"points", NULL, NULL, true}, {"noise", NULL, NULL, true}, {0}

#define SHARES(group) {FIGURE(group), \
    {"first", "first", "share of the variance that comes from it alone", true}, \
    {"first_low", "interval", NULL, true}, {"first_high", NULL, NULL, true}, \
    {"total", "total", "with all that it does together with others", true}, \
    {"total_low", "interval", NULL, true}, {"total_high", NULL, NULL, true}, LAST}
#define EFFECTS(group) {FIGURE(group), \
    {"mu_star", "mu*", "mean size of what its whole range does", true}, \
    {"mu_star_low", "interval", NULL, true}, {"mu_star_high", NULL, NULL, true}, \
    {"mu", "mu", "mean of it, with its sign", true}, \
    {"mu_low", "interval", NULL, true}, {"mu_high", NULL, NULL, true}, \
    {"sigma", "sigma", "how unequal it is from place to place", true}, \
    {"sigma_low", NULL, NULL, true}, {"sigma_high", NULL, NULL, true}, LAST}
#define RANKS(group) {FIGURE(group), \
    {"rank", "rank coefficient", "standardised", true}, \
    {"rank_low", "interval", NULL, true}, {"rank_high", NULL, NULL, true}, \
    {"r2", "R2", "of the ranks, all axes together", true}, LAST}
#define PARTS(group) {FIGURE(group), \
    {"first", "first", "share of the variance that comes from it alone", true}, \
    {"total", "total", "with all that it does together with others", true}, LAST}
#define PAIRS(group) { \
    {"group", group, "variant", false}, {"figure", "figure", "what depends", false}, \
    {"axis", "depends on", "the parameter", false}, {"other", "together with", NULL, false}, \
    {"second", "second", "share of the variance that comes from both together", true}, \
    {"low", "interval", NULL, true}, {"high", NULL, NULL, true}, {0}}
/* clang-format on */

static bool has_groups(const ds_sensitivities *all)
{
    for (size_t i = 0; i < all->count; i++)
        if (all->item[i].group)
            return true;
    return false;
}

static void put_estimate(ds_table *t, const ds_estimate *e)
{
    ds_table_number(t, e->value, DIGITS);
    ds_table_interval(t, e->interval, DIGITS);
}

/* Of shares and coefficients, which have a scale of their own; no zero has a sign. */
static void put_fixed(ds_table *t, double value)
{
    if (isnan(value))
        ds_table_shown(t, value, "–");
    else
        ds_table_shown(t, value, "%.2f", fabs(value) < 0.005 ? 0 : value);
}

static void put_share(ds_table *t, const ds_estimate *e)
{
    const double low = fabs(e->interval.low) < 0.005 ? 0 : e->interval.low;
    const double high = fabs(e->interval.high) < 0.005 ? 0 : e->interval.high;
    put_fixed(t, e->value);
    if (isfinite(low) && isfinite(high))
        ds_table_shown(t, e->interval.low, "%.2f to %.2f", low, high);
    else
        ds_table_shown(t, e->interval.low, "–");
    ds_table_number(t, e->interval.high, DIGITS);
}

static void put_axis(ds_table *t, ds_sensitivity_method method, const ds_sensitivity *s,
                     const ds_sensitivity_axis *a)
{
    switch (method) {
    case DS_SENSITIVITY_SOBOL:
        put_share(t, &a->first);
        put_share(t, &a->total);
        break;
    case DS_SENSITIVITY_MORRIS:
        put_estimate(t, &a->mu_star);
        put_estimate(t, &a->mu);
        ds_table_number(t, a->sigma.value, DIGITS);
        ds_table_number(t, a->sigma.interval.low, DIGITS);
        ds_table_number(t, a->sigma.interval.high, DIGITS);
        break;
    case DS_SENSITIVITY_GRID:
        put_fixed(t, a->first.value);
        put_fixed(t, a->total.value);
        break;
    case DS_SENSITIVITY_RANKS:
        put_share(t, &a->rank);
        put_fixed(t, s->determination);
        break;
    }
}

/* Axes of a figure, the weightiest first. */
static void order(const ds_sensitivity *s, size_t *index)
{
    for (size_t i = 0; i < s->axes; i++) {
        const double weight = fabs(s->axis[i].weight.value);
        size_t at = i;
        for (; at > 0; at--) {
            const double above = fabs(s->axis[index[at - 1]].weight.value);
            if (above >= weight || (isnan(weight) && at == i))
                break;
            index[at] = index[at - 1];
        }
        index[at] = i;
    }
}

static void put_figure(ds_table *t, const ds_sensitivities *all, const ds_sensitivity *s,
                       const size_t *index, size_t most)
{
    for (size_t i = 0; i < s->axes && i < most; i++) {
        const ds_sensitivity_axis *const a = &s->axis[index[i]];
        ds_table_text(t, s->group);
        ds_table_text(t, s->of);
        ds_table_text(t, a->path);
        ds_table_text(t, a->unit);
        ds_table_number(t, a->low, DIGITS);
        ds_table_number(t, a->high, DIGITS);
        put_axis(t, all->method, s, a);
        ds_table_number(t, (double)(s->points - s->empty), DS_NUMBER_DIGITS);
        ds_table_number(t, s->noise, DIGITS);
    }
}

void ds_sensitivity_table(ds_table *t, const ds_sensitivities *all, size_t most)
{
    static const ds_table_column shares[2][16] = {SHARES(NULL), SHARES("variant")};
    static const ds_table_column effects[2][18] = {EFFECTS(NULL), EFFECTS("variant")};
    static const ds_table_column ranks[2][14] = {RANKS(NULL), RANKS("variant")};
    static const ds_table_column parts[2][12] = {PARTS(NULL), PARTS("variant")};
    const bool groups = has_groups(all);
    const ds_table_column *const columns[] = {
        [DS_SENSITIVITY_SOBOL] = shares[groups],
        [DS_SENSITIVITY_MORRIS] = effects[groups],
        [DS_SENSITIVITY_GRID] = parts[groups],
        [DS_SENSITIVITY_RANKS] = ranks[groups],
    };
    static const char *const titles[] = {
        [DS_SENSITIVITY_SOBOL] = "Shares of the variance (Sobol' indices)",
        [DS_SENSITIVITY_MORRIS] = "Effects of the whole range of a parameter (Morris)",
        [DS_SENSITIVITY_GRID] = "Shares of the variance over the points of the grid",
        [DS_SENSITIVITY_RANKS] = "Rank regression",
    };
    ds_table_begin(t, "sensitivity", titles[all->method], columns[all->method]);
    for (size_t i = 0; i < all->count; i++) {
        const ds_sensitivity *const s = &all->item[i];
        size_t *const index = calloc(s->axes + 1, sizeof *index);
        t->short_of_memory = t->short_of_memory || !index;
        if (index && !*s->why) {
            order(s, index);
            put_figure(t, all, s, index, most);
        }
        free(index);
    }
}

/* ---- pairs ---- */

/* Whether a pair stands behind another: by size, and of equal ones by place. */
static bool is_behind(const ds_sensitivity *s, size_t at, size_t other)
{
    const double size = fabs(s->second[at].value), of_other = fabs(s->second[other].value);
    return size < of_other || (size == of_other && at > other);
}

/* The place of the first that stands behind `last`; d * d: none does, or, as `last`, all do. What
 * has no value has no place. */
static size_t next_pair(const ds_sensitivity *s, size_t last)
{
    const size_t d = s->axes, none = d * d;
    size_t found = none;
    for (size_t i = 0; i < d; i++)
        for (size_t k = i + 1; k < d; k++) {
            const size_t at = i * d + k;
            if (!isnan(s->second[at].value) && (last == none || is_behind(s, at, last)) &&
                (found == none || is_behind(s, found, at)))
                found = at;
        }
    return found;
}

void ds_interaction_table(ds_table *t, const ds_sensitivities *all, size_t most)
{
    static const ds_table_column pairs[2][8] = {PAIRS(NULL), PAIRS("variant")};
    ds_table_begin(t, "interactions", "Pairs of parameters (second order)", pairs[has_groups(all)]);
    for (size_t i = 0; i < all->count; i++) {
        const ds_sensitivity *const s = &all->item[i];
        size_t at = s->axes * s->axes;
        for (size_t n = 0; s->second && n < most; n++) {
            at = next_pair(s, at);
            if (at == s->axes * s->axes)
                break;
            ds_table_text(t, s->group);
            ds_table_text(t, s->of);
            ds_table_text(t, s->axis[at / s->axes].path);
            ds_table_text(t, s->axis[at % s->axes].path);
            put_share(t, &s->second[at]);
        }
    }
}

unsigned ds_sensitivity_doubts(const ds_sensitivities *all)
{
    unsigned doubts = 0;
    for (size_t i = 0; i < all->count; i++)
        for (size_t k = 0; !*all->item[i].why && k < all->item[i].axes; k++) {
            const ds_sensitivity_axis *const a = &all->item[i].axis[k];
            doubts |= a->weight.doubts | a->first.doubts | a->mu.doubts;
        }
    return doubts & ~(unsigned)(DS_DOUBT_EQUAL);
}
