#include "metrics.h"

#include "consumers.h"
#include "economy.h"
#include "fees.h"
#include "holders.h"
#include "lending.h"
#include "liquidity.h"
#include "minting.h"
#include "perpetual.h"
#include "rent.h"
#include "staking.h"

#include "sim/core/real.h"

/* What one observation reads: the world, the interval that ends, and its integrals. */
typedef struct ds_reading {
    const ds_world *w;
    const ds_economy *e;
    const ds_flows *flow;
    ds_outlook outlook;
    double days; /* length of the interval */
    double busy, up, speed, queued, providers, cost;
} ds_reading;

static double bucket(const ds_reading *r, ds_asset asset, ds_bucket which)
{
    return ds_tokens(r->e->ledger.book[asset].bucket[which]);
}

static double staked(const ds_reading *r)
{
    return bucket(r, DS_VVV, DS_STAKED) + bucket(r, DS_VVV, DS_LOCKED);
}

/* VVV that has accrued and that nothing yet made the ledger mint. */
static ds_amount unminted(const ds_reading *r)
{
    return ds_staking_unbooked(r->w).emitted;
}

static ds_amount to_protocol(const ds_reading *r)
{
    return ds_staking_unbooked(r->w).protocol;
}

static double supply(const ds_reading *r, ds_asset asset)
{
    const ds_amount booked = ds_ledger_supply(&r->e->ledger, asset);
    return ds_tokens(asset == DS_VVV ? booked + unminted(r) : booked);
}

static double a_day(const ds_reading *r, double sum)
{
    return sum / r->days;
}

static double ratio(double part, double whole)
{
    return whole > 0 ? part / whole : NAN;
}

static double defined_or_nan(double x)
{
    return isfinite(x) ? x : NAN;
}

static double issued(const ds_reading *r)
{
    const ds_book *const book = &r->e->ledger.book[DS_VVV];
    return r->w->config->initial.vvv_burned +
           (double)(book->initial + book->minted + unminted(r)) * 1e-8;
}

/* Value today of the DIEM that one more locked VVV mints, used or rented out for a year. */
static double minter_return(const ds_reading *r)
{
    const double credit = 365 * ds_rent_price(r->w) / r->e->diem_price;
    return r->outlook.locked_apr + r->outlook.proceeds * credit;
}

static double insolvent(const ds_economy *e, double now)
{
    return e->insolvent_days + (e->owed > 0 ? now - e->insolvent_since : 0);
}

/* Sum of squared shares (Hirschman 1945, Herfindahl 1950); undefined without capacity. */
static double concentration(const ds_economy *e)
{
    return e->up.value > 0 ? fmin(1, e->speed_squares / (e->speed.value * e->speed.value)) : NAN;
}

#define STATE    DS_STATE, true
#define RATE     DS_STATE, false
#define AVERAGE  DS_AVERAGE, false
#define FLOW     DS_FLOW, false
#define PARTY(p) a_day(r, r->flow->paid[p])
#define LENT(m)  r->e->lending.market[m]

/* name, unit, kind and width, value, meaning */
#define METRICS(X)                                                                                 \
    X(vvv_supply, "VVV", STATE, issued(r), "VVV ever issued, burned ones included")                \
    X(vvv_effective_supply, "VVV", STATE, supply(r, DS_VVV), "VVV issued less burned")             \
    X(vvv_circulating, "VVV", STATE,                                                               \
      supply(r, DS_VVV) - staked(r) - bucket(r, DS_VVV, DS_COOLING),                               \
      "effective supply less staked and cooling VVV")                                              \
    X(vvv_staked, "VVV", STATE, staked(r), "staked VVV, locked ones included")                     \
    X(vvv_locked, "VVV", STATE, bucket(r, DS_VVV, DS_LOCKED), "sVVV locked behind DIEM")           \
    X(vvv_cooling, "VVV", STATE, bucket(r, DS_VVV, DS_COOLING), "VVV in the unstaking cooldown")   \
    X(vvv_unclaimed, "VVV", STATE,                                                                 \
      bucket(r, DS_VVV, DS_REWARDS) + ds_tokens(unminted(r) - to_protocol(r)),                     \
      "emission shared out and not yet claimed, with the dust of rounding")                        \
    X(vvv_treasury, "VVV", STATE, bucket(r, DS_VVV, DS_PROTOCOL) + ds_tokens(to_protocol(r)),      \
      "VVV of the treasury")                                                                       \
    X(vvv_emitted, "VVV/d", FLOW, a_day(r, r->flow->vvv_emitted + ds_tokens(unminted(r))),         \
      "VVV issued by the emission rule")                                                           \
    X(vvv_burned, "VVV/d", FLOW, a_day(r, r->flow->vvv_burned),                                    \
      "VVV bought and burned, or slashed")                                                         \
    X(diem_supply, "DIEM", STATE, supply(r, DS_DIEM), "DIEM minted and not burned")                \
    X(diem_staked, "DIEM", STATE,                                                                  \
      bucket(r, DS_DIEM, DS_STAKED) + bucket(r, DS_DIEM, DS_USERS_STAKED),                         \
      "DIEM staked for credit")                                                                    \
    X(diem_liquid, "DIEM", STATE, bucket(r, DS_DIEM, DS_LIQUID) + bucket(r, DS_DIEM, DS_USERS),    \
      "DIEM of holders and consumers that is neither staked nor cooling")                          \
    X(diem_pooled, "DIEM", STATE, bucket(r, DS_DIEM, DS_POOL_DIEM_VVV), "DIEM in the pool")        \
    X(diem_minted, "DIEM/d", FLOW, a_day(r, r->flow->diem_minted), "DIEM minted")                  \
    X(diem_burned, "DIEM/d", FLOW, a_day(r, r->flow->diem_burned), "DIEM burned to unlock")        \
    X(diem_redeemed, "DIEM/d", FLOW, a_day(r, r->flow->redeemed),                                  \
      "DIEM burned for new VVV at par, where markets.redemption has one")                          \
    X(mint_rate, "VVV/DIEM", STATE, defined_or_nan(ds_mint_rate(r->w)),                            \
      "sVVV to lock for one more DIEM; undefined where the policy mints no more")                  \
    X(average_lock, "VVV/DIEM", RATE, ratio(bucket(r, DS_VVV, DS_LOCKED), supply(r, DS_DIEM)),     \
      "locked sVVV over DIEM supply")                                                              \
    X(capacity, "USD/d", AVERAGE, r->speed / r->days,                                              \
      "what slots that are up can serve, at list price")                                           \
    X(demand, "USD/d", FLOW, a_day(r, r->flow->demand), "jobs that arrived, at list price")        \
    X(served, "USD/d", FLOW, a_day(r, r->flow->served), "jobs completed, at list price")           \
    X(utilization, "1", AVERAGE, ratio(r->busy, r->up),                                            \
      "busy slots over slots that are up, time average")                                           \
    X(queue_length, "1", AVERAGE, r->queued / r->days, "waiting jobs, time average")               \
    X(wait_mean, "d", AVERAGE, ratio(r->flow->wait.sum, r->flow->wait.count),                      \
      "wait of the jobs whose service began, zero waits included")                                 \
    X(wait_p95, "d", AVERAGE, ds_waits_quantile(&r->e->risk.waits, 0.95),                          \
      "wait that 95 % of those jobs did not pass")                                                 \
    X(busy, "1", AVERAGE, r->busy / r->days, "busy slots, time average")                           \
    X(slots_up, "1", AVERAGE, r->up / r->days, "slots that are up, time average")                  \
    X(lost_share, "1", AVERAGE, ratio(r->flow->lost, r->flow->jobs),                               \
      "jobs lost over jobs arrived")                                                               \
    X(providers_active, "1", AVERAGE, r->providers / r->days, "providers in the network")          \
    X(jobs, "1/d", FLOW, a_day(r, r->flow->jobs), "jobs that arrived")                             \
    X(fees_usd, "USD/d", FLOW, a_day(r, r->flow->fees_usd), "fees paid in USD")                    \
    X(fees_credit, "USD/d", FLOW, a_day(r, r->flow->fees_credit), "fees paid with DIEM credit")    \
    X(fees_bundled, "USD/d", FLOW, a_day(r, r->flow->fees_bundled),                                \
      "fees paid with bundled credit")                                                             \
    X(fees_rented, "USD/d", FLOW, a_day(r, r->flow->fees_rented),                                  \
      "of the fees paid with credit, those with rented DIEM")                                      \
    X(fees_diem, "USD/d", FLOW, a_day(r, r->flow->fees_diem), "fees paid in DIEM as money")        \
    X(credit_expired, "USD/d", FLOW, a_day(r, r->flow->expired),                                   \
      "DIEM credit that nobody used, counted at the day's end")                                    \
    X(rent_price, "USD", RATE, ds_rent_price(r->w), "price of a DIEM-day")                         \
    X(rent_paid, "USD/d", FLOW, a_day(r, r->flow->rent), "paid to owners who rent DIEM out")       \
    X(diem_rented, "DIEM", RATE, ds_tokens(r->e->rent.let), "DIEM rented out today")               \
    X(share_pay, "1", RATE, route_share(r, DS_ROUTE_PAY),                                          \
      "of consumers' planned spending, the part of those who pay as they go")                      \
    X(share_own, "1", RATE, route_share(r, DS_ROUTE_OWN), "of those who own DIEM")                 \
    X(share_rent, "1", RATE, route_share(r, DS_ROUTE_RENT), "of those who rent DIEM")              \
    X(share_outside, "1", RATE, route_share(r, DS_ROUTE_OUTSIDE),                                  \
      "of those whom another provider serves")                                                     \
    X(compute_price, "1", RATE, r->e->price, "price of inference over the list price")             \
    X(price_owner, "1", RATE, owner_price(r),                                                      \
      "price of inference for owners of DIEM: its price at the mean required return, over list")   \
    X(price_rent, "1", RATE, r->e->rent.price * r->e->price / r->w->config->consumers.cover,       \
      "price of inference for those who rent DIEM, over list")                                     \
    X(price_outside, "1", RATE, ds_outside_price(r->w),                                            \
      "price of inference at the outside provider, over list")                                     \
    X(paid_providers, "USD/d", FLOW, PARTY(DS_PROVIDERS),                                          \
      "paid to providers, for credit by the treasury")                                             \
    X(paid_stakers, "USD/d", FLOW, PARTY(DS_STAKERS), "share of fees set aside for stakers")       \
    X(paid_minters, "USD/d", FLOW, PARTY(DS_MINTERS), "share of fees set aside for locked stake")  \
    X(paid_treasury, "USD/d", FLOW, PARTY(DS_TREASURY), "share of fees that the treasury keeps")   \
    X(paid_burn, "USD/d", FLOW, PARTY(DS_BURN), "share of fees set aside for buying VVV to burn")  \
    X(treasury, "USD", STATE, bucket(r, DS_USD, DS_PROTOCOL), "cash of the treasury")              \
    X(liability, "USD", STATE, ds_tokens(r->e->owed), "what the treasury owes providers, overdue") \
    X(runway, "d", RATE, ds_runway(r->w),                                                          \
      "days the treasury lasts at its 30-day net outflow, at most 36500")                          \
    X(apr_staked, "1/yr", RATE, r->outlook.apr,                                                    \
      "return of staked VVV: emission and fees of the last day")                                   \
    X(apr_locked, "1/yr", RATE, r->outlook.locked_apr,                                             \
      "return of a locked sVVV: emission it keeps, and fees")                                      \
    X(apr_emission, "1/yr", RATE, ds_emission_apr(r->w), "emission a year over staked VVV")        \
    X(apr_fees, "1/yr", RATE, r->outlook.fees,                                                     \
      "fees to stakers, the last day's, over the value staked")                                    \
    X(real_yield_share, "1", RATE, ratio(r->outlook.fees, r->outlook.apr),                         \
      "part of the stakers' return that fees pay, not emission")                                   \
    X(stakers_share, "1", RATE, stakers_share(r), "part of the emission that stakers keep")        \
    X(minter_return, "1/yr", RATE, minter_return(r),                                               \
      "return of locking one more VVV and renting the DIEM's credit out")                          \
    X(provider_margin, "1/yr", AVERAGE, ratio(r->flow->paid[DS_PROVIDERS] - r->cost, r->cost),     \
      "a year's profit of providers over a year's cost of their slots, at the interval's pace")    \
    X(vvv_price, "USD", RATE, r->e->vvv_price, "price of VVV in the pool")                         \
    X(vvv_price_outside, "USD", RATE, r->e->offered.price, "price of VVV at the outside venue")    \
    X(diem_price, "USD", RATE, r->e->diem_price,                                                   \
      "price of DIEM: pool price in VVV times that of VVV")                                        \
    X(diem_vvv, "VVV", RATE, r->e->diem_vvv, "price of DIEM in VVV in the pool")                   \
    X(perpetuity_yield, "1/yr", RATE, 365 * ds_diem_credit(r->w) / r->e->diem_price,               \
      "a year's credit of a DIEM at list price over its price")                                    \
    X(price_owner_volatility, "1/yr", RATE, ds_volatility(&r->e->risk.owner),                      \
      "sd of the daily change of the owners' price of inference, trailing 30 days, a year's")      \
    X(price_pay_volatility, "1/yr", RATE, ds_volatility(&r->e->risk.pay),                          \
      "the same of the price for who pays as it goes")                                             \
    X(price_outside_volatility, "1/yr", RATE, ds_volatility(&r->e->risk.outside),                  \
      "the same at the outside provider")                                                          \
    X(diem_cooling, "DIEM", STATE,                                                                 \
      bucket(r, DS_DIEM, DS_COOLING) + bucket(r, DS_DIEM, DS_USERS_COOLING),                       \
      "DIEM in the unstaking cooldown")                                                            \
    X(unstaking_share, "1", RATE,                                                                  \
      ratio(bucket(r, DS_VVV, DS_COOLING), staked(r) + bucket(r, DS_VVV, DS_COOLING)),             \
      "pending unstakes over stake and pending unstakes")                                          \
    X(nakamoto_staked, "1", RATE, ds_stake_nakamoto(r->w),                                         \
      "least number of holders with more than half of the stake")                                  \
    X(pool_depth_vvv_usd, "USD", STATE, ds_market_depth(r->w, DS_PAIR_VVV_USD),                    \
      "value of both reserves of the VVV/USD pool")                                                \
    X(pool_depth_diem_vvv, "USD", STATE, ds_market_depth(r->w, DS_PAIR_DIEM_VVV),                  \
      "value of both reserves of the DIEM/VVV pool")                                               \
    X(depth_1pct, "USD", RATE, ds_market_move_cost(r->w, 0.01),                                    \
      "payment that moves the price of DIEM up by 1 %, fee included")                              \
    X(lp_return, "1/yr", AVERAGE, ds_liquidity_return(r->w, r->days),                              \
      "fees less impermanent loss of the interval, over both pools by value")                      \
    X(perp_open_interest, "USD", STATE, ds_open_interest(r->w),                                    \
      "long positions in the perpetual future, at its mark price")                                 \
    X(perp_funding, "1/yr", RATE, 3 * 365 * r->e->perpetual.funding,                               \
      "funding that longs pay shorts, of the position")                                            \
    X(perp_premium, "1", RATE, ds_expm1(r->e->perpetual.premium),                                  \
      "mark price over the spot price of DIEM, less 1")                                            \
    X(perp_deleveraged, "USD/d", FLOW, a_day(r, r->flow->deleveraged),                             \
      "positions closed because margin fell below maintenance")                                    \
    X(liquidations, "USD/d", FLOW, a_day(r, r->flow->liquidated), "debt that liquidators repaid")  \
    X(collateral_seized, "USD/d", FLOW, a_day(r, r->flow->seized),                                 \
      "collateral that they got for it, at the price loans are judged by")                         \
    X(bad_debt, "USD/d", FLOW, a_day(r, r->flow->bad_debt),                                        \
      "debt without collateral, taken off what lenders have")                                      \
    X(vvv_collateral, "VVV", STATE, bucket(r, DS_VVV, DS_COLLATERAL), "VVV as collateral")         \
    X(diem_collateral, "DIEM", STATE, bucket(r, DS_DIEM, DS_COLLATERAL), "DIEM as collateral")     \
    X(loans_vvv, "USD", STATE, ds_tokens(LENT(DS_LEND_VVV).lent), "loans against VVV")             \
    X(loans_diem, "USD", STATE, ds_tokens(LENT(DS_LEND_DIEM).lent), "loans against DIEM")          \
    X(lending_supplied_vvv, "USD", STATE, ds_tokens(LENT(DS_LEND_VVV).supplied),                   \
      "what lenders have in the market of VVV, lent or not")                                       \
    X(lending_supplied_diem, "USD", STATE, ds_tokens(LENT(DS_LEND_DIEM).supplied),                 \
      "what they have in that of DIEM")                                                            \
    X(lending_utilization_vvv, "1", RATE, used(r, DS_LEND_VVV), "loans over supply, of VVV")       \
    X(lending_utilization_diem, "1", RATE, used(r, DS_LEND_DIEM), "loans over supply, of DIEM")    \
    X(borrow_rate_vvv, "1/yr", RATE, interest(r, DS_LEND_VVV, ds_borrow_rate),                     \
      "interest on loans against VVV")                                                             \
    X(borrow_rate_diem, "1/yr", RATE, interest(r, DS_LEND_DIEM, ds_borrow_rate),                   \
      "interest on loans against DIEM")                                                            \
    X(supply_rate_vvv, "1/yr", RATE, interest(r, DS_LEND_VVV, ds_supply_rate),                     \
      "interest that lenders get, of VVV")                                                         \
    X(supply_rate_diem, "1/yr", RATE, interest(r, DS_LEND_DIEM, ds_supply_rate),                   \
      "interest that lenders get, of DIEM")                                                        \
    X(bonded, "VVV", STATE, bucket(r, DS_VVV, DS_BONDS), "bonds of providers")                     \
    X(providers_hhi, "1", RATE, concentration(r->e),                                               \
      "Herfindahl index of providers by what their slots that are up can serve")                   \
    X(providers_entered, "1/d", FLOW, a_day(r, r->flow->entered),                                  \
      "providers that entered the network")                                                        \
    X(providers_left, "1/d", FLOW, a_day(r, r->flow->left), "providers that left it")              \
    X(shock_demand, "1", RATE, r->e->shocked[DS_SHOCK_DEMAND],                                     \
      "what shocks multiply all demand by")                                                        \
    X(shock_cost, "1", RATE, r->e->shocked[DS_SHOCK_COST],                                         \
      "what shocks multiply the cost of compute by")                                               \
    X(credit_value, "USD", RATE, ds_diem_credit(r->w),                                             \
      "inference a day that a staked DIEM is a right to: 1 but for shocks")                        \
    X(slots_held, "1", RATE, r->e->held, "slots that shocks hold down")                            \
    X(gini_staked, "1", RATE, ds_stake_gini(r->w),                                                 \
      "Gini coefficient of stake over holders who stake")                                          \
    X(holders, "1", STATE, r->e->crowd[DS_HOLDERS].all,                                            \
      "holders, at the start and come since, whatever they hold")                                  \
    X(consumers, "1", STATE, r->e->crowd[DS_CONSUMERS].all,                                        \
      "consumers, at the start and come since, those outside included")                            \
    X(arrived_usd, "USD/d", FLOW, a_day(r, r->flow->arrived), "cash that new holders bring")       \
    X(demand_index, "1", RATE, r->e->index * r->e->growth,                                         \
      "what demand.path and demand.growth multiply the demand of a cohort without new consumers "  \
      "by")

static double used(const ds_reading *r, ds_lending_market m)
{
    return ratio((double)LENT(m).lent, (double)LENT(m).supplied);
}

/* Undefined where nobody lends. */
static double interest(const ds_reading *r, ds_lending_market m,
                       double (*rate)(const ds_world *, ds_lending_market))
{
    return LENT(m).supplied > 0 ? rate(r->w, m) : NAN;
}

static double stakers_share(const ds_reading *r)
{
    const double keep = r->w->config->staking.locked_keep;
    return (1 - r->e->protocol_part) *
           ratio(staked(r) - (1 - keep) * bucket(r, DS_VVV, DS_LOCKED), staked(r));
}

/* Part of what all consumers would spend that goes one way. */
static double route_share(const ds_reading *r, ds_route route)
{
    double sum = 0;
    for (int i = 0; i < DS_ROUTES; i++)
        sum += ds_tokens_of_sum(r->e->spend_by[i]);
    return ratio(ds_tokens_of_sum(r->e->spend_by[route]), sum);
}

/* As the consumers of the first cohort see it who require what their cohort does on average. */
static double owner_price(const ds_reading *r)
{
    const ds_consumer_cohort *const c = r->w->config->consumers.cohorts.items;
    double price[DS_ROUTES];
    ds_route_prices(r->w, &(ds_consumer){.required = (float)c->required}, price);
    return price[DS_ROUTE_OWN];
}

#define ENTRY(name, unit, kind_and_width, value, doc) {#name, unit, doc, kind_and_width},
const ds_metric ds_diem_metrics[] = {METRICS(ENTRY){0}};
#undef ENTRY

enum {
#define NUMBER(name, unit, kind_and_width, value, doc) AT_##name,
    METRICS(NUMBER)
#undef NUMBER
};

bool ds_diem_has_level(size_t metric)
{
    switch (metric) {
    case AT_mint_rate:
    case AT_apr_staked:
    case AT_apr_locked:
    case AT_apr_fees:
    case AT_real_yield_share:
    case AT_minter_return:
    case AT_nakamoto_staked:
    case AT_gini_staked:
        return false;
    default:
        return ds_diem_metrics[metric].kind == DS_STATE;
    }
}

static double value_of(const ds_reading *r, size_t metric)
{
#define CASE(name, unit, kind_and_width, value, doc) \
    case AT_##name:                                  \
        return (value);
    switch (metric) {
        METRICS(CASE)
    default:
        return NAN;
    }
#undef CASE
}

double ds_diem_level(void *world, size_t metric)
{
    const ds_world *const w = world;
    const ds_reading reading = {.w = w, .e = w->eco, .flow = &w->eco->flow, .days = NAN};
    return value_of(&reading, metric);
}

static void read_all(const ds_reading *r, double *row)
{
#define READ(name, unit, kind_and_width, value, doc) *row++ = (value);
    METRICS(READ)
#undef READ
}

void ds_diem_observe(void *world, double *row, bool first)
{
    ds_world *const w = world;
    ds_economy *const e = w->eco;
    const double now = ds_now(&w->engine);
    const ds_reading reading = {
        .w = w,
        .e = e,
        .flow = &e->flow,
        .outlook = ds_holders_outlook(w),
        .days = now - e->observed,
        .busy = ds_level_take(&e->busy, now),
        .up = ds_level_take(&e->up, now),
        .speed = ds_level_take(&e->speed, now),
        .queued = ds_level_take(&e->queued, now),
        .providers = ds_level_take(&e->providers_in, now),
        .cost = ds_level_take(&e->cost, now),
    };
    read_all(&reading, row);
    for (size_t i = 0; first && i < ds_metric_count(ds_diem_metrics); i++)
        if (ds_diem_metrics[i].kind != DS_STATE)
            row[i] = NAN;
    ds_liquidity_observed(w);
    /* What has been seen before it is booked belongs to the interval that ends. */
    e->flow = (ds_flows){.vvv_emitted = -ds_tokens(unminted(&reading))};
    e->risk.waits = (ds_waits){0};
    e->observed = now;
}

#define OUTCOMES(X)                                                                               \
    X(vvv_drawdown, "1", e->risk.vvv.worst,                                                       \
      "deepest fall of the VVV price below its highest so far, hourly")                           \
    X(diem_drawdown, "1", e->risk.diem.worst,                                                     \
      "deepest fall of the DIEM price below its highest so far, hourly")                          \
    X(insolvent_days, "d", insolvent(e, now), "days on which the treasury owed providers")        \
    X(ruined, "1", e->risk.ruin > 0, "1 when the treasury ever owed providers")                   \
    X(time_to_ruin, "d", since_start(e->risk.ruin),                                               \
      "when the treasury first owed providers; undefined when never")                             \
    X(death_spiral, "1", e->risk.spiral > 0,                                                      \
      "1 when at some hour VVV was 80 % below its highest price and either stake 50 % below its " \
      "highest or the supply of VVV half as large again as at the start")                         \
    X(run_on_staking, "1", e->risk.run > 0,                                                       \
      "1 when at some hour a quarter of all stake was unstaking")                                 \
    X(squeeze, "1", e->risk.squeeze > 0,                                                          \
      "1 when at some hour DIEM stood at twice its 30-day trend, against those who minted and "   \
      "sold it")                                                                                  \
    X(providers_lost, "1", e->risk.providers_lost,                                                \
      "largest fall of the number of providers below its highest so far")                         \
    X(liquidated_total, "USD", e->lending.liquidated_total, "debt that liquidators repaid")       \
    X(bad_debt_total, "USD", e->lending.bad_debt_total, "what lenders lost")                      \
    X(events, "1", (double)w->engine.state->handled, "events of the replica")                     \
    X(time_to_spiral, "d", since_start(e->risk.spiral),                                           \
      "when death_spiral first was so; undefined when never")                                     \
    X(time_to_run, "d", since_start(e->risk.run),                                                 \
      "when run_on_staking first was so; undefined when never")                                   \
    X(time_to_squeeze, "d", since_start(e->risk.squeeze),                                         \
      "when squeeze first was so; undefined when never")                                          \
    X(exodus, "1", e->risk.exodus > 0,                                                            \
      "1 when at some hour half as many providers were in the network as at most before")         \
    X(time_to_exodus, "d", since_start(e->risk.exodus),                                           \
      "when exodus first was so; undefined when never")

static double since_start(double when)
{
    return when > 0 ? when : NAN;
}

#define ENTRY(name, unit, value, doc) {#name, unit, doc, DS_STATE, true},
const ds_metric ds_diem_outcomes[] = {OUTCOMES(ENTRY){0}};
#undef ENTRY

void ds_diem_conclude(void *world, double *outcomes)
{
    const ds_world *const w = world;
    const ds_economy *const e = w->eco;
    const double now = ds_now(&w->engine);
#define READ(name, unit, value, doc) *outcomes++ = (value);
    OUTCOMES(READ)
#undef READ
    (void)ds_false(ds_economy_audit(w, w->engine.status)); /* the status says it */
}
