#include "shares.h"

typedef struct tier {
    ds_shares shares; /* first, so that its check is a tier's */
    double from;
} tier;

typedef struct tiered_params {
    int by;
    ds_list tiers;
} tiered_params;

enum { BY_REVENUE, BY_UTILIZATION };
static const char *const by_words[] = {"revenue", "utilization", NULL};

#define DEFAULT_TIERS                                                   \
    "- {from: 0, providers: 0.80, treasury: 0.20}\n"                    \
    "- {from: 10000, providers: 0.80, treasury: 0.12, stakers: 0.08}\n" \
    "- {from: 20000, providers: 0.80, treasury: 0.05, stakers: 0.10, burn: 0.05}\n"

static const ds_param tier_table[] = {
    DS_P_NUMBER(tier, from, "1", 0, 0, 1e15,
                "yesterday's revenue in USD a day, or utilization, from which the tier holds",
                NULL),
    DS_SHARES_PARAMS(0, 0, 0, 0, 0),
    {0},
};

static const ds_param table[] = {
    DS_P_WORD(tiered_params, by, by_words, "revenue", "what the tiers are of"),
    {DS_AT(tiered_params, tiers), .kind = DS_LIST, .unit = "1", .table = tier_table,
     .size = sizeof(tier), .min = 1, .max = 100, .text = DEFAULT_TIERS, .check = ds_shares_check,
     .doc = "shares and the level from which they hold, rising; below the first, the first holds"},
    {0},
};

static bool check(void *params, ds_status *st)
{
    const tiered_params *const p = params;
    const tier *const t = p->tiers.items;
    for (uint32_t i = 1; i < p->tiers.count; i++)
        if (!(t[i].from > t[i - 1].from))
            return ds_fail(st, DS_E_DATA, "'tiers': tier %u is from %g, must be above tier %u (%g)",
                           i + 1, t[i].from, i, t[i - 1].from);
    return true;
}

static void split(const void *params, const ds_view *now, double share[DS_PARTIES])
{
    const tiered_params *const p = params;
    const tier *const t = p->tiers.items;
    const double level = p->by == BY_REVENUE ? now->revenue : now->utilization;
    uint32_t i = 0;
    while (i + 1 < p->tiers.count && t[i + 1].from <= level)
        i++;
    ds_shares_put(&t[i].shares, share);
}

const ds_policy ds_fee_split_tiered = {
    .as = {.name = "tiered",
           .doc = "Shares by tiers of yesterday's revenue or utilization: a tier's shares hold for "
                  "every fee of the day, so stakers and burning can begin where the treasury has "
                  "enough.",
           .params = table,
           .params_size = sizeof(tiered_params),
           .check = check},
    .split = split,
};
