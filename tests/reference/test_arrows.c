/* The causal arrows: more demand for inference makes DIEM dearer, so more is minted, more VVV is
 * locked and less of it floats, the network is busier and those who share its fees earn more; less
 * demand does the reverse. Paired on the same random numbers. */
#include "tests/economy.h"
#include "tests/unit/run.h"

#include "estimate.h"

#include <stdio.h>

enum { PAIRS = estimate_thrift > 1 ? 40 : 64, EFFECTS_MOST = 12 };

/* Standard errors of the mean of paired differences; few pairs in debug builds show little. */
static const double clear_of_zero = estimate_thrift > 1 ? -INFINITY : 3;

/* A metric, and the way it goes when demand rises. */
typedef struct ds_effect {
    const char *metric;
    int sign;
} ds_effect;

typedef struct ds_arrows {
    const char *text; /* ends where the scale of demand goes */
    ds_effect effect[EFFECTS_MOST];
} ds_arrows;

/* What is large in number is small here: amounts held and money spent are the same in total. Debug
 * builds take fewer pairs of shorter runs, and ask for no sign. */
#ifdef NDEBUG
#define HORIZON "horizon: 150\n"
#else
#define HORIZON "horizon: 20\n"
#endif
#define SMALL "seed: 11\nconsumers: {scale: 0.4}\n"

static const ds_arrows arrows[] = {
    /* The deployed rules: stakers are paid by emission, which the more stake shares. What is minted
     * is seen in the supply: the flow alone is mostly DIEM that is burned and minted again, and who
     * minted burns less while DIEM is dear. */
    {SMALL HORIZON "demand: {jobs_per_day: 400, scale: ",
     {{"utilization", 1},
      {"diem_price", 1},
      {"diem_vvv", 1},
      {"diem_supply", 1},
      {"vvv_locked", 1},
      {"vvv_staked", 1},
      {"vvv_circulating", -1},
      {"mint_rate", 1},
      {"rent_price", 1},
      {"paid_providers", 1}}},
    /* Fees to stakers, as first designed: what use pays them rises with it. Their whole return need
     * not: as stake comes in it shares the same emission. */
    {SMALL HORIZON "policies: {mint: {use: exponential_cubic, target: 40000}, buyback: {use: "
                   "none}, fee_split: {use: utilization_sloped, providers: 0.7}}\n"
                   "demand: {jobs_per_day: 400, scale: ",
     {{"utilization", 1},
      {"diem_price", 1},
      {"diem_supply", 1},
      {"vvv_locked", 1},
      {"vvv_circulating", -1},
      {"apr_fees", 1},
      {"real_yield_share", 1},
      {"paid_stakers", 1}}},
};

typedef double ds_means[EFFECTS_MOST][PAIRS];

/* Means over the run, of each metric and replica. */
static void means(const ds_arrows *a, const char *scale, ds_means mean)
{
    ds_economy_test t;
    char text[1000];
    (void)snprintf(text, sizeof text, "%s%s}\n", a->text, scale);
    economy_open(&t, text);
    const size_t times = ds_frame_times(&t.scenario.frame);
    for (uint32_t r = 0; r < PAIRS; r++) {
        double *const rows = economy_rows(&t, r);
        for (int m = 0; m < EFFECTS_MOST && a->effect[m].metric; m++) {
            mean[m][r] = 0;
            for (size_t k = 1; k < times; k++)
                mean[m][r] += economy_at(rows, k, a->effect[m].metric) / (double)(times - 1);
        }
        free(rows);
    }
    economy_close(&t);
}

static void all_move(const ds_arrows *a, ds_means from, ds_means to, int way)
{
    for (int m = 0; m < EFFECTS_MOST && a->effect[m].metric; m++) {
        double by[PAIRS];
        for (int r = 0; r < PAIRS; r++)
            by[r] = (to[m][r] - from[m][r]) * a->effect[m].sign * way;
        const estimate e = estimate_of(sample_mean, by, PAIRS);
        ck_assert_msg(e.value > clear_of_zero * e.error, "%s, demand %s: %g +- %g",
                      a->effect[m].metric, way > 0 ? "up" : "down", e.value, e.error);
    }
}

/* Demand up by 30 % moves them one way, down by 30 % the other. */
START_TEST(demand_moves_what_it_should)
{
    static ds_means less, base, more;
    means(&arrows[_i], "0.7", less);
    means(&arrows[_i], "1", base);
    means(&arrows[_i], "1.3", more);
    all_move(&arrows[_i], base, more, 1);
    all_move(&arrows[_i], base, less, -1);
}
END_TEST

int main(void)
{
    const ds_test tests[] = {{demand_moves_what_it_should, 2}, {0}};
    return ds_run_tests("arrows", tests, 600);
}
