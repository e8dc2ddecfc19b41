#include "law.h"

#include "real.h"

#include <math.h>

/* ---- the normal ---- */

double ds_normal_below(double z)
{
    return 0.5 * ds_erfc(z * -0x1.6a09e667f3bcdp-1);
}

double ds_normal_above(double z)
{
    return ds_normal_below(-z);
}

enum { TERMS = 8 };

static double ratio(double x, const double above[TERMS], const double below[TERMS])
{
    double p = above[TERMS - 1], q = below[TERMS - 1];
    for (int i = TERMS - 2; i >= 0; i--) {
        p = p * x + above[i];
        q = q * x + below[i];
    }
    return p / q;
}

/* Wichura 1988, "Algorithm AS 241: The percentage points of the normal distribution", PPND16. */
double ds_normal_quantile(double p)
{
    static const double near[2][TERMS] = {
        {3.3871328727963666080, 1.3314166789178437745e+2, 1.9715909503065514427e+3,
         1.3731693765509461125e+4, 4.5921953931549871457e+4, 6.7265770927008700853e+4,
         3.3430575583588128105e+4, 2.5090809287301226727e+3},
        {1, 4.2313330701600911252e+1, 6.8718700749205790830e+2, 5.3941960214247511077e+3,
         2.1213794301586595867e+4, 3.9307895800092710610e+4, 2.8729085735721942674e+4,
         5.2264952788528545610e+3}};
    static const double far[2][TERMS] = {
        {1.42343711074968357734, 4.63033784615654529590, 5.76949722146069140550,
         3.64784832476320460504, 1.27045825245236838258, 2.41780725177450611770e-1,
         2.27238449892691845833e-2, 7.74545014278341407640e-4},
        {1, 2.05319162663775882187, 1.67638483018380384940, 6.89767334985100004550e-1,
         1.48103976427480074590e-1, 1.51986665636164571966e-2, 5.47593808499534494600e-4,
         1.05075007164441684324e-9}};
    static const double farthest[2][TERMS] = {
        {6.65790464350110377720, 5.46378491116411436990, 1.78482653991729133580,
         2.96560571828504891230e-1, 2.65321895265761230930e-2, 1.24266094738807843860e-3,
         2.71155556874348757815e-5, 2.01033439929228813265e-7},
        {1, 5.99832206555887937690e-1, 1.36929880922735805310e-1, 1.48753612908506148525e-2,
         7.86869131145613259100e-4, 1.84631831751005468180e-5, 1.42151175831644588870e-7,
         2.04426310338993978564e-15}};
    const double off = p - 0.5, tail = off < 0 ? p : 1 - p;
    if (fabs(off) <= 0.425)
        return off * ratio(0.180625 - off * off, near[0], near[1]);
    if (!(tail > 0))
        return tail == 0 ? off * INFINITY : (double)NAN;
    const double r = sqrt(-ds_log(tail));
    const double z =
        r <= 5 ? ratio(r - 1.6, far[0], far[1]) : ratio(r - 5, farthest[0], farthest[1]);
    return off < 0 ? -z : z;
}

/* ---- the incomplete beta function ---- */

/* log n! less Stirling's formula, for whole numbers and halves (Loader 2000, "Fast and accurate
 * computation of binomial probabilities"). */
static double beyond_stirling(double n)
{
    static const double halves[] = {0x0p+0,
                                    0x1.3a37a020b8c22p-3,
                                    0x1.4c071bcda0a5bp-4,
                                    0x1.c1098b28dcf33p-5,
                                    0x1.52a9b923ea649p-5,
                                    0x1.0fab9626b44ffp-5,
                                    0x1.c579a268d80b3p-6,
                                    0x1.850ea113caf0ep-6,
                                    0x1.54a2662fd78a9p-6,
                                    0x1.2eea2e990f134p-6,
                                    0x1.10b4e513fcbedp-6,
                                    0x1.eff15b81c9cc5p-7,
                                    0x1.c6b167bebdf36p-7,
                                    0x1.a3c5f8a1e7d1dp-7,
                                    0x1.85d4d612e4a86p-7,
                                    0x1.6bdfcc7fbdb0ap-7,
                                    0x1.552805e7b3076p-7,
                                    0x1.411b75e41049cp-7,
                                    0x1.2f4871b12ab64p-7,
                                    0x1.1f553026fbce1p-7,
                                    0x1.10f9d4c0743a7p-7,
                                    0x1.03fc2d49c8fb9p-7,
                                    0x1.f0593088014f8p-8,
                                    0x1.dac773cc5b3cdp-8,
                                    0x1.c7018733aa9c6p-8,
                                    0x1.b4d04a067629fp-8,
                                    0x1.a40514700f36cp-8,
                                    0x1.947826547fe6cp-8,
                                    0x1.86076c002d4a7p-8,
                                    0x1.789583ffc5e8cp-8,
                                    0x1.6c08f6f194a10p-8};
    if (n <= 15)
        return halves[(int)(2 * n)];
    const double s = n * n;
    return (1.0 / 12 - (1.0 / 360 - (1.0 / 1260 - (1.0 / 1680 - 1.0 / 1188 / s) / s) / s) / s) / n;
}

/* x log(x / m) + m - x, of which near m little is left (Loader 2000). */
static double deviance(double x, double m)
{
    if (!(fabs(x - m) < 0.1 * (x + m)))
        return x * ds_log(x / m) + m - x;
    const double v = (x - m) / (x + m);
    double sum = (x - m) * v, term = 2 * x * v, last = NAN;
    for (int j = 3; sum != last; j += 2) {
        term *= v * v;
        last = sum;
        sum += term / j;
    }
    return sum;
}

/* x^a y^b / B(a, b), y = 1 - x; a and b above 0, whole or halves. */
static double front(double a, double b, double x, double y)
{
    static const double pi = 3.14159265358979323846;
    const double n = a + b;
    const double rest = beyond_stirling(n) - beyond_stirling(a) - beyond_stirling(b);
    return sqrt(a * b / (2 * pi * n)) * ds_exp(rest - deviance(a, n * x) - deviance(b, n * y));
}

/* I_x(a, b) a over the front, for x left of the middle: a continued fraction (Abramowitz & Stegun
 * 1964, 26.5.8) by Lentz's method. */
static double fraction(double a, double b, double x)
{
    enum { MOST = 10000000 };
    static const double enough = 0x1p-52;
    double c = 1, d = 1 / (1 - (a + b) * x / (a + 1)), value = d, change = 0;
    for (int i = 1; i < MOST && !(fabs(change - 1) <= enough); i++) {
        const double m = i, even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
        const double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
        d = 1 / (1 + even * d);
        c = 1 + even / c;
        value *= c * d;
        d = 1 / (1 + odd * d);
        c = 1 + odd / c;
        change = c * d;
        value *= change;
    }
    return value;
}

/* I_x(a, b), y = 1 - x. */
static double beta_below(double a, double b, double x, double y)
{
    if (x < (a + 1) / (a + b + 2))
        return front(a, b, x, y) / a * fraction(a, b, x);
    return 1 - front(a, b, x, y) / b * fraction(b, a, y);
}

double ds_binomial_below(size_t k, double share, size_t count)
{
    if (k >= count || share <= 0)
        return 1;
    if (share >= 1)
        return 0;
    return beta_below((double)(count - k), (double)k + 1, 1 - share, share);
}

/* ---- Student's t ---- */

static double t_above(double t, double n)
{
    return 0.5 * beta_below(n / 2, 0.5, n / (n + t * t), t * t / (n + t * t));
}

double ds_t_below(double t, size_t freedom)
{
    const double tail = t == 0 ? 0.5 : t_above(fabs(t), (double)freedom);
    return t > 0 ? 1 - tail : tail;
}

/* Newton's method. Right of 0 the tail is convex, and above the normal's: it comes from the left
 * and never passes. */
double ds_t_quantile(double p, size_t freedom)
{
    static const double enough = 0x1p-51;
    const double n = (double)freedom, tail = p < 0.5 ? p : 1 - p;
    double t = -ds_normal_quantile(tail), step = t;
    while (t > 0 && isfinite(t) && step > enough * t) {
        const double density = front(n / 2, 0.5, n / (n + t * t), t * t / (n + t * t)) / t;
        step = (t_above(t, n) - tail) / density;
        t += step;
    }
    return p < 0.5 ? -t : t;
}
