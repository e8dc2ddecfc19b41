#include "consumers.h"

#include "demand.h"
#include "market.h"
#include "rent.h"
#include "staking.h"
#include "taste.h"

#include "sim/core/real.h"

#define WEIGHT_UNIT 1e6 /* of a job weight: millionths of a USD a day */

static const double keep_owning = 1.3; /* owned DIEM is sold only above this many times its worth */
static const double cheapest_price = 0.2, dearest_price = 5;
static const double most_rented = 1e9; /* USD of credit a day: sums fit 64 bits */

static const ds_consumer_cohort *cohorts(const ds_world *w)
{
    return w->config->consumers.cohorts.items;
}

double ds_diem_worth(const ds_world *w, const ds_consumer *c)
{
    return 365 * w->config->consumers.cover * ds_diem_credit(w) / (double)c->required;
}

double ds_outside_price(const ds_world *w)
{
    return w->eco->rival.price * w->eco->shocked[DS_SHOCK_COMPETITOR];
}

/* Spend now, before the hour's profile: USD/d at list price. */
static double load(const ds_world *w, const ds_consumer *c)
{
    return c->spend * ds_demand_multiplier(w, c->cohort);
}

void ds_route_prices(const ds_world *w, const ds_consumer *c, double price[DS_ROUTES])
{
    const ds_economy *const e = w->eco;
    const double rent =
        e->rent.price * e->price / w->config->consumers.cover + w->config->markets.rental.friction;
    price[DS_ROUTE_PAY] = e->price;
    price[DS_ROUTE_OWN] = e->price * e->diem_price / ds_diem_worth(w, c);
    price[DS_ROUTE_RENT] = e->rent.filled * rent + (1 - e->rent.filled) * e->price;
    price[DS_ROUTE_OUTSIDE] = ds_outside_price(w);
}

/* Price of a unit of inference on the consumer's mix of DIEM and cash, list price 1. */
static double effective_price(const ds_world *w, const ds_consumer *c)
{
    const double credit = ds_tokens(ds_credit_of(w, c->diem_staked) + ds_rent_planned(w, c));
    const double covered = fmin(1, credit / fmax(load(w, c) * w->eco->price, 1e-9));
    double price[DS_ROUTES];
    ds_route_prices(w, c, price);
    const double diem = price[c->rented ? DS_ROUTE_RENT : DS_ROUTE_OWN];
    return fmin(fmax(covered * diem + (1 - covered) * w->eco->price, cheapest_price),
                dearest_price);
}

static void weigh(ds_world *w, uint32_t who)
{
    const ds_consumer *const c = &w->consumer[who];
    const ds_consumers_config *const k = &w->config->consumers;
    double weight = 0;
    if (c->route != DS_ROUTE_OUTSIDE)
        weight = c->spend *
                 ds_pow(effective_price(w, c), -k->elasticity * cohorts(w)[c->cohort].sensitivity);
    const double most = 0x1p62 / w->most[DS_CONSUMERS][c->cohort];
    ds_fenwick_set(&w->weight[c->cohort], ds_consumer_place(w, who),
                   (uint64_t)(fmin(weight * WEIGHT_UNIT, most) + 0.5));
}

static void take_route(ds_world *w, ds_consumer *c, ds_route route)
{
    const ds_amount spend = ds_amount_of(c->spend);
    w->eco->spend_by[c->route] -= spend;
    w->eco->spend_by[route] += spend;
    w->eco->served_here += (c->route == DS_ROUTE_OUTSIDE) - (route == DS_ROUTE_OUTSIDE);
    c->route = (uint32_t)route & 15;
}

/* ---- trades ---- */

static ds_cell purse(ds_asset asset, ds_consumer *c)
{
    return ds_cell_of(DS_USERS, asset == DS_DIEM ? &c->diem : NULL);
}

static bool swap(ds_world *w, ds_consumer *c, ds_pair pair, ds_asset pays, ds_amount in,
                 ds_amount *out)
{
    const double slippage = w->config->consumers.slippage;
    const ds_asset gets = pair == DS_PAIR_VVV_USD ? (pays == DS_VVV ? DS_USD : DS_VVV)
                                                  : (pays == DS_VVV ? DS_DIEM : DS_VVV);
    const ds_trade trade = {.pair = pair,
                            .pays = pays,
                            .from = purse(pays, c),
                            .to = purse(gets, c),
                            .in = ds_smaller(in, ds_market_most(w, pair, pays, slippage)),
                            .slippage = slippage,
                            .informed = true};
    return ds_market_swap(w, &trade, out);
}

/* Dollars leave again for wherever they came from. */
static bool send_home(ds_world *w)
{
    ds_ledger *const l = &w->eco->ledger;
    return ds_ledger_burn(l, DS_USD, ds_cell_of(DS_USERS, NULL), l->book[DS_USD].bucket[DS_USERS],
                          ds_world_status(w));
}

/* VVV that a second trade did not take goes back for dollars. */
static bool tidy(ds_world *w, ds_consumer *c)
{
    ds_amount out;
    const ds_amount left = w->eco->ledger.book[DS_VVV].bucket[DS_USERS];
    return swap(w, c, DS_PAIR_VVV_USD, DS_VVV, left, &out) && send_home(w);
}

/* Dollars buy VVV, VVV buys DIEM, DIEM is staked. */
static bool buy(ds_world *w, ds_consumer *c, ds_amount want)
{
    const double depth = w->config->consumers.slippage;
    const ds_amount vvv_most = ds_market_most(w, DS_PAIR_DIEM_VVV, DS_VVV, depth);
    const double usd =
        fmin(ds_tokens(want) * w->eco->diem_price, ds_tokens(vvv_most) * w->eco->vvv_price);
    const ds_amount in =
        ds_smaller(ds_amount_of(usd), ds_market_most(w, DS_PAIR_VVV_USD, DS_USD, depth));
    ds_ledger *const l = &w->eco->ledger;
    ds_amount vvv, diem;
    if (!ds_ledger_mint(l, DS_USD, ds_cell_of(DS_USERS, NULL), in, ds_world_status(w)) ||
        !swap(w, c, DS_PAIR_VVV_USD, DS_USD, in, &vvv) ||
        !swap(w, c, DS_PAIR_DIEM_VVV, DS_VVV, vvv, &diem) || !tidy(w, c))
        return false;
    if (c->diem_staked + c->diem < ds_amount_near(w->config->staking.diem_minimum))
        return true;
    if (!ds_ledger_move(l, DS_DIEM, purse(DS_DIEM, c), ds_cell_of(DS_USERS_STAKED, &c->diem_staked),
                        c->diem, ds_world_status(w)))
        return false;
    ds_credit_changes(w);
    return true;
}

static bool sell_liquid(ds_world *w, ds_consumer *c)
{
    ds_amount vvv;
    return swap(w, c, DS_PAIR_DIEM_VVV, DS_DIEM, c->diem, &vvv) && tidy(w, c);
}

static bool unstake(ds_world *w, ds_consumer *c, ds_amount amount)
{
    if (c->diem_staked - amount < ds_amount_near(w->config->staking.diem_minimum))
        amount = c->diem_staked;
    if (amount == 0)
        return true;
    if (!ds_ledger_move(&w->eco->ledger, DS_DIEM, ds_cell_of(DS_USERS_STAKED, &c->diem_staked),
                        ds_cell_of(DS_USERS_COOLING, &c->diem_cooling), amount, ds_world_status(w)))
        return false;
    ds_credit_changes(w);
    ds_engine_timer(&w->engine, DS_AT_USER_COOLDOWN, &w->user_cooldowns,
                    (uint32_t)(c - w->consumer),
                    ds_now(&w->engine) + w->config->staking.diem_cooldown);
    return true;
}

bool ds_user_cooldown_ends(void *world)
{
    ds_world *const w = world;
    const uint32_t who = w->engine.subject = ds_timers_first(&w->user_cooldowns);
    ds_consumer *const c = &w->consumer[who];
    ds_engine_timer(&w->engine, DS_AT_USER_COOLDOWN, &w->user_cooldowns, who, INFINITY);
    return ds_ledger_move(&w->eco->ledger, DS_DIEM, ds_cell_of(DS_USERS_COOLING, &c->diem_cooling),
                          purse(DS_DIEM, c), c->diem_cooling, ds_world_status(w)) &&
           sell_liquid(w, c);
}

/* ---- a review ---- */

/* DIEM that the consumer would own now: all its base load, none, or what it has. */
static double wanted(const ds_world *w, const ds_consumer *c)
{
    const double worth = ds_diem_worth(w, c), price = w->eco->diem_price;
    if (c->route != DS_ROUTE_OWN || price > worth * keep_owning)
        return 0;
    if (price < worth)
        return w->config->consumers.cover * load(w, c) * w->eco->price / ds_diem_credit(w);
    return ds_tokens(c->diem_staked);
}

static void want_rent(ds_world *w, ds_consumer *c, double usd)
{
    ds_rent_want(w, c, ds_amount_of(fmin(usd, most_rented)));
}

static bool adjust(ds_world *w, ds_consumer *c)
{
    const ds_amount want = ds_amount_of(wanted(w, c));
    const double step = w->step[c->cohort];
    const double base = w->config->consumers.cover * load(w, c) * w->eco->price;
    want_rent(w, c, c->route == DS_ROUTE_RENT ? base : 0);
    if (want > c->diem_staked)
        return buy(w, c, ds_share_of(want - c->diem_staked, step));
    if (want < c->diem_staked)
        return unstake(w, c, ds_share_of(c->diem_staked - want, step));
    return c->diem == 0 || sell_liquid(w, c);
}

static double weight_of(double price, double least, double taste)
{
    return price == least ? 1 : ds_exp((least - price) / taste);
}

/* Logit choice (McFadden 1974) of the cheapest way, the present one being worth a bit more. */
static ds_route cheapest(const ds_world *w, const ds_consumer *c, bool inside, ds_rng *shocks)
{
    const ds_consumers_config *const k = &w->config->consumers;
    double price[DS_ROUTES], weight[DS_ROUTES], least = INFINITY;
    ds_route_prices(w, c, price);
    price[c->route] -= k->switching;
    for (int i = 0; i < DS_ROUTES; i++)
        least = fmin(least, price[i]);
    for (int i = 0; i < DS_ROUTES; i++)
        weight[i] = inside && i == DS_ROUTE_OUTSIDE ? 0 : weight_of(price[i], least, k->taste);
    return (ds_route)ds_taste_pick(weight, DS_ROUTES, shocks);
}

/* Waiting or lost jobs beyond tolerance send a consumer outside; who is outside comes back only to
 * good service. */
static ds_route route_now(const ds_world *w, const ds_consumer *c, ds_rng *shocks)
{
    const ds_consumers_config *const k = &w->config->consumers;
    const ds_economy *const e = w->eco;
    if (e->wait_seen > k->wait_tolerance || e->lost_seen > k->loss_tolerance)
        return DS_ROUTE_OUTSIDE;
    return cheapest(w, c, false, shocks);
}

/* ---- who reviews ---- */

/* Who reviews oftener goes no further in a day: the step is that of the common pace. */
void ds_consumers_step(ds_world *w)
{
    const ds_consumers_config *const c = &w->config->consumers;
    for (uint32_t k = 0; k < c->cohorts.count; k++) {
        const double own = cohorts(w)[k].review;
        w->step[k] = own > 0 ? 1 - ds_pow(1 - c->step, own / c->review) : c->step;
    }
}

/* Days between two reviews of a member, on average. */
static double review_of(const ds_world *w, uint32_t k)
{
    const double own = cohorts(w)[k].review;
    return own > 0 ? own : w->config->consumers.review;
}

/* Of a wave of a cohort. */
static uint32_t members_of(const ds_world *w, ds_wave wave, uint32_t k)
{
    const uint32_t first = w->consumer_first[k + 1] - w->consumer_first[k];
    return wave == DS_FIRST ? first : w->eco->crowd[DS_CONSUMERS].present[k] - first;
}

/* Reviews a day of a wave. */
static double count_reviews(ds_world *w, ds_wave wave)
{
    double sum = 0;
    for (uint32_t k = 0; k < w->config->consumers.cohorts.count; k++)
        sum += w->eco->pace[wave][k] = members_of(w, wave, k) / review_of(w, k);
    return sum;
}

/* A cohort in proportion to its reviews, a member of it evenly. */
static uint32_t who_reviews(ds_world *w, ds_wave wave, ds_rng *times)
{
    const double *const pace = w->eco->pace[wave];
    double left = ds_rng_uniform(times) * w->consumer_clock[wave]->rate;
    uint32_t k = 0;
    while (k + 1 < w->config->consumers.cohorts.count && left >= pace[k])
        left -= pace[k++];
    const uint32_t place = ds_rng_below(times, members_of(w, wave, k));
    return ds_consumer_row(w, k, place + (wave == DS_LATER ? members_of(w, DS_FIRST, k) : 0));
}

/* `uniform` is the review's: reviews come in the same order under every rule. */
static bool review(ds_world *w, uint32_t who, double uniform, uint64_t turn)
{
    ds_consumer *const c = &w->consumer[who];
    const double churn = w->config->consumers.churn / 365 * review_of(w, c->cohort);
    const double leave = fmin(1, churn);
    w->engine.subject = who;
    if (uniform >= leave && uniform < leave + (1 - leave) * w->config->consumers.inertia)
        return true;
    ds_rng *const shocks = ds_rng_of_turn(w, DS_FOR_CONSUMER, who, turn);
    take_route(w, c, uniform < leave ? DS_ROUTE_OUTSIDE : route_now(w, c, shocks));
    if (!adjust(w, c))
        return false;
    weigh(w, who);
    return true;
}

bool ds_consumer_review(void *world)
{
    ds_world *const w = world;
    ds_rng *const times = &w->rng[DS_FOR_CONSUMER_TIMES];
    const uint32_t who = who_reviews(w, DS_FIRST, times);
    ds_clock_again(&w->engine, DS_AT_CONSUMER_REVIEW, w->consumer_clock[DS_FIRST], times);
    return review(w, who, ds_rng_uniform(times), ds_turn(w, DS_FOR_CONSUMER_TIMES));
}

bool ds_new_consumer_review(void *world)
{
    ds_world *const w = world;
    ds_rng *const times = &w->rng[DS_FOR_NEW_CONSUMER_TIMES];
    const uint32_t who = who_reviews(w, DS_LATER, times);
    ds_clock_again(&w->engine, DS_AT_NEW_CONSUMER_REVIEW, w->consumer_clock[DS_LATER], times);
    return review(w, who, ds_rng_uniform(times), ds_turn(w, DS_FOR_NEW_CONSUMER_TIMES));
}

void ds_consumers_hour(ds_world *w, double dt)
{
    const double date = w->frame->start + ds_now(&w->engine);
    ds_rival_step(&w->eco->rival, &w->config->consumers.outside, date, dt, &w->rng[DS_FOR_RIVAL]);
}

/* ---- the start ---- */

/* USD/d that a cohort spends at the start. */
static double spend_of(const ds_world *w, uint32_t k)
{
    double sum = 0;
    for (uint32_t i = 0; i < w->config->consumers.cohorts.count; i++)
        sum += cohorts(w)[i].spend;
    return w->config->demand.spend * cohorts(w)[k].spend / sum;
}

void ds_consumers_place(ds_world *w)
{
    for (uint32_t k = 0; k < w->config->consumers.cohorts.count; k++) {
        const ds_consumer_cohort *const c = cohorts(w) + k;
        const uint32_t members = w->consumer_first[k + 1] - w->consumer_first[k];
        w->spending[k] =
            c->spending.as ? ds_shares_of(&c->spending, members) : ds_shares_zipf(c->zipf, members);
        w->mean_spend[k] = spend_of(w, k) / members;
    }
}

/* Streams of a purpose, one a cohort: the first DS_COHORTS are the holders', the fourth those of
 * providers. */
enum { TASTES = DS_COHORTS, SPENDING = 2 * DS_COHORTS, ROUTES = 4 * DS_COHORTS };

static ds_consumer *member(const ds_world *w, uint32_t k, uint32_t i)
{
    return &w->consumer[w->consumer_first[k] + i];
}

static void share_spend(ds_world *w, uint32_t k)
{
    const ds_shares *const shares = &w->spending[k];
    ds_rng rng = ds_rng_stream(w->eco->seed, w->eco->replica, DS_FOR_POPULATION, SPENDING + k);
    double sum = 0;
    for (uint32_t i = 0; i < shares->members; i++)
        sum += member(w, k, i)->spend = ds_shares_weight(shares, i, &rng);
    const double total = spend_of(w, k);
    for (uint32_t i = 0; i < shares->members; i++)
        member(w, k, i)->spend *= total / sum;
}

/* Who a consumer is; the stream's next word is its required return. */
static void introduce(ds_world *w, ds_consumer *c, uint32_t k, ds_rng *rng)
{
    const double spread = cohorts(w)[k].required_spread, mean = cohorts(w)[k].required;
    c->cohort = k & 15;
    c->day = DS_NO_DAY;
    c->required = (float)(mean * ds_exp(spread * ds_rng_normal(rng) - spread * spread / 2));
}

static void tastes(ds_world *w, uint32_t k)
{
    ds_rng rng = ds_rng_stream(w->eco->seed, w->eco->replica, DS_FOR_POPULATION, TASTES + k);
    for (uint32_t i = 0; i < w->spending[k].members; i++)
        introduce(w, member(w, k, i), k, &rng);
}

/* Those who own no DIEM at the start rent or pay, as if they had just reviewed. */
static void first_routes(ds_world *w, uint32_t k)
{
    ds_rng rng = ds_rng_stream(w->eco->seed, w->eco->replica, DS_FOR_POPULATION, ROUTES + k);
    for (uint32_t i = 0; i < w->spending[k].members; i++) {
        ds_consumer *const c = member(w, k, i);
        w->eco->spend_by[c->route] += ds_amount_of(c->spend);
        if (c->route == DS_ROUTE_OWN)
            continue;
        const ds_route route = cheapest(w, c, true, &rng);
        take_route(w, c, route == DS_ROUTE_OWN ? DS_ROUTE_PAY : route);
        if (route == DS_ROUTE_RENT)
            want_rent(w, c, w->config->consumers.cover * load(w, c));
    }
}

/* At the start those own DIEM to whom it is worth its price, in proportion to what they spend. */
static bool own_diem(ds_world *w)
{
    const ds_initial_config *const n = &w->config->initial;
    const ds_amount total = ds_amount_near(n->diem_staked * n->consumers_share);
    const ds_crowd *const crowd = &w->eco->crowd[DS_CONSUMERS];
    double sum = 0, upto = 0;
    ds_amount given = 0;
    for (uint32_t i = 0; i < crowd->all; i++) {
        const ds_consumer *const c = &w->consumer[i];
        sum += ds_diem_worth(w, c) >= n->diem_price ? c->spend : 0;
    }
    for (uint32_t i = 0; sum > 0 && i < crowd->all; i++) {
        ds_consumer *const c = &w->consumer[i];
        if (ds_diem_worth(w, c) < n->diem_price)
            continue;
        upto += c->spend;
        const ds_amount due = ds_share_of(total, fmin(1, upto / sum));
        c->route = DS_ROUTE_OWN;
        if (!ds_ledger_open(&w->eco->ledger, DS_DIEM, ds_cell_of(DS_USERS_STAKED, &c->diem_staked),
                            due - given, ds_world_status(w)))
            return false;
        given = due;
    }
    return true;
}

bool ds_consumers_begin(ds_world *w)
{
    const ds_diem_config *const c = w->config;
    ds_rival_begin(&w->eco->rival, &c->consumers.outside, c->consumers.outside_price,
                   w->frame->start);
    for (uint32_t k = 0; k < c->consumers.cohorts.count; k++) {
        share_spend(w, k);
        tastes(w, k);
    }
    if (!own_diem(w))
        return false;
    w->eco->served_here = w->eco->crowd[DS_CONSUMERS].all;
    for (uint32_t k = 0; k < c->consumers.cohorts.count; k++)
        first_routes(w, k);
    for (uint32_t i = 0; i < w->eco->crowd[DS_CONSUMERS].all; i++)
        weigh(w, i);
    ds_clock_start(&w->engine, DS_AT_CONSUMER_REVIEW, w->consumer_clock[DS_FIRST],
                   &w->rng[DS_FOR_CONSUMER_TIMES], count_reviews(w, DS_FIRST));
    ds_clock_start(&w->engine, DS_AT_NEW_CONSUMER_REVIEW, w->consumer_clock[DS_LATER],
                   &w->rng[DS_FOR_NEW_CONSUMER_TIMES], count_reviews(w, DS_LATER));
    return true;
}

void ds_consumers_pace(ds_world *w)
{
    ds_clock_set_rate(&w->engine, DS_AT_CONSUMER_REVIEW, w->consumer_clock[DS_FIRST],
                      count_reviews(w, DS_FIRST));
    ds_clock_set_rate(&w->engine, DS_AT_NEW_CONSUMER_REVIEW, w->consumer_clock[DS_LATER],
                      count_reviews(w, DS_LATER));
}

/* ---- newcomers ---- */

bool ds_consumer_joins(ds_world *w, uint32_t who, uint32_t k)
{
    ds_consumer *const c = &w->consumer[who];
    ds_rng rng = ds_rng_stream(w->eco->seed, w->eco->replica, DS_FOR_NEW_CONSUMERS, who);
    introduce(w, c, k, &rng);
    c->spend = w->mean_spend[k] * ds_shares_size(&w->spending[k], &rng);
    w->eco->spend_by[c->route] += ds_amount_of(c->spend);
    w->eco->served_here += 1;
    take_route(w, c, route_now(w, c, &rng));
    if (!adjust(w, c))
        return false;
    weigh(w, who);
    ds_consumers_pace(w);
    return true;
}
