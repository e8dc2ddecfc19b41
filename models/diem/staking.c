#include "staking.h"

#include "rent.h"

#define P DS_P_NUMBER
#define S ds_staking_config
const ds_param ds_staking_params[] = {
    P(S, cooldown, "d", 7, 0, 3650, "from a request to unstake VVV until it is liquid",
      "protocol documentation, staking, 2026"),
    P(S, diem_cooldown, "d", 1, 0, 3650, "from a request to unstake DIEM until it is liquid",
      "protocol documentation, DIEM, 2025-08"),
    P(S, locked_keep, "1", 0.8, 0, 1,
      "part of its emission that a locked sVVV keeps; the rest goes to the treasury",
      "protocol documentation, DIEM, 2025-08"),
    P(S, diem_minimum, "DIEM", 0.1, 0, 1e6, "least staked DIEM of an account that gives credit",
      "protocol documentation, DIEM, 2025-08"),
    {0},
};
#undef P
#undef S

/*
 * A per-share index counts units paid for one unit of stake, in 2^-40. That leaves 2^24 units a
 * unit before it overflows, and a tick of it is far below a day's emission at any stake that fits
 * 64 bits.
 */
enum { INDEX_BITS = 40, HISTOGRAM_STEPS = 16 };

static ds_cell rewards(void)
{
    return ds_cell_of(DS_REWARDS, NULL);
}

/* By how much pending units raise the index. */
static ds_wide ticks(ds_amount pending, ds_amount weight)
{
    return ((ds_wide)(uint64_t)pending << INDEX_BITS) / (uint64_t)weight;
}

/* Turns pending units into index; what is below one tick stays pending. */
static bool spread(ds_world *w, uint64_t *index, ds_amount *pending, ds_amount weight)
{
    const ds_wide delta = ticks(*pending, weight);
    if (delta > UINT64_MAX - *index)
        return ds_fail(ds_world_status(w), DS_E_DATA,
                       "rewards a staked VVV overflow: %.8g VVV is staked, too little for what is "
                       "emitted or paid",
                       ds_tokens(weight));
    const ds_wide spent = delta * (uint64_t)weight;
    *index += (uint64_t)delta;
    *pending -= (ds_amount)((spent + (((ds_wide)1 << INDEX_BITS) - 1)) >> INDEX_BITS);
    return true;
}

static ds_amount earned(ds_amount stake, uint64_t index, uint64_t paid)
{
    return (ds_amount)(((ds_wide)(uint64_t)stake * (index - paid)) >> INDEX_BITS);
}

/* Part that a locked sVVV keeps, and the rest, in whole millionths so that both are exact. */
static ds_amount kept(double part, ds_amount amount)
{
    return ds_muldiv(amount, (ds_amount)(part * 1e6 + 0.5), 1000000);
}

/* What locked sVVV keeps of its emission since the index stood at `paid`: of each stretch, the part
 * that was kept then. */
static ds_amount kept_since(const ds_world *w, ds_amount locked, uint64_t paid)
{
    const ds_economy *const e = w->eco;
    double part = w->config->staking.locked_keep;
    uint64_t upto = e->emission_index;
    ds_amount sum = 0;
    for (uint32_t i = e->keeps; DS_UNLIKELY(i > 0) && paid < e->keep[i - 1].upto; i--) {
        sum += kept(part, earned(locked, upto, e->keep[i - 1].upto));
        upto = e->keep[i - 1].upto;
        part = e->keep[i - 1].part;
    }
    return sum + kept(part, earned(locked, upto, paid));
}

void ds_staking_keeps(ds_world *w, double next)
{
    ds_economy *const e = w->eco;
    const double part = w->config->staking.locked_keep;
    if (next != part)
        e->keep[e->keeps++] = (ds_keep){e->emission_index, part};
}

static bool give_protocol(ds_world *w, ds_asset asset, ds_amount *pending)
{
    const ds_amount amount = *pending;
    *pending = 0;
    return ds_ledger_move(&w->eco->ledger, asset, rewards(), ds_cell_of(DS_PROTOCOL, NULL), amount,
                          ds_world_status(w));
}

/* Units emitted since the last time, with the fraction that was carried. */
static double emission_due(const ds_world *w)
{
    const ds_economy *const e = w->eco;
    return e->emission_rate * 1e8 / 365 * (ds_now(&w->engine) - e->emission_since) +
           e->emission_carry;
}

static ds_amount protocol_part(const ds_world *w, ds_amount amount)
{
    return amount - ds_share_of(amount, 1 - w->eco->protocol_part);
}

static bool emit(ds_world *w)
{
    ds_economy *const e = w->eco;
    const double due = emission_due(w);
    const ds_amount amount = (ds_amount)due;
    ds_amount protocol = protocol_part(w, amount);
    e->emission_since = ds_now(&w->engine);
    e->emission_carry = due - (double)amount;
    e->emission_pending += amount - protocol;
    e->flow.vvv_emitted += ds_tokens(amount);
    return ds_ledger_mint(&e->ledger, DS_VVV, rewards(), amount, ds_world_status(w)) &&
           (protocol == 0 || give_protocol(w, DS_VVV, &protocol));
}

/* What the protocol takes of what locked sVVV earned by a rise of the index. A unit less where both
 * roundings meet: holders' parts round down after this one. */
static ds_amount cut_of(const ds_world *w, ds_amount locked, uint64_t rise)
{
    const ds_amount part = earned(locked, rise, 0);
    const ds_amount cut = part - kept(w->config->staking.locked_keep, part);
    return cut > 0 ? cut - 1 : 0;
}

static bool share_emission(ds_world *w, ds_amount staked, ds_amount locked)
{
    ds_economy *const e = w->eco;
    if (staked + locked == 0)
        return give_protocol(w, DS_VVV, &e->emission_pending);
    const uint64_t before = e->emission_index;
    if (!spread(w, &e->emission_index, &e->emission_pending, staked + locked))
        return false;
    return ds_ledger_move(&e->ledger, DS_VVV, rewards(), ds_cell_of(DS_PROTOCOL, NULL),
                          cut_of(w, locked, e->emission_index - before), ds_world_status(w));
}

ds_unbooked ds_staking_unbooked(const ds_world *w)
{
    const ds_book *const book = &w->eco->ledger.book[DS_VVV];
    const ds_amount locked = book->bucket[DS_LOCKED], stake = book->bucket[DS_STAKED] + locked;
    const ds_amount amount = (ds_amount)emission_due(w), taken = protocol_part(w, amount);
    const ds_amount pending = w->eco->emission_pending + amount - taken;
    const ds_amount cut = stake ? cut_of(w, locked, (uint64_t)ticks(pending, stake)) : pending;
    return (ds_unbooked){.emitted = amount, .protocol = taken + cut};
}

static bool share_fees(ds_world *w, uint64_t *index, ds_amount *pending, ds_amount weight)
{
    if (*pending == 0)
        return true;
    return weight ? spread(w, index, pending, weight) : give_protocol(w, DS_USD, pending);
}

bool ds_staking_accrue(ds_world *w)
{
    ds_economy *const e = w->eco;
    const ds_amount staked = e->ledger.book[DS_VVV].bucket[DS_STAKED];
    const ds_amount locked = e->ledger.book[DS_VVV].bucket[DS_LOCKED];
    return emit(w) && share_emission(w, staked, locked) &&
           share_fees(w, &e->fees_index, &e->fees_pending, staked + locked) &&
           share_fees(w, &e->minters_index, &e->minters_pending, locked);
}

bool ds_staking_settle(ds_world *w, ds_holder *h)
{
    ds_economy *const e = w->eco;
    if (!ds_staking_accrue(w))
        return false;
    const ds_amount vvv = earned(h->staked, e->emission_index, h->emission_paid) +
                          kept_since(w, h->locked, h->emission_paid);
    const ds_amount usd = earned(h->staked + h->locked, e->fees_index, h->fees_paid) +
                          earned(h->locked, e->minters_index, h->minters_paid);
    h->emission_paid = e->emission_index;
    h->fees_paid = e->fees_index;
    h->minters_paid = e->minters_index;
    ds_status *const st = ds_world_status(w);
    return ds_ledger_move(&e->ledger, DS_VVV, rewards(), ds_cell_of(DS_LIQUID, &h->liquid), vvv,
                          st) &&
           ds_ledger_move(&e->ledger, DS_USD, rewards(), ds_cell_of(DS_LIQUID, &h->usd), usd, st);
}

bool ds_stake(ds_world *w, ds_holder *h, ds_amount amount)
{
    if (!ds_staking_settle(w, h))
        return false;
    const ds_amount before = h->staked + h->locked;
    if (!ds_ledger_move(&w->eco->ledger, DS_VVV, ds_cell_of(DS_LIQUID, &h->liquid),
                        ds_cell_of(DS_STAKED, &h->staked), amount, ds_world_status(w)))
        return false;
    ds_stake_counted(w, before, before + amount);
    return true;
}

bool ds_unstake(ds_world *w, ds_holder *h, ds_amount amount)
{
    if (amount == 0)
        return true;
    if (!ds_staking_settle(w, h))
        return false;
    const ds_amount before = h->staked + h->locked;
    if (!ds_ledger_move(&w->eco->ledger, DS_VVV, ds_cell_of(DS_STAKED, &h->staked),
                        ds_cell_of(DS_COOLING, &h->cooling), amount, ds_world_status(w)))
        return false;
    ds_stake_counted(w, before, before - amount);
    ds_engine_timer(&w->engine, DS_AT_COOLDOWN, &w->cooldowns, (uint32_t)(h - w->holder),
                    ds_now(&w->engine) + w->config->staking.cooldown);
    return true;
}

void ds_credit_changes(ds_world *w)
{
    const ds_book *const book = &w->eco->ledger.book[DS_DIEM];
    ds_level_set(&w->eco->diem_credit,
                 ds_tokens(book->bucket[DS_STAKED] + book->bucket[DS_USERS_STAKED]) *
                     ds_diem_credit(w),
                 ds_now(&w->engine));
}

bool ds_stake_diem(ds_world *w, ds_holder *h, ds_amount amount)
{
    if (h->diem_staked + amount < ds_amount_near(w->config->staking.diem_minimum))
        return true;
    if (!ds_rent_settle(w, h) ||
        !ds_ledger_move(&w->eco->ledger, DS_DIEM, ds_cell_of(DS_LIQUID, &h->diem),
                        ds_cell_of(DS_STAKED, &h->diem_staked), amount, ds_world_status(w)))
        return false;
    ds_rent_staked(w, h, amount);
    ds_credit_changes(w);
    return true;
}

bool ds_unstake_diem(ds_world *w, ds_holder *h, ds_amount amount)
{
    /* What would stay below the minimum gives no credit, so it leaves too. */
    if (h->diem_staked - amount < ds_amount_near(w->config->staking.diem_minimum))
        amount = h->diem_staked;
    if (amount == 0)
        return true;
    if (!ds_rent_settle(w, h) ||
        !ds_ledger_move(&w->eco->ledger, DS_DIEM, ds_cell_of(DS_STAKED, &h->diem_staked),
                        ds_cell_of(DS_COOLING, &h->diem_cooling), amount, ds_world_status(w)))
        return false;
    ds_rent_staked(w, h, -amount);
    ds_credit_changes(w);
    ds_engine_timer(&w->engine, DS_AT_DIEM_COOLDOWN, &w->diem_cooldowns, (uint32_t)(h - w->holder),
                    ds_now(&w->engine) + w->config->staking.diem_cooldown);
    return true;
}

bool ds_cooldown_ends(void *world)
{
    ds_world *const w = world;
    const uint32_t who = w->engine.subject = ds_timers_first(&w->cooldowns);
    ds_holder *const h = &w->holder[who];
    ds_engine_timer(&w->engine, DS_AT_COOLDOWN, &w->cooldowns, who, INFINITY);
    return ds_ledger_move(&w->eco->ledger, DS_VVV, ds_cell_of(DS_COOLING, &h->cooling),
                          ds_cell_of(DS_LIQUID, &h->liquid), h->cooling, ds_world_status(w));
}

bool ds_diem_cooldown_ends(void *world)
{
    ds_world *const w = world;
    const uint32_t who = w->engine.subject = ds_timers_first(&w->diem_cooldowns);
    ds_holder *const h = &w->holder[who];
    ds_engine_timer(&w->engine, DS_AT_DIEM_COOLDOWN, &w->diem_cooldowns, who, INFINITY);
    return ds_ledger_move(&w->eco->ledger, DS_DIEM, ds_cell_of(DS_COOLING, &h->diem_cooling),
                          ds_cell_of(DS_LIQUID, &h->diem), h->diem_cooling, ds_world_status(w));
}

/* Sixteen classes an octave of the stake in units: their means are exact, so the Gini coefficient
 * is off by less than the spread within a class (at most 1/16), about 2e-4 for a heavy tail. */
static uint32_t stake_class(ds_amount stake)
{
    const int octave = 63 - __builtin_clzll((uint64_t)stake);
    const uint32_t step = octave >= 4 ? (uint32_t)((uint64_t)stake >> (octave - 4)) & 15
                                      : (uint32_t)(stake << (4 - octave)) & 15;
    return (uint32_t)octave * HISTOGRAM_STEPS + step;
}

void ds_stake_counted(ds_world *w, ds_amount before, ds_amount after)
{
    if (before > 0) {
        ds_stake_class *const c = &w->stake_class[stake_class(before)];
        c->count--;
        c->sum -= before;
    }
    if (after > 0) {
        ds_stake_class *const c = &w->stake_class[stake_class(after)];
        c->count++;
        c->sum += after;
    }
}

/* Gini 1912 over those who stake anything, from classes in rising order: 1 - 2 * area below Lorenz.
 */
double ds_stake_gini(const ds_world *w)
{
    double people = 0, wealth = 0, area = 0;
    for (uint32_t i = 0; i < DS_STAKE_CLASSES; i++) {
        const double count = (double)w->stake_class[i].count;
        const double sum = (double)w->stake_class[i].sum;
        area += count * (wealth + sum / 2);
        people += count;
        wealth += sum;
    }
    return people > 0 && wealth > 0 ? 1 - 2 * area / (people * wealth) : 0;
}

double ds_emission_apr(const ds_world *w)
{
    const ds_book *const book = &w->eco->ledger.book[DS_VVV];
    const ds_amount stake = book->bucket[DS_STAKED] + book->bucket[DS_LOCKED];
    const double shared = w->eco->emission_rate * (1 - w->eco->protocol_part);
    return stake > 0 ? shared / ds_tokens(stake) : 0;
}
