/* What a scenario can say of a shock, and what it cannot. */
#include "shocks.h"

#include <string.h>

enum { NAME_MOST = 40 };

static const char *const kind_words[] = {
    [DS_SHOCK_DEMAND] = "demand",   [DS_SHOCK_PRICE] = "price",
    [DS_SHOCK_CREDIT] = "credit",   [DS_SHOCK_COMPETITOR] = "competitor",
    [DS_SHOCK_COST] = "cost",       [DS_SHOCK_OUTAGE] = "outage",
    [DS_SHOCK_EXIT] = "exit",       [DS_SHOCK_LIQUIDITY] = "liquidity",
    [DS_SHOCK_UNSTAKE] = "unstake", [DS_SHOCK_KINDS] = NULL};

static const char *const shape_words[] = {"step", "ramp", "decay", NULL};
static const char *const pool_words[] = {"vvv_usd", "diem_vvv", "both", NULL};

/* Depths that leave prices, credit, costs and reserves above 0. */
static const struct {
    double least, most;
} depths[DS_SHOCK_KINDS] = {
    [DS_SHOCK_DEMAND] = {-99, 1},   [DS_SHOCK_PRICE] = {-99, 0.999},
    [DS_SHOCK_CREDIT] = {-9, 0.99}, [DS_SHOCK_COMPETITOR] = {-9, 0.99},
    [DS_SHOCK_COST] = {-0.99, 99},  [DS_SHOCK_OUTAGE] = {0, 1},
    [DS_SHOCK_EXIT] = {0, 1},       [DS_SHOCK_LIQUIDITY] = {0, 0.999},
    [DS_SHOCK_UNSTAKE] = {0, 1},
};

double ds_shock_within(ds_shock_kind kind, double depth)
{
    return fmin(fmax(depth, depths[kind].least), depths[kind].most);
}

/* ---- what belongs ---- */

static bool check_name(const char *name, ds_status *st)
{
    static const char letters[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";
    const size_t length = strlen(name);
    if (length > 0 && length <= NAME_MOST && strspn(name, letters) == length)
        return true;
    return ds_fail(st, DS_E_DATA, "the name of a shock must be 1 to %d letters, digits, '_' or '-'",
                   NAME_MOST);
}

static bool check_time(const ds_shock_config *c, ds_status *st)
{
    if (isnan(c->at) && isnan(c->rate))
        return ds_fail(st, DS_E_DATA,
                       "shock '%s' has neither 'at' nor 'rate', must have one: when it strikes, or "
                       "how often",
                       c->name);
    if (!isnan(c->at) && !isnan(c->rate))
        return ds_fail(st, DS_E_DATA,
                       "'rate' is %g 1/yr beside 'at' = %.10g d: a shock strikes once or at random",
                       c->rate, c->at);
    return true;
}

static bool check_depth(ds_shock_config *c, ds_status *st)
{
    if (isnan(c->depth) && !c->size.as)
        return ds_fail(st, DS_E_DATA, "shock '%s' has neither 'depth' nor 'size', must have one",
                       c->name);
    if (isnan(c->depth))
        c->depth = 1;
    if (c->size.as || c->depth == ds_shock_within((ds_shock_kind)c->kind, c->depth))
        return true;
    return ds_fail(st, DS_E_DATA, "'depth' of a shock of %s is %g, must lie in [%g, %g]",
                   kind_words[c->kind], c->depth, depths[c->kind].least, depths[c->kind].most);
}

/* A key that only some shapes have: said where it does not belong, or missing. */
static bool check_key(double *value, const char *name, bool belongs, double fallback,
                      const ds_shock_config *c, ds_status *st)
{
    if (!isnan(*value) && !belongs)
        return ds_fail(st, DS_E_DATA, "'%s' is %g d, which a shock of shape %s does not have", name,
                       *value, shape_words[c->shape]);
    if (isnan(*value) && belongs && isnan(fallback))
        return ds_fail(st, DS_E_DATA,
                       "shock '%s' lacks '%s', which one of kind %s and shape %s must have",
                       c->name, name, kind_words[c->kind], shape_words[c->shape]);
    if (isnan(*value) && belongs)
        *value = fallback;
    return true;
}

static bool check_shape(ds_shock_config *c, ds_status *st)
{
    const bool ramp = c->shape == DS_SHAPE_RAMP, decay = c->shape == DS_SHAPE_DECAY;
    const double lasts = c->kind == DS_SHOCK_OUTAGE ? NAN : INFINITY; /* outages end */
    return check_key(&c->onset, "onset", ramp, NAN, c, st) &&
           (c->kind == DS_SHOCK_UNSTAKE ||
            check_key(&c->duration, "duration", !decay, lasts, c, st)) &&
           check_key(&c->recovery, "recovery", ramp, c->onset, c, st) &&
           check_key(&c->half_life, "half_life", decay, NAN, c, st);
}

static bool only(const ds_shock_config *c, bool belongs, const char *name, ds_status *st)
{
    return belongs ||
           ds_fail(st, DS_E_DATA, "'%s' is no matter of a shock of %s", name, kind_words[c->kind]);
}

static bool check_kind(ds_shock_config *c, ds_status *st)
{
    const bool herd = c->kind == DS_SHOCK_UNSTAKE;
    if (!only(c, c->pool == DS_PAIRS || c->kind == DS_SHOCK_LIQUIDITY, "pool", st) ||
        !only(c, !c->slots || c->kind == DS_SHOCK_OUTAGE, "slots", st) ||
        !only(c, isnan(c->within) || herd, "within", st))
        return false;
    if (herd && isnan(c->within))
        c->within = 1;
    if (!herd || (c->shape == DS_SHAPE_STEP && isnan(c->duration)))
        return true;
    return ds_fail(st, DS_E_DATA,
                   "'%s' is no matter of a shock of unstake, which is over when its holders have "
                   "asked: 'within' says how fast",
                   c->shape == DS_SHAPE_STEP ? "duration" : "shape");
}

bool ds_shock_check(void *shock, ds_status *st)
{
    ds_shock_config *const c = shock;
    return check_name(c->name, st) && check_time(c, st) && check_depth(c, st) &&
           check_kind(c, st) && check_shape(c, st);
}

#define S ds_shock_config
#define DAYS(field, min_, unlimited_, doc_)                                              \
    {                                                                                    \
        DS_AT(S, field), .kind = DS_NUMBER, .unit = "d", .fallback = NAN, .min = (min_), \
                         .max = 36500, .unlimited = (unlimited_), .doc = (doc_)          \
    }
const ds_param ds_shock_params[] = {
    {DS_AT(S, name), .kind = DS_TEXT, .unit = "1", .doc = "what the shock is called"},
    {DS_AT(S, kind), .kind = DS_WORD, .unit = "1", .words = kind_words, .required = true,
     .doc =
         "what it strikes: demand for inference, price of VVV at the outside venue, credit of a "
         "DIEM, the competitor's price of inference, cost of compute, slots (outage), the number "
         "of providers (exit), liquidity of the pools, stake of a herd of holders (unstake)"},
    {DS_AT(S, at), .kind = DS_NUMBER, .unit = "d", .fallback = NAN, .max = 36500, .moment = true,
     .doc = "when it strikes: time since the start, or a date"},
    {DS_AT(S, rate), .kind = DS_NUMBER, .unit = "1/yr", .fallback = NAN, .max = 1000,
     .doc = "instead: how often it strikes, at random (Poisson)"},
    {DS_AT(S, depth), .kind = DS_NUMBER, .unit = "1", .fallback = NAN, .min = -99, .max = 99,
     .doc = "part that is lost at its height, of cost: that is added; below 0 the other way. Of "
            "price, liquidity up to 0.999, of credit, competitor up to 0.99; above 0 for outage, "
            "exit, liquidity, unstake. Beside `size`: what that is multiplied by, 1 by default"},
    {DS_AT(S, size), .kind = DS_CHOICE, .unit = "1", .tag = "distribution",
     .alternatives = ds_distributions,
     .doc = "a depth drawn each time, then brought within the kind's range"},
    DS_P_WORD(S, shape, shape_words, "step",
              "how it comes and goes: step, whole at once for `duration`; ramp, rising over "
              "`onset`, whole for `duration`, falling over `recovery`; decay, whole at once and "
              "halved every `half_life`, over after 20 of them"),
    DAYS(onset, 1e-6, false, "of a ramp: until it is whole"),
    DAYS(duration, 1e-6, true,
         "of a step or a ramp: while it is whole; unlimited by default, but of an outage"),
    DAYS(recovery, 0, false, "of a ramp: until it is gone; `onset` by default"),
    DAYS(half_life, 1e-3, false, "of a decay"),
    DAYS(within, 1e-3, false, "of unstake: time in which the holders ask, evenly; 1 d by default"),
    DS_P_WORD(S, pool, pool_words, "both", "of liquidity: whose"),
    DS_P_SWITCH(S, slots, 0, "of an outage: strikes slots one by one, not whole providers"),
    {0},
};
#undef DAYS
#undef S
