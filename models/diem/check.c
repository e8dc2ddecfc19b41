/* Relations between parameters that no single table can state. */
#include "economy.h"
#include "growth.h"
#include "interest.h"
#include "lending.h"

#include <inttypes.h>

static bool weights_add(const ds_list *cohorts, size_t size, size_t offset, const char *where,
                        const char *what, ds_status *st)
{
    double sum = 0;
    for (uint32_t k = 0; k < cohorts->count; k++) {
        double weight;
        memcpy(&weight, (const char *)cohorts->items + k * size + offset, sizeof weight);
        sum += weight;
    }
    if (sum > 0)
        return true;
    return ds_fail(st, DS_E_DATA,
                   "'%s': '%s' is 0 in every cohort, must be above 0 in at least one", where, what);
}

static bool check_holders(const ds_holders_config *c, ds_status *st)
{
#define WEIGHT(field)                             \
    {                                             \
        offsetof(ds_holder_cohort, field), #field \
    }
    static const struct {
        size_t offset;
        const char *name;
    } weights[] = {WEIGHT(liquid), WEIGHT(staked), WEIGHT(locked), WEIGHT(diem)};
#undef WEIGHT
    for (size_t i = 0; i < sizeof weights / sizeof weights[0]; i++)
        if (!weights_add(&c->cohorts, sizeof(ds_holder_cohort), weights[i].offset,
                         "holders.cohorts", weights[i].name, st))
            return false;
    return true;
}

static bool check_profiles(const ds_consumers_config *c, ds_status *st)
{
    for (uint32_t k = 0; k < c->cohorts.count; k++) {
        const ds_consumer_cohort *const cohort = (const ds_consumer_cohort *)c->cohorts.items + k;
        double sum = 0;
        for (uint32_t i = 0; i < cohort->profile.count; i++)
            sum += cohort->profile.value[i];
        if (cohort->profile.count != 24 || !(sum > 0))
            return ds_fail(st, DS_E_DATA,
                           "'consumers.cohorts.%s.profile' has %u weights with sum %g, must be 24 "
                           "with a sum above 0",
                           cohort->name, cohort->profile.count, sum);
    }
    return weights_add(&c->cohorts, sizeof(ds_consumer_cohort), offsetof(ds_consumer_cohort, spend),
                       "consumers.cohorts", "spend", st);
}

static bool ordered(double less, double more, const char *small, const char *large, ds_status *st)
{
    if (less <= more)
        return true;
    return ds_fail(st, DS_E_DATA, "'initial.%s' is %.8g, must be at most 'initial.%s' = %.8g",
                   small, less, large, more);
}

static bool check_initial(const ds_initial_config *n, ds_status *st)
{
    if (!ordered(n->vvv_burned, n->vvv_supply, "vvv_burned", "vvv_supply", st) ||
        !ordered(n->vvv_locked, n->vvv_staked, "vvv_locked", "vvv_staked", st) ||
        !ordered(n->vvv_staked, n->vvv_supply - n->vvv_burned, "vvv_staked", "vvv_supply", st) ||
        !ordered(n->diem_staked, n->diem_supply, "diem_staked", "diem_supply", st))
        return false;
    if (n->diem_supply > 0 && n->vvv_locked <= 0)
        return ds_fail(st, DS_E_DATA,
                       "'initial.vvv_locked' is 0 while 'initial.diem_supply' is %g: "
                       "DIEM is only minted by locking",
                       n->diem_supply);
    return true;
}

/* How a cohort's total is spread: by one rule, and a file has a row for every member. */
typedef struct ds_spread_said {
    const char *population, *cohort, *choice; /* as scenarios name them */
    const ds_choice *rule;
    int64_t count;
    const ds_param *shorthand; /* a parameter of the cohort that the rule takes the place of */
    double value;
} ds_spread_said;

static bool check_spread(const ds_spread_said *s, ds_status *st)
{
    const uint32_t rows = s->rule->as ? ds_shares_rows(s->rule) : 0;
    if (rows > 0 && rows != s->count)
        return ds_fail(st, DS_E_DATA,
                       "'%s.cohorts.%s.count' is %lld, must be %u as the rows that '%s' names "
                       "('%s.scale' may change it after that)",
                       s->population, s->cohort, (long long)s->count, rows, s->choice,
                       s->population);
    if (!s->rule->as || !s->shorthand || s->value == s->shorthand->fallback)
        return true;
    return ds_fail(st, DS_E_DATA,
                   "'%s.cohorts.%s.%s' is %g beside '%s', which takes its place: one of the two "
                   "must go",
                   s->population, s->cohort, s->shorthand->name, s->value, s->choice);
}

/* A parameter of a population's cohorts. */
static const ds_param *of_cohorts(const ds_param *population, const char *name)
{
    return ds_param_find(ds_param_find(population, "cohorts")->table, name);
}

static bool check_spreads(const ds_diem_config *c, ds_status *st)
{
    const ds_param *const pareto = of_cohorts(ds_holders_params, "pareto");
    const ds_param *const zipf = of_cohorts(ds_consumers_params, "zipf");
    for (uint32_t k = 0; k < c->holders.cohorts.count; k++) {
        const ds_holder_cohort *const h = (const ds_holder_cohort *)c->holders.cohorts.items + k;
        if (!check_spread(&(ds_spread_said){"holders", h->name, "holdings", &h->holdings, h->count,
                                            pareto, h->pareto},
                          st))
            return false;
    }
    for (uint32_t k = 0; k < c->consumers.cohorts.count; k++) {
        const ds_consumer_cohort *const u =
            (const ds_consumer_cohort *)c->consumers.cohorts.items + k;
        if (!check_spread(&(ds_spread_said){"consumers", u->name, "spending", &u->spending,
                                            u->count, zipf, u->zipf},
                          st))
            return false;
    }
    for (uint32_t k = 0; k < c->providers.cohorts.count; k++) {
        const ds_provider_cohort *const p =
            (const ds_provider_cohort *)c->providers.cohorts.items + k;
        if (!check_spread(
                &(ds_spread_said){"providers", p->name, "sizes", &p->sizes, p->count, NULL, 0}, st))
            return false;
    }
    return true;
}

static bool check_counts(const ds_diem_config *c, const ds_frame *frame, ds_status *st)
{
    uint32_t first[DS_COHORTS + 1];
    const ds_growing holding = ds_growing_of(c, DS_HOLDERS), using = ds_growing_of(c, DS_CONSUMERS);
    const uint32_t holders = ds_growth_room_of(&holding, frame).rows;
    const uint32_t consumers = ds_growth_room_of(&using, frame).rows;
    const uint32_t providers = ds_population(&c->providers, first);
    if (holders > 100000000)
        return ds_fail(
            st, DS_E_DATA,
            "'holders.scale': %u holders with those who come, must be at most 100,000,000",
            holders);
    if (consumers > 10000000)
        return ds_fail(
            st, DS_E_DATA,
            "'consumers.scale': %u consumers with those who come, must be at most 10,000,000",
            consumers);
    if (providers > 1000000)
        return ds_fail(st, DS_E_DATA, "'providers.scale': %u providers, must be at most 1,000,000",
                       providers);
    return true;
}

/* A job's size is measured against the mean one, and a repair must end. */
static bool has_mean(const ds_choice *choice, const char *where, ds_status *st)
{
    if (isfinite(ds_dist_of(choice).mean))
        return true;
    return ds_fail(st, DS_E_DATA, "'%s' has an infinite mean, must be finite", where);
}

static bool check_perpetual(const ds_perpetual_config *c, ds_status *st)
{
    if (c->maintenance < c->margin)
        return true;
    return ds_fail(st, DS_E_DATA,
                   "'perpetual.maintenance' is %g, must be below 'perpetual.margin' = %g",
                   c->maintenance, c->margin);
}

/* Of the first loans, which a later LLTV may well liquidate. */
static bool check_loans(const ds_lending_market_config *l, const char *name, ds_status *st)
{
    if (l->count > 0 && l->ltv * (1 + l->ltv_spread) >= l->lltv)
        return ds_fail(st, DS_E_DATA,
                       "'lending.%s.ltv' is %g with a spread of %g, must stay below 'lltv' = %g",
                       name, l->ltv, l->ltv_spread, l->lltv);
    if (l->count > 0 && !(l->collateral > 0))
        return ds_fail(st, DS_E_DATA,
                       "'lending.%s.collateral' is 0 while 'count' is %" PRId64 ", must be above 0",
                       name, l->count);
    return true;
}

static bool check_lltv(const ds_diem_config *c, ds_lending_market m, double since, ds_status *st)
{
    const double fees = c->markets.vvv_usd.fee + (m == DS_LEND_DIEM ? c->markets.diem_vvv.fee : 0);
    const ds_lending_market_config *const l = ds_lending_of(c, m);
    const char *const name = m == DS_LEND_VVV ? "vvv" : "diem";
    if (!(ds_liquidation_incentive(l->lltv) * (1 - fees) > 1))
        return ds_fail(st, DS_E_DATA,
                       "'lending.%s.lltv' is %g, must be lower: liquidators get %.4f dollars of "
                       "collateral for one and pay the pools %g of it in fees",
                       name, l->lltv, ds_liquidation_incentive(l->lltv), fees);
    return since > 0 || check_loans(l, name, st);
}

/* At their leverage, borrowers have their buffer. */
static bool check_leverage(const ds_diem_config *c, ds_status *st)
{
    const double lltv = fmin(c->lending.vvv.lltv, c->lending.diem.lltv);
    const double most = 1 / (1 - lltv * (1 - c->lending.borrowers.buffer));
    for (uint32_t k = 0; k < c->holders.cohorts.count; k++) {
        const ds_holder_cohort *const cohort =
            (const ds_holder_cohort *)c->holders.cohorts.items + k;
        if (cohort->leverage > most)
            return ds_fail(st, DS_E_DATA,
                           "'holders.cohorts.%s.leverage' is %g, must be at most %.4g: debt within "
                           "'lending.borrowers.buffer' of the lowest LLTV is repaid",
                           cohort->name, cohort->leverage, most);
    }
    return true;
}

/* The first rate lies between bounds that may change later: it follows. */
static bool check_lending(const ds_diem_config *c, double since, ds_status *st)
{
    const ds_interest_config *const i = &c->lending.interest;
    if (!c->lending.active)
        return true;
    if (!(i->least <= i->most))
        return ds_fail(st, DS_E_DATA, "'lending.interest.least' is %g, must be at most 'most' = %g",
                       i->least, i->most);
    if (since == 0 && !(i->least <= i->rate && i->rate <= i->most))
        return ds_fail(st, DS_E_DATA,
                       "'lending.interest.rate' is %g, must lie between 'least' = %g and 'most' = "
                       "%g",
                       i->rate, i->least, i->most);
    return check_lltv(c, DS_LEND_VVV, since, st) && check_lltv(c, DS_LEND_DIEM, since, st) &&
           check_leverage(c, st);
}

bool ds_diem_check(void *config, const ds_frame *frame, ds_status *st)
{
    const ds_diem_config *const c = config;
    return has_mean(&c->demand.size, "demand.size", st) &&
           has_mean(&c->providers.repair, "providers.repair", st) &&
           check_holders(&c->holders, st) && check_profiles(&c->consumers, st) &&
           check_initial(&c->initial, st) && check_perpetual(&c->perpetual, st) &&
           check_lending(c, frame->since, st) && check_spreads(c, st) && check_counts(c, frame, st);
}
