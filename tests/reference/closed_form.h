/*
 * Formulas of queueing theory that the simulated queue must agree with. Each is itself held against
 * published values.
 */
#ifndef DS_TESTS_CLOSED_FORM_H
#define DS_TESTS_CLOSED_FORM_H

#include <math.h>

/* Share lost in M/M/c/c at offered load a, by the stable recursion (Erlang 1917). */
static inline double erlang_b(int c, double a)
{
    double b = 1;
    for (int k = 1; k <= c; k++)
        b = a * b / (k + a * b);
    return b;
}

/* Share that waits in M/M/c (Erlang 1917). */
static inline double erlang_c(int c, double a)
{
    const double b = erlang_b(c, a);
    return b / (1 - a / c * (1 - b));
}

/* Mean wait in M/M/c. */
static inline double mmc_wait(int c, double lambda, double mu)
{
    return erlang_c(c, lambda / mu) / (c * mu - lambda);
}

/* Mean wait in M/G/1 (Pollaczek 1930, Khinchine 1932). */
static inline double mg1_wait(double lambda, double mean, double scv)
{
    const double rho = lambda * mean;
    return rho * mean * (1 + scv) / (2 * (1 - rho));
}

/* P(wait <= t) in M/D/1 with service 1 (Erlang 1909). */
static inline double md1_wait_within(double lambda, double t)
{
    double sum = 0;
    for (int k = 0; k <= t; k++)
        sum += pow(-lambda * (t - k), k) / tgamma(k + 1) * exp(lambda * (t - k));
    return (1 - lambda) * sum;
}

typedef struct birth_death {
    double mean, waiting; /* mean number, and mean number above `servers` */
    double first, last;   /* probability of the least and the greatest number */
    double deaths;        /* rate of going down by service alone */
} birth_death;

/* Stationary law of 0 .. n with birth rate(k) and `servers` that each serve at rate mu, and theta
 * the rate at which each one waiting gives up. */
static inline birth_death birth_death_of(int n, double (*birth)(int k, double rate), double rate,
                                         const double server[3])
{
    const double mu = server[0], c = server[1], theta = server[2];
    double p = 1, sum = 1;
    birth_death d = {.first = 1};
    for (int k = 1; k <= n; k++) {
        const double busy = fmin(k, c), waiting = k - busy;
        p *= birth(k - 1, rate) / (busy * mu + waiting * theta);
        sum += p;
        d.mean += k * p;
        d.waiting += waiting * p;
        d.deaths += busy * mu * p;
    }
    d.last = p / sum;
    d.first /= sum;
    d.mean /= sum;
    d.waiting /= sum;
    d.deaths /= sum;
    return d;
}

static inline double steady(int k, double rate)
{
    (void)k;
    return rate;
}

static inline double ten_machines(int down, double rate)
{
    return (10 - down) * rate;
}

/* M/M/1/K. */
static inline birth_death mm1k(double rho, int k)
{
    return birth_death_of(k, steady, rho, (const double[]){1, 1, 0});
}

/* M/M/c+M: customers who wait give up at rate theta (Palm 1957), far into the tail. */
static inline birth_death erlang_a(double lambda, double c, double theta)
{
    return birth_death_of(2000, steady, lambda, (const double[]){1, c, theta});
}

/* Mean number in M/M/1 whose server fails at rate f, busy or idle, is repaired at rate r, and goes
 * on where it was (Avi-Itzhak & Naor 1963; from the generating functions of the two phases). */
static inline double mm1_breakdowns(double lambda, double mu, double f, double r)
{
    const double up = r / (r + f);
    return (lambda + f * lambda / r + f * lambda * lambda / (r * r)) /
               (mu - lambda - f * lambda / r) +
           f * up * lambda / (r * r);
}

/* Variance of two-phase Markov-modulated Poisson arrivals in [0, t], stationary start (Fischer &
 * Meier-Hellstern 1993). */
static inline double mmpp_variance(const double rate[2], const double leave[2], double t)
{
    const double s = leave[0] + leave[1], gap = rate[0] - rate[1];
    const double mean = (rate[0] * leave[1] + rate[1] * leave[0]) / s;
    const double spread = leave[0] * leave[1] / (s * s) * gap * gap;
    return mean * t + 2 * spread * (t / s - (1 - exp(-s * t)) / (s * s));
}

/* Mean and variance of Hawkes arrivals in [0, t]: stationary start; mean from no past. */
typedef struct hawkes_form {
    double rate, mean_empty, variance;
} hawkes_form;

/* Hawkes 1971; the variance by integrating the covariance density of the exponential kernel. */
static inline hawkes_form hawkes_of(double mu, double alpha, double beta, double t)
{
    const double g = beta - alpha, rate = mu * beta / g;
    const double c = rate * alpha * (2 * beta - alpha) / (2 * g);
    return (hawkes_form){
        .rate = rate,
        .mean_empty = rate * t - mu * alpha / (g * g) * (1 - exp(-g * t)),
        .variance = rate * t + 2 * c * (t / g - (1 - exp(-g * t)) / (g * g)),
    };
}

#endif
