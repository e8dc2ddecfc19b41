/*
 * A policy in C, or in any language that makes a shared object: `{use: plugin, file:
 * policies/my.so}`. Include this header alone, define one constant `ds_plugin_export`, and build
 *
 *     cc -O2 -shared -fPIC $(pkg-config --cflags diemsim) -o my.so my.c -lm
 *
 * (never with -ffast-math). Functions are called from many threads at a time, and one call's
 * answer must depend on its arguments alone: what a policy remembers belongs in `memory`.
 */
#ifndef DS_POLICY_H
#define DS_POLICY_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define DS_PLUGIN_ABI 1u

/* The economy now. Amounts in whole tokens or USD, rates a day. */
typedef struct ds_plugin_view {
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
    double cost;        /* USD that a USD of inference at list price costs its provider */
    double price;       /* of compute over list price, as last decided */
    double outflow;     /* USD/d the treasury loses, trailing 30 days */
    double runway;      /* d the treasury lasts at that */
    double consumers;   /* consumers who are served here */
    double vvv_burned;  /* VVV burned on the last whole day */
} ds_plugin_view;

/* A parameter that a scenario may set beside `file`. */
typedef struct ds_plugin_param {
    const char *name; /* letters, digits and _; NULL ends the table */
    const char *unit; /* such as "VVV/DIEM"; "1" where there is none */
    double value;     /* default */
    double min, max;  /* inclusive */
    const char *doc;
} ds_plugin_param;

enum {
    DS_SHARE_PROVIDERS,
    DS_SHARE_STAKERS,
    DS_SHARE_MINTERS,
    DS_SHARE_TREASURY,
    DS_SHARE_BURN,
    DS_SHARES
};

/* `param` are the parameters' values in the order of the table; `memory` is the policy's own, zero
 * when a replica begins. */
typedef struct ds_plugin {
    uint32_t abi;     /* DS_PLUGIN_ABI */
    uint32_t size;    /* sizeof(ds_plugin) */
    const char *slot; /* mint, fee_split, emission, buyback or pricing */
    const char *name;
    const char *doc;
    const char *source;            /* author and year; may be NULL */
    const ds_plugin_param *params; /* may be NULL */
    uint32_t memory;               /* doubles that it keeps, at most 1000 */

    /* mint: sVVV to lock for one more DIEM at that supply; infinite: no more DIEM. */
    double (*rate)(const double *param, const ds_plugin_view *now, double *memory, double supply);
    /* mint, may be NULL: supply at which the rate that holds at `supply` ends. NULL: the rate is
     * smooth, and a large mint integrates it. */
    double (*step)(const double *param, const ds_plugin_view *now, double *memory, double supply);
    /* fee_split: shares >= 0 with sum 1. */
    void (*split)(const double *param, const ds_plugin_view *now, double *memory,
                  double share[DS_SHARES]);
    /* emission: VVV a year (365 d); buyback: USD a day that buys VVV to burn; pricing: USD charged
     * for a USD of inference at list price. */
    double (*answer)(const double *param, const ds_plugin_view *now, double *memory);
    /* emission, may be NULL: date (d since 1970) at which the rate jumps next, infinite: never.
     * Between such dates and the daily questions it is taken as constant. */
    double (*changes)(const double *param, const ds_plugin_view *now, double *memory);
} ds_plugin;

#if defined(__GNUC__)
__attribute__((visibility("default")))
#endif
extern const ds_plugin ds_plugin_export;

#ifdef __cplusplus
}
#endif

#endif
