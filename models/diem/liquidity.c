#include "liquidity.h"

#include "sim/core/real.h"

enum { REMEMBERED_DAYS = 30 };

static const ds_liquidity_config *config_of(const ds_world *w)
{
    return &w->config->markets.liquidity;
}

static double price_of(const ds_world *w, ds_pair pair)
{
    return pair == DS_PAIR_VVV_USD ? w->eco->vvv_price : w->eco->diem_vvv;
}

static double rewards_of(const ds_world *w, ds_pair pair)
{
    const ds_markets_config *const m = &w->config->markets;
    return pair == DS_PAIR_VVV_USD ? m->vvv_usd.rewards : m->diem_vvv.rewards;
}

/* ---- what they see ---- */

/* Daily changes: within a day trades move the price to and fro, which costs providers nothing. */
static void vary(ds_provided *p, double log_price)
{
    const double step = log_price - p->log_day;
    p->log_day = log_price;
    p->variance += (365 * step * step - p->variance) * (1 - ds_exp(-1.0 / REMEMBERED_DAYS));
}

void ds_liquidity_hour(ds_world *w, double dt)
{
    if (!config_of(w)->active)
        return;
    const double weight = 1 - ds_exp(-dt / REMEMBERED_DAYS);
    for (int pair = 0; pair < DS_PAIRS; pair++) {
        ds_provided *const p = &w->eco->provided[pair];
        const double now = ds_log(price_of(w, (ds_pair)pair));
        p->yield += (365 * (p->fees - p->fees_hour) / dt - p->yield) * weight;
        p->fees_hour = p->fees;
        p->log_price = now;
        p->log_peak = fmax(now, p->log_peak + (now - p->log_peak) * weight);
        if (w->eco->hours % 24 == 0)
            vary(p, now);
    }
}

double ds_liquidity_excess(const ds_world *w, ds_pair pair)
{
    const ds_liquidity_config *const c = config_of(w);
    const ds_provided *const p = &w->eco->provided[pair];
    const double drawdown = 1 - ds_exp(p->log_price - p->log_peak);
    /* Loss-versus-rebalancing of a constant product (Milionis, Moallemi, Roughgarden & Zhang 2022).
     */
    const double loss = p->variance / 8;
    return p->yield + rewards_of(w, pair) - loss - c->required - c->drawdown_aversion * drawdown;
}

double ds_impermanent_loss(double ratio)
{
    return 2 * sqrt(ratio) / (1 + ratio) - 1;
}

double ds_liquidity_return(const ds_world *w, double days)
{
    double earned = 0, all = 0;
    for (int pair = 0; pair < DS_PAIRS; pair++) {
        const ds_provided *const p = &w->eco->provided[pair];
        const double value = ds_market_depth(w, (ds_pair)pair);
        const double ratio = price_of(w, (ds_pair)pair) / p->price_then;
        earned += value * (p->fees - p->fees_then + ds_impermanent_loss(ratio));
        all += value;
    }
    return 365 / days * earned / all;
}

void ds_liquidity_observed(ds_world *w)
{
    for (int pair = 0; pair < DS_PAIRS; pair++) {
        ds_provided *const p = &w->eco->provided[pair];
        p->fees_then = p->fees;
        p->price_then = price_of(w, (ds_pair)pair);
    }
}

/* ---- what they do ---- */

static ds_amount in_purse(const ds_world *w, ds_asset asset)
{
    return w->eco->ledger.book[asset].bucket[DS_LP];
}

/* VVV that the purse lacks is bought at the outside venue, as far as that has any. What it costs is
 * paid there: those dollars never enter. */
static bool fetch_vvv(ds_world *w, ds_amount need)
{
    const ds_amount lack = need - in_purse(w, DS_VVV);
    const ds_amount most = w->eco->ledger.book[DS_VVV].bucket[DS_VENUE];
    return lack <= 0 ||
           ds_ledger_move(&w->eco->ledger, DS_VVV, ds_cell_of(DS_VENUE, NULL),
                          ds_cell_of(DS_LP, NULL), ds_smaller(lack, most), ds_world_status(w));
}

static bool fetch_usd(ds_world *w, ds_amount need)
{
    const ds_amount lack = need - in_purse(w, DS_USD);
    return lack <= 0 || ds_ledger_mint(&w->eco->ledger, DS_USD, ds_cell_of(DS_LP, NULL), lack,
                                       ds_world_status(w));
}

static bool send_home(ds_world *w, ds_amount usd)
{
    return ds_ledger_burn(&w->eco->ledger, DS_USD, ds_cell_of(DS_LP, NULL), usd,
                          ds_world_status(w));
}

static ds_amount part_of(ds_amount reserve, double share)
{
    return ds_amount_of(ds_tokens(reserve) * share);
}

static bool add(ds_world *w, ds_pair pair, double share)
{
    const ds_amount usd = in_purse(w, DS_USD);
    if (!fetch_vvv(w, part_of(ds_market_reserve(w, pair, DS_VVV), share)) ||
        (pair == DS_PAIR_VVV_USD &&
         !fetch_usd(w, part_of(ds_market_reserve(w, pair, DS_USD), share))) ||
        !ds_market_provide(w, pair, share))
        return false;
    /* What came in and was not needed goes back. */
    const ds_amount left = in_purse(w, DS_USD) - usd;
    return left <= 0 || send_home(w, left);
}

static bool withdraw(ds_world *w, ds_pair pair, double share)
{
    const ds_amount usd = in_purse(w, DS_USD);
    return ds_market_withdraw(w, pair, share) && send_home(w, in_purse(w, DS_USD) - usd);
}

/* Logit choice between adding and withdrawing (McFadden 1974): the probability of the one less that
 * of the other is tanh(sensitivity·excess/2), here the part of a step that they take. */
bool ds_liquidity_review(void *world)
{
    ds_world *const w = world;
    const ds_liquidity_config *const c = config_of(w);
    ds_rng *const rng = &w->rng[DS_FOR_LIQUIDITY];
    const ds_pair pair = (ds_pair)ds_rng_below(rng, DS_PAIRS);
    ds_clock_again(&w->engine, DS_AT_LIQUIDITY_REVIEW, w->liquidity_clock, rng);
    w->engine.subject = (uint32_t)pair;
    const double share = c->step * ds_tanh(c->sensitivity * ds_liquidity_excess(w, pair) / 2);
    return share < 0 ? withdraw(w, pair, -share) : add(w, pair, share);
}

/* ---- the start ---- */

static double reviews(const ds_world *w)
{
    const ds_liquidity_config *const c = config_of(w);
    return c->active ? DS_PAIRS / c->review : 0;
}

void ds_liquidity_pace(ds_world *w)
{
    ds_clock_set_rate(&w->engine, DS_AT_LIQUIDITY_REVIEW, w->liquidity_clock, reviews(w));
}

bool ds_liquidity_begin(ds_world *w)
{
    const ds_liquidity_config *const c = config_of(w);
    ds_liquidity_observed(w);
    for (int pair = 0; pair < DS_PAIRS; pair++) {
        ds_provided *const p = &w->eco->provided[pair];
        p->log_price = p->log_day = p->log_peak = ds_log(price_of(w, (ds_pair)pair));
        p->yield = c->required - rewards_of(w, (ds_pair)pair); /* so that they begin content */
    }
    ds_clock_start(&w->engine, DS_AT_LIQUIDITY_REVIEW, w->liquidity_clock,
                   &w->rng[DS_FOR_LIQUIDITY], reviews(w));
    const ds_amount diem = ds_market_reserve(w, DS_PAIR_DIEM_VVV, DS_DIEM);
    return !c->active || ds_ledger_open(&w->eco->ledger, DS_DIEM, ds_cell_of(DS_LP, NULL),
                                        part_of(diem, c->purse), ds_world_status(w));
}

#define P DS_P_NUMBER
#define S ds_liquidity_config
const ds_param ds_liquidity_params[] = {
    {DS_AT(S, active), .kind = DS_SWITCH, .unit = "1", .max = 1, .fixed = true,
     .doc = "whether liquidity providers add and withdraw"},
    P(S, review, "d", 7, 1e-2, 36500, "mean time between two reviews of a pool's providers", NULL),
    P(S, required, "1/yr", 0.1, 0, 10,
      "return, fees and rewards less expected loss from arbitrage, at which providers stay as they "
      "are",
      NULL),
    P(S, sensitivity, "yr", 4, 0, 1e4, "of the choice between adding and withdrawing to the return",
      NULL),
    P(S, drawdown_aversion, "1/yr", 0.2, 0, 100,
      "return that a whole loss of the price below its recent peak is felt to cost", NULL),
    P(S, step, "1", 0.05, 0, 1, "most of a pool that a review adds or withdraws", NULL),
    DS_P_FIXED(S, purse, "1", 0.25, 0, 100,
               "DIEM that providers have apart at the start, over what is in the pool", NULL),
    {0},
};
#undef S
#undef P
