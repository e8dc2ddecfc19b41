/*
 * A scenario: the YAML a user writes, with its includes and `--set`s merged, checked against the
 * parameter tables of its model, and turned into one config struct a point. Every complaint names
 * file:line:column, shows the line with a caret, says what is allowed and the nearest valid name.
 */
#ifndef DS_IO_SCENARIO_H
#define DS_IO_SCENARIO_H

#include "sim/core/splitting.h"
#include "stress.h"
#include "thresholds.h"
#include "until.h"

/* A file that the scenario reads besides itself (includes, CSV paths), kept for provenance. */
typedef struct ds_scenario_file {
    const char *name; /* as the scenario names it */
    const char *text;
    size_t size;
} ds_scenario_file;

typedef struct ds_scenario {
    const ds_model *model;
    ds_frame frame;
    bool seed_given; /* false: the seed was drawn from the system */
    const char *title, *description;
    bool keep_paths;       /* store every replica's series, not only summaries */
    const bool *recorded;  /* one a metric of the model: stored or not */
    size_t points;         /* parameter settings: 1, or the variants, or the sweep's product */
    size_t branches;       /* of so many neighbouring points the past is the same */
    double branch_at;      /* until just before this time; NAN: there is no branch */
    const ds_until *until; /* NULL: no rule stops the run */
    const char *until_metric, *until_statistic;
    size_t until_number; /* which outcome or metric that is */
    bool until_outcome;
    const struct ds_goals *goals;       /* see objective.h */
    const struct ds_optimise *optimise; /* see search.h; NULL: it says nothing */
    const struct ds_calibrate *calibrate;
    ds_thresholds thresholds;      /* what must hold */
    const ds_stress *stress;       /* what a stress test has laid over it; NULL: nothing */
    const ds_metric *outcomes;     /* of a replica: the model's, or of a splitting */
    const ds_splitting *splitting; /* of a rare event, in place of replicas' series; NULL: none */
    const char *source;            /* the scenario file as written */
    const char *resolved; /* canonical JSON with every default filled in; itself a scenario */
    const ds_scenario_file *files;
    size_t file_count;
    const char *program; /* the first shared object among them; NULL: none */
    const char *const *warnings;
    size_t warning_count;
    struct ds_scenario_rest *rest; /* the loader's own: nodes, memory, configs built so far */
} ds_scenario;

typedef struct ds_scenario_request {
    const char *path;              /* the scenario file; or only a name when `text` is given */
    const char *text;              /* the scenario itself, instead of reading `path` */
    const ds_scenario_file *files; /* with `text`: what its includes and CSV paths hold */
    size_t file_count;
    const char
        *natives; /* with `files`: folder of the programs that they name; NULL: none may be */
    const char *const *sets; /* "key.path=value", applied in order after includes */
    size_t set_count;
    const ds_model *const *models;   /* ends with NULL */
    const char *presets;             /* folder of the shipped scenarios, searched by `include` */
    const char *plugins;             /* folder of programs that are installed for all scenarios */
    const ds_stress_request *stress; /* laid over the scenario; NULL: nothing */
} ds_scenario_request;

DS_MUST_CHECK bool ds_scenario_load(ds_scenario *scenario, const ds_scenario_request *request,
                                    ds_status *st);
void ds_scenario_free(ds_scenario *scenario);

/* The config of a point, built and checked when first asked for; lives as long as the scenario. Not
 * for several threads at a time. */
DS_MUST_CHECK bool ds_scenario_config(ds_scenario *scenario, size_t point, const void **config,
                                      ds_status *st);
/* The real path of a file that it has read; NULL: it is part of a result, or was given as text. */
const char *ds_scenario_path(const ds_scenario *scenario, size_t file);
/* "base" for a single point; a variant's name; or "key=value, key=value" of a sweep. */
const char *ds_scenario_label(ds_scenario *scenario, size_t point);
/* The design of the sweep, see designs.h; of one point where there is none. Point p of the scenario
 * is point p % n of the design's n points, under variant p / n. */
const struct ds_design *ds_scenario_design(const ds_scenario *scenario);
/* What varies from point to point, see coordinate.h: first `variant`, then the axes. */
const struct ds_coordinate *ds_scenario_coordinates(ds_scenario *scenario, size_t *count);

/* JSON Schema (draft 2020-12) of the scenario language over these models, printed from the tables.
 */
DS_MUST_CHECK bool ds_schema_print(const ds_model *const *models, void *file, ds_status *st);

#endif
