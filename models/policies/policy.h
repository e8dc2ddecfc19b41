/*
 * A policy is a constant: name, documentation, parameters and one function for its slot. Policies
 * propose; the mechanism that asked applies the proposal through the ledger, and checks it first.
 * Built-in policies, scripts and shared objects all fill this struct, so the economy cannot tell
 * them apart. To add one: write a file beside this one and list it in catalogue.c.
 */
#ifndef DS_MODELS_POLICY_H
#define DS_MODELS_POLICY_H

#include "sim/core/param.h"

/* The questions that policies answer. */
typedef enum ds_rule {
    DS_RULE_MINT,
    DS_RULE_FEE_SPLIT,
    DS_RULE_EMISSION,
    DS_RULE_BUYBACK,
    DS_RULE_PRICING,
    DS_RULES,
} ds_rule;

enum { DS_POLICY_MEMORY = 8 };   /* numbers a policy can keep in a replica */
enum { DS_LASTING_ROOM = 8192 }; /* bytes of a lasting room at most */

/* What a policy may look at: the economy now. Amounts in whole tokens or USD, rates a day or year.
 */
typedef struct ds_view {
    double time;        /* d since the scenario's start */
    double date;        /* d since 1970-01-01 UTC */
    double diem_supply; /* DIEM */
    double diem_staked; /* DIEM */
    double vvv_supply;  /* VVV, effective: issued less burned */
    double vvv_staked;  /* sVVV, locked ones included */
    double vvv_locked;  /* sVVV locked behind DIEM */
    double utilization; /* busy over up slots, the last whole day's time average */
    double capacity;    /* USD/d at list price */
    double demand;      /* USD/d at list price, the last whole day's */
    double vvv_price;   /* USD */
    double diem_price;  /* USD */
    double treasury;    /* USD */
    double revenue;     /* USD/d paid in cash or DIEM, the last whole day's */
    double cost;      /* USD that a USD of inference at list price costs its provider, slots full */
    double price;     /* of compute over list price, as last decided */
    double outflow;   /* USD/d the treasury loses, trailing 30 days */
    double runway;    /* d the treasury lasts at that */
    double consumers; /* consumers who are served here */
    double vvv_burned;    /* VVV burned on the last whole day */
    const double *memory; /* what the policy itself keeps: DS_POLICY_MEMORY numbers */
    void *room;           /* its own bytes in the replica */
    ds_status *st;        /* where it may say why it has no answer */
} ds_view;

typedef enum ds_party {
    DS_PROVIDERS,
    DS_STAKERS,
    DS_MINTERS,
    DS_TREASURY,
    DS_BURN,
    DS_PARTIES,
} ds_party;

typedef struct ds_policy {
    ds_alternative as; /* first, so that a scenario's choice of a policy is the policy */

    /* Optional, for policies that remember: fills the memory when a replica begins or the policy is
     * swapped in, and moves it on at every epoch before the policy is asked. */
    void (*begin)(const void *params, const ds_view *now, double *memory);
    void (*epoch)(const void *params, const ds_view *now, double *memory);
    /* Optional: bytes of the replica's arena that it wants, and what fills them when a replica
     * begins. */
    size_t room;
    bool (*open)(const struct ds_policy *self, const void *params, void *room, ds_status *st);
    bool lasting; /* its room holds nothing of its parameters: it stays when they alone change. A
                   * copy of the bytes does as well, to ask what it would say. */

    /* Slot `mint`: sVVV to lock for one more DIEM when supply is `supply`. INFINITY: no more DIEM.
     */
    double (*rate)(const void *params, const ds_view *now, double supply);
    /* Slot `mint`, optional: supply at which the rate that holds at `supply` ends (> supply).
     * NULL: the rate is smooth and a mint integrates it; else a mint walks the steps. */
    double (*step)(const void *params, const ds_view *now, double supply);
    /* Slot `fee_split`: shares >= 0 with sum 1. */
    void (*split)(const void *params, const ds_view *now, double share[DS_PARTIES]);
    /* Slot `emission`: VVV a year (365 d) from now on. */
    double (*emission)(const void *params, const ds_view *now);
    /* Slot `emission`, optional: next date (d since 1970) after now at which the rate jumps;
     * INFINITY: none. Between such dates and epochs the rate is taken as constant. */
    double (*emission_changes)(const void *params, const ds_view *now);
    /* Slot `emission`, optional: part of it, 0 to 1, that the treasury gets before stakers share
     * the rest. NULL: none. */
    double (*protocol_part)(const void *params, const ds_view *now);
    /* Slot `buyback`: USD to spend on VVV to burn, a day. */
    double (*spend)(const void *params, const ds_view *now);
    /* Slot `pricing`: USD charged for a USD of inference at list price, until the next epoch. */
    double (*price)(const void *params, const ds_view *now);
} ds_policy;

/* The catalogue: one list a slot, each ends with NULL; elements are `&policy.as`. */
extern const ds_alternative *const ds_mint_policies[];
extern const ds_alternative *const ds_fee_split_policies[];
extern const ds_alternative *const ds_emission_policies[];
extern const ds_alternative *const ds_buyback_policies[];
extern const ds_alternative *const ds_pricing_policies[];

/* All slots in the order of ds_rule, for help and for tests that run over the whole catalogue;
 * ends with a NULL name. */
typedef struct ds_policy_slot {
    const char *name, *doc;
    const ds_alternative *const *policies;
} ds_policy_slot;
extern const ds_policy_slot ds_policy_slots[];

static inline const ds_policy *ds_policy_of(const ds_choice *choice)
{
    return (const ds_policy *)(const void *)choice->as;
}

#endif
