#include "mint_rule.h"

#include <math.h>

enum {
    ROUNDS = 200,   /* of Newton or bisection */
    HALVINGS = 48,  /* of an interval around a jump */
    PANELS = 20000, /* of one integral, so that no policy can hold a run up */
    STEPS = 100000, /* of one walk, likewise */
};

static double rate(const ds_mint_rule *r, double supply)
{
    return r->policy->rate(r->params, r->now, supply);
}

/* Gauss-Legendre nodes and weights on [-1, 1] (Abramowitz & Stegun 1964, table 25.4). */
static const double node3 = 0.7745966692414834, middle3 = 8.0 / 9, side3 = 5.0 / 9;
static const double node5[2] = {0.5384693101056831, 0.9061798459386640};
static const double middle5 = 0.5688888888888889,
                    side5[2] = {0.4786286704993665, 0.2369268850561891};

static double pair(const ds_mint_rule *r, double middle, double away)
{
    return rate(r, middle - away) + rate(r, middle + away);
}

/*
 * Halved until three points agree with five to 1e-9: the five, whose error is the 5/3 power of the
 * three's, are then right to the last digits. The width is carried along, because from + width has
 * lost the digits of a small one.
 */
static double integrate(const ds_mint_rule *r, double from, double width, int halvings, int *panels)
{
    const double half = width / 2, middle = from + half, centre = rate(r, middle);
    const double three = half * (middle3 * centre + side3 * pair(r, middle, half * node3));
    const double five = half * (middle5 * centre + side5[0] * pair(r, middle, half * node5[0]) +
                                side5[1] * pair(r, middle, half * node5[1]));
    --*panels;
    if (halvings == 0 || *panels <= 0 || !(fabs(five - three) > 1e-9 * fabs(five)))
        return five;
    return integrate(r, from, half, halvings - 1, panels) +
           integrate(r, middle, half, halvings - 1, panels);
}

/* End of the step at `supply`; a step that goes nowhere would never end. */
static double step_end(const ds_mint_rule *r, double supply)
{
    const double end = r->policy->step(r->params, r->now, supply);
    return end > supply ? end : INFINITY;
}

/* Halved over and over, a rate has not settled, nor would it in the next of many rounds. */
static double too_rough(const ds_mint_rule *r, double supply, double diem, double lock)
{
    if (!r->now->st) /* nobody to tell */
        return lock;
    (void)ds_fail(r->now->st, DS_E_POLICY,
                  "policy 'mint.%s': its rate is too rough to integrate from supply %.10g to "
                  "%.10g, it must say the steps that it has",
                  r->policy->as.name, supply, supply + diem);
    return INFINITY;
}

/* Counts a step of a walk; false once there were too many. */
static bool another_step(const ds_mint_rule *r, double supply, int *steps)
{
    if (DS_LIKELY(--*steps > 0))
        return true;
    if (r->now->st)
        (void)ds_fail(r->now->st, DS_E_POLICY,
                      "policy 'mint.%s': a mint takes more than %d steps to supply %.10g, they "
                      "must be longer",
                      r->policy->as.name, STEPS, supply);
    return false;
}

static double lock_steps(const ds_mint_rule *r, double supply, double diem)
{
    double lock = 0;
    for (int steps = STEPS; diem > 0;) {
        const double price = rate(r, supply), end = step_end(r, supply);
        if (isinf(price) || !another_step(r, supply, &steps))
            return INFINITY;
        const double part = fmin(diem, end - supply);
        lock += part * price;
        diem -= part;
        supply = end;
    }
    return lock;
}

double ds_mint_lock(const ds_mint_rule *r, double supply, double diem)
{
    int panels = PANELS;
    if (!(diem > 0))
        return 0;
    if (isinf(diem))
        return INFINITY;
    if (r->policy->step)
        return lock_steps(r, supply, diem);
    const double lock = integrate(r, supply, diem, HALVINGS, &panels);
    return panels > 0 ? lock : too_rough(r, supply, diem, lock);
}

static double out_steps(const ds_mint_rule *r, double supply, double vvv)
{
    double diem = 0;
    for (int steps = STEPS; vvv > 0;) {
        const double price = rate(r, supply), end = step_end(r, supply);
        if (isinf(price) || !another_step(r, supply, &steps))
            break;
        const double whole = (end - supply) * price;
        if (whole >= vvv)
            return diem + vvv / price;
        diem += end - supply;
        vvv -= whole;
        supply = end;
    }
    return diem;
}

/* Newton's next guess where it keeps within the bracket and halves the step before, else the
 * middle: on a steep rate Newton alone takes hundreds of steps. */
static double next_guess(double newton, double d, double low, double high, double last)
{
    if (isinf(high))
        return newton >= low ? newton : 2 * d;
    const bool good = newton >= low && newton <= high && fabs(newton - d) <= last / 2;
    return good ? newton : low + (high - low) / 2;
}

/* Solves lock(d) = vvv. A rate that falls has its root above the first guess, one that ends below
 * any guess: the integral's nodes may all lie before the end, so the end itself is looked at. */
static double out_smooth(const ds_mint_rule *r, double supply, double vvv, double first)
{
    double low = 0, high = INFINITY, d = vvv / first, last = INFINITY;
    for (int i = 0; i < ROUNDS; i++) {
        const double end = rate(r, supply + d);
        const double excess = isinf(end) ? INFINITY : ds_mint_lock(r, supply, d) - vvv;
        if (excess > 0)
            high = d;
        else
            low = d;
        const double next = next_guess(d - excess / end, d, low, high, last);
        last = fabs(next - d);
        if (last <= 1e-14 * d)
            return next;
        d = next;
    }
    return low;
}

double ds_mint_out(const ds_mint_rule *r, double supply, double vvv)
{
    const double first = rate(r, supply);
    if (!(vvv > 0) || !(first > 0) || isinf(first))
        return 0;
    return r->policy->step ? out_steps(r, supply, vvv) : out_smooth(r, supply, vvv, first);
}

static bool policy_failed(const ds_mint_rule *r)
{
    return r->now->st && r->now->st->code != DS_OK;
}

static ds_amount units_up(double tokens)
{
    const double units = ceil(tokens * 1e8);
    return units < 0x1p63 ? (ds_amount)units : DS_AMOUNT_MAX;
}

/* Rounding errors of the search may have put the floor a unit too high. */
ds_amount ds_mint_amount(const ds_mint_rule *r, ds_amount supply, ds_amount lock, ds_amount *cost)
{
    ds_amount diem = ds_amount_of(ds_mint_out(r, ds_tokens(supply), ds_tokens(lock)));
    for (; diem > 0; diem -= 1 + diem / 1000000000000000) {
        const double vvv = ds_mint_lock(r, ds_tokens(supply), ds_tokens(diem));
        *cost = units_up(vvv);
        if (!(vvv > ds_tokens(lock)))
            return diem;
        if (policy_failed(r)) /* its lock is infinite now for any number of units */
            break;
    }
    return *cost = 0;
}

ds_amount ds_mint_lock_amount(const ds_mint_rule *r, ds_amount supply, ds_amount diem)
{
    return units_up(ds_mint_lock(r, ds_tokens(supply), ds_tokens(diem)));
}
