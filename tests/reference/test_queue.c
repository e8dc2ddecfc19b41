/* The queue model against queueing theory: many replicas on a fixed seed, and |z| <= 3.5 from the
 * run's own standard error. Formulas without a published row are held against one first. */
#include "cases.h"
#include "closed_form.h"
#include "models/models.h"
#include "models/queue/queue.h"
#include "sim/core/replica.h"
#include "tests/choice.h"

enum { COLUMNS = 32, WORST_Z_TENTHS = 35 };

/* What a run records besides the metrics, from the state after every event. */
typedef enum probe_column {
    SECOND_MOMENT = 16, /* of the number in system */
    TEN_OR_MORE,
    ALL_UP,
    WAIT_SQUARED,
    WAIT_ABOVE_5,
    WAIT_WITHIN_4,
    SOJOURN_ABOVE_P99,
    BUSY_PERIOD,
    BUSY_PERIOD_SQUARED,
    PROBES_END,
} probe_column;

typedef struct probe {
    const ds_queue *queue;
    double warmup, since, begun, busy_since;
    uint32_t number, up;
    double waits, wait_sum, sojourn_sum; /* of the model, at the last event */
    double customers, busy_periods;
    double sum[COLUMNS];
} probe;

typedef struct run {
    ds_queue_config config;
    double warmup, horizon;
    uint32_t replicas;
    bool probed;
    double *value; /* [replicas][COLUMNS] */
} run;

typedef struct estimate {
    double mean, error;
} estimate;

/* ---- running ---- */

static ds_queue_config queue_of(ds_choice arrivals, ds_choice service, int64_t servers)
{
    return (ds_queue_config){.arrivals = arrivals,
                             .service = service,
                             .servers = servers,
                             .capacity = INFINITY,
                             .failures = {INFINITY, 1, 1}};
}

static void probe_levels(probe *p, double time)
{
    const double span = time - p->since;
    p->sum[SECOND_MOMENT] += span * p->number * p->number;
    p->sum[TEN_OR_MORE] += p->number >= 10 ? span : 0;
    p->sum[ALL_UP] += p->up == p->queue->servers ? span : 0;
    p->since = time;
}

static void probe_busy_period(probe *p, double time, uint32_t number)
{
    if (p->number == 0 && number > 0)
        p->busy_since = time;
    if (p->number > 0 && number == 0 && p->busy_since > p->begun) {
        const double length = time - p->busy_since;
        p->sum[BUSY_PERIOD] += length;
        p->sum[BUSY_PERIOD_SQUARED] += length * length;
        p->busy_periods++;
    }
}

/* A customer left: its times are what the model's sums rose by. */
static void probe_customer(probe *p, const ds_queue_state *s)
{
    const double wait = s->wait.sum - p->wait_sum, sojourn = s->sojourn - p->sojourn_sum;
    p->sum[WAIT_SQUARED] += wait * wait;
    p->sum[WAIT_ABOVE_5] += wait > 5;
    p->sum[WAIT_WITHIN_4] += wait <= 4;
    p->sum[SOJOURN_ABOVE_P99] += sojourn > 23.0258509299405;
    p->customers++;
}

static void probe_event(void *sink, double time, const char *event, uint32_t subject)
{
    (void)event, (void)subject;
    probe *const p = sink;
    const ds_queue_state *const s = p->queue->state;
    const uint32_t number = s->busy + s->waiting;
    if (time > p->warmup) {
        probe_levels(p, time);
        probe_busy_period(p, time, number);
        if (s->wait.count > p->waits)
            probe_customer(p, s);
        p->waits = s->wait.count;
        p->wait_sum = s->wait.sum;
        p->sojourn_sum = s->sojourn;
    } else {
        p->since = p->begun = p->warmup;
    }
    p->number = number;
    p->up = s->up;
}

static void probe_end(probe *p, double horizon, double *value)
{
    probe_levels(p, horizon);
    const double span = horizon - p->warmup;
    for (int c = SECOND_MOMENT; c < PROBES_END; c++) {
        const double count = c <= ALL_UP ? span : c >= BUSY_PERIOD ? p->busy_periods : p->customers;
        value[c] = p->sum[c] / count;
    }
}

static void perform(run *r)
{
    const ds_frame frame = {.start = NAN,
                            .warmup = r->warmup,
                            .horizon = r->horizon,
                            .observe = r->horizon - r->warmup,
                            .seed = 20260919,
                            .replicas = r->replicas};
    const size_t metrics = ds_metric_count(ds_queue_model.metrics);
    double rows[2 * COLUMNS], outcomes[COLUMNS];
    ds_replica replica;
    ds_status st = {0};
    ck_assert_uint_le(metrics, SECOND_MOMENT);
    ck_assert_msg(ds_replica_open(&replica, &ds_queue_model, &r->config, &frame, &st), "%s",
                  st.text);
    r->value = malloc(r->replicas * COLUMNS * sizeof *r->value);
    for (uint32_t i = 0; i < r->replicas; i++) {
        probe p = {.queue = replica.world, .warmup = r->warmup, .busy_since = -1};
        p.up = p.queue->servers;
        ds_engine *const engine = ds_queue_model.engine(replica.world);
        engine->trace = r->probed ? probe_event : NULL;
        engine->sink = &p;
        ck_assert_msg(ds_replica_run(&replica, i, rows, outcomes), "%s", replica.status.text);
        memcpy(r->value + i * COLUMNS, rows + metrics, metrics * sizeof *rows);
        probe_end(&p, r->horizon, r->value + i * COLUMNS);
    }
    ds_replica_close(&replica);
}

static run performed(ds_queue_config config, double warmup, double horizon, uint32_t replicas)
{
    run r = {.config = config, .warmup = warmup, .horizon = horizon, .replicas = replicas};
    perform(&r);
    return r;
}

static run probed(ds_queue_config config, double warmup, double horizon, uint32_t replicas)
{
    run r = {.config = config,
             .warmup = warmup,
             .horizon = horizon,
             .replicas = replicas,
             .probed = true};
    perform(&r);
    return r;
}

/* ---- estimating ---- */

static int column(const char *metric)
{
    return (int)(ds_metric_find(ds_queue_model.metrics, metric) - ds_queue_model.metrics);
}

static estimate mean_of(const run *r, int c)
{
    double sum = 0, squares = 0;
    const double n = r->replicas;
    for (uint32_t i = 0; i < r->replicas; i++)
        sum += r->value[i * COLUMNS + (size_t)c];
    for (uint32_t i = 0; i < r->replicas; i++)
        squares += pow(r->value[i * COLUMNS + (size_t)c] - sum / n, 2);
    return (estimate){sum / n, sqrt(squares / (n - 1) / n)};
}

static estimate metric(const run *r, const char *name)
{
    return mean_of(r, column(name));
}

static estimate scaled(estimate e, double factor)
{
    return (estimate){e.mean * factor, e.error * factor};
}

/* Variance over replicas; its error from the fourth moment. */
static estimate variance_of(const run *r, int c)
{
    const double n = r->replicas, mean = mean_of(r, c).mean;
    double second = 0, fourth = 0;
    for (uint32_t i = 0; i < r->replicas; i++) {
        const double square = pow(r->value[i * COLUMNS + (size_t)c] - mean, 2);
        second += square;
        fourth += square * square;
    }
    const double variance = second / (n - 1);
    return (estimate){variance, sqrt((fourth / n - variance * variance) / n)};
}

/* Second moment less squared mean; the error by the delta method over replicas. */
static estimate spread_of(const run *r, int second, int first)
{
    const double mean = mean_of(r, first).mean;
    run deviation = {.replicas = r->replicas,
                     .value = malloc(r->replicas * COLUMNS * sizeof(double))};
    for (size_t i = 0; i < (size_t)r->replicas * COLUMNS; i += COLUMNS)
        deviation.value[i] =
            r->value[i + (size_t)second] - mean * (2 * r->value[i + (size_t)first] - mean);
    const estimate e = mean_of(&deviation, 0);
    free(deviation.value);
    return e;
}

static void agrees(const char *what, estimate e, double truth)
{
    const double z = (e.mean - truth) / e.error;
    printf("%-64s %14.8g %14.8g  z %+5.2f\n", what, truth, e.mean, z);
    ck_assert_msg(fabs(z) <= WORST_Z_TENTHS * 0.1, "%s: %.8g +- %.2g, must be %.8g (z = %.2f)",
                  what, e.mean, e.error, truth, z);
}

static void agrees_with(const char *name, const char *parameters, const char *quantity, estimate e)
{
    char what[200];
    snprintf(what, sizeof what, "%s, %s: %s", name, parameters, quantity);
    agrees(what, e, case_value(name, parameters, quantity));
}

static void equals_case(const char *name, const char *parameters, const char *quantity,
                        double value)
{
    const double truth = case_value(name, parameters, quantity);
    ck_assert_msg(fabs(value / truth - 1) <= 1e-10, "%s, %s: %s is %.15g, must be %.15g", name,
                  parameters, quantity, value, truth);
}

/* ---- formulas ---- */

START_TEST(formulas_equal_published_values)
{
    const char *const hawkes = "mu=0.5 alpha=0.8 beta=1.2 (kernel alpha*exp(-beta t))";
    const char *const machines = "N=10 machines, fail rate 0.1 each, repair rate 1, R=2 repairmen";
    const char *const b = "Erlang B blocking", *const c = "Erlang C P(wait>0)", *const w = "E[Wq]";
    equals_case("mmcc", "c=5 offered=3 Erl", b, erlang_b(5, 3));
    equals_case("mmcc", "c=10 offered=8 Erl", b, erlang_b(10, 8));
    equals_case("mmcc", "c=10 offered=4.461 Erl", b, erlang_b(10, 4.461));
    equals_case("mmcc", "c=100 offered=84.06 Erl", b, erlang_b(100, 84.06));
    equals_case("mmcc", "c=1000 offered=1000 Erl", b, erlang_b(1000, 1000));
    equals_case("mmc", "c=2 lambda=1.5 mu=1", c, erlang_c(2, 1.5));
    equals_case("mmc", "c=50 lambda=45 mu=1", c, erlang_c(50, 45));
    equals_case("mmc", "c=100 lambda=90 mu=1", c, erlang_c(100, 90));
    equals_case("mmc", "c=10 lambda=8 mu=1", w, mmc_wait(10, 8, 1));
    equals_case("mg1", "M/D/1 lambda=0.8 S=1", w, mg1_wait(0.8, 1, 0));
    equals_case("mg1", "M/E2/1 lambda=0.8 E[S]=1", w, mg1_wait(0.8, 1, 0.5));
    equals_case("mg1", "M/LogN/1 lambda=0.8 E[S]=1 SCV=4", w, mg1_wait(0.8, 1, 4));
    equals_case("mg1", "M/D/1 lambda=0.8 S=1", "P(Wq<=4)", md1_wait_within(0.8, 4));
    equals_case("mm1k", "rho=0.9 K=10 (system capacity)", "loss probability", mm1k(0.9, 10).last);
    equals_case("mm1k", "rho=0.9 K=10 (system capacity)", "E[N]", mm1k(0.9, 10).mean);
    const birth_death down = birth_death_of(10, ten_machines, 0.1, (const double[]){1, 2, 0});
    equals_case("machine_repair", machines, "P(0 down)", down.first);
    equals_case("machine_repair", machines, "E[number down]", down.mean);
    equals_case("machine_repair", machines, "throughput (repairs per unit time)", down.deaths);
    equals_case("machine_repair", machines, "E[wait for repairman]", down.waiting / down.deaths);
    const hawkes_form h = hawkes_of(0.5, 0.8, 1.2, 10);
    equals_case("hawkes", hawkes, "stationary intensity", h.rate);
    equals_case("hawkes",
                "mu=0.5 alpha=0.8 beta=1.2 (kernel alpha*exp(-beta t)) empty history at 0, T=10",
                "E[N(T)]", h.mean_empty);
    equals_case("hawkes",
                "mu=0.5 alpha=0.8 beta=1.2 (kernel alpha*exp(-beta t)) stationary start T=10",
                "Var N(T)", h.variance);
}
END_TEST

/* ---- one server ---- */

START_TEST(mm1_agrees)
{
    const char *const name = "mm1", *const at = "lambda=0.8 mu=1";
    run r = probed(queue_of(a_poisson(0.8), an_exponential(1), 1), 1000, 51000, 400);
    const int number = column("number_in_system"), wait = column("wait_mean");
    agrees("M/M/1 utilization", metric(&r, "utilization"), 0.8);
    agrees("M/M/1 delayed", metric(&r, "delayed_share"), 0.8);
    agrees_with(name, at, "E[N] number in system", mean_of(&r, number));
    agrees_with(name, at, "E[Nq] number in queue", metric(&r, "number_in_queue"));
    agrees_with(name, at, "E[T] sojourn time", metric(&r, "sojourn_mean"));
    agrees_with(name, at, "E[Wq] waiting time", mean_of(&r, wait));
    agrees_with(name, at, "Var[N]", spread_of(&r, SECOND_MOMENT, number));
    agrees_with(name, at, "Var[Wq]", spread_of(&r, WAIT_SQUARED, wait));
    agrees_with(name, at, "P(N>=10)", mean_of(&r, TEN_OR_MORE));
    agrees_with(name, at, "P(Wq>5)", mean_of(&r, WAIT_ABOVE_5));
    agrees("M/M/1 share above the sojourn's 0.99 quantile", mean_of(&r, SOJOURN_ABOVE_P99), 0.01);
    agrees_with(name, at, "mean busy period", mean_of(&r, BUSY_PERIOD));
    agrees_with(name, at, "Var busy period", spread_of(&r, BUSY_PERIOD_SQUARED, BUSY_PERIOD));
    agrees_with(name, at, "asymptotic variance of time-average N (lim t*Var)",
                scaled(variance_of(&r, number), 50000));
    agrees_with(name, "rho=0.8 mu=1 FIFO",
                "asymptotic variance of mean waiting time Wq (sum of all autocovariances)",
                scaled(variance_of(&r, wait), 0.8 * 50000));
    free(r.value);
}
END_TEST

START_TEST(mm1_near_saturation_agrees)
{
    run r = performed(queue_of(a_poisson(0.9), an_exponential(1), 1), 5000, 105000, 200);
    agrees_with("mm1", "rho=0.9 mu=1 FIFO",
                "asymptotic variance of mean waiting time Wq (sum of all autocovariances)",
                scaled(variance_of(&r, column("wait_mean")), 0.9 * 100000));
    free(r.value);
}
END_TEST

START_TEST(mm1k_agrees)
{
    const char *const at = "rho=0.9 K=10 (system capacity)";
    ds_queue_config c = queue_of(a_poisson(0.9), an_exponential(1), 1);
    c.capacity = 10;
    run r = performed(c, 500, 20500, 200);
    agrees_with("mm1k", at, "loss probability", metric(&r, "lost_share"));
    agrees_with("mm1k", at, "E[N]", metric(&r, "number_in_system"));
    agrees("M/M/1/K utilization", metric(&r, "utilization"),
           0.9 * (1 - case_value("mm1k", at, "loss probability")));
    free(r.value);
}
END_TEST

static void mg1_agrees_for(const char *parameters, ds_choice service)
{
    run r = probed(queue_of(a_poisson(0.8), service, 1), 2000, 52000, 100);
    agrees_with("mg1", parameters, "E[Wq]", metric(&r, "wait_mean"));
    if (strstr(parameters, "M/D/1"))
        agrees_with("mg1", parameters, "P(Wq<=4)", mean_of(&r, WAIT_WITHIN_4));
    free(r.value);
}

START_TEST(mg1_agrees)
{
    mg1_agrees_for("M/D/1 lambda=0.8 S=1",
                   a_distribution("deterministic", SETTINGS(SET("mean", 1))));
    mg1_agrees_for("M/E2/1 lambda=0.8 E[S]=1",
                   a_distribution("erlang", SETTINGS(SET("mean", 1), SET("shape", 2))));
    mg1_agrees_for("M/LogN/1 lambda=0.8 E[S]=1 SCV=4",
                   a_distribution("lognormal", SETTINGS(SET("mean", 1), SET("scv", 4))));
    mg1_agrees_for(
        "M/H2/1 lambda=0.8 p=0.25 rates 0.4,2 (E[S]=1)",
        a_distribution("hyperexponential", SETTINGS(SET("p", 0.25, 0.75), SET("rates", 0.4, 2))));
}
END_TEST

/* ---- many servers ---- */

static void mmc_agrees_for(int64_t servers, double lambda, const char *parameters)
{
    const int c = (int)servers;
    char what[64];
    run r = performed(queue_of(a_poisson(lambda), an_exponential(1), servers), 300,
                      300 + 2e5 / lambda, 100);
    snprintf(what, sizeof what, "M/M/%d share that waits", c);
    agrees(what, metric(&r, "delayed_share"), erlang_c(c, lambda));
    snprintf(what, sizeof what, "M/M/%d utilization", c);
    agrees(what, metric(&r, "utilization"), lambda / c);
    if (c == 50)
        agrees("M/M/50 mean wait", metric(&r, "wait_mean"), mmc_wait(c, lambda, 1));
    else
        agrees_with("mmc", parameters, "E[Wq]", metric(&r, "wait_mean"));
    free(r.value);
}

START_TEST(mmc_agrees)
{
    mmc_agrees_for(2, 1.5, "c=2 lambda=1.5 mu=1");
    mmc_agrees_for(10, 8, "c=10 lambda=8 mu=1");
    mmc_agrees_for(50, 45, "c=50 lambda=45 mu=1");
    mmc_agrees_for(100, 90, "c=100 lambda=90 mu=1");
}
END_TEST

static void mmcc_agrees_for(int64_t servers, double offered, const char *parameters)
{
    ds_queue_config c = queue_of(a_poisson(offered), an_exponential(1), servers);
    c.capacity = (double)servers;
    run r = performed(c, 30, 30 + 1e5 / offered, 60);
    agrees_with("mmcc", parameters, "Erlang B blocking", metric(&r, "lost_share"));
    free(r.value);
}

START_TEST(mmcc_agrees)
{
    mmcc_agrees_for(5, 3, "c=5 offered=3 Erl");
    mmcc_agrees_for(10, 8, "c=10 offered=8 Erl");
    mmcc_agrees_for(10, 4.461, "c=10 offered=4.461 Erl");
    mmcc_agrees_for(100, 84.06, "c=100 offered=84.06 Erl");
    mmcc_agrees_for(1000, 1000, "c=1000 offered=1000 Erl");
}
END_TEST

/* Loss depends on the service time by its mean alone (Sevastyanov 1957). */
START_TEST(loss_is_insensitive_to_the_service_law)
{
    ds_queue_config c = queue_of(
        a_poisson(3), a_distribution("lognormal", SETTINGS(SET("mean", 1), SET("scv", 4))), 5);
    c.capacity = 5;
    run r = performed(c, 100, 20100, 100);
    agrees("M/LogN/5/5 loss", metric(&r, "lost_share"), erlang_b(5, 3));
    free(r.value);
}
END_TEST

/* ---- impatience and failures ---- */

START_TEST(impatient_customers_agree)
{
    ds_queue_config c = queue_of(a_poisson(3), an_exponential(1), 2);
    c.patience = an_exponential(2);
    run r = performed(c, 100, 10100, 100);
    const birth_death truth = erlang_a(3, 2, 0.5);
    agrees("M/M/2+M number in system", metric(&r, "number_in_system"), truth.mean);
    agrees("M/M/2+M number in queue", metric(&r, "number_in_queue"), truth.waiting);
    agrees("M/M/2+M lost share", metric(&r, "lost_share"), 1 - truth.deaths / 3);
    agrees("M/M/2+M mean wait, by Little's law", metric(&r, "wait_mean"), truth.waiting / 3);
    agrees("M/M/2+M served", metric(&r, "served"), truth.deaths);
    free(r.value);
}
END_TEST

START_TEST(machine_repair_agrees)
{
    const char *const name = "machine_repair",
                      *const at = "N=10 machines, fail rate 0.1 each, repair rate 1, R=2 repairmen";
    ds_queue_config c = queue_of(a_poisson(1), an_exponential(1), 10);
    c.failures = (ds_queue_failures){.mttf = 10, .mttr = 1, .repairmen = 2};
    run r = probed(c, 100, 20100, 100);
    for (uint32_t i = 0; i < r.replicas; i++)
        r.value[i * COLUMNS + COLUMNS - 1] =
            10 - r.value[i * COLUMNS + (size_t)column("servers_up")];
    agrees_with(name, at, "P(0 down)", mean_of(&r, ALL_UP));
    agrees_with(name, at, "E[number down]", mean_of(&r, COLUMNS - 1));
    agrees_with(name, at, "throughput (repairs per unit time)", metric(&r, "repairs"));
    agrees_with(name, at, "E[wait for repairman]", metric(&r, "repair_wait_mean"));
    free(r.value);
}
END_TEST

START_TEST(interrupted_service_agrees)
{
    ds_queue_config c = queue_of(a_poisson(0.5), an_exponential(1), 1);
    c.failures = (ds_queue_failures){.mttf = 20, .mttr = 4, .repairmen = 1};
    run r = performed(c, 1000, 51000, 100);
    const double number = mm1_breakdowns(0.5, 1, 0.05, 0.25);
    agrees("M/M/1 with breakdowns, number in system", metric(&r, "number_in_system"), number);
    agrees("M/M/1 with breakdowns, sojourn", metric(&r, "sojourn_mean"), number / 0.5);
    agrees("M/M/1 with breakdowns, wait", metric(&r, "wait_mean"), number / 0.5 - 1);
    agrees("M/M/1 with breakdowns, utilization of what is up", metric(&r, "utilization"),
           0.5 / (0.25 / 0.3));
    free(r.value);
}
END_TEST

/* ---- arrivals ---- */

/* Arrivals in [warmup, warmup + span], of a queue that keeps nobody waiting. */
static run counted(ds_choice process, double warmup, double span, uint32_t replicas)
{
    ds_queue_config c = queue_of(process, an_exponential(1e-3), 1);
    c.capacity = 1;
    run r = performed(c, warmup, warmup + span, replicas);
    for (size_t i = 0; i < (size_t)replicas * COLUMNS; i++)
        r.value[i] *= span;
    return r;
}

START_TEST(hawkes_arrivals_agree)
{
    const char *const stationary =
        "mu=0.5 alpha=0.8 beta=1.2 (kernel alpha*exp(-beta t)) stationary start T=10";
    const ds_choice process =
        a_process("hawkes", SETTINGS(SET("mu", 0.5), SET("alpha", 0.8), SET("beta", 1.2)));
    run r = counted(process, 60, 10, 30000);
    const int arrivals = column("arrivals");
    agrees_with("hawkes", stationary, "E[N(T)]", mean_of(&r, arrivals));
    agrees_with("hawkes", stationary, "Var N(T)", variance_of(&r, arrivals));
    free(r.value);
    r = counted(process, 0, 10, 30000);
    agrees_with("hawkes",
                "mu=0.5 alpha=0.8 beta=1.2 (kernel alpha*exp(-beta t)) empty history at 0, T=10",
                "E[N(T)]", mean_of(&r, arrivals));
    free(r.value);
    r = counted(process, 60, 10000, 100);
    agrees_with("hawkes", "mu=0.5 alpha=0.8 beta=1.2 (kernel alpha*exp(-beta t))",
                "stationary intensity", scaled(mean_of(&r, arrivals), 1e-4));
    /* Every immigrant brings its cluster: arrivals over immigrants. */
    agrees_with("hawkes", "mu=0.5 alpha=0.8 beta=1.2 (kernel alpha*exp(-beta t))",
                "mean cluster size 1/(1-n)", scaled(mean_of(&r, arrivals), 1e-4 / 0.5));
    free(r.value);
}
END_TEST

START_TEST(modulated_arrivals_agree)
{
    const double rate[] = {0, 6}, leave[] = {0.5, 1.5};
    run r = counted(a_process("mmpp", SETTINGS(SET("rates", 0, 6), SET("switch", 0.5, 1.5))), 0, 3,
                    100000);
    agrees("MMPP mean of arrivals", mean_of(&r, column("arrivals")), 4.5);
    agrees("MMPP variance of arrivals", variance_of(&r, column("arrivals")),
           mmpp_variance(rate, leave, 3));
    free(r.value);
}
END_TEST

START_TEST(renewal_arrivals_agree)
{
    run r = counted(a_renewal("erlang", SETTINGS(SET("mean", 1), SET("shape", 2))), 0, 10, 100000);
    agrees_with("renewal", "interarrival Erlang(2, rate 2) (mean 1), t=10", "E[N(10)]",
                mean_of(&r, column("arrivals")));
    free(r.value);
}
END_TEST

/* Mean of 10 (1 + 0.5 sin 2 pi t) over [a, b], over 10. */
static double sine_factor(double a, double b)
{
    const double turn = 2 * acos(-1);
    return 1 + 0.5 * (cos(turn * a) - cos(turn * b)) / (turn * (b - a));
}

/* The factor follows the rate in steps, each with the step's exact integral. */
START_TEST(arrivals_of_a_moving_rate_agree)
{
    enum { REPLICAS = 20000, STEPS = 45 };
    const double span = 2.25;
    ds_queue_config c = queue_of(a_poisson(10), an_exponential(1e-3), 1);
    c.capacity = 1;
    const ds_frame frame = {.start = NAN, .horizon = span, .observe = span, .seed = 5};
    run r = {.replicas = REPLICAS, .value = malloc(REPLICAS * COLUMNS * sizeof(double))};
    ds_replica replica;
    ck_assert(ds_replica_open(&replica, &ds_queue_model, &c, &frame, &(ds_status){0}));
    ds_queue *const queue = replica.world;
    for (uint32_t i = 0; i < REPLICAS; i++) {
        ck_assert(ds_replica_begin(&replica, i));
        for (int k = 0; k < STEPS; k++) {
            ds_arrivals_factor(&queue->arrivals,
                               sine_factor(k * span / STEPS, (k + 1) * span / STEPS));
            ck_assert(ds_replica_until(&replica, (k + 1) * span / STEPS));
        }
        r.value[(size_t)i * COLUMNS] = queue->state->arrived;
    }
    ds_replica_close(&replica);
    agrees_with("nhpp", "rate 10(1+0.5 sin(2 pi t)), t in [0,2.25]", "E[N]", mean_of(&r, 0));
    free(r.value);
}
END_TEST

int main(void)
{
    Suite *const suite = suite_create("queue");
    TCase *const t = tcase_create("theory");
    tcase_set_timeout(t, 600);
    tcase_add_test(t, formulas_equal_published_values);
    tcase_add_test(t, mm1_agrees);
    tcase_add_test(t, mm1_near_saturation_agrees);
    tcase_add_test(t, mm1k_agrees);
    tcase_add_test(t, mg1_agrees);
    tcase_add_test(t, mmc_agrees);
    tcase_add_test(t, mmcc_agrees);
    tcase_add_test(t, loss_is_insensitive_to_the_service_law);
    tcase_add_test(t, impatient_customers_agree);
    tcase_add_test(t, machine_repair_agrees);
    tcase_add_test(t, interrupted_service_agrees);
    tcase_add_test(t, hawkes_arrivals_agree);
    tcase_add_test(t, modulated_arrivals_agree);
    tcase_add_test(t, renewal_arrivals_agree);
    tcase_add_test(t, arrivals_of_a_moving_rate_agree);
    suite_add_tcase(suite, t);
    SRunner *const runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
