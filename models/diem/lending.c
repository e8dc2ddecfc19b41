#include "lending.h"

#include "interest.h"
#include "liquidation.h"

#include "sim/core/real.h"

#include <inttypes.h>

enum { REMEMBERED_DAYS = 30 };

static const ds_lending_config *config_of(const ds_world *w)
{
    return &w->config->lending;
}

const ds_lending_market_config *ds_lending_of(const ds_diem_config *config, ds_lending_market m)
{
    return m == DS_LEND_VVV ? &config->lending.vvv : &config->lending.diem;
}

ds_asset ds_collateral_of(ds_lending_market m)
{
    return m == DS_LEND_VVV ? DS_VVV : DS_DIEM;
}

double ds_lending_price(const ds_world *w, ds_lending_market m)
{
    const double vvv = w->eco->offered.price;
    return m == DS_LEND_VVV ? vvv : w->eco->lending.average * vvv;
}

/* ---- interest ---- */

double ds_lending_utilization(const ds_world *w, ds_lending_market m)
{
    const ds_loan_market *const l = &w->eco->lending.market[m];
    return l->supplied > 0 ? (double)l->lent / (double)l->supplied : 0;
}

static double error_of(const ds_world *w, ds_lending_market m)
{
    return ds_interest_error(&config_of(w)->interest, ds_lending_utilization(w, m));
}

double ds_borrow_rate(const ds_world *w, ds_lending_market m)
{
    const double level = w->eco->lending.market[m].level;
    return ds_interest_curve(&config_of(w)->interest, level, error_of(w, m));
}

double ds_supply_rate(const ds_world *w, ds_lending_market m)
{
    return ds_borrow_rate(w, m) * ds_lending_utilization(w, m);
}

bool ds_lending_accrue(ds_world *w, ds_lending_market m)
{
    ds_loan_market *const l = &w->eco->lending.market[m];
    const double now = ds_now(&w->engine), years = (now - l->seen) / 365;
    if (!(years > 0))
        return true;
    l->seen = now;
    const double rate =
        ds_interest_adapt(&config_of(w)->interest, &l->level, error_of(w, m), years);
    const ds_amount interest =
        ds_amount_of(ds_tokens(l->lent) * ds_interest_compounded(rate, years));
    if (interest > DS_AMOUNT_MAX - l->supplied)
        return ds_fail(
            ds_world_status(w), DS_E_DATA,
            "loans of %.8g USD and their interest pass the 92,233,720,368 that can exist",
            ds_tokens(l->lent));
    l->lent += interest;
    l->supplied += interest;
    return true;
}

/* ---- loans ---- */

/* a·b / c, rounded up. */
static ds_amount muldiv_up(ds_amount a, ds_amount b, ds_amount c)
{
    const ds_wide product = (ds_wide)(uint64_t)a * (uint64_t)b;
    const ds_amount down = ds_muldiv(a, b, c);
    return down + (product % (uint64_t)c != 0);
}

static ds_loan *loan_of(ds_world *w, ds_loan_at at)
{
    return &w->loan[at.market][at.slot];
}

const ds_loan *ds_loan_of(const ds_world *w, ds_loan_at at)
{
    return &w->loan[at.market][at.slot];
}

ds_amount ds_loan_debt(const ds_world *w, ds_loan_at at)
{
    const ds_loan_market *const l = &w->eco->lending.market[at.market];
    const ds_amount shares = ds_loan_of(w, at)->shares;
    return shares > 0 ? muldiv_up(shares, l->lent, l->shares) : 0;
}

static double health_of(const ds_loan *loan)
{
    return loan->shares > 0 ? (double)loan->collateral / (double)loan->shares : INFINITY;
}

bool ds_loan_crossed(const ds_world *w, ds_loan_at at)
{
    return health_of(ds_loan_of(w, at)) < ds_liquidation_threshold(w, at.market);
}

ds_cell ds_collateral_cell(ds_world *w, ds_loan_at at)
{
    return ds_cell_of(DS_COLLATERAL, &loan_of(w, at)->collateral);
}

static ds_cell cash_cell(ds_world *w, ds_lending_market m)
{
    return ds_cell_of(DS_LENDING, &w->eco->lending.market[m].cash);
}

void ds_loan_changed(ds_world *w, ds_loan_at at)
{
    ds_timers_set(&w->health[at.market], at.slot, health_of(loan_of(w, at)));
}

bool ds_loan_deposit(ds_world *w, ds_loan_at at, ds_cell from, ds_amount amount)
{
    if (!ds_ledger_move(&w->eco->ledger, ds_collateral_of(at.market), from,
                        ds_collateral_cell(w, at), amount, ds_world_status(w)))
        return false;
    ds_loan_changed(w, at);
    return true;
}

bool ds_loan_withdraw(ds_world *w, ds_loan_at at, ds_cell to, ds_amount amount)
{
    if (!ds_ledger_move(&w->eco->ledger, ds_collateral_of(at.market), ds_collateral_cell(w, at), to,
                        amount, ds_world_status(w)))
        return false;
    ds_loan_changed(w, at);
    return true;
}

bool ds_loan_borrow(ds_world *w, ds_loan_at at, ds_cell to, ds_amount amount)
{
    ds_loan_market *const l = &w->eco->lending.market[at.market];
    if (!ds_lending_accrue(w, at.market))
        return false;
    amount = ds_smaller(amount, l->cash);
    if (amount <= 0)
        return true;
    const ds_amount shares = l->lent > 0 ? muldiv_up(amount, l->shares, l->lent) : amount;
    if (!ds_ledger_move(&w->eco->ledger, DS_USD, cash_cell(w, at.market), to, amount,
                        ds_world_status(w)))
        return false;
    l->lent += amount;
    l->shares += shares;
    loan_of(w, at)->shares += shares;
    ds_loan_changed(w, at);
    return true;
}

bool ds_loan_repay(ds_world *w, ds_loan_at at, ds_cell from, ds_amount amount)
{
    ds_loan_market *const l = &w->eco->lending.market[at.market];
    ds_loan *const loan = loan_of(w, at);
    if (!ds_lending_accrue(w, at.market))
        return false;
    const ds_amount debt = ds_loan_debt(w, at);
    amount = ds_smaller(amount, debt);
    if (amount <= 0 && debt > 0)
        return true;
    const ds_amount shares = amount == debt ? loan->shares : ds_muldiv(amount, l->shares, l->lent);
    if (!ds_ledger_move(&w->eco->ledger, DS_USD, from, cash_cell(w, at.market), amount,
                        ds_world_status(w)))
        return false;
    l->lent -= amount;
    l->shares -= shares;
    loan->shares -= shares;
    ds_loan_changed(w, at);
    return true;
}

void ds_loan_write_off(ds_world *w, ds_loan_at at)
{
    ds_loan_market *const l = &w->eco->lending.market[at.market];
    ds_loan *const loan = loan_of(w, at);
    const ds_amount bad = ds_loan_debt(w, at);
    l->loss += l->supplied > 0 ? 365.0 / REMEMBERED_DAYS * (double)bad / (double)l->supplied : 0;
    l->lent -= bad;
    l->supplied -= bad;
    l->shares -= loan->shares;
    loan->shares = 0;
    ds_loan_changed(w, at);
    w->eco->flow.bad_debt += ds_tokens(bad);
    w->eco->lending.bad_debt_total += ds_tokens(bad);
}

/* ---- lenders ---- */

bool ds_lending_hour(ds_world *w, double dt)
{
    if (!config_of(w)->active)
        return true;
    for (int m = 0; m < DS_LEND_MARKETS; m++) {
        if (!ds_lending_accrue(w, (ds_lending_market)m))
            return false;
        w->eco->lending.market[m].loss *= ds_exp(-dt / REMEMBERED_DAYS);
    }
    ds_liquidation_watch(w);
    return true;
}

/* Dollars come from outside and leave for it; what is lent cannot leave. */
static bool supply(ds_world *w, ds_lending_market m, double usd)
{
    ds_loan_market *const l = &w->eco->lending.market[m];
    const ds_amount in = ds_amount_of(usd), out = ds_smaller(ds_amount_of(-usd), l->cash);
    l->supplied += in - out;
    return ds_ledger_mint(&w->eco->ledger, DS_USD, cash_cell(w, m), in, ds_world_status(w)) &&
           ds_ledger_burn(&w->eco->ledger, DS_USD, cash_cell(w, m), out, ds_world_status(w));
}

/* As the providers of liquidity: a logit choice between adding and withdrawing (McFadden 1974). */
bool ds_lender_review(void *world)
{
    ds_world *const w = world;
    const ds_lenders_config *const c = &config_of(w)->lenders;
    ds_rng *const rng = &w->rng[DS_FOR_LENDING];
    const ds_lending_market m = (ds_lending_market)ds_rng_below(rng, DS_LEND_MARKETS);
    const ds_loan_market *const l = &w->eco->lending.market[m];
    ds_clock_again(&w->engine, DS_AT_LENDER_REVIEW, w->lender_clock, rng);
    w->engine.subject = (uint32_t)m;
    if (!ds_lending_accrue(w, m))
        return false;
    const double excess = ds_supply_rate(w, m) - l->loss - c->required;
    const double part = c->step * ds_tanh(c->sensitivity * excess / 2);
    const ds_lending_market_config *const limits = ds_lending_of(w->config, m);
    const double now = ds_tokens(l->supplied);
    /* Where all have left, they come back as fast as to what there was. */
    const double add = fmin(part * fmax(now, limits->supplied), fmax(0, limits->cap - now));
    return supply(w, m, part > 0 ? add : part * now);
}

/* ---- layout and start ---- */

static bool borrows(const ds_world *w, uint32_t cohort)
{
    return ((const ds_holder_cohort *)w->config->holders.cohorts.items)[cohort].leverage > 1;
}

static uint32_t count_slots(ds_world *w, ds_lending_market m)
{
    const uint32_t cohorts = w->config->holders.cohorts.count;
    uint32_t slots = (uint32_t)ds_lending_of(w->config, m)->count;
    bool any = false;
    for (uint32_t k = 0; k < cohorts; k++) {
        any = any || borrows(w, k);
        w->borrower_first[m][k] = slots;
        if (borrows(w, k))
            slots += w->holder_first[k + 1] - w->holder_first[k];
    }
    w->borrower_late[m] = slots;
    return slots + (any ? w->holders - w->holder_first[cohorts] : 0);
}

uint32_t ds_loan_slots(const ds_world *w, ds_lending_market m)
{
    return w->health[m].slots;
}

void ds_lending_place(ds_world *w, ds_arena *arena)
{
    w->lender_clock = DS_TAKE(arena, 1, ds_clock);
    for (int m = 0; m < DS_LEND_MARKETS; m++) {
        const uint32_t slots = config_of(w)->active ? count_slots(w, (ds_lending_market)m) : 0;
        w->loan[m] = DS_TAKE(arena, slots, ds_loan);
        ds_timers_place(&w->health[m], slots, arena);
    }
}

void ds_lending_reset(ds_world *w)
{
    for (int m = 0; m < DS_LEND_MARKETS; m++)
        ds_timers_reset(&w->health[m]);
}

/* Borrowers from outside, who spent what they borrowed there. */
static bool open_loans(ds_world *w, ds_lending_market m)
{
    const ds_lending_market_config *const c = ds_lending_of(w->config, m);
    ds_loan_market *const l = &w->eco->lending.market[m];
    const double price = ds_lending_price(w, m);
    ds_rng rng = ds_rng_stream(w->eco->seed, w->eco->replica, DS_FOR_LENDING, (uint32_t)m);
    for (uint32_t i = 0; i < (uint32_t)c->count; i++) {
        const ds_loan_at at = {m, i};
        const double ltv = c->ltv * (1 + c->ltv_spread * (2 * ds_rng_uniform(&rng) - 1));
        ds_loan *const loan = loan_of(w, at);
        if (!ds_ledger_open(&w->eco->ledger, ds_collateral_of(m), ds_collateral_cell(w, at),
                            ds_amount_of(c->collateral / (double)c->count), ds_world_status(w)))
            return false;
        loan->shares = ds_amount_of(ltv * ds_tokens(loan->collateral) * price);
        if (__builtin_add_overflow(l->shares, loan->shares, &l->shares))
            return ds_fail(ds_world_status(w), DS_E_DATA,
                           "'lending.%s': %" PRId64 " loans of %g USD on average do not fit 64 "
                           "bits, lower 'collateral' or 'ltv'",
                           m == DS_LEND_VVV ? "vvv" : "diem", c->count,
                           c->ltv * c->collateral / (double)c->count * price);
        ds_loan_changed(w, at);
    }
    l->lent = l->shares;
    return true;
}

static bool open_market(ds_world *w, ds_lending_market m)
{
    const ds_lending_config *const c = config_of(w);
    ds_loan_market *const l = &w->eco->lending.market[m];
    if (!open_loans(w, m))
        return false;
    const double least = ds_tokens(l->lent) / c->interest.target;
    const ds_amount cash =
        ds_amount_near(fmax(ds_lending_of(w->config, m)->supplied, least)) - l->lent;
    l->level = c->interest.rate;
    l->supplied = l->lent + cash;
    return ds_ledger_open(&w->eco->ledger, DS_USD, cash_cell(w, m), cash, ds_world_status(w));
}

static double reviews(const ds_lending_config *c)
{
    return c->active ? DS_LEND_MARKETS / c->lenders.review : 0;
}

void ds_lending_pace(ds_world *w)
{
    ds_clock_set_rate(&w->engine, DS_AT_LENDER_REVIEW, w->lender_clock,
                      reviews(&w->config->lending));
}

bool ds_lending_begin(ds_world *w)
{
    const ds_lending_config *const c = config_of(w);
    ds_liquidation_begin(w);
    ds_clock_start(&w->engine, DS_AT_LENDER_REVIEW, w->lender_clock, &w->rng[DS_FOR_LENDING],
                   reviews(c));
    return !c->active || (open_market(w, DS_LEND_VVV) && open_market(w, DS_LEND_DIEM));
}

/* ---- audit ---- */

static bool audit_market(const ds_world *w, ds_lending_market m, ds_status *st)
{
    const ds_loan_market *const l = &w->eco->lending.market[m];
    const ds_asset asset = ds_collateral_of(m);
    ds_sum collateral = 0, shares = 0;
    for (uint32_t i = 0; i < ds_loan_slots(w, m); i++) {
        const ds_loan *const loan = &w->loan[m][i];
        collateral += loan->collateral;
        shares += loan->shares;
        if (ds_timers_get(&w->health[m], i) != health_of(loan))
            return ds_fail(st, DS_E_BUG, "loan %u against %s does not stand where it belongs", i,
                           ds_asset_name(asset));
    }
    if (collateral != w->eco->ledger.book[asset].bucket[DS_COLLATERAL])
        return ds_fail(st, DS_E_BUG, "the loans' %s does not add up to the ledger's collateral",
                       ds_asset_name(asset));
    if (shares != l->shares || l->cash + l->lent != l->supplied || (shares == 0 && l->lent != 0))
        return ds_fail(st, DS_E_BUG, "loans against %s do not add up to what is lent or supplied",
                       ds_asset_name(asset));
    return true;
}

bool ds_lending_audit(const ds_world *w, ds_status *st)
{
    const ds_loan_market *const l = w->eco->lending.market;
    if (l[DS_LEND_VVV].cash + l[DS_LEND_DIEM].cash !=
        w->eco->ledger.book[DS_USD].bucket[DS_LENDING])
        return ds_fail(st, DS_E_BUG, "the lending markets' USD do not add up to the ledger's");
    return audit_market(w, DS_LEND_VVV, st) && audit_market(w, DS_LEND_DIEM, st);
}
