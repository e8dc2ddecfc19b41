#include "arrivals.h"

typedef enum process_kind { POISSON, RENEWAL, MMPP, HAWKES } process_kind;

typedef struct poisson_params {
    double rate;
} poisson_params;

typedef struct renewal_params {
    ds_choice gap;
} renewal_params;

typedef struct mmpp_params {
    ds_numbers rates, leave;
} mmpp_params;

typedef struct hawkes_params {
    double mu, alpha, beta;
} hawkes_params;

enum { PHASES = 64 };

/* ---- what a scenario can say ---- */

static const ds_param poisson_table[] = {
    DS_P_NUMBER(poisson_params, rate, "1", 1, 0, 1e12, "arrivals a unit of time", NULL),
    {0},
};
static const ds_param renewal_table[] = {
    {.name = "gap",
     .kind = DS_CHOICE,
     .offset = offsetof(renewal_params, gap),
     .unit = "1",
     .tag = "distribution",
     .alternatives = ds_distributions,
     .text = "{distribution: exponential, mean: 1}",
     .merged = true,
     .doc = "time between two arrivals"},
    {0},
};
static const ds_param mmpp_table[] = {
    {DS_AT(mmpp_params, rates), .kind = DS_NUMBERS, .unit = "1", .max = 1e12, .text = "[0.5, 1.5]",
     .doc = "arrivals a unit of time in each phase"},
    {.name = "switch",
     .offset = offsetof(mmpp_params, leave),
     .kind = DS_NUMBERS,
     .unit = "1",
     .min = 1e-12,
     .max = 1e12,
     .text = "[1, 1]",
     .doc = "rate of leaving each phase for the next; the last goes to the first"},
    {0},
};
static const ds_param hawkes_table[] = {
    DS_P_NUMBER(hawkes_params, mu, "1", 0.5, 0, 1e12, "rate of arrivals that nothing excited",
                NULL),
    DS_P_NUMBER(hawkes_params, alpha, "1", 0.5, 0, 1e12, "rise of the rate at an arrival", NULL),
    DS_P_NUMBER(hawkes_params, beta, "1", 1, 1e-12, 1e12, "decay of that rise, a unit of time",
                NULL),
    {0},
};

static bool check_mmpp(void *params, ds_status *st)
{
    const mmpp_params *const m = params;
    if (m->rates.count == m->leave.count && m->rates.count >= 2 && m->rates.count <= PHASES)
        return true;
    return ds_fail(st, DS_E_DATA,
                   "'switch' has %u values and 'rates' %u, must be equally many, 2 to %d",
                   m->leave.count, m->rates.count, PHASES);
}

static bool check_hawkes(void *params, ds_status *st)
{
    const hawkes_params *const h = params;
    if (h->alpha < h->beta)
        return true;
    return ds_fail(st, DS_E_DATA, "'alpha' is %g, must be below 'beta' = %g: else arrivals explode",
                   h->alpha, h->beta);
}

static const ds_alternative poisson = {.name = "poisson",
                                       .doc = "Poisson: arrivals independent of one another.",
                                       .params = poisson_table,
                                       .params_size = sizeof(poisson_params)};
static const ds_alternative renewal = {.name = "renewal",
                                       .doc = "Renewal: independent gaps of any distribution.",
                                       .params = renewal_table,
                                       .params_size = sizeof(renewal_params)};
static const ds_alternative mmpp = {
    .name = "mmpp",
    .doc = "Markov-modulated Poisson: the rate changes with a hidden phase.",
    .source = "Fischer & Meier-Hellstern 1993",
    .params = mmpp_table,
    .params_size = sizeof(mmpp_params),
    .check = check_mmpp};
static const ds_alternative hawkes = {.name = "hawkes",
                                      .doc =
                                          "Hawkes: an arrival makes others likelier for a while.",
                                      .source = "Hawkes 1971; simulated by thinning, Ogata 1981",
                                      .params = hawkes_table,
                                      .params_size = sizeof(hawkes_params),
                                      .check = check_hawkes};

const ds_alternative *const ds_arrival_processes[] = {&poisson, &renewal, &mmpp, &hawkes, NULL};

static process_kind kind_of(const ds_choice *process)
{
    for (int i = 0; ds_arrival_processes[i]; i++)
        if (ds_arrival_processes[i] == process->as)
            return (process_kind)i;
    return POISSON;
}

/* Stationary share of a cyclic phase: proportional to its mean stay. */
static double stay_sum(const mmpp_params *m)
{
    double sum = 0;
    for (uint32_t i = 0; i < m->leave.count; i++)
        sum += 1 / m->leave.value[i];
    return sum;
}

double ds_arrivals_mean_rate(const ds_choice *process)
{
    switch (kind_of(process)) {
    case RENEWAL:
        return 1 / ds_dist_of(&((const renewal_params *)process->params)->gap).mean;
    case MMPP: {
        const mmpp_params *const m = process->params;
        double sum = 0;
        for (uint32_t i = 0; i < m->rates.count; i++)
            sum += m->rates.value[i] / m->leave.value[i];
        return sum / stay_sum(m);
    }
    case HAWKES: {
        const hawkes_params *const h = process->params;
        return h->mu / (1 - h->alpha / h->beta);
    }
    case POISSON:
    default:
        return ((const poisson_params *)process->params)->rate;
    }
}

/* ---- the running process ---- */

void ds_arrivals_place(ds_arrivals *a, const ds_choice *process, ds_engine *engine,
                       uint32_t arrival_source, uint32_t switch_source, ds_arena *arena)
{
    a->process = process;
    a->engine = engine;
    a->arrival_source = arrival_source;
    a->switch_source = switch_source;
    a->kind = (int)kind_of(process);
    a->state = DS_TAKE(arena, 1, ds_arrivals_state);
    if (a->kind == RENEWAL)
        a->gap = ds_dist_of(&((const renewal_params *)process->params)->gap);
}

static double excitation_now(const ds_arrivals *a)
{
    const hawkes_params *const h = a->process->params;
    const ds_arrivals_state *const s = a->state;
    return s->excitation * exp(-h->beta * (ds_now(a->engine) - s->excited_at));
}

/* Rate at which candidates come from now on. A Hawkes rate only falls until the next arrival, so
 * its value now is a ceiling. */
static double ceiling(const ds_arrivals *a)
{
    const ds_arrivals_state *const s = a->state;
    switch ((process_kind)a->kind) {
    case RENEWAL:
        return s->factor; /* gaps are drawn in operational time */
    case MMPP:
        return s->factor * ((const mmpp_params *)a->process->params)->rates.value[s->phase];
    case HAWKES:
        return s->factor * ((const hawkes_params *)a->process->params)->mu + excitation_now(a);
    case POISSON:
    default:
        return s->factor * ((const poisson_params *)a->process->params)->rate;
    }
}

static void schedule(ds_arrivals *a, double hazard)
{
    ds_arrivals_state *const s = a->state;
    s->left = hazard;
    ds_engine_set(a->engine, a->arrival_source,
                  s->rate > 0 ? ds_now(a->engine) + hazard / s->rate : INFINITY);
}

static void next(ds_arrivals *a)
{
    a->state->rate = ceiling(a);
    schedule(a, a->kind == RENEWAL ? ds_dist_draw(&a->gap, &a->state->rng)
                                   : ds_rng_exponential(&a->state->rng));
}

/* The rate changes under a pending candidate: what is left of its hazard is spent at the new rate.
 */
static void rescale(ds_arrivals *a)
{
    ds_arrivals_state *const s = a->state;
    const double rate = ceiling(a);
    if (rate == s->rate)
        return;
    if (s->rate > 0)
        s->left = (ds_engine_get(a->engine, a->arrival_source) - ds_now(a->engine)) * s->rate;
    s->rate = rate;
    schedule(a, s->left);
}

static uint32_t stationary_phase(const mmpp_params *m, double uniform)
{
    double left = uniform * stay_sum(m);
    uint32_t phase = 0;
    while (phase + 1 < m->leave.count && left >= 1 / m->leave.value[phase])
        left -= 1 / m->leave.value[phase++];
    return phase;
}

static void stay(ds_arrivals *a)
{
    const mmpp_params *const m = a->process->params;
    ds_arrivals_state *const s = a->state;
    ds_engine_set(a->engine, a->switch_source,
                  ds_now(a->engine) + ds_rng_exponential(&s->phase_rng) / m->leave.value[s->phase]);
}

/* Phases have a stream of their own (the agents' other half), so they do not depend on the factor.
 */
void ds_arrivals_begin(ds_arrivals *a, uint64_t seed, uint32_t replica, uint32_t purpose,
                       uint32_t agent, double factor)
{
    ds_arrivals_state *const s = a->state;
    *s = (ds_arrivals_state){.factor = factor};
    s->rng = ds_rng_stream(seed, replica, purpose, agent);
    s->phase_rng = ds_rng_stream(seed, replica, purpose, ~agent);
    ds_engine_set(a->engine, a->switch_source, INFINITY);
    if (a->kind == MMPP) {
        s->phase = stationary_phase(a->process->params, ds_rng_uniform(&s->phase_rng));
        stay(a);
    }
    next(a);
}

static bool hawkes_accepts(ds_arrivals *a)
{
    const hawkes_params *const h = a->process->params;
    ds_arrivals_state *const s = a->state;
    s->excitation = excitation_now(a);
    s->excited_at = ds_now(a->engine);
    const double rate = s->factor * h->mu + s->excitation;
    if (ds_rng_uniform(&s->rng) * s->rate >= rate)
        return false;
    s->excitation += h->alpha;
    return true;
}

bool ds_arrivals_fire(ds_arrivals *a)
{
    const bool arrives = DS_LIKELY(a->kind != HAWKES) || hawkes_accepts(a);
    next(a);
    return arrives;
}

void ds_arrivals_switch(ds_arrivals *a)
{
    const mmpp_params *const m = a->process->params;
    a->state->phase = (a->state->phase + 1) % m->rates.count;
    stay(a);
    rescale(a);
}

void ds_arrivals_factor(ds_arrivals *a, double factor)
{
    a->state->factor = factor;
    rescale(a);
}
