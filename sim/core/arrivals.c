#include "arrivals.h"

#include "real.h"

#include <float.h>

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

static const ds_param poisson_table[] = {
    DS_P_INNER(-1, poisson_params, rate, "1", 1, 1e-12, 1e12, "arrivals a unit of time", NULL),
    {0},
};
static const ds_param renewal_table[] = {
    {.name = "renewal",
     .offset = offsetof(renewal_params, gap),
     .kind = DS_CHOICE,
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
     .inner = -1, .doc = "arrivals a unit of time in each phase"},
    {.name = "switch",
     .offset = offsetof(mmpp_params, leave),
     .kind = DS_NUMBERS,
     .unit = "1",
     .min = 1e-12,
     .max = 1e12,
     .text = "[1, 1]",
     .inner = -1,
     .doc = "rate of leaving each phase for the next; the last goes to the first"},
    {0},
};
static const ds_param hawkes_table[] = {
    DS_P_INNER(-1, hawkes_params, mu, "1", 0.5, 1e-12, 1e12,
               "rate of arrivals that nothing excited", NULL),
    DS_P_INNER(-1, hawkes_params, alpha, "1", 0.5, 0, 1e12, "rise of the rate at an arrival", NULL),
    DS_P_INNER(-1, hawkes_params, beta, "1", 1, 1e-12, 1e12, "decay of that rise, a unit of time",
               NULL),
    {0},
};

static bool check_renewal(void *params, ds_status *st)
{
    const double mean = ds_dist_of(&((const renewal_params *)params)->gap).mean;
    if (mean > 0 && mean < INFINITY)
        return true;
    return ds_fail(st, DS_E_DATA,
                   "the time between arrivals has mean %g, must have one above 0 and finite", mean);
}

static bool check_mmpp(void *params, ds_status *st)
{
    const mmpp_params *const m = params;
    if (m->rates.count == 0 || m->rates.count != m->leave.count)
        return ds_fail(st, DS_E_DATA, "'switch' has %u value%s, must have %u as 'rates'",
                       m->leave.count, m->leave.count == 1 ? "" : "s", m->rates.count);
    for (uint32_t i = 0; i < m->rates.count; i++)
        if (m->rates.value[i] > 0)
            return true;
    return ds_fail(st, DS_E_DATA, "'rates' are all 0, one must be above 0");
}

static bool check_hawkes(void *params, ds_status *st)
{
    const hawkes_params *const h = params;
    if (h->alpha < h->beta)
        return true;
    return ds_fail(st, DS_E_DATA, "'alpha' is %g, must be below 'beta' = %g: else arrivals explode",
                   h->alpha, h->beta);
}

static const ds_alternative poisson = {
    .name = "poisson",
    .doc = "Poisson: arrivals independent of one another.",
    .params = poisson_table,
    .params_size = sizeof(poisson_params),
};
static const ds_alternative renewal = {
    .name = "renewal",
    .doc = "Renewal: independent times of any distribution between arrivals.",
    .params = renewal_table,
    .params_size = sizeof(renewal_params),
    .check = check_renewal,
};
static const ds_alternative mmpp = {
    .name = "mmpp",
    .doc = "Markov-modulated Poisson: the rate changes with a hidden phase.",
    .source = "Fischer & Meier-Hellstern 1993",
    .params = mmpp_table,
    .params_size = sizeof(mmpp_params),
    .check = check_mmpp,
};
static const ds_alternative hawkes = {
    .name = "hawkes",
    .doc = "Hawkes: an arrival at s adds alpha exp(-beta (t - s)) to the rate at t.",
    .source = "Hawkes 1971; thinned as in Ogata 1981",
    .params = hawkes_table,
    .params_size = sizeof(hawkes_params),
    .check = check_hawkes,
};

const ds_alternative *const ds_arrival_processes[] = {&poisson, &renewal, &mmpp, &hawkes, NULL};

/* Mean duration of one round through the phases, and arrivals in it. */
static double round_of(const mmpp_params *m, double *arrivals)
{
    double stay = 0;
    *arrivals = 0;
    for (uint32_t i = 0; i < m->leave.count; i++) {
        stay += 1 / m->leave.value[i];
        *arrivals += m->rates.value[i] / m->leave.value[i];
    }
    return stay;
}

double ds_arrivals_mean_rate(const ds_choice *process)
{
    if (process->as == &renewal)
        return 1 / ds_dist_of(&((const renewal_params *)process->params)->gap).mean;
    if (process->as == &mmpp) {
        double arrivals;
        const double stay = round_of(process->params, &arrivals);
        return arrivals / stay;
    }
    if (process->as == &hawkes) {
        const hawkes_params *const h = process->params;
        return h->mu / (1 - h->alpha / h->beta);
    }
    return ((const poisson_params *)process->params)->rate;
}

double ds_arrivals_event_rate(const ds_choice *process)
{
    const double rate = ds_arrivals_mean_rate(process);
    if (process->as == &mmpp) {
        const mmpp_params *const m = process->params;
        double arrivals;
        return rate + m->leave.count / round_of(m, &arrivals);
    }
    return process->as == &hawkes ? 2 * rate : rate; /* about one thinned candidate an arrival */
}

void ds_arrivals_place(ds_arrivals *a, const ds_choice *process, ds_engine *engine,
                       uint32_t arrival_source, uint32_t switch_source, ds_arena *arena)
{
    *a = (ds_arrivals){
        .engine = engine,
        .state = DS_TAKE(arena, 1, ds_arrivals_state),
        .arrival_source = arrival_source,
        .switch_source = switch_source,
        .plain = process->as != &renewal && process->as != &hawkes,
        .process = process,
    };
    if (process->as == &renewal)
        a->gap = ds_dist_of(&((const renewal_params *)process->params)->gap);
}

/* Below the least normal number it is nothing: the reciprocal of the rate must stay finite. */
static double excitation_now(const ds_arrivals *a)
{
    const hawkes_params *const h = a->process->params;
    const double age = ds_now(a->engine) - a->state->excited_at;
    const double rate = a->state->excitation * ds_exp(-h->beta * age);
    return rate < DBL_MIN ? 0 : rate;
}

/* Rate of candidates from now on. A Hawkes rate only falls until the next arrival. */
static double rate_now(const ds_arrivals *a)
{
    const ds_arrivals_state *const s = a->state;
    const void *const params = a->process->params;
    if (a->process->as == &renewal)
        return s->factor;
    if (a->process->as == &mmpp)
        return s->factor * ((const mmpp_params *)params)->rates.value[s->phase];
    if (a->process->as == &hawkes)
        return s->factor * ((const hawkes_params *)params)->mu + excitation_now(a);
    return s->factor * ((const poisson_params *)params)->rate;
}

static void draw_stay(ds_arrivals *a)
{
    const mmpp_params *const m = a->process->params;
    const double unit = ds_rng_exponential(&a->state->rest_rng);
    ds_engine_set(a->engine, a->switch_source,
                  ds_now(a->engine) + unit / m->leave.value[a->state->phase]);
}

/* The stationary law of a cycle: in proportion to the mean stays. */
static uint32_t draw_phase(const mmpp_params *m, ds_rng *rng)
{
    double arrivals;
    double left = ds_rng_uniform(rng) * round_of(m, &arrivals);
    uint32_t phase = 0;
    while (phase + 1 < m->leave.count && left >= 1 / m->leave.value[phase])
        left -= 1 / m->leave.value[phase++];
    return phase;
}

void ds_arrivals_begin(ds_arrivals *a, uint64_t seed, uint32_t replica, uint32_t purpose,
                       uint32_t agent, double factor)
{
    ds_arrivals_state *const s = a->state;
    *s = (ds_arrivals_state){
        .factor = factor,
        .rng = ds_rng_stream(seed, replica, purpose, agent),
        .rest_rng = ds_rng_stream(seed, replica, purpose, ~agent),
    };
    if (a->process->as == &mmpp) {
        s->phase = draw_phase(a->process->params, &s->rest_rng);
        draw_stay(a);
    }
    ds_clock_start(a->engine, a->arrival_source, &s->clock, &s->rng, rate_now(a));
    if (a->process->as == &renewal)
        ds_clock_after(a->engine, a->arrival_source, &s->clock, ds_dist_draw(&a->gap, &s->rng));
}

void ds_arrivals_rekey(ds_arrivals *a, uint64_t seed)
{
    ds_arrivals_state *const s = a->state;
    ds_rng_rekey(&s->rng, seed);
    ds_rng_rekey(&s->rest_rng, seed);
    if (a->process->as != &renewal)
        ds_clock_redraw(a->engine, a->arrival_source, &s->clock, &s->rng);
    if (a->process->as == &mmpp)
        draw_stay(a);
}

void ds_arrivals_period(ds_arrivals *a, uint32_t number)
{
    ds_arrivals_state *const s = a->state;
    const uint64_t block = (uint64_t)number << 32;
    ds_rng_seek(&s->rng, block);
    if (a->process->as == &hawkes)
        ds_rng_seek(&s->rest_rng, block);
    if (a->process->as != &renewal)
        ds_clock_start(a->engine, a->arrival_source, &s->clock, &s->rng, rate_now(a));
}

void ds_arrivals_switch(ds_arrivals *a)
{
    const mmpp_params *const m = a->process->params;
    a->state->phase = (a->state->phase + 1) % m->leave.count;
    draw_stay(a);
    ds_clock_set_rate(a->engine, a->arrival_source, &a->state->clock, rate_now(a));
}

void ds_arrivals_factor(ds_arrivals *a, double factor)
{
    a->state->factor = factor;
    ds_clock_set_rate(a->engine, a->arrival_source, &a->state->clock, rate_now(a));
}

/* The candidate came at the ceiling and is accepted in proportion to the rate now (Ogata 1981). */
static bool fire_hawkes(ds_arrivals *a)
{
    const hawkes_params *const h = a->process->params;
    ds_arrivals_state *const s = a->state;
    const double rate = rate_now(a);
    const bool arrives = ds_clock_accepts(&s->clock, fmin(rate, s->clock.rate), &s->rest_rng);
    a->engine->thinned = !arrives;
    s->excitation = excitation_now(a) + (arrives ? h->alpha : 0);
    s->excited_at = ds_now(a->engine);
    ds_clock_again_at(a->engine, a->arrival_source, &s->clock, &s->rng,
                      s->factor * h->mu + s->excitation);
    return arrives;
}

bool ds_arrivals_fire_drawn(ds_arrivals *a)
{
    if (a->process->as == &hawkes)
        return fire_hawkes(a);
    ds_clock_after(a->engine, a->arrival_source, &a->state->clock,
                   ds_dist_draw(&a->gap, &a->state->rng));
    return true;
}
