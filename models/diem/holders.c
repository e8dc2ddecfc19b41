#include "holders.h"

#include "governance.h"
#include "leverage.h"
#include "market.h"
#include "minting.h"
#include "redemption.h"
#include "rent.h"
#include "staking.h"
#include "taste.h"

#include "sim/core/real.h"

/* Tails have no end, purses have: USD that a newcomer brings at most. */
static const double newcomer_most = 1e9;

/* ---- what the options return ---- */

ds_outlook ds_holders_outlook(const ds_world *w)
{
    const ds_terms now = ds_terms_now(w);
    return ds_holders_outlook_under(w, &now);
}

ds_outlook ds_holders_outlook_under(const ds_world *w, const ds_terms *t)
{
    const ds_economy *const e = w->eco;
    const ds_book *const book = &e->ledger.book[DS_VVV];
    const double locked = ds_tokens(book->bucket[DS_LOCKED]);
    const double stake = ds_tokens(book->bucket[DS_STAKED]) + locked;
    const double base = stake > 0 ? t->emission / stake : 0;
    const double fees = stake > 0 ? 365 * t->stakers / (stake * e->vvv_price) : 0;
    const double minters = locked > 0 ? 365 * t->minters / (locked * e->vvv_price) : 0;
    ds_outlook now = {
        .apr = base + fees,
        .fees = fees,
        .locked_apr = t->keep * base + fees + minters,
        .proceeds = e->diem_vvv / t->mint_rate,
        .trend = ds_log(e->vvv_price) - e->offered.trend,
        .diem_trend = ds_log(e->diem_price) - e->offered.diem_trend,
        .cooling = stake > 0 ? ds_tokens(book->bucket[DS_COOLING]) / stake : 0,
        .vvv_price = e->vvv_price,
        .diem_price = e->diem_price,
    };
    for (int m = 0; w->config->lending.active && m < DS_LEND_MARKETS; m++)
        now.borrow_rate[m] = ds_borrow_rate(w, (ds_lending_market)m);
    return now;
}

static double felt(const ds_holders_config *c, double trend)
{
    return c->herding * (trend < 0 ? trend * (1 + c->loss_aversion) : trend);
}

static const ds_holder_cohort *cohort_of(const ds_world *w, const ds_holder *h)
{
    return (const ds_holder_cohort *)w->config->holders.cohorts.items + h->cohort;
}

void ds_holder_returns(const ds_world *w, const ds_outlook *now, const ds_holder *h,
                       double value[DS_HOLDER_OPTIONS])
{
    const ds_holders_config *const c = &w->config->holders;
    const ds_holder_cohort *const cohort = cohort_of(w, h);
    const double required = (double)h->required;
    const double carry = required - felt(c, now->diem_trend); /* of a DIEM sold short, 1/yr */
    const double vvv = cohort->belief + felt(c, now->trend);
    const double fear = c->herding_exit * now->cooling;
    const double locked = vvv + now->locked_apr - cohort->lock_premium;
    /* 1/yr of a DIEM's price */
    const double credit = 365 * ds_credit_worth(w, h->cohort) / now->diem_price;
    value[DS_EXIT] = required + fear;
    value[DS_HOLD] = vvv + fear;
    value[DS_JUST_STAKE] = vvv + now->apr;
    value[DS_MINT_SELL] = locked + now->proceeds * carry;
    value[DS_MINT_USE] = locked + now->proceeds * credit;
    value[DS_UNWIND] = -INFINITY;
    if (h->outstanding > 0 && h->locked > 0) {
        /* DIEM to buy for one VVV unlocked, in VVV. */
        const double price =
            ds_tokens(h->outstanding) * now->diem_price / (ds_tokens(h->locked) * now->vvv_price);
        value[DS_UNWIND] = vvv + now->apr - price * carry;
    }
    value[DS_LEVER] = value[DS_LEVER_DIEM] = -INFINITY;
    if (ds_borrows(w, h))
        ds_leverage_returns(w, now, h, (ds_expected){vvv, locked, felt(c, now->diem_trend)}, value);
}

/* Logit choice (McFadden 1974): probabilities proportional to exp(value / taste). */
static ds_holder_option choose(const double value[DS_HOLDER_OPTIONS], int options, double taste,
                               ds_rng *shocks)
{
    double most = value[0], weight[DS_HOLDER_OPTIONS];
    for (int i = 1; i < options; i++)
        most = fmax(most, value[i]);
    for (int i = 0; i < options; i++)
        weight[i] = ds_exp((value[i] - most) / taste);
    return (ds_holder_option)ds_taste_pick(weight, options, shocks);
}

/* ---- what they do ---- */

static ds_cell purse(ds_holder *h, ds_asset asset)
{
    ds_amount *const own[] = {&h->liquid, &h->diem, &h->usd};
    return ds_cell_of(DS_LIQUID, own[asset]);
}

/* Pays at most `in`, as far as the bound on slippage lets. */
static bool swap(ds_world *w, ds_holder *h, ds_pair pair, ds_asset pays, ds_amount in,
                 ds_amount *out)
{
    const double slippage = w->config->holders.slippage;
    const ds_asset gets = pair == DS_PAIR_VVV_USD ? (pays == DS_VVV ? DS_USD : DS_VVV)
                                                  : (pays == DS_VVV ? DS_DIEM : DS_VVV);
    const ds_trade trade = {.pair = pair,
                            .pays = pays,
                            .from = purse(h, pays),
                            .to = purse(h, gets),
                            .in = ds_smaller(in, ds_market_most(w, pair, pays, slippage)),
                            .slippage = slippage,
                            .informed = true};
    return ds_market_swap(w, &trade, out);
}

static ds_amount step_of(const ds_world *w, const ds_holder *h, ds_amount balance)
{
    return ds_share_of(balance, cohort_of(w, h)->step);
}

/* DIEM for a burn: own liquid, then own staked (which cools first), then bought with liquid VVV. */
static bool find_diem(ds_world *w, ds_holder *h, ds_amount want)
{
    if (h->diem >= want)
        return true;
    if (h->diem_staked > 0)
        return ds_unstake_diem(w, h, ds_smaller(want - h->diem, h->diem_staked));
    if (h->diem_cooling > 0)
        return true;
    const double cost = ds_tokens(want - h->diem) * w->eco->diem_vvv * 1.02;
    ds_amount bought;
    return swap(w, h, DS_PAIR_DIEM_VVV, DS_VVV, ds_smaller(ds_amount_of(cost), h->liquid), &bought);
}

static bool unwind(ds_world *w, ds_holder *h)
{
    const ds_amount want = step_of(w, h, h->outstanding);
    if (want == 0)
        return true;
    /* Liquid VVV pays for the DIEM; without it some sVVV must cool first. */
    if (h->liquid == 0 && h->diem == 0 && h->diem_staked == 0 && h->cooling == 0)
        return ds_unstake(w, h, step_of(w, h, h->staked));
    return find_diem(w, h, want) && ds_burn(w, h, ds_smaller(h->diem, want));
}

static bool leave(ds_world *w, ds_holder *h)
{
    ds_amount out;
    return swap(w, h, DS_PAIR_VVV_USD, DS_VVV, step_of(w, h, h->liquid), &out) &&
           ds_unstake(w, h, step_of(w, h, h->staked)) && unwind(w, h);
}

static bool stake_step(ds_world *w, ds_holder *h)
{
    ds_amount out;
    return swap(w, h, DS_PAIR_VVV_USD, DS_USD, step_of(w, h, h->usd), &out) &&
           ds_stake(w, h, step_of(w, h, h->liquid));
}

/* sVVV whose DIEM the pool takes within the bound on slippage. */
static ds_amount sellable_lock(const ds_world *w)
{
    const ds_amount diem =
        ds_market_most(w, DS_PAIR_DIEM_VVV, DS_DIEM, w->config->holders.slippage);
    return ds_amount_of(ds_tokens(diem) * ds_mint_rate(w));
}

static bool mint_sell(ds_world *w, ds_holder *h)
{
    ds_amount diem, vvv = 0;
    if (!stake_step(w, h) ||
        !ds_mint(w, h, ds_smaller(step_of(w, h, h->staked), sellable_lock(w)), 0, &diem))
        return false;
    return swap(w, h, DS_PAIR_DIEM_VVV, DS_DIEM, diem, &vvv) && ds_stake(w, h, vvv);
}

static bool mint_use(ds_world *w, ds_holder *h)
{
    ds_amount diem;
    return stake_step(w, h) && ds_mint(w, h, step_of(w, h, h->staked), 0, &diem) &&
           ds_stake_diem(w, h, h->diem);
}

static bool lever(ds_world *w, ds_holder *h)
{
    ds_amount out;
    return swap(w, h, DS_PAIR_VVV_USD, DS_USD, step_of(w, h, h->usd), &out) && ds_lever(w, h);
}

static bool lever_diem(ds_world *w, ds_holder *h)
{
    ds_amount diem;
    return stake_step(w, h) && ds_mint(w, h, step_of(w, h, h->staked), 0, &diem) &&
           ds_lever_diem(w, h);
}

static bool act(ds_world *w, ds_holder *h, ds_holder_option option)
{
    switch (option) {
    case DS_EXIT:
        return leave(w, h);
    case DS_HOLD:
        return ds_unstake(w, h, step_of(w, h, h->staked));
    case DS_JUST_STAKE:
        return stake_step(w, h);
    case DS_MINT_SELL:
        return mint_sell(w, h);
    case DS_MINT_USE:
        return mint_use(w, h);
    case DS_LEVER:
        return lever(w, h);
    case DS_LEVER_DIEM:
        return lever_diem(w, h);
    case DS_UNWIND:
    default:
        return unwind(w, h);
    }
}

/* USD that a DIEM is worth to its owner: a perpetuity of what its credit brings. */
static double own_worth(const ds_world *w, const ds_holder *h)
{
    return 365 * ds_credit_worth(w, h->cohort) / fmax((double)h->required, 1e-6);
}

static uint32_t at_the_start(const ds_world *w)
{
    return w->holder_first[w->config->holders.cohorts.count];
}

/* Who acts is picked a few reviews ahead, so that the memory they lie in is on its way by then. */
static void pick_ahead(ds_world *w)
{
    ds_economy *const e = w->eco;
    const uint32_t who = ds_rng_below(&w->rng[DS_FOR_HOLDER_TIMES], at_the_start(w));
    const char *const row = (const char *)&w->holder[who];
    e->ahead[e->ahead_at++ % DS_AHEAD] = who;
    __builtin_prefetch(row, 1);
    __builtin_prefetch(row + 64, 1);
    __builtin_prefetch(row + sizeof(ds_holder) - 1, 1);
    ds_leverage_fetch(w, who);
}

/* `uniform` is the review's: reviews come in the same order under every rule. */
static bool review(ds_world *w, uint32_t who, double uniform, uint64_t turn)
{
    ds_holder *const h = &w->holder[who];
    const ds_holder_cohort *const cohort = cohort_of(w, h);
    w->engine.subject = who;
    const bool borrows = ds_borrows(w, h);
    if (borrows && !ds_leverage_mind(w, h))
        return false;
    if (uniform < cohort->inertia)
        return true;
    ds_outlook now = ds_holders_outlook(w);
    double value[DS_HOLDER_OPTIONS];
    if (!ds_governance_foresee(w, &now) || !ds_staking_settle(w, h) || !ds_rent_settle(w, h))
        return false;
    ds_holder_returns(w, &now, h, value);
    if (w->config->markets.redemption.par > 0 && !ds_redeem(w, h, own_worth(w, h), cohort->step))
        return false;
    const int options = borrows ? DS_HOLDER_OPTIONS : DS_UNWIND + 1;
    ds_rng *const shocks = ds_rng_of_turn(w, DS_FOR_HOLDER, who, turn);
    const ds_holder_option option = choose(value, options, cohort->taste, shocks);
    const bool levers = option == DS_LEVER || option == DS_LEVER_DIEM;
    return (!borrows || levers || ds_unlever(w, h)) && act(w, h, option) &&
           ds_world_status(w)->code == DS_OK;
}

bool ds_holder_review(void *world)
{
    ds_world *const w = world;
    const uint32_t who = w->eco->ahead[w->eco->ahead_at % DS_AHEAD];
    ds_rng *const times = &w->rng[DS_FOR_HOLDER_TIMES];
    ds_clock_again(&w->engine, DS_AT_HOLDER_REVIEW, w->holder_clock[DS_FIRST], times);
    pick_ahead(w);
    return review(w, who, ds_rng_uniform(times), ds_turn(w, DS_FOR_HOLDER_TIMES));
}

bool ds_new_holder_review(void *world)
{
    ds_world *const w = world;
    ds_rng *const times = &w->rng[DS_FOR_NEW_HOLDER_TIMES];
    const uint32_t first = at_the_start(w);
    const uint32_t who = first + ds_rng_below(times, w->eco->crowd[DS_HOLDERS].all - first);
    ds_clock_again(&w->engine, DS_AT_NEW_HOLDER_REVIEW, w->holder_clock[DS_LATER], times);
    return review(w, who, ds_rng_uniform(times), ds_turn(w, DS_FOR_NEW_HOLDER_TIMES));
}

/* ---- the start ---- */

/* Cuts a total into parts by cumulative weight, so that the parts sum to it exactly. */
typedef struct ds_cut {
    ds_amount total, given;
} ds_cut;

static ds_amount cut_off(ds_cut *cut, double upto)
{
    const ds_amount due = upto >= 1 ? cut->total : ds_share_of(cut->total, upto);
    const ds_amount part = due > cut->given ? due - cut->given : 0;
    cut->given += part;
    return part;
}

enum { CUT_LIQUID, CUT_STAKED, CUT_LOCKED, CUT_OUTSTANDING, CUT_DIEM, CUT_DIEM_STAKED, CUTS };

static double weight_in(const ds_holder_cohort *c, int cut)
{
    const double weight[CUTS] = {c->liquid, c->staked, c->locked, c->locked, c->diem, c->diem};
    return weight[cut];
}

static bool open_holder(ds_world *w, ds_holder *h, const ds_amount part[CUTS])
{
    ds_ledger *const l = &w->eco->ledger;
    ds_status *const st = ds_world_status(w);
    h->outstanding = part[CUT_OUTSTANDING];
    ds_rent_staked(w, h, part[CUT_DIEM_STAKED]);
    ds_stake_counted(w, 0, part[CUT_STAKED] + part[CUT_LOCKED]);
    const double cash = cohort_of(w, h)->cash * ds_tokens(part[CUT_LIQUID]) * w->eco->vvv_price;
    return ds_ledger_open(l, DS_VVV, ds_cell_of(DS_LIQUID, &h->liquid), part[CUT_LIQUID], st) &&
           ds_ledger_open(l, DS_VVV, ds_cell_of(DS_STAKED, &h->staked), part[CUT_STAKED], st) &&
           ds_ledger_open(l, DS_VVV, ds_cell_of(DS_LOCKED, &h->locked), part[CUT_LOCKED], st) &&
           ds_ledger_open(l, DS_DIEM, ds_cell_of(DS_LIQUID, &h->diem), part[CUT_DIEM], st) &&
           ds_ledger_open(l, DS_DIEM, ds_cell_of(DS_STAKED, &h->diem_staked), part[CUT_DIEM_STAKED],
                          st) &&
           ds_ledger_open(l, DS_USD, ds_cell_of(DS_LIQUID, &h->usd), ds_amount_of(cash), st);
}

/* Who a holder is; the stream's next word is its required return. */
static void introduce(const ds_holder_cohort *c, ds_holder *h, uint32_t k, ds_rng *rng)
{
    const double spread = c->required_spread;
    h->cohort = k & 255;
    h->required = (float)(c->required * ds_exp(spread * ds_rng_normal(rng) - spread * spread / 2));
}

/* Of weights; in whole units, of a file's rows, which a double adds up no further than to 2^53. */
typedef struct ds_weights {
    double sum;
    ds_amount units;
} ds_weights;

static void add_member(ds_weights *all, const ds_shares *shares, uint32_t member, ds_rng *rng)
{
    const double weight = ds_shares_weight(shares, member, rng);
    all->sum += weight;
    if (shares->rule == DS_SHARE_ROWS)
        all->units += (ds_amount)weight;
}

/* A cohort at the start: what of each total has been given before it and is once it has its part,
 * and how much of its weight its members have had so far. */
typedef struct ds_cohort_cut {
    ds_cut *cut;        /* [CUTS] */
    const double *base; /* of cohorts before it */
    const double *sum;
    ds_amount before[CUTS], part[CUTS];
    ds_weights wealth, so_far;
} ds_cohort_cut;

/* Rows of a file are whole units, so that a member gets its balance to the unit where the rows add
 * up to the total; drawn weights are cut as they are. */
static void cut_member(const ds_holder_cohort *c, ds_cohort_cut *all, bool rows, bool last,
                       ds_amount part[CUTS])
{
    const double upto = last ? 1 : all->so_far.sum / all->wealth.sum;
    for (int a = 0; a < CUTS; a++) {
        ds_cut *const cut = &all->cut[a];
        if (!rows || last || all->wealth.units < 1) {
            part[a] = cut_off(cut, (all->base[a] + weight_in(c, a) * upto) / all->sum[a]);
            continue;
        }
        const ds_amount due = ds_muldiv(all->part[a], all->so_far.units, all->wealth.units);
        part[a] = all->before[a] + due - cut->given;
        cut->given += part[a];
    }
}

static ds_cohort_cut begin_cut(const ds_holder_cohort *c, ds_cut cut[CUTS], const double base[CUTS],
                               const double sum[CUTS])
{
    ds_cohort_cut all = {.cut = cut, .base = base, .sum = sum};
    for (int a = 0; a < CUTS; a++) {
        ds_cut whole = cut[a];
        all.before[a] = cut[a].given;
        all.part[a] = cut_off(&whole, (base[a] + weight_in(c, a)) / sum[a]);
    }
    return all;
}

/* The stream is read twice: once for the sum, once to give. */
static bool open_cohort(ds_world *w, uint32_t k, ds_cut cut[CUTS], double base[CUTS],
                        const double sum[CUTS])
{
    const ds_holder_cohort *const c =
        (const ds_holder_cohort *)w->config->holders.cohorts.items + k;
    const ds_shares *const shares = &w->holdings[k];
    ds_rng rng = ds_rng_stream(w->eco->seed, w->eco->replica, DS_FOR_POPULATION, k);
    ds_rng again = rng;
    ds_cohort_cut all = begin_cut(c, cut, base, sum);
    for (uint32_t i = 0; i < shares->members; i++)
        add_member(&all.wealth, shares, i, &rng);
    for (uint32_t i = 0; i < shares->members; i++) {
        ds_holder *const h = &w->holder[w->holder_first[k] + i];
        ds_amount part[CUTS];
        add_member(&all.so_far, shares, i, &again);
        cut_member(c, &all, shares->rule == DS_SHARE_ROWS, i + 1 == shares->members, part);
        introduce(c, h, k, &rng);
        if (!open_holder(w, h, part))
            return false;
    }
    for (int a = 0; a < CUTS; a++)
        base[a] += weight_in(c, a);
    return true;
}

void ds_holders_place(ds_world *w)
{
    for (uint32_t k = 0; k < w->config->holders.cohorts.count; k++) {
        const ds_holder_cohort *const c =
            (const ds_holder_cohort *)w->config->holders.cohorts.items + k;
        const uint32_t members = w->holder_first[k + 1] - w->holder_first[k];
        w->holdings[k] = c->holdings.as ? ds_shares_of(&c->holdings, members)
                                        : ds_shares_pareto(c->pareto, members);
    }
}

static double reviews(const ds_world *w, ds_wave wave)
{
    const uint32_t first = at_the_start(w);
    const uint32_t members = wave == DS_FIRST ? first : w->eco->crowd[DS_HOLDERS].all - first;
    return members / w->config->holders.review;
}

void ds_holders_pace(ds_world *w)
{
    ds_clock_set_rate(&w->engine, DS_AT_HOLDER_REVIEW, w->holder_clock[DS_FIRST],
                      reviews(w, DS_FIRST));
    ds_clock_set_rate(&w->engine, DS_AT_NEW_HOLDER_REVIEW, w->holder_clock[DS_LATER],
                      reviews(w, DS_LATER));
}

bool ds_holder_joins(ds_world *w, uint32_t who, uint32_t k)
{
    const ds_holder_cohort *const c =
        (const ds_holder_cohort *)w->config->holders.cohorts.items + k;
    ds_holder *const h = &w->holder[who];
    ds_rng rng = ds_rng_stream(w->eco->seed, w->eco->replica, DS_FOR_NEW_HOLDERS, who);
    introduce(c, h, k, &rng);
    const double size = ds_shares_size(&w->holdings[k], &rng);
    const double mean = c->arrives_with / w->config->holders.scale;
    const ds_amount usd = ds_amount_of(fmin(mean * size, newcomer_most));
    w->eco->flow.arrived += ds_tokens(usd);
    ds_holders_pace(w);
    return ds_ledger_mint(&w->eco->ledger, DS_USD, ds_cell_of(DS_LIQUID, &h->usd), usd,
                          ds_world_status(w));
}

/* What is left for holders when institutions and consumers have theirs. */
static bool shares_at_start(ds_world *w, ds_cut cut[CUTS])
{
    const ds_initial_config *const n = &w->config->initial;
    const ds_ledger *const l = &w->eco->ledger;
    const ds_amount issued = ds_amount_near(n->vvv_supply - n->vvv_burned);
    const ds_amount staked = ds_amount_near(n->vvv_staked), locked = ds_amount_near(n->vvv_locked);
    const ds_amount diem = ds_amount_near(n->diem_supply), credit = ds_amount_near(n->diem_staked);
    const ds_amount users = l->book[DS_DIEM].bucket[DS_USERS_STAKED];
    cut[CUT_LIQUID].total = issued - staked - l->book[DS_VVV].initial;
    cut[CUT_STAKED].total = staked - locked;
    cut[CUT_LOCKED].total = locked;
    cut[CUT_OUTSTANDING].total = diem;
    cut[CUT_DIEM].total = diem - (credit - users) - l->book[DS_DIEM].initial;
    cut[CUT_DIEM_STAKED].total = credit - users;
    if (cut[CUT_LIQUID].total >= 0 && cut[CUT_DIEM].total >= 0)
        return true;
    const bool vvv = cut[CUT_LIQUID].total < 0;
    return ds_fail(
        ds_world_status(w), DS_E_DATA,
        "'initial.%s' is %.8g too small: what is staked, in pools and with traders adds up to more",
        vvv ? "vvv_supply" : "diem_supply", -ds_tokens(cut[vvv ? CUT_LIQUID : CUT_DIEM].total));
}

bool ds_holders_begin(ds_world *w)
{
    ds_cut cut[CUTS] = {{0}};
    double base[CUTS] = {0}, sum[CUTS] = {0};
    const ds_list *const cohorts = &w->config->holders.cohorts;
    if (!shares_at_start(w, cut))
        return false;
    for (uint32_t k = 0; k < cohorts->count; k++)
        for (int a = 0; a < CUTS; a++)
            sum[a] += weight_in((const ds_holder_cohort *)cohorts->items + k, a);
    for (uint32_t k = 0; k < cohorts->count; k++)
        if (!open_cohort(w, k, cut, base, sum))
            return false;
    for (int i = 0; i < DS_AHEAD; i++)
        pick_ahead(w);
    ds_clock_start(&w->engine, DS_AT_HOLDER_REVIEW, w->holder_clock[DS_FIRST],
                   &w->rng[DS_FOR_HOLDER_TIMES], reviews(w, DS_FIRST));
    ds_clock_start(&w->engine, DS_AT_NEW_HOLDER_REVIEW, w->holder_clock[DS_LATER],
                   &w->rng[DS_FOR_NEW_HOLDER_TIMES], 0);
    return true;
}

double ds_owners_use(const ds_holders_config *config)
{
    double used = 0, sum = 0;
    for (uint32_t k = 0; k < config->cohorts.count; k++) {
        const ds_holder_cohort *const c = (const ds_holder_cohort *)config->cohorts.items + k;
        used += c->diem * c->use;
        sum += c->diem;
    }
    return sum > 0 ? used / sum : 0;
}
