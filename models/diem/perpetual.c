#include "perpetual.h"

#include "market.h"

#include "sim/core/real.h"

enum { FUNDING_A_DAY = 3 }; /* 8 hours */

static const ds_perpetual_config *config_of(const ds_world *w)
{
    return &w->config->perpetual;
}

double ds_funding_rate(double premium, double interest, double band, double cap)
{
    const double rate = premium + fmax(-band, fmin(band, interest - premium));
    return fmax(-cap, fmin(cap, rate));
}

static ds_amount size_of(const ds_margin *m)
{
    return m->position < 0 ? -m->position : m->position;
}

double ds_open_interest(const ds_world *w)
{
    const ds_perpetual *const p = &w->eco->perpetual;
    ds_amount sizes = 0;
    for (int i = 0; i < DS_TRADERS; i++)
        sizes += size_of(&p->account[i]);
    return ds_tokens(sizes) / 2 * p->mark;
}

static ds_cell margin_cell(ds_world *w, int trader)
{
    return ds_cell_of(DS_MARGIN, &w->eco->perpetual.account[trader].margin);
}

/* ---- settlement ---- */

/* What each loser can pay goes to the bucket's one loose end, and from there to the winners in
 * proportion to what they are due. */
bool ds_perpetual_settle(ds_world *w, double gain)
{
    ds_perpetual *const p = &w->eco->perpetual;
    ds_ledger *const l = &w->eco->ledger;
    ds_status *const st = ds_world_status(w);
    ds_amount pot = 0, due[DS_TRADERS] = {0};
    double dues = 0;
    const ds_cell between = ds_cell_of(DS_MARGIN, &pot);
    for (int i = 0; i < DS_TRADERS; i++) {
        const double value = ds_tokens(p->account[i].position) * gain;
        due[i] = ds_amount_of(value);
        dues += ds_tokens(due[i]);
        const ds_amount pays = ds_smaller(ds_amount_of(-value), p->account[i].margin);
        if (!ds_ledger_move(l, DS_USD, margin_cell(w, i), between, pays, st))
            return false;
    }
    const double paid = dues > 0 ? fmin(1, ds_tokens(pot) / dues) : 0;
    int last = 0;
    for (int i = 0; i < DS_TRADERS; i++) {
        const ds_amount gets = ds_smaller(ds_share_of(due[i], paid), pot);
        if (!ds_ledger_move(l, DS_USD, between, margin_cell(w, i), gets, st))
            return false;
        last = due[i] > due[last] ? i : last;
    }
    return ds_ledger_move(l, DS_USD, between, margin_cell(w, last), pot, st);
}

/* The other side gives up as much, in proportion: at the mark price nothing is owed for it. */
static void close_against(ds_perpetual *p, bool longs, ds_amount amount)
{
    ds_amount all = 0;
    for (int i = 0; i < DS_TRADERS; i++)
        if ((p->account[i].position > 0) == longs)
            all += size_of(&p->account[i]);
    for (int i = 0; i < DS_TRADERS; i++) {
        ds_margin *const m = &p->account[i];
        if (m->position == 0 || (m->position > 0) != longs)
            continue;
        const ds_amount part = ds_muldiv(amount, size_of(m), all);
        all -= size_of(m);
        amount -= part;
        m->position += longs ? -part : part;
    }
}

void ds_perpetual_deleverage(ds_world *w)
{
    const ds_perpetual_config *const c = config_of(w);
    ds_perpetual *const p = &w->eco->perpetual;
    for (int i = 0; i < DS_TRADERS; i++) {
        ds_margin *const m = &p->account[i];
        const double margin = ds_tokens(m->margin);
        if (margin >= c->maintenance * ds_tokens(size_of(m)) * p->mark)
            continue;
        const ds_amount keep = ds_amount_of(margin / (c->margin * p->mark));
        const ds_amount closed = size_of(m) - ds_smaller(keep, size_of(m));
        w->eco->flow.deleveraged += ds_tokens(closed) * p->mark;
        const bool is_long = m->position > 0;
        m->position += is_long ? -closed : closed;
        close_against(p, !is_long, closed);
    }
}

/* ---- positions ---- */

/* Margin for what a position grows by comes from outside, and part of what is lacking; that of what
 * it shrinks by leaves, and so does what lies above the initial margin. */
static bool hold(ds_world *w, int trader, ds_amount position)
{
    const ds_perpetual_config *const c = config_of(w);
    ds_margin *const m = &w->eco->perpetual.account[trader];
    ds_ledger *const l = &w->eco->ledger;
    ds_status *const st = ds_world_status(w);
    const double mark = w->eco->perpetual.mark;
    const bool turns = (m->position > 0) != (position > 0);
    const double before = turns ? 0 : ds_tokens(size_of(m));
    const double lasting = before > 0 ? fmin(1, fabs(ds_tokens(position)) / before) : 0;
    m->position = position;
    const double full = c->margin * ds_tokens(size_of(m)) * mark;
    const ds_amount stays = ds_smaller(ds_share_of(m->margin, lasting), ds_amount_of(full));
    const double grown = fmin(full, c->margin * fmax(0, ds_tokens(size_of(m)) - before) * mark);
    const double lack = fmax(0, full - ds_tokens(stays) - grown);
    return ds_ledger_burn(l, DS_USD, margin_cell(w, trader), m->margin - stays, st) &&
           ds_ledger_mint(l, DS_USD, margin_cell(w, trader), ds_amount_of(grown + c->top_up * lack),
                          st);
}

/* DIEM that speculators would be long: the trend of DIEM over 30 days less the funding they would
 * pay in as long decides, and what they commit bounds it. */
static double speculation(const ds_world *w)
{
    const ds_perpetual_config *const c = config_of(w);
    const ds_economy *const e = w->eco;
    const double trend = ds_log(e->diem_price) - e->offered.diem_trend;
    const double carry = 30 * FUNDING_A_DAY * e->perpetual.funding;
    return c->speculation / e->diem_price * ds_tanh(c->sensitivity * (trend - carry));
}

static const double most = 1e10; /* DIEM that an account can hold: sums of three fit 64 bits */

static ds_amount toward(ds_amount from, double target, double part)
{
    const double bounded = fmax(-most, fmin(most, target));
    return from + (ds_amount)((bounded * 1e8 - (double)from) * part);
}

static bool trade(ds_world *w, double dt)
{
    const ds_perpetual_config *const c = config_of(w);
    const ds_margin *const a = w->eco->perpetual.account;
    const double part = 1 - ds_exp(-dt / c->adjustment);
    const double minted = ds_tokens(ds_ledger_supply(&w->eco->ledger, DS_DIEM));
    const ds_amount specs = toward(a[DS_SPECULATORS].position, speculation(w), part);
    const ds_amount hedgers = toward(a[DS_HEDGERS].position, -c->hedge * minted, part);
    return hold(w, DS_SPECULATORS, specs) && hold(w, DS_HEDGERS, hedgers) &&
           hold(w, DS_MAKER, -(specs + hedgers));
}

/* ---- the maker's spot ---- */

static ds_amount spot(const ds_world *w)
{
    return w->eco->ledger.book[DS_DIEM].bucket[DS_MAKING];
}

static bool swap(ds_world *w, ds_pair pair, ds_asset pays, ds_amount in, ds_amount *out)
{
    const double slippage = config_of(w)->slippage;
    const ds_cell purse = ds_cell_of(DS_MAKING, NULL);
    const ds_trade trade = {.pair = pair,
                            .pays = pays,
                            .from = purse,
                            .to = purse,
                            .in = ds_smaller(in, ds_market_most(w, pair, pays, slippage)),
                            .slippage = slippage,
                            .informed = true};
    return ds_market_swap(w, &trade, out);
}

/* VVV in between trades becomes dollars, and dollars leave. */
static bool tidy(ds_world *w)
{
    ds_ledger *const l = &w->eco->ledger;
    ds_amount out;
    return swap(w, DS_PAIR_VVV_USD, DS_VVV, l->book[DS_VVV].bucket[DS_MAKING], &out) &&
           ds_ledger_burn(l, DS_USD, ds_cell_of(DS_MAKING, NULL), l->book[DS_USD].bucket[DS_MAKING],
                          ds_world_status(w));
}

static bool buy(ds_world *w, ds_amount diem)
{
    ds_amount vvv, got;
    const double slippage = config_of(w)->slippage;
    const double vvv_most = ds_tokens(ds_market_most(w, DS_PAIR_DIEM_VVV, DS_VVV, slippage));
    const double usd = fmin(ds_tokens(diem) * w->eco->diem_price, vvv_most * w->eco->vvv_price);
    const ds_amount in =
        ds_smaller(ds_amount_of(usd), ds_market_most(w, DS_PAIR_VVV_USD, DS_USD, slippage));
    return ds_ledger_mint(&w->eco->ledger, DS_USD, ds_cell_of(DS_MAKING, NULL), in,
                          ds_world_status(w)) &&
           swap(w, DS_PAIR_VVV_USD, DS_USD, in, &vvv) &&
           swap(w, DS_PAIR_DIEM_VVV, DS_VVV, vvv, &got) && tidy(w);
}

static bool sell(ds_world *w, ds_amount diem)
{
    ds_amount vvv;
    return swap(w, DS_PAIR_DIEM_VVV, DS_DIEM, diem, &vvv) && tidy(w);
}

/* DIEM beyond its first stock that the maker holds against what it is short, within its limit. */
static double cover(const ds_world *w)
{
    const ds_perpetual_config *const c = config_of(w);
    const double owed = -ds_tokens(w->eco->perpetual.account[DS_MAKER].position);
    return fmax(-c->inventory, fmin(c->limit, owed));
}

static bool hedge(ds_world *w)
{
    const ds_amount want = ds_amount_of(config_of(w)->inventory + cover(w));
    return want > spot(w) ? buy(w, want - spot(w)) : sell(w, spot(w) - want);
}

/* ---- the hour ---- */

/* What the maker has not covered, over what the pool holds, moves the price it asks (A). */
static double premium(const ds_world *w)
{
    const ds_perpetual_config *const c = config_of(w);
    const double owed = -ds_tokens(w->eco->perpetual.account[DS_MAKER].position);
    const double open = owed - (ds_tokens(spot(w)) - c->inventory);
    const double depth = ds_market_depth(w, DS_PAIR_DIEM_VVV);
    return fmax(-c->premium_limit,
                fmin(c->premium_limit, c->impact * open * w->eco->diem_price / depth));
}

bool ds_perpetual_hour(ds_world *w, double dt)
{
    const ds_perpetual_config *const c = config_of(w);
    ds_perpetual *const p = &w->eco->perpetual;
    if (!c->active)
        return true;
    const double before = p->mark;
    p->premium = premium(w);
    p->mark = w->eco->diem_price * ds_exp(p->premium);
    p->funding = ds_funding_rate(ds_expm1(p->premium), c->interest, c->band, c->cap);
    if (!ds_perpetual_settle(w, p->mark - before - p->mark * p->funding * FUNDING_A_DAY * dt))
        return false;
    ds_perpetual_deleverage(w);
    return trade(w, dt) && hedge(w);
}

bool ds_perpetual_begin(ds_world *w)
{
    const ds_perpetual_config *const c = config_of(w);
    w->eco->perpetual.mark = w->eco->diem_price;
    return !c->active || ds_ledger_open(&w->eco->ledger, DS_DIEM, ds_cell_of(DS_MAKING, NULL),
                                        ds_amount_near(c->inventory), ds_world_status(w));
}

#define P DS_P_NUMBER
#define S ds_perpetual_config
const ds_param ds_perpetual_params[] = {
    {DS_AT(S, active), .kind = DS_SWITCH, .unit = "1", .max = 1, .fixed = true,
     .doc = "whether a perpetual future on DIEM is traded"},
    P(S, interest, "1", 1e-4, -1, 1, "interest part of the funding rate, for 8 hours",
      "Hyperliquid, Funding; BitMEX, Perpetual Contracts Guide"),
    P(S, band, "1", 5e-4, 0, 1, "within which interest makes up for a premium, for 8 hours",
      "BitMEX, Perpetual Contracts Guide"),
    P(S, cap, "1", 0.32, 0, 1, "largest funding rate for 8 hours",
      "Hyperliquid, Funding: 4 % an hour"),
    P(S, margin, "1", 0.3333333333333333, 1e-3, 1, "initial margin over the value of a position",
      "Hyperliquid, Margin tiers: at most 3 times margin for the least liquid assets"),
    P(S, maintenance, "1", 0.16666666666666666, 0, 1,
      "margin over value below which an account is deleveraged",
      "Hyperliquid, Margining: half the initial margin at the largest leverage"),
    P(S, top_up, "1", 1, 0, 1, "part of the initial margin lost that an account pays in, hourly",
      NULL),
    P(S, speculation, "USD", 1e6, 0, 1e12, "most that speculators hold, long or short", NULL),
    P(S, sensitivity, "1", 1, 0, 1e4, "of speculators to the 30-day trend of DIEM less funding",
      NULL),
    P(S, hedge, "1", 0.02, 0, 1, "part of the minted DIEM that minters sell short", NULL),
    P(S, adjustment, "d", 3, 1e-3, 3650, "time scale on which both near what they want", NULL),
    DS_P_FIXED(S, inventory, "DIEM", 500, 0, 1e9, "DIEM of the market maker at the start", NULL),
    P(S, limit, "DIEM", 500, 0, 1e9, "most DIEM beyond that the maker buys to cover a short", NULL),
    P(S, slippage, "1", 0.005, 0, 0.99, "most that a trade of the maker loses to depth", NULL),
    P(S, impact, "1", 0.05, 0, 1e3,
      "log premium for what the maker has not covered, over the depth of the DIEM pool", NULL),
    P(S, premium_limit, "1", 0.05, 0, 1, "largest log premium of the mark price", NULL),
    {0},
};
#undef S
#undef P
