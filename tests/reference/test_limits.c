/* The economy where it degenerates to something with a closed form: its compute market alone is a
 * queue, its failures alone are machine repair, its price alone is Merton's, its arrivals alone are
 * Hawkes' or a Poisson process of varying rate, its noise traders follow Ornstein and Uhlenbeck. */
#include "tests/economy.h"
#include "tests/unit/run.h"

#include "cases.h"
#include "closed_form.h"
#include "estimate.h"
#include "models/diem/market.h"

#include <stdio.h>

#define HOURS(x) x ", " x ", " x ", " x ", " x ", " x ", " x ", " x
#define FLAT     "[" HOURS("1") ", " HOURS("1") ", " HOURS("1") "]"
/* Nobody reviews, nobody owns DIEM, the day has no profile, and nothing grows. */
#define NOBODY                                                                                   \
    "holders: {review: 36500, cohorts: {all: {count: 10, inertia: 1}}}\ninitial: {diem_staked: " \
    "0, consumers_share: 0}\n"                                                                   \
    "policies: {buyback: {use: none}}\n"
#define USERS(process)                                                                \
    "consumers: {review: 36500, churn: 0, elasticity: 0, cohorts: {all: {count: 10, " \
    "profile: " FLAT process "}}}\n"

/* ---- the compute market ---- */

/* Jobs of 1 USD on average, and slots that serve 100 USD a day: a unit of time is 1/100 day. */
#define QUEUE(jobs, slots, limit, size)                                                       \
    "seed: 3\nobserve: unlimited\n" NOBODY USERS(                                             \
        "") "demand: {spend: " jobs ", jobs_per_day: " jobs ", growth_limit: 1, size: {" size \
            "}}\n"                                                                            \
            "providers: {review: 36500, exit_rate: 0, mttf: unlimited, patience: unlimited, " \
            "queue: " limit ", cohorts: {all: {count: 1, slots: " slots                       \
            ", active: 1, speed: 100}}}\n"
#define EXPONENTIAL "distribution: exponential"
#define LOGNORMAL   "distribution: lognormal, scv: 4"

enum { REPLICAS = 40, CLAIMS = 3 };

/* A metric, and the published row it must meet; without a row, the figure itself. */
typedef struct claim {
    const char *metric;
    double unit, sharpest;
    const char *row[3];
    double value;
} claim;

typedef struct setting {
    const char *text;
    double days; /* recorded, behind a tenth as warm-up */
    claim claim[CLAIMS];
} setting;

static const setting queues[] = {
    {QUEUE("150", "2", "100000", EXPONENTIAL),
     250,
     {{"wait_mean", 100, 0.02, {"mmc", "c=2 lambda=1.5 mu=1", "E[Wq]"}, 0},
      {"utilization", 1, 0.01, {0}, 0.75},
      {"queue_length", 1 / 1.5, 0.02, {"mmc", "c=2 lambda=1.5 mu=1", "E[Wq]"}, 0}}},
    {QUEUE("800", "10", "100000", EXPONENTIAL),
     50,
     {{"wait_mean", 100, 0.03, {"mmc", "c=10 lambda=8 mu=1", "E[Wq]"}, 0},
      {"utilization", 1, 0.01, {0}, 0.8}}},
    /* A place to wait for nine behind the one in service. */
    {QUEUE("90", "1", "9", EXPONENTIAL),
     400,
     {{"lost_share", 1, 0.03, {"mm1k", "rho=0.9 K=10 (system capacity)", "loss probability"}, 0},
      {"utilization", 1, 0.01, {0}, 0.9 * (1 - 0.0508137313274124)}}},
    /* Erlang's loss formula, whatever the distribution of service (Sevastyanov 1957). */
    {QUEUE("800", "10", "0", EXPONENTIAL),
     50,
     {{"lost_share", 1, 0.02, {"mmcc", "c=10 offered=8 Erl", "Erlang B blocking"}, 0},
      {"utilization", 1, 0.01, {0}, 0.8 * (1 - 0.121661064252952)}}},
    {QUEUE("800", "10", "0", LOGNORMAL),
     50,
     {{"lost_share", 1, 0.02, {"mmcc", "c=10 offered=8 Erl", "Erlang B blocking"}, 0}}},
    /* Pollaczek and Khinchine. */
    {QUEUE("80", "1", "100000", "distribution: deterministic"),
     300,
     {{"wait_mean", 100, 0.03, {"mg1", "M/D/1 lambda=0.8 S=1", "E[Wq]"}, 0}}},
    {QUEUE("80", "1", "100000", "distribution: erlang, shape: 2"),
     300,
     {{"wait_mean", 100, 0.03, {"mg1", "M/E2/1 lambda=0.8 E[S]=1", "E[Wq]"}, 0}}},
    {QUEUE("80", "1", "100000", LOGNORMAL),
     900,
     {{"wait_mean", 100, 0.06, {"mg1", "M/LogN/1 lambda=0.8 E[S]=1 SCV=4", "E[Wq]"}, 0},
      {"utilization", 1, 0.01, {0}, 0.8}}},
};
enum { QUEUES = sizeof queues / sizeof queues[0] };

static double *gather(const char *text, uint32_t replicas, const char *metric)
{
    double *const values = malloc(replicas * sizeof *values);
    ds_economy_test t;
    economy_open(&t, text);
    for (uint32_t r = 0; r < replicas; r++) {
        double *const rows = economy_rows(&t, r);
        values[r] = economy_at(rows, 1, metric);
        free(rows);
    }
    economy_close(&t);
    return values;
}

static void expect(const claim *c, double *values, uint32_t replicas)
{
    const double expected = c->row[0] ? case_value(c->row[0], c->row[1], c->row[2]) : c->value;
    for (uint32_t r = 0; r < replicas; r++)
        values[r] *= c->unit;
    estimate_agrees(estimate_of(sample_mean, values, replicas), expected, c->sharpest, c->metric);
}

START_TEST(the_compute_market_alone_is_a_queue)
{
    const setting *const s = &queues[_i];
    char text[2000];
    (void)snprintf(text, sizeof text, "%shorizon: %g\nwarmup: %g\n", s->text,
                   1.1 * s->days / estimate_thrift, 0.1 * s->days / estimate_thrift);
    double values[CLAIMS][REPLICAS];
    ds_economy_test t;
    economy_open(&t, text);
    for (uint32_t r = 0; r < REPLICAS; r++) {
        double *const rows = economy_rows(&t, r);
        for (int i = 0; i < CLAIMS && s->claim[i].metric; i++)
            values[i][r] = economy_at(rows, 1, s->claim[i].metric);
        free(rows);
    }
    economy_close(&t);
    for (int i = 0; i < CLAIMS && s->claim[i].metric; i++)
        expect(&s->claim[i], values[i], REPLICAS);
}
END_TEST

/* Wait that 95 % do not pass in M/M/c: who waits waits an exponential time (Erlang 1917). */
START_TEST(the_tail_of_waits_is_erlang_s)
{
    double *const values =
        gather(QUEUE("150", "2", "100000", EXPONENTIAL) "horizon: 275\nwarmup: 25\n", REPLICAS,
               "wait_p95");
    const double waits = case_value("mmc", "c=2 lambda=1.5 mu=1", "Erlang C P(wait>0)");
    const claim tail = {"wait_p95", 100, 0.02, {0}, log(waits / 0.05) / (2 - 1.5)};
    expect(&tail, values, REPLICAS);
    free(values);
}
END_TEST

/* ---- failures ---- */

/* Slots that fail and are repaired each on their own are up for mttf / (mttf + mttr) of the time,
 * whatever the distribution of a repair. Two GPUs a slot halve the time to a failure. */
START_TEST(failures_alone_are_machine_repair)
{
    static const char *const repairs[] = {"distribution: exponential, mean: 1",
                                          "distribution: lognormal, mean: 1, scv: 2"};
    char text[2000];
    (void)snprintf(text, sizeof text,
                   "seed: 4\nhorizon: 120\nwarmup: 20\nobserve: unlimited\n" NOBODY USERS(
                       "") "demand: {scale: 0}\nproviders: {review: 36500, exit_rate: 0, mttf: 4 "
                           "d, repair: {%s}, "
                           "cohorts: {all: {count: 30, slots: 1, gpus: 2, active: 1}}}\n",
                   repairs[_i]);
    double *const values = gather(text, REPLICAS, "slots_up");
    const claim up = {"slots_up", 1, 0.005, {0}, 30 * 2.0 / (2 + 1)};
    expect(&up, values, REPLICAS);
    free(values);
}
END_TEST

/* ---- the price ---- */

#define MERTON "sigma=0.2 drift(log)=0.03 lambda=0.5 jump N(-0.1,0.15^2) T=1"

enum {
    PRICES = 12000 / estimate_thrift,
    YEAR = 4 /* days: the row's year, all rates being 365 / 4 times as high */
};

static double below(const double *x, size_t n)
{
    double count = 0;
    for (size_t i = 0; i < n; i++)
        count += x[i] < -0.3;
    return count / (double)n;
}

static double mean_growth(const double *x, size_t n)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += exp(x[i]);
    return sum / (double)n;
}

static double *log_returns(const char *price, double pace, const double law[3])
{
    char text[2000];
    (void)snprintf(
        text, sizeof text,
        "seed: 4\nhorizon: %d\nobserve: unlimited\n" NOBODY
        "consumers: {review: 36500, churn: 0, scale: 0.001, cohorts: {all: {count: 1}}}\n"
        "providers: {scale: 0.001, review: 36500, exit_rate: 0, mttf: unlimited}\n"
        "demand: {scale: 0}\nmarkets: {arbitrage: 0, noise: 0, permanent: 0, price: "
        "{volatility: %.17g, jumps: %.17g, drift: %.17g%s}}\n",
        YEAR, law[0] * sqrt(pace), law[1] * pace, law[2] * pace, price);
    double *const x = malloc(PRICES * sizeof *x);
    ds_economy_test t;
    economy_open(&t, text);
    for (uint32_t r = 0; r < PRICES; r++) {
        double *const rows = economy_rows(&t, r);
        x[r] = log(economy_at(rows, 1, "vvv_price_outside") /
                   economy_at(rows, 0, "vvv_price_outside"));
        free(rows);
    }
    economy_close(&t);
    return x;
}

START_TEST(the_outside_price_alone_is_merton_s)
{
    const double lambda = 0.5, mu = -0.1, delta = 0.15, sigma = 0.2;
    /* The row gives the drift of the log, the model's is that of the price. */
    const double drift = 0.03 + sigma * sigma / 2 + lambda * expm1(mu + delta * delta / 2);
    double *const x = log_returns(", jump_mean: -0.1, jump_spread: 0.15", 365.0 / YEAR,
                                  (const double[]){sigma, lambda, drift});
    const double variance = case_value("merton", MERTON, "variance log-return");
    const double third = lambda * (mu * mu * mu + 3 * mu * delta * delta);
    estimate_agrees(estimate_of(sample_mean, x, PRICES),
                    case_value("merton", MERTON, "mean log-return"), 0.2, "mean");
    estimate_agrees(estimate_of(sample_variance, x, PRICES), variance, 0.03, "variance");
    estimate_agrees(estimate_of(sample_skewness, x, PRICES), third / pow(variance, 1.5), 0.2,
                    "skewness");
    estimate_agrees(estimate_of(sample_excess_kurtosis, x, PRICES),
                    case_value("merton", MERTON, "excess kurtosis log-return"), 0.3, "kurtosis");
    estimate_agrees(estimate_of(below, x, PRICES),
                    case_value("merton", MERTON, "P(log-return < -0.3)"), 0.05, "tail");
    estimate_agrees(estimate_of(mean_growth, x, PRICES), exp(drift), 0.01, "expected price");
    free(x);
}
END_TEST

/* ---- arrivals ---- */

#define HAWKES "mu=0.5 alpha=0.8 beta=1.2 (kernel alpha*exp(-beta t))"
#define BURSTS(times)                                                                              \
    "seed: 5\nobserve: 10\n" times NOBODY USERS(                                                   \
        ", process: {process: hawkes, mu: 0.5, alpha: 0.8, beta: 1.2}") "demand: {spend: 1.5, "    \
                                                                        "jobs_per_day: 1.5, "      \
                                                                        "growth_limit: 1}\n"       \
                                                                        "providers: {scale: "      \
                                                                        "0.001, review: 36500, "   \
                                                                        "mttf: unlimited}\n"       \
                                                                        "markets: {arbitrage: 0, " \
                                                                        "noise: 0}\n"

enum { COUNTS = 4000 / estimate_thrift };

static void tally(double *jobs_a_day)
{
    for (int i = 0; i < COUNTS; i++)
        jobs_a_day[i] *= 10; /* days */
}

START_TEST(bursts_of_demand_are_hawkes_s)
{
    double *const old = gather(BURSTS("horizon: 40\nwarmup: 30\n"), COUNTS, "jobs");
    double *const new = gather(BURSTS("horizon: 10\n"), COUNTS, "jobs");
    tally(old);
    tally(new);
    estimate_agrees(estimate_of(sample_mean, old, COUNTS),
                    case_value("hawkes", HAWKES " stationary start T=10", "E[N(T)]"), 0.02, "mean");
    estimate_agrees(estimate_of(sample_variance, old, COUNTS),
                    case_value("hawkes", HAWKES " stationary start T=10", "Var N(T)"), 0.06,
                    "variance");
    estimate_agrees(estimate_of(sample_mean, new, COUNTS),
                    case_value("hawkes", HAWKES " empty history at 0, T=10", "E[N(T)]"), 0.02,
                    "mean from nothing");
    free(old);
    free(new);
}
END_TEST

/* Poisson jobs of a day with two kinds of hour: a count has its mean, and as much variance. */
START_TEST(hourly_demand_is_a_poisson_process_of_varying_rate)
{
    enum { DAYS = 3000 };
    ds_economy_test t;
    economy_open(
        &t,
        "start: 2026-09-19\nseed: 6\nhorizon: 3000\nobserve: 0.5\n" NOBODY
        "consumers: {review: 36500, churn: 0, elasticity: 0, cohorts: {all: {count: 10, profile: "
        "[" HOURS("1") ", 1, 1, 1, 1, 3, 3, 3, 3, " HOURS(
            "3") "]}}}\n"
                 "demand: {spend: 40, jobs_per_day: 40, growth_limit: 1}\n"
                 "markets: {arbitrage: 0, noise: 0}\n");
    double *const rows = economy_rows(&t, 0);
    static double half[2][DAYS];
    for (size_t k = 0; k < 2 * DAYS; k++)
        half[k % 2][k / 2] = economy_at(rows, k + 1, "jobs") / 2;
    for (int i = 0; i < 2; i++) {
        const double expected = i ? 30 : 10; /* a quarter of 40 jobs by noon */
        estimate_agrees(estimate_of(sample_mean, half[i], DAYS), expected, 0.01, "mean");
        estimate_agrees(estimate_of(sample_variance, half[i], DAYS), expected, 0.05, "variance");
    }
    free(rows);
    economy_close(&t);
}
END_TEST

/* ---- the markets ---- */

#define RELAXING "dX=-2X dt+0.5 dW X0=1 t=0.75"

/* Half-life log 2 / 2 and stationary sd 0.5 / sqrt(2 * 2): steps of any length, the last one by
 * hand at the row's time. */
START_TEST(noise_traders_follow_ornstein_and_uhlenbeck)
{
    enum { PATHS = 4000 / estimate_thrift };
    static double x[PATHS];
    ds_economy_test t;
    economy_open(&t, "seed: 7\nhorizon: 1\n" NOBODY "demand: {scale: 0}\n"
                     "consumers: {review: 36500, churn: 0, scale: 0.001}\n"
                     "markets: {noise_half_life: 0.34657359027997264, noise_spread: 0.25}\n");
    for (uint32_t r = 0; r < PATHS; r++) {
        economy_begin(&t, r);
        t.w->eco->offered.noise = 1;
        economy_until(&t, 0.75);
        ck_assert(ds_noise_trade(t.w));
        x[r] = t.w->eco->offered.noise;
    }
    economy_close(&t);
    estimate_agrees(estimate_of(sample_mean, x, PATHS), case_value("ou", RELAXING, "E[X]"), 0.05,
                    "mean");
    estimate_agrees(estimate_of(sample_variance, x, PATHS), case_value("ou", RELAXING, "Var[X]"),
                    0.05, "variance");
}
END_TEST

/* Without fees a pool that arbitrage keeps at a martingale price loses sigma^2 / 8 a year against
 * rebalancing (Milionis, Moallemi, Roughgarden & Zhang 2022). */
START_TEST(arbitrage_takes_from_a_pool_what_it_must)
{
    enum { POOLS = 4000 / estimate_thrift };
    static double x[POOLS];
    char text[2000];
    (void)snprintf(
        text, sizeof text,
        "seed: 8\nhorizon: %d\nobserve: unlimited\n" NOBODY
        "consumers: {review: 36500, churn: 0, scale: 0.001, cohorts: {all: {count: 1}}}\n"
        "providers: {scale: 0.001, review: 36500, exit_rate: 0, mttf: unlimited}\n"
        "demand: {scale: 0}\nmarkets: {arbitrage: 100, noise: 0, permanent: 0, "
        "vvv_usd: {fee: 0, depth: 1e6}, price: {jumps: 0, volatility: %.17g}}\n",
        YEAR, 0.8 * sqrt(365.0 / YEAR));
    ds_economy_test t;
    economy_open(&t, text);
    for (uint32_t r = 0; r < POOLS; r++) {
        double *const rows = economy_rows(&t, r);
        x[r] =
            economy_at(rows, 1, "pool_depth_vvv_usd") / economy_at(rows, 0, "pool_depth_vvv_usd");
        free(rows);
    }
    economy_close(&t);
    estimate_agrees(estimate_of(sample_mean, x, POOLS),
                    case_value("lvr",
                               "constant product zero fee, martingale GBM sigma=0.8 T=1, V0=1",
                               "E[pool value] (= exp(-sigma^2 T/8))"),
                    0.02, "value of the pool");
}
END_TEST

int main(void)
{
    const ds_test tests[] = {{the_compute_market_alone_is_a_queue, QUEUES},
                             {the_tail_of_waits_is_erlang_s, 0},
                             {failures_alone_are_machine_repair, 2},
                             {the_outside_price_alone_is_merton_s, 0},
                             {bursts_of_demand_are_hawkes_s, 0},
                             {hourly_demand_is_a_poisson_process_of_varying_rate, 0},
                             {noise_traders_follow_ornstein_and_uhlenbeck, 0},
                             {arbitrage_takes_from_a_pool_what_it_must, 0},
                             {0}};
    return ds_run_tests("limits", tests, 120);
}
