#include "market.h"

#include "liquidation.h"
#include "pool.h"
#include "redemption.h"

#include "sim/core/real.h"

enum { TREND_DAYS = 30 };

static const struct {
    ds_asset base, quote;
    ds_bucket bucket;
} pair_of[] = {
    [DS_PAIR_VVV_USD] = {DS_VVV, DS_USD, DS_POOL_VVV_USD},
    [DS_PAIR_DIEM_VVV] = {DS_DIEM, DS_VVV, DS_POOL_DIEM_VVV},
};

static ds_asset other(ds_pair pair, ds_asset asset)
{
    return asset == pair_of[pair].base ? pair_of[pair].quote : pair_of[pair].base;
}

static ds_amount reserve(const ds_world *w, ds_pair pair, ds_asset asset)
{
    return w->eco->ledger.book[asset].bucket[pair_of[pair].bucket];
}

static uint32_t fee_of(const ds_world *w, ds_pair pair)
{
    const ds_markets_config *const m = &w->config->markets;
    const double fee = pair == DS_PAIR_VVV_USD ? m->vvv_usd.fee : m->diem_vvv.fee;
    return (uint32_t)(fee * DS_FEE_ONE + 0.5);
}

/* Quote per base: the price before fee. */
static double spot(const ds_world *w, ds_pair pair)
{
    return (double)reserve(w, pair, pair_of[pair].quote) /
           (double)reserve(w, pair, pair_of[pair].base);
}

static void prices_change(ds_world *w)
{
    ds_economy *const e = w->eco;
    e->vvv_price = spot(w, DS_PAIR_VVV_USD);
    e->diem_vvv = spot(w, DS_PAIR_DIEM_VVV);
    e->diem_price = e->diem_vvv * e->vvv_price;
}

/* Least output that a bound on slippage accepts: spot value less fee, less the bound. */
static double least_out(const ds_world *w, const ds_trade *t)
{
    const double x = (double)reserve(w, t->pair, t->pays);
    const double y = (double)reserve(w, t->pair, other(t->pair, t->pays));
    const double kept = 1 - (double)fee_of(w, t->pair) / DS_FEE_ONE;
    return (double)t->in * kept * (y / x) * (1 - t->slippage);
}

bool ds_market_swap(ds_world *w, const ds_trade *t, ds_amount *out)
{
    ds_ledger *const ledger = &w->eco->ledger;
    ds_status *const st = ds_world_status(w);
    const ds_asset gets = other(t->pair, t->pays);
    const ds_cell pool = ds_cell_of(pair_of[t->pair].bucket, NULL);
    *out = 0;
    if (t->in <= 0)
        return true;
    const ds_amount got =
        (ds_amount)ds_pool_out((uint64_t)t->in, (uint64_t)reserve(w, t->pair, t->pays),
                               (uint64_t)reserve(w, t->pair, gets), fee_of(w, t->pair));
    if (got == 0 || (double)got < least_out(w, t))
        return true;
    const double before = spot(w, t->pair);
    const double grown = (double)reserve(w, t->pair, t->pays) + (double)t->in;
    if (!ds_ledger_move(ledger, t->pays, t->from, pool, t->in, st) ||
        !ds_ledger_move(ledger, gets, pool, t->to, got, st))
        return false;
    *out = got;
    /* log sqrt(k) grows by log((x + in) / (x + (1 - fee)·in)) / 2, to first order in the fee. */
    w->eco->provided[t->pair].fees +=
        (double)t->in * fee_of(w, t->pair) / (2.0 * DS_FEE_ONE * grown);
    prices_change(w);
    if (t->informed && t->pair == DS_PAIR_VVV_USD)
        w->eco->offered.price *= ds_pow(spot(w, t->pair) / before, w->config->markets.permanent);
    ds_liquidation_watch(w);
    return true;
}

bool ds_market_withdraw(ds_world *w, ds_pair pair, double share)
{
    const ds_asset tokens[] = {pair_of[pair].base, pair_of[pair].quote};
    const ds_cell pool = ds_cell_of(pair_of[pair].bucket, NULL), purse = ds_cell_of(DS_LP, NULL);
    for (int i = 0; i < 2; i++) {
        const ds_amount all = reserve(w, pair, tokens[i]);
        const ds_amount part = ds_smaller(ds_share_of(all, share), all - 1);
        if (!ds_ledger_move(&w->eco->ledger, tokens[i], pool, purse, part, ds_world_status(w)))
            return false;
    }
    prices_change(w);
    return true;
}

/* Share of the reserves that the purse can match in both tokens. */
static double affordable(const ds_world *w, ds_pair pair, double share)
{
    const ds_asset tokens[] = {pair_of[pair].base, pair_of[pair].quote};
    for (int i = 0; i < 2; i++)
        share = fmin(share, (double)w->eco->ledger.book[tokens[i]].bucket[DS_LP] /
                                (double)reserve(w, pair, tokens[i]));
    return share;
}

bool ds_market_provide(ds_world *w, ds_pair pair, double share)
{
    const ds_asset tokens[] = {pair_of[pair].base, pair_of[pair].quote};
    const ds_cell pool = ds_cell_of(pair_of[pair].bucket, NULL), purse = ds_cell_of(DS_LP, NULL);
    ds_ledger *const ledger = &w->eco->ledger;
    share = affordable(w, pair, share);
    for (int i = 0; i < 2; i++) {
        const ds_amount part =
            ds_smaller(ds_amount_of(ds_tokens(reserve(w, pair, tokens[i])) * share),
                       ledger->book[tokens[i]].bucket[DS_LP]);
        if (!ds_ledger_move(ledger, tokens[i], purse, pool, part, ds_world_status(w)))
            return false;
    }
    prices_change(w);
    return true;
}

bool ds_market_add(ds_world *w, ds_pair pair, const ds_amount amount[2])
{
    const ds_asset tokens[] = {pair_of[pair].base, pair_of[pair].quote};
    const ds_cell pool = ds_cell_of(pair_of[pair].bucket, NULL), purse = ds_cell_of(DS_LP, NULL);
    for (int i = 0; i < 2; i++)
        if (!ds_ledger_move(&w->eco->ledger, tokens[i], purse, pool, amount[i], ds_world_status(w)))
            return false;
    prices_change(w);
    return true;
}

ds_amount ds_market_payment(const ds_world *w, ds_pair pair, ds_asset pays, ds_amount out)
{
    const uint64_t in = ds_pool_in((uint64_t)out, (uint64_t)reserve(w, pair, pays),
                                   (uint64_t)reserve(w, pair, other(pair, pays)), fee_of(w, pair));
    return in > (uint64_t)DS_AMOUNT_MAX ? DS_AMOUNT_MAX : (ds_amount)in;
}

ds_amount ds_market_reserve(const ds_world *w, ds_pair pair, ds_asset asset)
{
    return reserve(w, pair, asset);
}

/* Both sides of a constant-product pool are worth the same. */
double ds_market_depth(const ds_world *w, ds_pair pair)
{
    const double quote = ds_tokens(reserve(w, pair, pair_of[pair].quote));
    return 2 * quote * (pair == DS_PAIR_VVV_USD ? 1 : w->eco->vvv_price);
}

double ds_market_move_cost(const ds_world *w, double move)
{
    const uint64_t vvv = (uint64_t)reserve(w, DS_PAIR_DIEM_VVV, DS_VVV);
    const uint64_t diem = (uint64_t)reserve(w, DS_PAIR_DIEM_VVV, DS_DIEM);
    const uint64_t paid = ds_pool_depth(vvv, diem, move, fee_of(w, DS_PAIR_DIEM_VVV));
    return ds_tokens((ds_amount)paid) * w->eco->vvv_price;
}

ds_amount ds_market_most(const ds_world *w, ds_pair pair, ds_asset pays, double slippage)
{
    /* A hair inside the bound, so that rounding down of the output does not pass it. */
    return (ds_amount)ds_pool_most((uint64_t)reserve(w, pair, pays), fee_of(w, pair),
                                   slippage * (1 - 1e-6));
}

static bool fill(ds_world *w, ds_pair pair, double base, double quote)
{
    const ds_cell pool = ds_cell_of(pair_of[pair].bucket, NULL);
    ds_status *const st = ds_world_status(w);
    return ds_ledger_open(&w->eco->ledger, pair_of[pair].base, pool, ds_amount_of(base), st) &&
           ds_ledger_open(&w->eco->ledger, pair_of[pair].quote, pool, ds_amount_of(quote), st);
}

static bool fill_pools(ds_world *w, double vvv, double diem)
{
    const ds_markets_config *const m = &w->config->markets;
    const double half = m->vvv_usd.depth / 2, half_diem = m->diem_vvv.depth / 2;
    if (!fill(w, DS_PAIR_VVV_USD, half / vvv, half) ||
        !fill(w, DS_PAIR_DIEM_VVV, half_diem / diem, half_diem / vvv))
        return false;
    if (reserve(w, DS_PAIR_VVV_USD, DS_VVV) > 0 && reserve(w, DS_PAIR_VVV_USD, DS_USD) > 0 &&
        reserve(w, DS_PAIR_DIEM_VVV, DS_DIEM) > 0 && reserve(w, DS_PAIR_DIEM_VVV, DS_VVV) > 0)
        return true;
    return ds_fail(
        ds_world_status(w), DS_E_DATA,
        "a pool's reserve rounds to 0: 'markets' depths and 'initial' prices must give at "
        "least 1e-8 of every token");
}

bool ds_market_begin(ds_world *w)
{
    const ds_diem_config *const c = w->config;
    ds_economy *const e = w->eco;
    e->offered.price = ds_price_begin(&c->markets.price, c->initial.vvv_price, w->frame->start);
    if (!fill_pools(w, e->offered.price, c->initial.diem_price))
        return false;
    prices_change(w);
    e->offered.trend = ds_log(e->vvv_price);
    e->offered.diem_trend = ds_log(e->diem_price);
    ds_engine *const engine = &w->engine;
    ds_clock_start(engine, DS_AT_ARBITRAGE, w->arbitrage_clock, &w->rng[DS_FOR_ARBITRAGE],
                   c->markets.arbitrage);
    ds_clock_start(engine, DS_AT_NOISE_TRADE, w->noise_clock, &w->rng[DS_FOR_NOISE_TIMES],
                   c->markets.noise);
    return true;
}

void ds_market_pace(ds_world *w)
{
    const ds_markets_config *const m = &w->config->markets;
    ds_clock_set_rate(&w->engine, DS_AT_ARBITRAGE, w->arbitrage_clock, m->arbitrage);
    ds_clock_set_rate(&w->engine, DS_AT_NOISE_TRADE, w->noise_clock, m->noise);
}

static void follow(double price, double *trend, double weight)
{
    *trend += (ds_log(price) - *trend) * weight;
}

void ds_market_hour(ds_world *w, double dt)
{
    ds_economy *const e = w->eco;
    const double weight = 1 - ds_exp(-dt / TREND_DAYS);
    const double shocked = e->shocked[DS_SHOCK_PRICE]; /* the process does not know of shocks */
    e->offered.price =
        shocked * ds_price_step(&w->config->markets.price, e->offered.price / shocked,
                                w->frame->start + ds_now(&w->engine), dt, &w->rng[DS_FOR_PRICE]);
    follow(e->vvv_price, &e->offered.trend, weight);
    follow(e->diem_price, &e->offered.diem_trend, weight);
}

/* Pays into a pool until its price is `price` (paid per got), as far as the payer's balance goes.
 */
static bool push(ds_world *w, ds_trade *trade, double price, ds_amount balance, ds_amount *in,
                 ds_amount *out)
{
    const uint64_t x = (uint64_t)reserve(w, trade->pair, trade->pays);
    const uint64_t y = (uint64_t)reserve(w, trade->pair, other(trade->pair, trade->pays));
    const uint64_t need = ds_pool_to_price(x, y, price, fee_of(w, trade->pair));
    *in = need > (uint64_t)balance ? balance : (ds_amount)need;
    trade->in = *in;
    trade->slippage = 1;
    return ds_market_swap(w, trade, out);
}

/* Ornstein-Uhlenbeck step of the log deviation (Uhlenbeck & Ornstein 1930), exact for any gap. */
static double noise_step(ds_world *w)
{
    const ds_markets_config *const m = &w->config->markets;
    ds_offered *const o = &w->eco->offered;
    const double now = ds_now(&w->engine);
    const double decay = ds_exp2(-(now - o->noise_since) / m->noise_half_life);
    const double before = o->noise;
    o->noise = before * decay +
               m->noise_spread * sqrt(1 - decay * decay) * ds_rng_normal(&w->rng[DS_FOR_NOISE]);
    o->noise_since = now;
    return o->noise - before;
}

bool ds_noise_trade(void *world)
{
    ds_world *const w = world;
    ds_clock_again(&w->engine, DS_AT_NOISE_TRADE, w->noise_clock, &w->rng[DS_FOR_NOISE_TIMES]);
    const double target = w->eco->diem_vvv * ds_exp(noise_step(w));
    const bool up = target > w->eco->diem_vvv;
    const ds_cell purse = ds_cell_of(DS_NOISE, NULL);
    ds_trade trade = {
        .pair = DS_PAIR_DIEM_VVV, .pays = up ? DS_VVV : DS_DIEM, .from = purse, .to = purse};
    const ds_amount balance = w->eco->ledger.book[trade.pays].bucket[DS_NOISE];
    ds_amount in, out;
    return push(w, &trade, up ? target : 1 / target, balance, &in, &out);
}

/* Sells from the venue's inventory until the pool, after fee, pays the outside price. */
static bool sell_dear(ds_world *w, double kept)
{
    const ds_cell purse = ds_cell_of(DS_VENUE, NULL);
    ds_trade trade = {.pair = DS_PAIR_VVV_USD, .pays = DS_VVV, .from = purse, .to = purse};
    const ds_amount balance = w->eco->ledger.book[DS_VVV].bucket[DS_VENUE];
    ds_amount in, out;
    /* Dollars leave the economy for the venue. */
    return push(w, &trade, kept / w->eco->offered.price, balance, &in, &out) &&
           ds_ledger_burn(&w->eco->ledger, DS_USD, purse, out, ds_world_status(w));
}

static bool buy_cheap(ds_world *w, double kept)
{
    const ds_cell purse = ds_cell_of(DS_VENUE, NULL);
    ds_ledger *const ledger = &w->eco->ledger;
    ds_status *const st = ds_world_status(w);
    ds_trade trade = {.pair = DS_PAIR_VVV_USD, .pays = DS_USD, .from = purse, .to = purse};
    const ds_amount all = (ds_amount)ds_pool_to_price(
        (uint64_t)reserve(w, trade.pair, DS_USD), (uint64_t)reserve(w, trade.pair, DS_VVV),
        w->eco->offered.price * kept, fee_of(w, trade.pair));
    ds_amount in, out;
    /* Dollars come in from the venue; what was not needed goes back. */
    return ds_ledger_mint(ledger, DS_USD, purse, all, st) &&
           push(w, &trade, w->eco->offered.price * kept, all, &in, &out) &&
           ds_ledger_burn(ledger, DS_USD, purse, ledger->book[DS_USD].bucket[DS_VENUE], st);
}

bool ds_arbitrage(void *world)
{
    ds_world *const w = world;
    ds_clock_again(&w->engine, DS_AT_ARBITRAGE, w->arbitrage_clock, &w->rng[DS_FOR_ARBITRAGE]);
    const double kept = 1 - (double)fee_of(w, DS_PAIR_VVV_USD) / DS_FEE_ONE;
    const double inside = w->eco->vvv_price, outside = w->eco->offered.price;
    if (inside * kept > outside)
        return sell_dear(w, kept);
    if (inside < outside * kept)
        return buy_cheap(w, kept);
    return true;
}

static const ds_param vvv_usd_params[] = {
    DS_P_FIXED(ds_pool_config, depth, "USD", 7.63e6, 1, 1e15, "value of both reserves at the start",
               "VVV/WETH pool, 2025-02-15"),
    DS_P_NUMBER(ds_pool_config, fee, "1", 0.003, 0, 0.5, "part of a payment that stays in the pool",
                "Uniswap v2 (Adams, Zinsmeister & Robinson 2020)"),
    DS_P_NUMBER(ds_pool_config, rewards, "1/yr", 0.25, 0, 100,
                "what its liquidity providers get from outside besides fees", NULL),
    {0},
};

static const ds_param diem_vvv_params[] = {
    DS_P_FIXED(ds_pool_config, depth, "USD", 6e6, 1, 1e15, "value of both reserves at the start",
               "DIEM/VVV pool, 2026-06-26"),
    DS_P_NUMBER(ds_pool_config, fee, "1", 0.01, 0, 0.5, "part of a payment that stays in the pool",
                "DIEM/VVV pool, 2026-03-15"),
    DS_P_NUMBER(ds_pool_config, rewards, "1/yr", 0.15, 0, 100,
                "what its liquidity providers get from outside besides fees", NULL),
    {0},
};

#define P DS_P_NUMBER
#define S ds_rental_config
static const ds_param rental_params[] = {
    DS_P_FIXED(S, price, "USD", 0.80, 0, 1e6, "what a DIEM-day rents for at the start",
               "a DIEM-day rents at about 0.80 USD, 2026"),
    P(S, speed, "1/d", 0.05, 0, 10,
      "log change of the price in a day when nothing is offered; the other way when nothing is "
      "wanted; 0: the price stays",
      NULL),
    P(S, friction, "1", 0.15, 0, 10,
      "what renting costs a consumer besides the rent, over the list price", NULL),
    P(S, floor, "USD", 0.05, 0, 1e6, "price below which owners rent nothing out", NULL),
    {0},
};
#undef S

#define S ds_markets_config
const ds_param ds_markets_params[] = {
    DS_P_GROUP(S, vvv_usd, vvv_usd_params, ds_pool_config, "pool of VVV against USD"),
    DS_P_GROUP(S, diem_vvv, diem_vvv_params, ds_pool_config, "pool of DIEM against VVV"),
    DS_P_GROUP(S, rental, rental_params, ds_rental_config, "rental of DIEM-days"),
    DS_P_GROUP(S, redemption, ds_redemption_params, ds_redemption_config,
               "redemption of DIEM at market value, a control that the deployed rules do not have"),
    DS_P_GROUP(S, price, ds_price_params, ds_price_config, "price of VVV at the outside venue"),
    DS_P_GROUP(S, liquidity, ds_liquidity_params, ds_liquidity_config,
               "liquidity providers who add and withdraw"),
    P(S, arbitrage, "1/d", 48, 0, 1e5, "visits of an arbitrageur to the VVV/USD pool", NULL),
    P(S, permanent, "1", 0.3, 0, 1,
      "share of the price impact of informed trades that the outside price follows", NULL),
    P(S, noise, "1/d", 12, 0, 1e5, "trades of noise traders in the DIEM/VVV pool", NULL),
    P(S, noise_spread, "1", 0.08, 0, 5, "stationary sd of the log deviation noise traders cause",
      NULL),
    P(S, noise_half_life, "d", 5, 1e-3, 3650, "in which half of that deviation is gone", NULL),
    {0},
};
#undef P
#undef S
