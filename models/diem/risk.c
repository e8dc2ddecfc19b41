#include "risk.h"

#include "consumers.h"
#include "world.h"

#include "sim/core/real.h"

enum { TRAILING_DAYS = 30, SMALLEST_WAIT = -30 /* 2^-30 d: 80 microseconds */ };

/* What the outcomes call by these names. */
static const double spiral_price = 0.8, spiral_stake = 0.5; /* falls from the peak, both at once */
static const double spiral_supply =
    1.5;                              /* or, with such a fall of price, this many times the start */
static const double run_share = 0.25; /* of stake that is unstaking */
static const double exodus_share = 0.5; /* of providers that are gone since there were most */
static const double squeeze_rise = 0.69314718055994531; /* log price over its 30-day trend */

/* ---- falls ---- */

static void follow(ds_fall *f, double level)
{
    f->peak = fmax(f->peak, level);
    f->now = f->peak > 0 ? 1 - level / f->peak : 0;
    f->worst = fmax(f->worst, f->now);
}

static void first_time(double *when, bool happens, double now)
{
    if (happens && *when == 0)
        *when = now > 0 ? now : 1e-9;
}

static double stake(const ds_world *w, bool with_cooling)
{
    const ds_book *const vvv = &w->eco->ledger.book[DS_VVV];
    return ds_tokens(vvv->bucket[DS_STAKED] + vvv->bucket[DS_LOCKED] +
                     (with_cooling ? vvv->bucket[DS_COOLING] : 0));
}

static bool inflated(const ds_economy *e)
{
    const ds_book *const vvv = &e->ledger.book[DS_VVV];
    return (double)ds_ledger_supply(&e->ledger, DS_VVV) > spiral_supply * (double)vvv->initial;
}

void ds_risk_owes(ds_world *w)
{
    first_time(&w->eco->risk.ruin, true, ds_now(&w->engine));
}

void ds_risk_hour(ds_world *w)
{
    ds_economy *const e = w->eco;
    ds_risk *const r = &e->risk;
    const double now = ds_now(&w->engine), all = stake(w, true);
    const double cooling = ds_tokens(e->ledger.book[DS_VVV].bucket[DS_COOLING]);
    follow(&r->vvv, e->vvv_price);
    follow(&r->diem, e->diem_price);
    follow(&r->stake, stake(w, false));
    r->providers_most = fmax(r->providers_most, e->providers_in.value);
    r->providers_lost = fmax(r->providers_lost, r->providers_most - e->providers_in.value);
    first_time(&r->exodus,
               r->providers_lost > 0 &&
                   r->providers_most - e->providers_in.value >= exodus_share * r->providers_most,
               now);
    first_time(&r->spiral,
               r->vvv.now >= spiral_price && (r->stake.now >= spiral_stake || inflated(e)), now);
    first_time(&r->run, all > 0 && cooling >= run_share * all, now);
    first_time(&r->squeeze, ds_log(e->diem_price) - e->offered.diem_trend >= squeeze_rise, now);
}

/* ---- how steady the price of inference is ---- */

static void observe(ds_restless *p, double price)
{
    const double level = ds_log(price);
    const double change = level - p->last;
    p->variance += (change * change - p->variance) / TRAILING_DAYS;
    p->last = level;
}

double ds_volatility(const ds_restless *price)
{
    return sqrt(365 * price->variance);
}

void ds_risk_day(ds_world *w)
{
    ds_risk *const r = &w->eco->risk;
    observe(&r->owner, w->eco->diem_price * w->eco->price / ds_diem_credit(w));
    observe(&r->pay, w->eco->price);
    observe(&r->outside, fmax(ds_outside_price(w), 1e-9));
}

void ds_risk_begin(ds_world *w)
{
    ds_risk *const r = &w->eco->risk;
    ds_risk_day(w);
    r->owner.variance = r->pay.variance = r->outside.variance = 0;
    ds_risk_hour(w);
}

/* ---- waits ---- */

void ds_waits_add(ds_waits *waits, double wait)
{
    int octave;
    if (!(wait > 0)) {
        waits->none++;
        return;
    }
    const double part = frexp(wait, &octave); /* in [1/2, 1) */
    const int class =
        (octave - SMALLEST_WAIT) * DS_WAIT_STEPS + (int)((part - 0.5) * 2 * DS_WAIT_STEPS);
    waits->count[class < 0 ? 0 : class >= DS_WAITS ? DS_WAITS - 1 : class]++;
}

static double class_end(uint32_t class)
{
    const double part = 0.5 + (class % DS_WAIT_STEPS + 1.0) / (2 * DS_WAIT_STEPS);
    return ldexp(part, (int)(class / DS_WAIT_STEPS) + SMALLEST_WAIT);
}

double ds_waits_quantile(const ds_waits *waits, double q)
{
    double all = waits->none, so_far = waits->none;
    for (uint32_t i = 0; i < DS_WAITS; i++)
        all += waits->count[i];
    if (all == 0)
        return NAN;
    if (so_far >= q * all)
        return 0;
    for (uint32_t i = 0; i < DS_WAITS; i++) {
        const double before = so_far;
        so_far += waits->count[i];
        if (so_far < q * all)
            continue;
        const double low = i ? class_end(i - 1) : 0; /* straight within a class */
        return low + (class_end(i) - low) * (q * all - before) / waits->count[i];
    }
    return class_end(DS_WAITS - 1);
}

/* ---- concentration ---- */

double ds_stake_nakamoto(const ds_world *w)
{
    double wealth = 0, so_far = 0, people = 0;
    for (uint32_t i = 0; i < DS_STAKE_CLASSES; i++)
        wealth += (double)w->stake_class[i].sum;
    for (uint32_t i = DS_STAKE_CLASSES; wealth > 0 && i-- > 0;) {
        const ds_stake_class *const c = &w->stake_class[i];
        if (c->count == 0)
            continue;
        const double each = (double)c->sum / (double)c->count;
        if (so_far + (double)c->sum > wealth / 2)
            return people + floor((wealth / 2 - so_far) / each) + 1;
        so_far += (double)c->sum;
        people += (double)c->count;
    }
    return people;
}
