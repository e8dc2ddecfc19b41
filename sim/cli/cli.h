/*
 * The program `diemsim`: a table of commands, each with the options it takes, its help and one
 * function. Usage, help and the checks of the command line all come from these tables. Data goes to
 * stdout, talk to stderr.
 */
#ifndef DS_CLI_CLI_H
#define DS_CLI_CLI_H

#include "data.h"

#include "sim/io/scenario.h"
#include "sim/run/ensemble.h"

#include <stdio.h>

/* What the command line says; a member belongs to the option of its name. */
typedef struct ds_args {
    const char *const *operand; /* what is no option, in order */
    size_t count;
    const char *output, *model, *until, *plugins, *observed, *shard, *title, *question;
    const char *suite, *broken, *map, *threshold, *range, *depths, *durations; /* broken: --break */
    const char *metrics, *over, *baseline, *variants, *confidence, *adjust, *matters, *method;
    const char *level, *worst;
    const char **set; /* "key.path=value"; of compare its objectives */
    size_t sets;
    uint64_t replicas, replica, seed, threads, point, evaluations;
    bool has_replicas, has_seed, has_point, has_evaluations, all;
    bool force, quiet, help, markdown, csv, check, selftest;
    bool man, names; /* of help */
    const char *completion;
} ds_args;

typedef enum ds_option_kind { DS_OPTION_FLAG, DS_OPTION_TEXT, DS_OPTION_COUNT } ds_option_kind;

typedef struct ds_option {
    const char *name; /* spelled in full after two hyphens */
    char letter;      /* 0: none */
    const char *value, *doc;
    size_t offset; /* in ds_args: of a bool, a text or a uint64_t */
    size_t given;  /* offset of a bool that is set too; 0: none */
    ds_option_kind kind;
    uint64_t least, most; /* of a count */
    bool repeats;         /* appends to `set` */
    bool needed;          /* the command refuses to go on without */
} ds_option;

typedef struct ds_command {
    const char *name, *operands, *doc;
    const char *help; /* what to know, then examples */
    size_t operands_least, operands_most;
    const ds_option *const *options; /* ends with NULL */
    bool (*run)(const ds_args *args, ds_status *st);
} ds_command;

extern const ds_command ds_commands[]; /* ends with a NULL name */

extern const ds_option ds_option_help, ds_option_set, ds_option_replicas, ds_option_seed,
    ds_option_threads, ds_option_force, ds_option_quiet, ds_option_model, ds_option_replica,
    ds_option_until, ds_option_verify_replicas, ds_option_plugins, ds_option_result,
    ds_option_point, ds_option_all, ds_option_report, ds_option_observed, ds_option_markdown,
    ds_option_shard, ds_option_merged, ds_option_csv, ds_option_metrics, ds_option_over,
    ds_option_baseline, ds_option_variants, ds_option_objective, ds_option_confidence,
    ds_option_adjust, ds_option_matters, ds_option_title, ds_option_question, ds_option_first,
    ds_option_suite, ds_option_break, ds_option_map, ds_option_threshold, ds_option_range,
    ds_option_depths, ds_option_durations, ds_option_check, ds_option_stress_result,
    ds_option_level, ds_option_beyond, ds_option_worst, ds_option_calm, ds_option_of,
    ds_option_evaluations, ds_option_proposal, ds_option_fitted, ds_option_method,
    ds_option_all_axes, ds_option_man, ds_option_names, ds_option_completion, ds_option_selftest;

/* Reads the words of a command, argv[0] its name. args->set is for free(). */
DS_MUST_CHECK bool ds_args_read(const ds_command *command, int argc, char **argv, ds_args *args,
                                ds_status *st);

/* The scenario of the first operand, or of `path`, with the sets of the command line; its warnings
 * are printed. */
DS_MUST_CHECK bool ds_args_scenario(const ds_args *args, const char *path, ds_scenario *scenario,
                                    ds_status *st);

/* The same with presets of a stress test laid over it; NULL: none. */
DS_MUST_CHECK bool ds_args_stressed(const ds_args *args, const char *path,
                                    const ds_stress_request *stress, ds_scenario *scenario,
                                    ds_status *st);

/* The same again, without its warnings. */
DS_MUST_CHECK bool ds_args_load(const ds_args *args, const char *path,
                                const ds_stress_request *stress, ds_scenario *scenario,
                                ds_status *st);
/* The request for it, for commands that load it again and again; `words` must live as long. */
typedef struct ds_args_words {
    char replicas[40], seed[40], path[DS_DATA_ROOM], presets[DS_DATA_ROOM], plugins[DS_DATA_ROOM];
} ds_args_words;
void ds_args_request(const ds_args *args, const char *path, ds_args_words *words,
                     ds_scenario_request *request);

/* The value of an option that is a share, as "95 %" or 0.95, and lies in [least, most]. NULL: the
 * value is left alone. */
DS_MUST_CHECK bool ds_args_share(const char *option, const char *text, double least, double most,
                                 double *value, ds_status *st);
/* Which of some words, that end with NULL, an option is. NULL: *which is left alone. */
DS_MUST_CHECK bool ds_args_word(const char *option, const char *text, const char *const *words,
                                int *which, ds_status *st);

/* The words of an option that commas part, without the blanks around them, ended by NULL. NULL:
 * *words is left alone. */
DS_MUST_CHECK bool ds_args_list(ds_pool *pool, const char *option, const char *text,
                                const char *const **words, ds_status *st);

/* A failure, as the program says it on stderr. */
void ds_say(const ds_status *st);
const ds_command *ds_command_find(const char *name, ds_status *st);
void ds_help_all(FILE *to);
void ds_help_command(const ds_command *command, FILE *to);
/* What was built by what; part of results that are not reproducible. */
const char *ds_build(void);

bool ds_cmd_run(const ds_args *args, ds_status *st);
bool ds_cmd_merge(const ds_args *args, ds_status *st);
bool ds_cmd_validate(const ds_args *args, ds_status *st);
bool ds_cmd_info(const ds_args *args, ds_status *st);
bool ds_cmd_compare(const ds_args *args, ds_status *st);
bool ds_cmd_optimise(const ds_args *args, ds_status *st);
bool ds_cmd_calibrate(const ds_args *args, ds_status *st);
bool ds_cmd_report(const ds_args *args, ds_status *st);
bool ds_cmd_stress(const ds_args *args, ds_status *st);
bool ds_cmd_risk(const ds_args *args, ds_status *st);
bool ds_cmd_sensitivity(const ds_args *args, ds_status *st);
bool ds_cmd_verify(const ds_args *args, ds_status *st);
bool ds_cmd_trace(const ds_args *args, ds_status *st);
bool ds_cmd_policies(const ds_args *args, ds_status *st);
bool ds_cmd_metrics(const ds_args *args, ds_status *st);
bool ds_cmd_schema(const ds_args *args, ds_status *st);
bool ds_cmd_version(const ds_args *args, ds_status *st);
bool ds_cmd_help(const ds_args *args, ds_status *st);

#endif
