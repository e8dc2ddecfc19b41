#include "estimate.h"

#include "demand.h"
#include "economy.h"
#include "growth.h"
#include "shocks.h"

#include "sim/core/dist.h"

static double holders_of(const ds_diem_config *c, const ds_frame *frame)
{
    const ds_growing holding = ds_growing_of(c, DS_HOLDERS);
    return ds_growth_room_of(&holding, frame).rows;
}

/* A cohort of consumers can have its own pace. */
static double consumer_reviews(const ds_diem_config *c, const ds_frame *frame)
{
    const ds_growing using = ds_growing_of(c, DS_CONSUMERS);
    double members = 0, reviews = 0;
    for (uint32_t k = 0; k < c->consumers.cohorts.count; k++) {
        const ds_consumer_cohort *const cohort =
            (const ds_consumer_cohort *)c->consumers.cohorts.items + k;
        members += (double)cohort->count;
        reviews +=
            (double)cohort->count / (cohort->review > 0 ? cohort->review : c->consumers.review);
    }
    return ds_growth_room_of(&using, frame).rows * reviews / members;
}

/* A slot fails and is repaired, again and again; failures come to slots that are down, too. */
static double failures(const ds_providers_config *c)
{
    uint32_t first[DS_COHORTS + 1];
    double sum = 0, slots_all = 0, gpus_most = 0;
    (void)ds_population(c, first);
    for (uint32_t k = 0; k < c->cohorts.count; k++) {
        const ds_provider_cohort *const cohort = (const ds_provider_cohort *)c->cohorts.items + k;
        const double slots = (double)(first[k + 1] - first[k]) * (double)cohort->slots;
        sum +=
            slots * cohort->active / (c->mttf / (double)cohort->gpus + ds_dist_of(&c->repair).mean);
        slots_all += slots;
        gpus_most = fmax(gpus_most, (double)cohort->gpus);
    }
    return sum + slots_all * gpus_most / c->mttf;
}

/* Two a job, the populations' reviews, failures, traders, lenders and the hours. */
static double a_day(const ds_diem_config *c, const ds_frame *frame)
{
    uint32_t first[DS_COHORTS + 1];
    const double jobs = c->demand.jobs_per_day * c->demand.scale * ds_demand_most(c, frame) *
                        ds_shocks_surge(c, frame);
    const double reviews = holders_of(c, frame) / c->holders.review + consumer_reviews(c, frame) +
                           ds_population(&c->providers, first) / c->providers.review;
    const double traders = c->markets.arbitrage + c->markets.noise +
                           (c->markets.redemption.par > 0 ? c->markets.redemption.visits : 0);
    return 2 * jobs + reviews + failures(&c->providers) + traders +
           (c->lending.active ? DS_LEND_MARKETS / c->lending.lenders.review : 0) + 25;
}

double ds_events_expected(const void *config, const ds_frame *frame)
{
    const ds_diem_config *const c = config;
    const ds_action *const action = c->governance.items;
    const ds_diem_config *now = c;
    double sum = ds_shocks_events(c, frame, holders_of(c, frame)), from = 0;
    for (uint32_t i = 0; i < c->governance.count; i++) {
        const double to = fmin(action[i].at, frame->horizon);
        sum += a_day(now, frame) * (to - from);
        if (action[i].set.config) /* NULL while the scenario itself is checked */
            now = action[i].set.config;
        from = to;
    }
    return sum + a_day(now, frame) * (frame->horizon - from);
}
