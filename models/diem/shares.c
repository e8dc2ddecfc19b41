#include "shares.h"

#include "sim/core/dist.h"
#include "sim/core/real.h"

#include <math.h>

#define MOST_IN_ALL  9e10 /* tokens: what fits 64 bits of 1e-8 */
#define UNITS_IN_ALL 1e13 /* at least, that a file's rows are counted in */

typedef struct pareto_params {
    double alpha;
} pareto_params;

typedef struct lognormal_params {
    double sigma;
} lognormal_params;

typedef struct zipf_params {
    double exponent;
} zipf_params;

typedef struct csv_params {
    ds_column from;
} csv_params;

#define P DS_P_NUMBER
static const ds_param pareto_table[] = {
    P(pareto_params, alpha, "1", 1.16, 1.0001, 100, "tail index: P(X > x) = (least / x)^alpha",
      "80/20 rule, a common fit of token holdings"),
    {0},
};
static const ds_param lognormal_table[] = {
    P(lognormal_params, sigma, "1", 2, 0, 10, "sd of the log; 0: all alike", NULL),
    {0},
};
static const ds_param zipf_table[] = {
    P(zipf_params, exponent, "1", 1.37, 0, 10,
      "the r-th largest has r to the power of minus this; 0: all alike",
      "rank-size slope -1.37 of a public LLM-serving trace"),
    {0},
};
static const ds_param csv_table[] = {
    {DS_AT(csv_params, from), .kind = DS_COLUMN, .unit = "1", .max = MOST_IN_ALL, .required = true,
     .doc = "CSV file of one row a member, {file: ..., column: ...}; only proportions count"},
    {0},
};
#undef P

static bool check_csv(void *params, ds_status *st)
{
    const csv_params *const p = params;
    double sum = 0;
    if (p->from.count == 0)
        return ds_fail(st, DS_E_DATA, "'from' names no file, must be a CSV file");
    for (uint32_t i = 0; i < p->from.count; i++)
        sum += p->from.value[i];
    if (sum >= 1e-3 && sum <= MOST_IN_ALL)
        return true;
    return ds_fail(st, DS_E_DATA, "'from': its rows add up to %g, must lie in [0.001, %g]", sum,
                   MOST_IN_ALL);
}

#define ALTERNATIVE(var, name_, table_, type_, check_, doc_)         \
    static const ds_alternative var = {.name = (name_),              \
                                       .doc = (doc_),                \
                                       .params = (table_),           \
                                       .params_size = sizeof(type_), \
                                       .check = (check_)}
ALTERNATIVE(pareto, "pareto", pareto_table, pareto_params, NULL,
            "Pareto: a heavy tail, drawn anew in every replica.");
ALTERNATIVE(lognormal, "lognormal", lognormal_table, lognormal_params, NULL,
            "Lognormal, drawn anew in every replica.");
ALTERNATIVE(zipf, "zipf", zipf_table, zipf_params, NULL,
            "Zipf: by rank, the same in every replica.");
ALTERNATIVE(csv, "csv", csv_table, csv_params, check_csv,
            "As given: one row a member, the same in every replica.");

const ds_alternative *const ds_share_rules[] = {&pareto, &lognormal, &zipf, &csv, NULL};

/* ---- compiled ---- */

ds_shares ds_shares_pareto(double alpha, uint32_t members)
{
    return (ds_shares){.rule = DS_SHARE_PARETO,
                       .members = members,
                       .shape = -1 / alpha,
                       .mean = alpha / (alpha - 1)};
}

/* Newcomers have a rank of those at the start, all equally likely. */
ds_shares ds_shares_zipf(double exponent, uint32_t members)
{
    double sum = 0;
    for (uint32_t i = 0; i < members; i++)
        sum += ds_pow(i + 1, -exponent);
    return (ds_shares){
        .rule = DS_SHARE_ZIPF, .members = members, .shape = -exponent, .mean = sum / members};
}

/* Rows count as whole numbers: of the ledger's units, or, where they add up to little, as fractions
 * do, of a decimal part of them. A row of eight decimals is one exactly. */
static ds_shares of_rows(const ds_column *rows, uint32_t members)
{
    double sum = 0;
    for (uint32_t i = 0; i < rows->count; i++)
        sum += rows->value[i];
    double unit = 1e8;
    while (sum * unit < UNITS_IN_ALL)
        unit *= 10;
    return (ds_shares){.rule = DS_SHARE_ROWS,
                       .members = members,
                       .shape = unit,
                       .mean = sum / rows->count,
                       .rows = *rows};
}

ds_shares ds_shares_of(const ds_choice *choice, uint32_t members)
{
    const void *const p = choice->params;
    if (choice->as == &pareto)
        return ds_shares_pareto(((const pareto_params *)p)->alpha, members);
    if (choice->as == &zipf)
        return ds_shares_zipf(((const zipf_params *)p)->exponent, members);
    if (choice->as == &csv)
        return of_rows(&((const csv_params *)p)->from, members);
    const double sigma = ((const lognormal_params *)p)->sigma;
    return (ds_shares){.rule = DS_SHARE_LOGNORMAL,
                       .members = members,
                       .shape = sigma,
                       .mean = ds_exp(sigma * sigma / 2)};
}

/* With more or fewer members than rows, the rows laid end to end are cut into as many equal
 * stretches as there are members: neighbours are merged, or a row is shared. */
static double stretch(const ds_shares *s, uint32_t member)
{
    const double rows = s->rows.count, a_member = rows / s->members;
    const double begin = member * a_member, end = fmin((member + 1) * a_member, rows);
    double sum = 0;
    for (uint32_t row = (uint32_t)begin; row < end; row++)
        sum += s->rows.value[row] * (fmin(end, row + 1.0) - fmax(begin, row));
    return sum;
}

uint32_t ds_shares_rows(const ds_choice *choice)
{
    return choice->as == &csv ? ((const csv_params *)choice->params)->from.count : 0;
}

double ds_shares_weight(const ds_shares *s, uint32_t member, ds_rng *rng)
{
    switch (s->rule) {
    case DS_SHARE_LOGNORMAL:
        return ds_exp(s->shape * ds_rng_normal(rng));
    case DS_SHARE_ZIPF:
        return ds_pow(member + 1, s->shape);
    case DS_SHARE_ROWS:
        return floor((s->rows.count == s->members ? s->rows.value[member] : stretch(s, member)) *
                         s->shape +
                     0.5);
    case DS_SHARE_PARETO:
    default:
        return ds_pow(ds_rng_open(rng), s->shape);
    }
}

double ds_shares_size(const ds_shares *s, ds_rng *rng)
{
    if (s->rule == DS_SHARE_ROWS)
        return s->rows.value[ds_rng_below(rng, s->rows.count)] / s->mean;
    const uint32_t rank = s->rule == DS_SHARE_ZIPF ? ds_rng_below(rng, s->members) : 0;
    return ds_shares_weight(s, rank, rng) / s->mean;
}
