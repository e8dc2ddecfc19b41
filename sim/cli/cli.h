/*
 * The program `diemsim`: a table of commands, each with the options it takes, its help and one
 * function. Usage, help and the checks of the command line all come from these tables. Data goes to
 * stdout, talk to stderr.
 */
#ifndef DS_CLI_CLI_H
#define DS_CLI_CLI_H

#include "sim/io/scenario.h"
#include "sim/run/ensemble.h"

#include <stdio.h>

/* What the command line says; a member belongs to the option of its name. */
typedef struct ds_args {
    const char *const *operand; /* what is no option, in order */
    size_t count;
    const char *output, *model, *until, *plugins, *observed, *shard;
    const char **set; /* "key.path=value" */
    size_t sets;
    uint64_t replicas, replica, seed, threads, point;
    bool has_replicas, has_seed, has_point, all;
    bool force, quiet, help, markdown, selftest;
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
    ds_option_shard, ds_option_merged, ds_option_selftest;

/* Reads the words of a command, argv[0] its name. args->set is for free(). */
DS_MUST_CHECK bool ds_args_read(const ds_command *command, int argc, char **argv, ds_args *args,
                                ds_status *st);

/* The scenario of the first operand, or of `path`, with the sets of the command line; its warnings
 * are printed. */
DS_MUST_CHECK bool ds_args_scenario(const ds_args *args, const char *path, ds_scenario *scenario,
                                    ds_status *st);

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
bool ds_cmd_report(const ds_args *args, ds_status *st);
bool ds_cmd_verify(const ds_args *args, ds_status *st);
bool ds_cmd_trace(const ds_args *args, ds_status *st);
bool ds_cmd_policies(const ds_args *args, ds_status *st);
bool ds_cmd_metrics(const ds_args *args, ds_status *st);
bool ds_cmd_schema(const ds_args *args, ds_status *st);
bool ds_cmd_version(const ds_args *args, ds_status *st);
bool ds_cmd_help(const ds_args *args, ds_status *st);

#endif
