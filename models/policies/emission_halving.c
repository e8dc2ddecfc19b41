#include "policy.h"

#include <math.h>

typedef struct halving_params {
    double from, initial, interval, tail;
} halving_params;

static const ds_param table[] = {
    {DS_AT(halving_params, from), .kind = DS_DATE, .unit = "1", .text = "2025-01-27",
     .doc = "date from which VVV is issued; nothing before",
     .source = "protocol announcement: genesis"},
    DS_P_NUMBER(halving_params, initial, "VVV/yr", 14e6, 0, 1e12, "rate before the first halving",
                "protocol announcement, 2025-01"),
    DS_P_NUMBER(halving_params, interval, "d", 365, 1, 36500, "from one halving to the next", NULL),
    DS_P_NUMBER(halving_params, tail, "VVV/yr", 0, 0, 1e12, "the rate never falls below", NULL),
    {0},
};

static bool check(void *params, ds_status *st)
{
    const halving_params *const p = params;
    if (p->tail <= p->initial)
        return true;
    return ds_fail(st, DS_E_DATA, "'tail' is %g VVV/yr, must be at most 'initial' (%g)", p->tail,
                   p->initial);
}

static double halving(const halving_params *p, double n)
{
    return p->from + n * p->interval;
}

/* Halvings up to that date. The quotient may round across an edge, and a halving must be seen on
 * its own date. */
static double halvings(const halving_params *p, double date)
{
    const double n = fmax(0, floor((date - p->from) / p->interval));
    if (date >= halving(p, n + 1))
        return n + 1;
    return n > 0 && date < halving(p, n) ? n - 1 : n;
}

static double rate_after(const halving_params *p, double n)
{
    return ldexp(p->initial, -(int)fmin(n, 2000));
}

static double emission(const void *params, const ds_view *now)
{
    const halving_params *const p = params;
    if (now->date < p->from)
        return 0;
    return fmax(p->tail, rate_after(p, halvings(p, now->date)));
}

static double changes(const void *params, const ds_view *now)
{
    const halving_params *const p = params;
    if (now->date < p->from)
        return p->from;
    const double n = halvings(p, now->date);
    return rate_after(p, n) > p->tail ? halving(p, n + 1) : INFINITY;
}

const ds_policy ds_emission_halving = {
    .as = {.name = "halving",
           .doc = "The rate halves every interval, down to a constant tail. Without a tail all "
                  "that is ever issued is 2 * initial * interval.",
           .source = "Nakamoto 2008; Bitcoin's block subsidy, Helium's HIP 20 (2020)",
           .params = table,
           .params_size = sizeof(halving_params),
           .check = check},
    .emission = emission,
    .emission_changes = changes,
};
