#include "leverage.h"

#include "minting.h"
#include "staking.h"

static const ds_lending_config *config_of(const ds_world *w)
{
    return &w->config->lending;
}

static const ds_holder_cohort *cohort_of(const ds_world *w, const ds_holder *h)
{
    return (const ds_holder_cohort *)w->config->holders.cohorts.items + h->cohort;
}

bool ds_borrows(const ds_world *w, const ds_holder *h)
{
    return config_of(w)->active && cohort_of(w, h)->leverage > 1;
}

static uint32_t holders_at_start(const ds_world *w)
{
    return w->holder_first[w->config->holders.cohorts.count];
}

ds_loan_at ds_loan_of_holder(const ds_world *w, const ds_holder *h, ds_lending_market m)
{
    const uint32_t who = (uint32_t)(h - w->holder), start = holders_at_start(w);
    if (who >= start)
        return (ds_loan_at){m, w->borrower_late[m] + who - start};
    return (ds_loan_at){m, w->borrower_first[m][h->cohort] + who - w->holder_first[h->cohort]};
}

void ds_leverage_fetch(const ds_world *w, uint32_t holder)
{
    const ds_holder_cohort *const cohorts = w->config->holders.cohorts.items;
    uint32_t k = 0;
    if (!config_of(w)->active || holder >= holders_at_start(w))
        return;
    while (holder >= w->holder_first[k + 1])
        k++;
    for (int m = 0; cohorts[k].leverage > 1 && m < DS_LEND_MARKETS; m++)
        __builtin_prefetch(&w->loan[m][w->borrower_first[m][k] + holder - w->holder_first[k]], 1);
}

/* Debt over the value of collateral at the leverage: the rest is the holder's own. */
static double target_ltv(const ds_world *w, const ds_holder *h)
{
    return 1 - 1 / cohort_of(w, h)->leverage;
}

/* Of DIEM minted by a locked VVV, `ltv` of the worth is borrowed, buys VVV that is locked, and so
 * on: a geometric series. Where it would not end, the pool's depth ends it. */
void ds_leverage_returns(const ds_world *w, const ds_outlook *now, const ds_holder *h,
                         ds_expected x, double value[DS_HOLDER_OPTIONS])
{
    const double premium = config_of(w)->borrowers.premium;
    const double each = now->proceeds * target_ltv(w, h);
    const double debt = each / fmax(0.1, 1 - each);
    value[DS_LEVER] =
        x.vvv + (cohort_of(w, h)->leverage - 1) * (x.vvv - now->borrow_rate[DS_LEND_VVV] - premium);
    value[DS_LEVER_DIEM] = x.locked + debt * (x.locked - now->borrow_rate[DS_LEND_DIEM] - premium) +
                           now->proceeds * (1 + debt) * x.diem;
}

/* ---- what a loan is worth ---- */

typedef struct ds_state {
    double debt, value; /* USD */
} ds_state;

static ds_state state_of(const ds_world *w, ds_loan_at at)
{
    return (ds_state){ds_tokens(ds_loan_debt(w, at)),
                      ds_tokens(ds_loan_of(w, at)->collateral) * ds_lending_price(w, at.market)};
}

static double safe_ltv(const ds_world *w, ds_lending_market m)
{
    return ds_lending_of(w->config, m)->lltv * (1 - config_of(w)->borrowers.buffer);
}

/* ---- trades ---- */

static ds_cell purse(ds_holder *h, ds_asset asset)
{
    ds_amount *const own[] = {&h->liquid, &h->diem, &h->usd};
    return ds_cell_of(DS_LIQUID, own[asset]);
}

static bool swap(ds_world *w, ds_trade trade, ds_amount *out)
{
    trade.slippage = w->config->holders.slippage;
    trade.in = ds_smaller(trade.in, ds_market_most(w, trade.pair, trade.pays, trade.slippage));
    trade.informed = true;
    return ds_market_swap(w, &trade, out);
}

/* What has to be sold for so many dollars; more than there is where the pools do not have them. */
static ds_amount sold_for(const ds_world *w, ds_lending_market m, ds_amount usd)
{
    const ds_amount vvv = ds_market_payment(w, DS_PAIR_VVV_USD, DS_VVV, usd);
    return m == DS_LEND_VVV ? vvv : ds_market_payment(w, DS_PAIR_DIEM_VVV, DS_DIEM, vvv);
}

/* Collateral becomes dollars of the holder's, as far as the bound on slippage lets. */
static bool sell_collateral(ds_world *w, ds_holder *h, ds_loan_at at, ds_amount usd)
{
    const bool diem = at.market == DS_LEND_DIEM;
    ds_amount out;
    if (!swap(w,
              (ds_trade){
                  .pair = diem ? DS_PAIR_DIEM_VVV : DS_PAIR_VVV_USD,
                  .pays = ds_collateral_of(at.market),
                  .from = ds_collateral_cell(w, at),
                  .to = purse(h, diem ? DS_VVV : DS_USD),
                  .in = ds_smaller(ds_loan_of(w, at)->collateral, sold_for(w, at.market, usd))},
              &out))
        return false;
    ds_loan_changed(w, at);
    return !diem || swap(w,
                         (ds_trade){.pair = DS_PAIR_VVV_USD,
                                    .pays = DS_VVV,
                                    .from = purse(h, DS_VVV),
                                    .to = purse(h, DS_USD),
                                    .in = out},
                         &out);
}

/* ---- less debt ---- */

static bool pay(ds_world *w, ds_holder *h, ds_loan_at at, ds_amount owed)
{
    const ds_amount lack = owed - h->usd;
    if (lack > 0 && !sell_collateral(w, h, at, lack))
        return false;
    return ds_loan_repay(w, at, purse(h, DS_USD), ds_smaller(owed, h->usd));
}

/* Collateral beyond what the debt needs at the leverage. */
static bool take_back(ds_world *w, ds_holder *h, ds_loan_at at)
{
    const ds_asset asset = ds_collateral_of(at.market);
    const ds_state s = state_of(w, at);
    const double free = 1 - s.debt / (target_ltv(w, h) * s.value);
    const ds_amount all = ds_loan_of(w, at)->collateral;
    return ds_loan_withdraw(w, at, purse(h, asset),
                            ds_loan_of(w, at)->shares > 0 ? ds_share_of(all, free) : all);
}

static bool mind(ds_world *w, ds_holder *h, ds_loan_at at)
{
    const ds_loan *const loan = ds_loan_of(w, at);
    if (loan->shares == 0)
        return loan->collateral == 0 || take_back(w, h, at);
    if (!ds_lending_accrue(w, at.market))
        return false;
    const ds_state s = state_of(w, at);
    const double target = target_ltv(w, h);
    if (s.debt <= safe_ltv(w, at.market) * s.value || s.debt >= s.value)
        return true;
    /* What is sold is collateral no more: the debt falls by so much, the value too. */
    return pay(w, h, at, ds_amount_of((s.debt - target * s.value) / (1 - target)));
}

bool ds_leverage_mind(ds_world *w, ds_holder *h)
{
    return mind(w, h, ds_loan_of_holder(w, h, DS_LEND_VVV)) &&
           mind(w, h, ds_loan_of_holder(w, h, DS_LEND_DIEM));
}

static bool undo(ds_world *w, ds_holder *h, ds_loan_at at)
{
    const ds_loan *const loan = ds_loan_of(w, at);
    if (loan->shares == 0)
        return true;
    if (!ds_lending_accrue(w, at.market))
        return false;
    const ds_state s = state_of(w, at);
    if (s.debt >= s.value)
        return true;
    const bool small = s.debt <= config_of(w)->liquidators.least;
    const double step = small ? 1 : cohort_of(w, h)->step;
    return pay(w, h, at, ds_share_of(ds_loan_debt(w, at), step)) && take_back(w, h, at);
}

bool ds_unlever(ds_world *w, ds_holder *h)
{
    return undo(w, h, ds_loan_of_holder(w, h, DS_LEND_VVV)) &&
           undo(w, h, ds_loan_of_holder(w, h, DS_LEND_DIEM));
}

/* ---- more debt ---- */

/* Dollars that reach the holder: not beyond what the market has and what one trade for VVV takes;
 * nothing when that is too little to bother. */
static bool borrow(ds_world *w, ds_holder *h, ds_loan_at at, double usd, ds_amount *got)
{
    const ds_amount before = h->usd;
    const ds_amount most =
        ds_smaller(ds_market_most(w, DS_PAIR_VVV_USD, DS_USD, w->config->holders.slippage),
                   w->eco->lending.market[at.market].cash);
    const ds_amount amount = ds_smaller(ds_amount_of(usd), most);
    *got = 0;
    if (ds_tokens(amount) < config_of(w)->liquidators.least)
        return true;
    if (!ds_loan_borrow(w, at, purse(h, DS_USD), amount))
        return false;
    *got = h->usd - before;
    return true;
}

/* What can be borrowed to buy collateral of and stay safe, at the least that the trade brings. */
static double room(const ds_world *w, ds_loan_at at)
{
    const double bound = safe_ltv(w, at.market), price = ds_lending_price(w, at.market);
    const double worst = (1 - w->config->holders.slippage) * (1 - w->config->markets.vvv_usd.fee);
    const double kept = 1 - bound * price * worst / w->eco->vvv_price;
    const ds_state s = state_of(w, at);
    return kept > 0 ? fmax(0, bound * s.value - s.debt) / kept : 0;
}

/* The whole loop of depositing, borrowing, buying and depositing again, at once: own capital times
 * leverage is collateral in the end. */
bool ds_lever(ds_world *w, ds_holder *h)
{
    const ds_loan_at at = ds_loan_of_holder(w, h, DS_LEND_VVV);
    const ds_holder_cohort *const c = cohort_of(w, h);
    ds_amount usd, out;
    if (!ds_loan_deposit(w, at, purse(h, DS_VVV), ds_share_of(h->liquid, c->step)) ||
        !ds_lending_accrue(w, at.market))
        return false;
    const ds_state s = state_of(w, at);
    const double want = (c->leverage - 1) * (s.value - s.debt) - s.debt;
    if (!borrow(w, h, at, fmin(want, room(w, at)), &usd) ||
        !swap(w,
              (ds_trade){.pair = DS_PAIR_VVV_USD,
                         .pays = DS_USD,
                         .from = purse(h, DS_USD),
                         .to = ds_collateral_cell(w, at),
                         .in = usd},
              &out))
        return false;
    ds_loan_changed(w, at);
    return true;
}

/* One round of the loop a review; the next finds the DIEM deposited. */
bool ds_lever_diem(ds_world *w, ds_holder *h)
{
    const ds_loan_at at = ds_loan_of_holder(w, h, DS_LEND_DIEM);
    const ds_cell diem = purse(h, DS_DIEM);
    ds_amount usd, vvv, minted;
    if (!ds_loan_deposit(w, at, diem, h->diem) || !ds_lending_accrue(w, at.market))
        return false;
    const ds_state s = state_of(w, at);
    const double want = target_ltv(w, h) * s.value - s.debt;
    return borrow(w, h, at, want, &usd) &&
           swap(w,
                (ds_trade){.pair = DS_PAIR_VVV_USD,
                           .pays = DS_USD,
                           .from = purse(h, DS_USD),
                           .to = purse(h, DS_VVV),
                           .in = usd},
                &vvv) &&
           ds_stake(w, h, vvv) && ds_mint(w, h, vvv, 0, &minted) &&
           ds_loan_deposit(w, at, diem, minted);
}
