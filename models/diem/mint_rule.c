#include "mint_rule.h"

#include <math.h>

enum { ROUNDS = 60 };

static double rate(const ds_mint_rule *r, double supply)
{
    return r->policy->rate(r->params, r->now, supply);
}

/* Gauss-Legendre nodes and weights of ten points on [-1, 1] (Abramowitz & Stegun 1964, table 25.4).
 */
static const double node[5] = {0.1488743389816312, 0.4333953941292472, 0.6794095682990244,
                               0.8650633666889845, 0.9739065285171717};
static const double weight[5] = {0.2955242247147529, 0.2692667193099963, 0.2190863625159820,
                                 0.1494513491505806, 0.0666713443086881};

static double gauss(const ds_mint_rule *r, double from, double to)
{
    const double middle = (from + to) / 2, half = (to - from) / 2;
    double sum = 0;
    for (int i = 0; i < 5; i++)
        sum += weight[i] * (rate(r, middle - half * node[i]) + rate(r, middle + half * node[i]));
    return sum * half;
}

/* Halved until two halves agree with the whole: rates are smooth, so this ends after a few levels.
 */
static double integrate(const ds_mint_rule *r, double from, double to, int depth)
{
    const double middle = (from + to) / 2;
    const double whole = gauss(r, from, to), left = gauss(r, from, middle),
                 right = gauss(r, middle, to);
    if (depth == 0 || !(fabs(left + right - whole) > 1e-14 * fabs(whole)))
        return left + right;
    return integrate(r, from, middle, depth - 1) + integrate(r, middle, to, depth - 1);
}

static double lock_steps(const ds_mint_rule *r, double supply, double diem)
{
    double lock = 0;
    while (diem > 0) {
        const double price = rate(r, supply), end = r->policy->step(r->params, r->now, supply);
        if (isinf(price))
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
    if (!(diem > 0))
        return 0;
    if (r->policy->step)
        return lock_steps(r, supply, diem);
    /* Within a hair of constant: the midpoint is exact to the last digits. */
    if (diem < 1e-6 * supply)
        return diem * rate(r, supply + diem / 2);
    return integrate(r, supply, supply + diem, 12);
}

static double out_steps(const ds_mint_rule *r, double supply, double vvv)
{
    double diem = 0;
    while (vvv > 0) {
        const double price = rate(r, supply), end = r->policy->step(r->params, r->now, supply);
        if (isinf(price))
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

/* Newton on the convex lock(d) = vvv, from below its derivative's inverse; bisection guards it. */
static double out_smooth(const ds_mint_rule *r, double supply, double vvv)
{
    double low = 0, high = vvv / rate(r, supply), d = high;
    for (int i = 0; i < ROUNDS; i++) {
        const double excess = ds_mint_lock(r, supply, d) - vvv;
        if (excess > 0)
            high = d;
        else
            low = d;
        const double next = d - excess / rate(r, supply + d);
        const double chosen = next >= low && next <= high ? next : (low + high) / 2;
        if (fabs(chosen - d) <= 1e-14 * d)
            return chosen;
        d = chosen;
    }
    return d;
}

double ds_mint_out(const ds_mint_rule *r, double supply, double vvv)
{
    const double first = rate(r, supply);
    if (!(vvv > 0) || !(first > 0) || isinf(first))
        return 0;
    return r->policy->step ? out_steps(r, supply, vvv) : out_smooth(r, supply, vvv);
}

ds_amount ds_mint_amount(const ds_mint_rule *r, ds_amount supply, ds_amount lock)
{
    return ds_amount_of(ds_mint_out(r, ds_tokens(supply), ds_tokens(lock)));
}
