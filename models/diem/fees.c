#include "fees.h"

#include "market.h"
#include "policies.h"
#include "rent.h"
#include "staking.h"

enum { RUNWAY_MOST = 36500, OUTFLOW_DAYS = 30 };

static ds_cell treasury(void)
{
    return ds_cell_of(DS_PROTOCOL, NULL);
}

static ds_amount treasury_usd(const ds_world *w)
{
    return w->eco->ledger.book[DS_USD].bucket[DS_PROTOCOL];
}

/* ---- what the treasury owes ---- */

static void debt_changes(ds_world *w, ds_provider *p, ds_amount by)
{
    ds_economy *const e = w->eco;
    const double now = ds_now(&w->engine);
    const bool before = e->owed > 0;
    p->owed += by;
    e->owed += by;
    if (!before && e->owed > 0) {
        e->insolvent_since = now;
        ds_risk_owes(w);
    }
    if (before && e->owed == 0)
        e->insolvent_days += now - e->insolvent_since;
}

static bool pay_provider(ds_world *w, ds_provider *p, ds_amount amount)
{
    w->eco->flow.paid[DS_PROVIDERS] += ds_tokens(amount);
    p->earned += ds_tokens(amount);
    return ds_ledger_move(&w->eco->ledger, DS_USD, treasury(), ds_cell_of(DS_PAID, &p->usd), amount,
                          ds_world_status(w));
}

static void join_debtors(ds_world *w, uint32_t provider)
{
    ds_economy *const e = w->eco;
    w->debtors[(e->debtors_head + e->debtors) % w->providers] = provider;
    e->debtors++;
}

static bool owe(ds_world *w, uint32_t provider, ds_amount amount)
{
    ds_provider *const p = &w->provider[provider];
    if (w->eco->owed == 0 && treasury_usd(w) >= amount)
        return pay_provider(w, p, amount);
    if (amount == 0)
        return true;
    if (p->owed == 0)
        join_debtors(w, provider);
    debt_changes(w, p, amount);
    return true;
}

/* Pays debts, oldest debtor first, as far as the treasury goes. */
static bool settle_debts(ds_world *w)
{
    ds_economy *const e = w->eco;
    while (e->debtors > 0 && treasury_usd(w) > 0) {
        ds_provider *const p = &w->provider[w->debtors[e->debtors_head]];
        const ds_amount amount = treasury_usd(w) < p->owed ? treasury_usd(w) : p->owed;
        debt_changes(w, p, -amount);
        if (!pay_provider(w, p, amount))
            return false;
        if (p->owed == 0) {
            e->debtors_head = (e->debtors_head + 1) % w->providers;
            e->debtors--;
        }
    }
    return true;
}

/* ---- a bill ---- */

typedef struct ds_payment {
    ds_amount credit, bundled, usd;
    ds_amount rented; /* of the credit */
    ds_amount diem;   /* worth in USD of what is paid in DIEM */
} ds_payment;

static ds_payment owner_pays(ds_world *w, ds_amount cost)
{
    const ds_amount kept = w->eco->ledger.book[DS_DIEM].bucket[DS_STAKED] - w->eco->rent.let;
    const ds_amount left = ds_credit_of(w, kept) - w->eco->owners_credit_used;
    const ds_amount credit = left > 0 ? ds_smaller(left, cost) : 0;
    w->eco->owners_credit_used += credit;
    return (ds_payment){.credit = credit, .usd = cost - credit};
}

static void new_day(const ds_world *w, ds_consumer *c)
{
    if (c->day == (w->eco->day & DS_NO_DAY))
        return;
    c->day = w->eco->day & DS_NO_DAY;
    c->credit_used = c->bundled_used = 0;
}

static const ds_consumer_cohort *cohort_of(const ds_world *w, const ds_consumer *c)
{
    return (const ds_consumer_cohort *)w->config->consumers.cohorts.items + c->cohort;
}

/* Own credit first, then rented credit, then bundled credit, then what the purse holds. */
static ds_payment consumer_pays(ds_world *w, ds_consumer *c, ds_amount cost)
{
    ds_payment p = {0};
    new_day(w, c);
    const ds_amount own = ds_credit_of(w, c->diem_staked), credit = own + ds_rent_granted(w, c);
    if (credit > c->credit_used)
        p.credit = ds_smaller(credit - c->credit_used, cost);
    c->credit_used += p.credit;
    if (c->credit_used > own)
        p.rented = ds_smaller(p.credit, c->credit_used - own);
    const ds_amount bundle = w->bundled[c->cohort];
    if (bundle > c->bundled_used)
        p.bundled = ds_smaller(bundle - c->bundled_used, cost - p.credit);
    c->bundled_used += p.bundled;
    p.usd = cost - p.credit - p.bundled;
    p.diem = ds_share_of(p.usd, cohort_of(w, c)->pays_diem);
    p.usd -= p.diem;
    return p;
}

static bool set_aside(ds_world *w, ds_party party, ds_amount amount)
{
    ds_economy *const e = w->eco;
    ds_status *const st = ds_world_status(w);
    e->flow.paid[party] += ds_tokens(amount);
    if (party == DS_STAKERS) {
        e->fees_pending += amount;
        e->day_stakers += ds_tokens(amount);
    } else if (party == DS_MINTERS) {
        e->minters_pending += amount;
        e->day_minters += ds_tokens(amount);
    }
    if (party == DS_STAKERS || party == DS_MINTERS)
        return ds_ledger_move(&e->ledger, DS_USD, treasury(), ds_cell_of(DS_REWARDS, NULL), amount,
                              st);
    if (party == DS_BURN)
        return ds_ledger_move(&e->ledger, DS_USD, treasury(), ds_cell_of(DS_BURNING, NULL), amount,
                              st);
    return true;
}

/* USD comes in to the treasury, which hands on everybody's share and keeps its own and the dust.
 * What a provider asks less than its part stays with the treasury too. */
static bool split_cash(ds_world *w, ds_provider *p, ds_amount usd)
{
    ds_economy *const e = w->eco;
    if (!ds_ledger_mint(&e->ledger, DS_USD, treasury(), usd, ds_world_status(w)))
        return false;
    const ds_amount provider = ds_share_of(usd, e->share[DS_PROVIDERS] * p->price);
    ds_amount left = usd - provider;
    if (!pay_provider(w, p, provider))
        return false;
    static const ds_party others[] = {DS_STAKERS, DS_MINTERS, DS_BURN};
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        const ds_amount part = ds_smaller(ds_share_of(usd, e->share[others[i]]), left);
        left -= part;
        if (part > 0 && !set_aside(w, others[i], part))
            return false;
    }
    e->flow.paid[DS_TREASURY] += ds_tokens(left);
    return e->owed == 0 || settle_debts(w);
}

/* What a job of that list price is charged. */
static ds_amount charged(const ds_world *w, ds_amount list)
{
    return w->eco->price == 1 ? list : ds_amount_of(ds_tokens(list) * w->eco->price);
}

bool ds_bill(ds_world *w, uint32_t provider, uint32_t consumer, ds_amount list)
{
    ds_economy *const e = w->eco;
    const ds_amount cost = charged(w, list);
    ds_provider *const p = &w->provider[provider];
    const ds_payment pay =
        consumer == DS_OWNER ? owner_pays(w, cost) : consumer_pays(w, &w->consumer[consumer], cost);
    e->flow.fees_credit += ds_tokens(pay.credit);
    e->flow.fees_bundled += ds_tokens(pay.bundled);
    e->flow.fees_usd += ds_tokens(pay.usd);
    e->flow.fees_rented += ds_tokens(pay.rented);
    e->flow.fees_diem += ds_tokens(pay.diem);
    e->diem_bill += pay.diem;
    e->day_credit += ds_tokens(pay.credit);
    e->day_revenue += ds_tokens(pay.usd + pay.diem);
    if (pay.usd > 0 && !split_cash(w, p, pay.usd))
        return false;
    return owe(w, provider,
               ds_share_of(pay.credit + pay.bundled + pay.diem, e->share[DS_PROVIDERS] * p->price));
}

/* ---- DIEM as money ---- */

static bool trade(ds_world *w, ds_pair pair, ds_asset pays, ds_bucket from, ds_bucket to,
                  ds_amount in, ds_amount *out)
{
    const double slippage = w->config->consumers.slippage;
    const ds_trade t = {.pair = pair,
                        .pays = pays,
                        .from = ds_cell_of(from, NULL),
                        .to = ds_cell_of(to, NULL),
                        .in = ds_smaller(in, ds_market_most(w, pair, pays, slippage)),
                        .slippage = slippage,
                        .informed = true};
    return ds_market_swap(w, &t, out);
}

/* Once a day consumers buy the DIEM that they owe and hand it over; what the pools do not take
 * within the bound on slippage stays owed. */
static bool pay_in_diem(ds_world *w)
{
    ds_economy *const e = w->eco;
    const ds_amount most =
        ds_market_most(w, DS_PAIR_VVV_USD, DS_USD, w->config->consumers.slippage);
    const ds_amount usd = ds_smaller(e->diem_bill, most);
    ds_amount vvv, diem;
    if (!ds_ledger_mint(&e->ledger, DS_USD, ds_cell_of(DS_TENDER, NULL), usd, ds_world_status(w)) ||
        !trade(w, DS_PAIR_VVV_USD, DS_USD, DS_TENDER, DS_TENDER, usd, &vvv) ||
        !trade(w, DS_PAIR_DIEM_VVV, DS_VVV, DS_TENDER, DS_PROTOCOL,
               e->ledger.book[DS_VVV].bucket[DS_TENDER], &diem))
        return false;
    e->diem_bill -= usd;
    return true;
}

/* The treasury turns DIEM that it was paid into dollars. */
static bool sell_tender(ds_world *w)
{
    const ds_amount diem = w->eco->ledger.book[DS_DIEM].bucket[DS_PROTOCOL];
    ds_amount vvv, usd;
    return diem == 0 || (trade(w, DS_PAIR_DIEM_VVV, DS_DIEM, DS_PROTOCOL, DS_TENDER, diem, &vvv) &&
                         trade(w, DS_PAIR_VVV_USD, DS_VVV, DS_TENDER, DS_PROTOCOL, vvv, &usd));
}

/* ---- the day's end ---- */

static bool buy_and_burn(ds_world *w, ds_cell purse, ds_amount budget)
{
    ds_ledger *const ledger = &w->eco->ledger;
    const ds_amount balance = ds_ledger_balance(ledger, DS_USD, purse);
    const ds_amount most = ds_market_most(w, DS_PAIR_VVV_USD, DS_USD, w->config->holders.slippage);
    const ds_trade trade = {.pair = DS_PAIR_VVV_USD,
                            .pays = DS_USD,
                            .from = purse,
                            .to = purse,
                            .in = ds_smaller(ds_smaller(budget, balance), most),
                            .slippage = w->config->holders.slippage,
                            .informed = true};
    ds_amount vvv;
    if (!ds_market_swap(w, &trade, &vvv) ||
        !ds_ledger_burn(ledger, DS_VVV, purse, vvv, ds_world_status(w)))
        return false;
    w->eco->flow.vvv_burned += ds_tokens(vvv);
    w->eco->day_burned += ds_tokens(vvv);
    return true;
}

/* Credit does not roll over: what the day granted and nobody used is gone. */
static void expire_credit(ds_world *w)
{
    ds_economy *const e = w->eco;
    const double granted = ds_level_take(&e->diem_credit, ds_now(&w->engine));
    e->flow.expired += fmax(0, granted - e->day_credit);
    e->day_credit = 0;
    e->owners_credit_used = 0;
}

/* What the treasury loses a day, less what comes in: exponentially weighted over 30 days, and until
 * so many have passed the mean of those there are, for nothing is known of a time before the start.
 */
static void follow_outflow(ds_world *w)
{
    ds_economy *const e = w->eco;
    const ds_amount now = treasury_usd(w) - e->owed;
    const double lost = ds_tokens(e->treasury_seen - now);
    e->net_outflow += (lost - e->net_outflow) / fmin(e->day, OUTFLOW_DAYS);
    e->treasury_seen = now;
}

bool ds_fees_epoch(ds_world *w)
{
    ds_economy *const e = w->eco;
    const ds_amount set_aside_usd = e->ledger.book[DS_USD].bucket[DS_BURNING];
    expire_credit(w);
    if ((e->diem_bill > 0 && !pay_in_diem(w)) || !sell_tender(w))
        return false;
    follow_outflow(w);
    return ds_policies_epoch(w) && settle_debts(w) &&
           (e->owed > 0 || buy_and_burn(w, treasury(), ds_amount_of(e->buyback_rate))) &&
           buy_and_burn(w, ds_cell_of(DS_BURNING, NULL), set_aside_usd);
}

double ds_runway(const ds_world *w)
{
    const double outflow = w->eco->net_outflow;
    const double left = ds_tokens(treasury_usd(w) - w->eco->owed);
    if (left <= 0)
        return 0;
    return outflow > 0 ? fmin(left / outflow, RUNWAY_MOST) : RUNWAY_MOST;
}
