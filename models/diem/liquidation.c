#include "liquidation.h"

#include "interest.h"

#include "sim/core/real.h"

static const ds_lending_config *config_of(const ds_world *w)
{
    return &w->config->lending;
}

/* ---- arithmetic ---- */

static ds_amount round_up(double units)
{
    return units >= 9.2e18 ? DS_AMOUNT_MAX : (ds_amount)ceil(units);
}

ds_seizure ds_seizure_of(const ds_loan *loan, ds_amount debt, double price, double incentive,
                         ds_amount most)
{
    const double worth = (double)debt * incentive / price;
    const ds_amount limit = ds_smaller(loan->collateral, most);
    if (worth < (double)limit + 1)
        return (ds_seizure){ds_smaller((ds_amount)worth, limit), debt};
    return (ds_seizure){limit, ds_smaller(debt, round_up((double)limit * price / incentive))};
}

static double kept(double fee)
{
    return 1 - fee;
}

/*
 * A sale of x through constant products, one or two, brings a·x / (b + c·x) dollars. The last unit
 * brings a·b / (b + c·x)^2, and costs the liquidator price / incentive.
 */
ds_amount ds_seizure_most(const ds_world *w, ds_lending_market m)
{
    const ds_markets_config *const c = &w->config->markets;
    const double cost =
        ds_lending_price(w, m) / ds_liquidation_incentive(ds_lending_of(w->config, m)->lltv);
    const double vvv = ds_tokens(ds_market_reserve(w, DS_PAIR_VVV_USD, DS_VVV));
    const double usd = ds_tokens(ds_market_reserve(w, DS_PAIR_VVV_USD, DS_USD));
    double per = kept(c->vvv_usd.fee), top = per * usd, bottom = vvv;
    if (m == DS_LEND_DIEM) {
        const double diem = ds_tokens(ds_market_reserve(w, DS_PAIR_DIEM_VVV, DS_DIEM));
        const double quote = ds_tokens(ds_market_reserve(w, DS_PAIR_DIEM_VVV, DS_VVV));
        const double keeps = kept(c->diem_vvv.fee);
        top *= keeps * quote;
        bottom *= diem;
        per = keeps * (vvv + per * quote);
    }
    return ds_amount_of((sqrt(top * bottom / cost) - bottom) / per);
}

double ds_liquidation_threshold(const ds_world *w, ds_lending_market m)
{
    const ds_loan_market *const l = &w->eco->lending.market[m];
    const double lltv = ds_lending_of(w->config, m)->lltv;
    return (double)l->lent / ((double)l->shares * ds_lending_price(w, m) * lltv);
}

/* ---- what is seen ---- */

static bool any_crossed(const ds_world *w, ds_lending_market m)
{
    return ds_timers_earliest(&w->health[m]) < ds_liquidation_threshold(w, m);
}

/* An average over time, of exponential memory: the price that held until now counts for as long as
 * it did. */
static void average(ds_world *w)
{
    ds_lending *const l = &w->eco->lending;
    const double now = ds_now(&w->engine), window = config_of(w)->liquidators.window;
    if (window > 0)
        l->average -= (l->last - l->average) * ds_expm1((l->averaged - now) / window);
    else
        l->average = w->eco->diem_vvv;
    l->averaged = now;
    l->last = w->eco->diem_vvv;
}

void ds_liquidation_watch(ds_world *w)
{
    ds_lending *const l = &w->eco->lending;
    if (!config_of(w)->active)
        return;
    average(w);
    if (l->due < INFINITY || !(any_crossed(w, DS_LEND_VVV) || any_crossed(w, DS_LEND_DIEM)))
        return;
    l->due = ds_now(&w->engine) + config_of(w)->liquidators.delay;
    ds_engine_set(&w->engine, DS_AT_LIQUIDATION, l->due);
}

void ds_liquidation_begin(ds_world *w)
{
    w->eco->lending.due = INFINITY;
    w->eco->lending.average = w->eco->lending.last = w->eco->diem_vvv;
}

/* ---- what is done ---- */

static bool sell(ds_world *w, ds_pair pair, ds_asset pays)
{
    const ds_cell purse = ds_cell_of(DS_LIQUIDATING, NULL);
    const ds_trade trade = {.pair = pair,
                            .pays = pays,
                            .from = purse,
                            .to = purse,
                            .in = w->eco->ledger.book[pays].bucket[DS_LIQUIDATING],
                            .slippage = 1,
                            .informed = true};
    ds_amount out;
    return ds_market_swap(w, &trade, &out);
}

/* Capital comes from outside and leaves for it, with the gain. */
static bool liquidate(ds_world *w, ds_loan_at at, ds_seizure s)
{
    ds_ledger *const l = &w->eco->ledger;
    ds_status *const st = ds_world_status(w);
    const ds_cell purse = ds_cell_of(DS_LIQUIDATING, NULL);
    w->eco->flow.liquidated += ds_tokens(s.repaid);
    w->eco->flow.seized += ds_tokens(s.seized) * ds_lending_price(w, at.market);
    w->eco->lending.liquidated_total += ds_tokens(s.repaid);
    if (!ds_ledger_mint(l, DS_USD, purse, s.repaid, st) || !ds_loan_repay(w, at, purse, s.repaid) ||
        !ds_loan_withdraw(w, at, purse, s.seized))
        return false;
    if (ds_loan_of(w, at)->collateral == 0)
        ds_loan_write_off(w, at);
    return sell(w, DS_PAIR_DIEM_VVV, DS_DIEM) && sell(w, DS_PAIR_VVV_USD, DS_VVV) &&
           ds_ledger_burn(l, DS_USD, purse, l->book[DS_USD].bucket[DS_LIQUIDATING], st);
}

/* *done: whether there was one to liquidate, and it paid. */
static bool liquidate_first(ds_world *w, ds_lending_market m, bool *done)
{
    const ds_loan_at at = {m, ds_timers_first(&w->health[m])};
    if (!ds_lending_accrue(w, m))
        return false;
    if (!any_crossed(w, m))
        return true;
    const double price = ds_lending_price(w, m);
    const double incentive = ds_liquidation_incentive(ds_lending_of(w->config, m)->lltv);
    const ds_amount debt = ds_loan_debt(w, at), most = ds_seizure_most(w, m);
    const ds_loan *const loan = ds_loan_of(w, at);
    const ds_seizure s = ds_seizure_of(loan, debt, price, incentive, most);
    const bool whole = s.repaid == debt || s.seized == loan->collateral;
    if (most == 0 || (!whole && ds_tokens(s.seized) * price < config_of(w)->liquidators.least))
        return true;
    *done = true;
    w->engine.subject = at.slot;
    return liquidate(w, at, s);
}

bool ds_liquidation(void *world)
{
    ds_world *const w = world;
    ds_lending *const l = &w->eco->lending;
    bool done = false;
    w->engine.subject = 0;
    ds_engine_set(&w->engine, DS_AT_LIQUIDATION, INFINITY);
    if (!liquidate_first(w, DS_LEND_VVV, &done) || !liquidate_first(w, DS_LEND_DIEM, &done))
        return false;
    l->due = INFINITY;
    if (done) /* else the next trade or hour looks again */
        ds_liquidation_watch(w);
    return true;
}
