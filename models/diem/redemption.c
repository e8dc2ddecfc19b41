#include "redemption.h"

#include "market.h"
#include "staking.h"

#define P DS_P_NUMBER
#define S ds_redemption_config
const ds_param ds_redemption_params[] = {
    P(S, par, "USD", 0, 0, 1e9,
      "worth of newly issued VVV that a DIEM can be burned for, and the other way; 0: none, as "
      "deployed",
      "control: Terra (Kereiakes, Kwon, Di Maggio & Platias 2019)"),
    P(S, visits, "1/d", 48, 1e-3, 1e5, "visits of the arbitrageur who holds DIEM at par", NULL),
    P(S, slippage, "1", 0.05, 1e-6, 0.9, "bound on the slippage of its trades", NULL),
    P(S, confidence, "1", 1, 0, 1e6,
      "VVV's market value over all DIEM at par below which its owners run; 0: they never do",
      "the run began as LUNA's market value fell to UST's (Liu, Makarov & Schoar 2023)"),
    P(S, run, "1/d", 1, 0, 100, "rate at which an owner without confidence redeems all it has",
      NULL),
    {0},
};
#undef S
#undef P

static const ds_redemption_config *config(const ds_world *w)
{
    return &w->config->markets.redemption;
}

static double visits(const ds_world *w)
{
    return config(w)->par > 0 ? config(w)->visits : 0;
}

void ds_redemption_begin(ds_world *w)
{
    ds_clock_start(&w->engine, DS_AT_REDEMPTION, w->redemption_clock,
                   &w->rng[DS_FOR_REDEMPTION_TIMES], visits(w));
}

/* VVV of a par's worth, for so many DIEM. */
static ds_amount worth_in_vvv(const ds_world *w, ds_amount diem)
{
    return ds_amount_of(ds_tokens(diem) * config(w)->par / w->eco->vvv_price);
}

static bool trade(ds_world *w, ds_pair pair, ds_asset pays, ds_cell purse, ds_cell gets,
                  ds_amount in, ds_amount *out)
{
    const ds_trade t = {.pair = pair,
                        .pays = pays,
                        .from = purse,
                        .to = gets,
                        .in = ds_smaller(in, ds_market_most(w, pair, pays, config(w)->slippage)),
                        .slippage = config(w)->slippage,
                        .informed = true};
    return ds_market_swap(w, &t, out);
}

/* Beyond this many VVV redemption halts, as Terra's chain was halted: amounts have 64 bits. */
static const double most_vvv = 2e10;

static bool halted(const ds_world *w, ds_amount diem)
{
    return ds_tokens(ds_ledger_supply(&w->eco->ledger, DS_VVV)) + ds_tokens(worth_in_vvv(w, diem)) >
           most_vvv;
}

/* DIEM for new VVV. */
static bool redeem(ds_world *w, ds_cell diem_from, ds_cell vvv_to, ds_amount diem)
{
    ds_economy *const e = w->eco;
    const ds_amount vvv = worth_in_vvv(w, diem);
    if (halted(w, diem))
        return true;
    e->unbacked -= diem;
    e->flow.redeemed += ds_tokens(diem);
    return ds_ledger_burn(&e->ledger, DS_DIEM, diem_from, diem, ds_world_status(w)) &&
           ds_ledger_mint(&e->ledger, DS_VVV, vvv_to, vvv, ds_world_status(w));
}

bool ds_redeem(ds_world *w, ds_holder *h, double worth, double step)
{
    if (!(config(w)->par > worth))
        return true;
    ds_amount usd;
    const ds_cell vvv = ds_cell_of(DS_LIQUID, &h->liquid);
    const ds_amount diem = ds_share_of(h->diem, step), before = h->liquid;
    return redeem(w, ds_cell_of(DS_LIQUID, &h->diem), vvv, diem) &&
           trade(w, DS_PAIR_VVV_USD, DS_VVV, vvv, ds_cell_of(DS_LIQUID, &h->usd),
                 h->liquid - before, &usd) &&
           ds_unstake_diem(w, h, ds_share_of(h->diem_staked, step));
}

/* A run (Diamond & Dybvig 1983): once VVV is worth less than all DIEM at par, who comes last gets
 * nothing, so owners come as fast as they notice. A day. */
static double runners(const ds_world *w)
{
    const ds_ledger *const l = &w->eco->ledger;
    const double claims = ds_tokens(ds_ledger_supply(l, DS_DIEM)) * config(w)->par;
    const double worth = ds_tokens(ds_ledger_supply(l, DS_VVV)) * w->eco->vvv_price;
    return worth < config(w)->confidence * claims ? config(w)->run * w->eco->crowd[DS_HOLDERS].all
                                                  : 0;
}

void ds_redemption_pace(ds_world *w)
{
    const double rate = config(w)->par > 0 ? config(w)->visits + runners(w) : 0;
    ds_clock_set_rate(&w->engine, DS_AT_REDEMPTION, w->redemption_clock, rate);
}

static bool flee(ds_world *w)
{
    const uint32_t who =
        ds_rng_below(&w->rng[DS_FOR_REDEMPTION_TIMES], w->eco->crowd[DS_HOLDERS].all);
    w->engine.subject = who;
    return ds_redeem(w, &w->holder[who], 0, 1);
}

/* DIEM that so much VVV buys, fee and slippage apart. */
static ds_amount bought_for(const ds_world *w, ds_amount vvv)
{
    const ds_amount most = ds_market_most(w, DS_PAIR_DIEM_VVV, DS_VVV, config(w)->slippage);
    return ds_amount_of(ds_tokens(ds_smaller(vvv, most)) / w->eco->diem_vvv);
}

/* DIEM is cheap: the arbitrageur buys it with the venue's VVV, redeems it and sells the gain; the
 * dollars leave with it. What cannot be redeemed is not bought for it. */
static bool buy_and_redeem(ds_world *w, ds_cell purse)
{
    ds_ledger *const l = &w->eco->ledger;
    const ds_amount before = l->book[DS_VVV].bucket[DS_VENUE];
    ds_amount diem, usd;
    if (halted(w, bought_for(w, before)))
        return true;
    if (!trade(w, DS_PAIR_DIEM_VVV, DS_VVV, purse, purse, before, &diem) ||
        !redeem(w, purse, purse, diem))
        return false;
    const ds_amount gain = l->book[DS_VVV].bucket[DS_VENUE] - before;
    return (gain <= 0 || trade(w, DS_PAIR_VVV_USD, DS_VVV, purse, purse, gain, &usd)) &&
           ds_ledger_burn(l, DS_USD, purse, l->book[DS_USD].bucket[DS_VENUE], ds_world_status(w));
}

/* DIEM is dear: VVV of a par's worth is burned for each DIEM, which is sold. */
static bool issue_and_sell(ds_world *w, ds_cell purse)
{
    ds_ledger *const l = &w->eco->ledger;
    const ds_amount most = ds_market_most(w, DS_PAIR_DIEM_VVV, DS_DIEM, config(w)->slippage);
    const double payable = ds_tokens(l->book[DS_VVV].bucket[DS_VENUE]) * w->eco->vvv_price;
    const ds_amount diem = ds_smaller(most, ds_amount_of(payable / config(w)->par));
    ds_amount vvv;
    w->eco->unbacked += diem;
    return ds_ledger_burn(l, DS_VVV, purse,
                          ds_smaller(worth_in_vvv(w, diem), l->book[DS_VVV].bucket[DS_VENUE]),
                          ds_world_status(w)) &&
           ds_ledger_mint(l, DS_DIEM, purse, diem, ds_world_status(w)) &&
           trade(w, DS_PAIR_DIEM_VVV, DS_DIEM, purse, purse, diem, &vvv);
}

static bool hold_par(ds_world *w)
{
    const double fees = w->config->markets.vvv_usd.fee + w->config->markets.diem_vvv.fee;
    const double edge = fees + 2 * config(w)->slippage;
    const ds_cell purse = ds_cell_of(DS_VENUE, NULL);
    w->engine.subject = 0;
    if (w->eco->diem_price * (1 + edge) < config(w)->par)
        return buy_and_redeem(w, purse);
    if (w->eco->diem_price * (1 - edge) > config(w)->par)
        return issue_and_sell(w, purse);
    return true;
}

bool ds_redemption_visit(void *world)
{
    ds_world *const w = world;
    ds_rng *const rng = &w->rng[DS_FOR_REDEMPTION_TIMES];
    const bool runs = ds_rng_uniform(rng) * w->redemption_clock->rate >= config(w)->visits;
    ds_clock_again_at(&w->engine, DS_AT_REDEMPTION, w->redemption_clock, rng,
                      config(w)->visits + runners(w));
    return runs ? flee(w) : hold_par(w);
}
