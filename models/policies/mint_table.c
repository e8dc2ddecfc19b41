#include "mint_cubic.h"

#include <math.h>

enum { BUCKETS_MOST = 4096 };

typedef struct table_params {
    ds_cubic_params cubic;
    double width;
    int64_t buckets;
    double rate[BUCKETS_MOST]; /* derived: each bucket's rate */
} table_params;

static const ds_param table[] = {
    DS_CUBIC_PARAMS(ds_cubic_params),
    DS_P_NUMBER(table_params, width, "DIEM", 500, 1e-3, 1e9, "supply that one bucket spans",
                "deployed contract, 2026-09"),
    DS_P_INTEGER(table_params, buckets, "1", 256, 1, BUCKETS_MOST,
                 "buckets; beyond the last nothing can be minted", "deployed contract, 2026-09"),
    {0},
};

static bool check(void *params, ds_status *st)
{
    table_params *const p = params;
    (void)st;
    for (int64_t i = 0; i < p->buckets; i++)
        p->rate[i] = ds_cubic_rate(&p->cubic, (double)(i + 1) * p->width);
    return true;
}

/* b with b·width <= supply < (b + 1)·width in doubles too: the quotient may round across an edge,
 * and a walk that starts from an edge must leave it. */
static double bucket(const table_params *p, double supply)
{
    const double b = floor(supply / p->width);
    if (supply >= (b + 1) * p->width)
        return b + 1;
    return supply < b * p->width ? b - 1 : b;
}

static double rate(const void *params, const ds_view *now, double supply)
{
    const table_params *const p = params;
    (void)now;
    const double b = bucket(p, supply);
    return b < (double)p->buckets ? p->rate[(size_t)fmax(b, 0)] : INFINITY;
}

static double step(const void *params, const ds_view *now, double supply)
{
    const table_params *const p = params;
    (void)now;
    return (bucket(p, supply) + 1) * p->width;
}

const ds_policy ds_mint_table = {
    .as = {.name = "table",
           .doc =
               "base * exp(power * (edge / target)^3), where edge is the upper end of the bucket, "
               "of a width, in which the supply lies: the exponential-cubic rule in steps, the "
               "deployed contract's form.",
           .source =
               "deployed contract: 499.97579 sVVV for a DIEM at supply 37,713 and target 40,000",
           .params = table,
           .params_size = sizeof(table_params),
           .check = check},
    .rate = rate,
    .step = step,
};
