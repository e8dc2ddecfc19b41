/*
 * What the rest of the program knows of a model: its parameters, what it records, and how to lay
 * out, start and read one replica. `sim/` runs any model through this struct and never hears of a
 * token.
 */
#ifndef DS_CORE_MODEL_H
#define DS_CORE_MODEL_H

#include "engine.h"
#include "guide.h"
#include "param.h"
#include "threshold.h"

typedef enum ds_metric_kind {
    DS_STATE,   /* the value at the grid time; defined at time[0] too */
    DS_AVERAGE, /* over the interval that ends at the grid time: time average, or a mean of its
                   events */
    DS_FLOW,    /* amount in the interval, per day */
} ds_metric_kind;

typedef struct ds_metric {
    const char *name, *unit, *doc;
    ds_metric_kind kind;
    bool wide; /* stored as float64: amounts that add up, dates; else float32 */
} ds_metric;

/* A change of a scenario's parameters on the way: an entry of the map that `ds_model.actions`
 * names. */
typedef struct ds_action {
    const char *name;
    double at;   /* model time from which the changes hold */
    double lead; /* how long before that they are announced */
    ds_changes set;
} ds_action;

/* How replicas are drawn: see DS_RNG_MIRROR and DS_RNG_POINT. */
typedef enum ds_sampling {
    DS_SAMPLING_INDEPENDENT,
    DS_SAMPLING_ANTITHETIC, /* 2k and 2k + 1 are a pair */
    DS_SAMPLING_SOBOL,      /* DS_RNG_SCRAMBLES blocks one after the other, each of 2^m points */
} ds_sampling;
extern const char *const ds_sampling_words[]; /* as scenarios say it; ends with NULL */

/* What strikes a model from outside, for stress tests: an entry of a map that has a kind, a time, a
 * depth, and a length in one of several forms. */
typedef struct ds_strikes {
    const char *map;               /* the DS_MAP in the model's parameters */
    const char *kind, *at, *depth; /* keys of an entry: a DS_WORD, a moment, a number */
    const char *const *lengths;    /* keys of which an entry has one; the first where it says none;
                                      ends with NULL */
    double (*within)(int kind, double depth); /* brought within what the kind allows */
} ds_strikes;

/* What every model needs to know of a run. Times are in the model's unit, 0 at the start date. */
typedef struct ds_frame {
    double start; /* days since 1970-01-01 UTC; NAN for a model without dates */
    double warmup, horizon, observe;
    uint64_t seed;
    uint32_t replicas;
    ds_sampling sampling;
    double since; /* for a check: from when on the config holds, above 0 for that of an action */
} ds_frame;

/* Grid times: time 0 is the warm-up's end, then every `observe`, the last at the horizon (the last
 * interval may be shorter). */
size_t ds_frame_times(const ds_frame *frame);
double ds_frame_time(const ds_frame *frame, size_t index);
/* The nearest time of whole milliseconds, where a day is the unit. */
double ds_time_whole(double time);
/* A time after another: where both are whole milliseconds, the one next to their sum, as grid times
 * are, which adding doubles may miss by a hair. */
double ds_time_after(double time, double by);
/* What the last of grid times counts in a mean over them, where others count 1: less where the
 * horizon cuts its interval short, so that half a day is no day. */
double ds_last_weight(const double *time, size_t times);

/* Replicas are dealt to groups of as many, one after the other; groups are independent. */
size_t ds_frame_group(const ds_frame *frame);

typedef struct ds_model {
    const char *name, *doc;
    /* Purposes of its random streams are below this; 0: it does not say, and takes no points. */
    uint32_t purposes;
    bool plain_last;        /* a purpose's plain stream is that of the last agent, not of agent 0 */
    const char *time_unit;  /* "d", or "1" for a model without dates */
    bool dated;             /* its time 0 is a calendar date */
    double default_observe; /* INFINITY: one interval over the whole run */
    double default_horizon;
    const ds_param *params; /* scenario keys beyond the common ones */
    size_t config_size;
    /* Relations between parameters of different groups; may fill derived members, but not those of
     * choices, which configs share. */
    bool (*check)(void *config, const ds_frame *frame, ds_status *st);
    /* Name of the DS_MAP of ds_action in `params`; the loader sorts it by time. NULL: none. */
    const char *actions;
    const ds_metric *metrics, *outcomes; /* end with a NULL name */
    /* What must hold where a scenario does not say; ends with a NULL name. NULL: nothing. */
    const ds_threshold *thresholds;
    const ds_strikes *strikes; /* NULL: nothing does */
    const ds_guide *guide;     /* for readers of results; NULL: none */
    /* Expected events of one replica: for the refusal of an event storm, and for time left. */
    double (*events)(const void *config, const ds_frame *frame);

    /* The world is a struct of views, of this size, owned by a thread. */
    size_t world_size;
    /* Lays the world out over the arena (twice: measuring, then for real). */
    void (*place)(void *world, const void *config, const ds_frame *frame, ds_arena *arena);
    ds_engine *(*engine)(void *world);
    /* State at time 0 of one replica, over zeroed memory. Fails with the engine's status. */
    bool (*begin)(void *world, uint32_t replica);
    /* Fills one value a metric for the interval that ends now, and begins the next interval.
     * `first`: the warm-up ends; what was gathered is dropped, averages and flows are NAN. */
    void (*observe)(void *world, double *row, bool first);
    /* One value an outcome, after the last observation. What is wrong by now, or while observing,
     * goes to the engine's status. */
    void (*conclude)(void *world, double *outcomes);

    /* For what goes on from copies of a state (replica.h). Views that hang on the state, after it
     * was copied in. NULL: none do. */
    void (*resume)(void *world);
    /* Bytes at the beginning of the arena's raw part that the state uses now. NULL: all. */
    size_t (*raw_used)(const void *world);
    /* Whether a replica is the same under both configs up to just before `at`. May say no where it
     * is: then each is run from the start. NULL: no. */
    bool (*shares_past)(const void *a, const void *b, double at);
    /* Bytes at the beginning of the arena that hold all that was up to just before `at`; behind
     * them lies room for what comes later. Only with shares_past. */
    size_t (*past)(const void *world, double at);

    /* For splitting.h. Whether a metric's value at an instant can be told after any event, and that
     * value. NULL: of none. */
    bool (*has_level)(size_t metric);
    double (*level)(void *world, size_t metric);
    /* All that is drawn from now on is drawn under another seed. What is drawn already and decides
     * nothing until later may be drawn anew, if its law given all that has happened is known: the
     * rest of an exponential time. Any other pending time stays: it is a part of the state. */
    void (*rekey)(void *world, uint64_t seed);
} ds_model;

/* The number, with marks, by which a model draws replica `index` of the frame. */
uint32_t ds_replica_number(const ds_model *model, const ds_frame *frame, uint32_t index);

size_t ds_metric_count(const ds_metric *table);
const ds_metric *ds_metric_find(const ds_metric *table, const char *name);
const char *ds_metric_kind_name(ds_metric_kind kind); /* "state", "average", "flow" */

#endif
