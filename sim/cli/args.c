#include "cli.h"

#include "models/models.h"
#include "sim/io/nearest.h"

#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { OPTIONS_MOST = 16 };

#define FLAG(field, letter_, doc_)                                                  \
    {                                                                               \
        .name = #field, .letter = (letter_), .doc = (doc_), .kind = DS_OPTION_FLAG, \
        .offset = offsetof(ds_args, field)                                          \
    }
#define TEXT(field, letter_, value_, doc_)                                     \
    {                                                                          \
        .name = #field, .letter = (letter_), .value = (value_), .doc = (doc_), \
        .kind = DS_OPTION_TEXT, .offset = offsetof(ds_args, field)             \
    }
#define COUNT(field, least_, most_, doc_)                                 \
    .name = #field, .value = "N", .doc = (doc_), .kind = DS_OPTION_COUNT, \
    .offset = offsetof(ds_args, field), .least = (least_), .most = (most_)

const ds_option ds_option_help = FLAG(help, 'h', "print this help");
const ds_option ds_option_set = {
    .name = "set",
    .value = "KEY.PATH=VALUE",
    .doc = "change the scenario; may be given many times, later ones win",
    .kind = DS_OPTION_TEXT,
    .repeats = true,
};
const ds_option ds_option_replicas = {
    COUNT(replicas, 1, 10000000, "simulated paths of every point"),
    .given = offsetof(ds_args, has_replicas)};
const ds_option ds_option_seed = {COUNT(seed, 0, UINT64_C(1) << 53, "seed of all randomness"),
                                  .given = offsetof(ds_args, has_seed)};
const ds_option ds_option_threads = {COUNT(
    threads, 1, 4096, "threads; OMP_NUM_THREADS, SLURM_CPUS_PER_TASK or all cores by default")};
const ds_option ds_option_force = FLAG(force, 0, "replace an output that exists");
const ds_option ds_option_quiet = FLAG(quiet, 0, "no progress and no closing words");
const ds_option ds_option_model = TEXT(model, 0, "NAME", "of this model only");
const ds_option ds_option_replica = {
    COUNT(replica, 0, UINT32_MAX, "which replica, counted from 0; 0 by default")};
const ds_option ds_option_until =
    TEXT(until, 0, "TIME", "stop there, as '3 d' or in the model's unit; the horizon by default");
const ds_option ds_option_verify_replicas = {
    COUNT(replicas, 1, 10000000, "only the first N of every point"),
    .given = offsetof(ds_args, has_replicas)};
const ds_option ds_option_plugins =
    TEXT(plugins, 0, "FOLDER", "where the plugins lie that its scenario names: its folder");
const ds_option ds_option_result =
    TEXT(output, 'o', "RESULT.h5", "the result; out/<name of the scenario>.h5 by default");
const ds_option ds_option_shard =
    TEXT(shard, 0, "I/N",
         "only share I of N, into a part that 'merge' joins; slurm, or slurm/N: as the task of an "
         "array job is numbered");
const ds_option ds_option_merged = TEXT(output, 'o', "RESULT.h5", "the result");
const ds_option ds_option_point = {COUNT(point, 0, UINT32_MAX, "this point only, counted from 0"),
                                   .given = offsetof(ds_args, has_point)};
const ds_option ds_option_all = FLAG(all, 0, "every point, however many");
const ds_option ds_option_markdown =
    FLAG(markdown, 0, "every parameter as tables to read, of the model (diem)");
const ds_option ds_option_selftest =
    FLAG(selftest, 0, "simulate two small scenarios, whose numbers are known");
const ds_option ds_option_observed =
    TEXT(observed, 0, "FILE.csv", "rows of date,quantity,value to hold the results against");
const ds_option ds_option_report = TEXT(output, 'o', "FILE", "the report: FILE.html or FILE.md");

/* ---- the command line ---- */

typedef struct parser {
    const ds_command *command;
    const ds_option *option[OPTIONS_MOST + 1];
    struct option word[OPTIONS_MOST + 2];
    char letters[2 * OPTIONS_MOST + 4];
} parser;

static void prepare(parser *p, const ds_command *command)
{
    *p = (parser){.command = command, .letters = ":"};
    size_t n = 0, letters = 1;
    for (const ds_option *const *o = command->options; o && *o && n < OPTIONS_MOST; o++)
        p->option[n++] = *o;
    p->option[n++] = &ds_option_help;
    for (size_t i = 0; i < n; i++) {
        const ds_option *const o = p->option[i];
        p->word[i] = (struct option){.name = o->name,
                                     .has_arg = o->value ? required_argument : no_argument,
                                     .val = 256 + (int)i};
        if (o->letter)
            p->letters[letters++] = o->letter;
        if (o->letter && o->value)
            p->letters[letters++] = ':';
    }
}

static const ds_option *find_letter(const parser *p, int letter)
{
    for (const ds_option *const *o = p->option; *o; o++)
        if ((*o)->letter == letter)
            return *o;
    return NULL;
}

/* The word that getopt has just read. */
static const char *last_word(char **argv)
{
    return optarg && optarg == argv[optind - 1] ? argv[optind - 2] : argv[optind - 1];
}

static bool unknown(const parser *p, const char *word, ds_status *st)
{
    char name[64];
    snprintf(name, sizeof name, "%.*s", (int)strcspn(word, "="), word);
    if (name[0] == '-' && name[1] != '-')
        return ds_fail(st, DS_E_USAGE, "unknown option '-%c'; see 'diemsim help %s'", optopt,
                       p->command->name);
    ds_nearest nearest = ds_nearest_to(name + 2);
    for (const ds_option *const *o = p->option; *o; o++) {
        ds_nearest_try(&nearest, (*o)->name);
        /* An abbreviation is nearer than anything of the same length. */
        if (strlen(name) > 2 && strncmp((*o)->name, name + 2, strlen(name + 2)) == 0)
            nearest = (ds_nearest){.word = name + 2, .best = (*o)->name};
    }
    if (nearest.best)
        return ds_fail(st, DS_E_USAGE, "unknown option '%s', did you mean '--%s'?", name,
                       nearest.best);
    return ds_fail(st, DS_E_USAGE, "unknown option '%s'; see 'diemsim help %s'", name,
                   p->command->name);
}

static bool read_count(const ds_option *o, const char *text, uint64_t *value, ds_status *st)
{
    const size_t digits = strspn(text, "0123456789");
    errno = 0;
    *value = digits ? strtoull(text, NULL, 10) : 0;
    if (digits > 0 && !text[digits] && errno == 0 && *value >= o->least && *value <= o->most)
        return true;
    return ds_fail(st, DS_E_USAGE, "'--%s' is '%.60s', must be a whole number from %llu to %llu",
                   o->name, text, (unsigned long long)o->least, (unsigned long long)o->most);
}

static bool take(const ds_option *o, ds_args *args, ds_status *st)
{
    char *const at = (char *)args + o->offset;
    if (o->given)
        memcpy((char *)args + o->given, &(bool){true}, sizeof(bool));
    if (o->repeats)
        args->set[args->sets++] = optarg;
    else if (o->kind == DS_OPTION_TEXT)
        memcpy(at, &(const char *){optarg}, sizeof(const char *));
    else if (o->kind == DS_OPTION_FLAG)
        memcpy(at, &(bool){true}, sizeof(bool));
    else
        return read_count(o, optarg, (uint64_t *)(void *)at, st);
    if (o->kind == DS_OPTION_TEXT && !*optarg)
        return ds_fail(st, DS_E_USAGE, "'--%s' is empty, must be %s", o->name, o->value);
    return true;
}

static bool read_options(parser *p, int argc, char **argv, ds_args *args, ds_status *st)
{
    int code;
    opterr = 0;
    optind = 1;
    while ((code = getopt_long(argc, argv, p->letters, p->word, NULL)) != -1) {
        const char *const word = last_word(argv);
        if (code == '?')
            return unknown(p, argv[optind - 1][0] == '-' ? argv[optind - 1] : "-", st);
        const bool is_long = code >= 256 || (code == ':' && optopt >= 256);
        const int which = code == ':' ? optopt : code;
        const ds_option *const o = is_long ? p->option[which - 256] : find_letter(p, which);
        const size_t length = strcspn(word, "=");
        if (is_long && (strncmp(word + 2, o->name, length - 2) != 0 || o->name[length - 2]))
            return unknown(p, word, st);
        if (code == ':')
            return ds_fail(st, DS_E_USAGE, "'%s' needs a value: %s", word, o->value);
        if (!take(o, args, st))
            return false;
    }
    return true;
}

static bool check_operands(const ds_command *command, const ds_args *args, ds_status *st)
{
    if (args->count < command->operands_least)
        return ds_fail(st, DS_E_USAGE, "missing %s; see 'diemsim help %s'", command->operands,
                       command->name);
    if (args->count > command->operands_most)
        return ds_fail(st, DS_E_USAGE, "'%.60s' is one argument too many; see 'diemsim help %s'",
                       args->operand[command->operands_most], command->name);
    for (size_t i = 0; i < args->count; i++)
        if (!*args->operand[i])
            return ds_fail(st, DS_E_USAGE, "an argument is empty; see 'diemsim help %s'",
                           command->name);
    return true;
}

bool ds_args_read(const ds_command *command, int argc, char **argv, ds_args *args, ds_status *st)
{
    parser p;
    /* Room for the two options that are sets by another name. */
    *args = (ds_args){.set = calloc((size_t)argc + 2, sizeof *args->set)};
    if (!args->set)
        return ds_fail(st, DS_E_SYSTEM, "no memory for the command line");
    prepare(&p, command);
    if (!read_options(&p, argc, argv, args, st))
        return false;
    args->operand = (const char *const *)(argv + optind);
    args->count = (size_t)(argc - optind);
    return args->help || check_operands(command, args, st);
}

/* ---- the scenario it names ---- */

/* The shipped scenarios: where the program was built, else where it was installed. */
static const char *presets(void)
{
    static char path[4096 + 32];
    if (access(DIEMSIM_SCENARIOS, R_OK) == 0)
        return DIEMSIM_SCENARIOS;
    const ssize_t length = readlink("/proc/self/exe", path, 4095);
    if (length <= 0)
        return NULL;
    path[length] = '\0';
    char *const slash = strrchr(path, '/');
    snprintf(slash, sizeof path - (size_t)(slash - path), "/../share/diemsim/scenarios");
    return access(path, R_OK) == 0 ? path : NULL;
}

bool ds_args_scenario(const ds_args *args, const char *path, ds_scenario *scenario, ds_status *st)
{
    char replicas[40], seed[40];
    size_t sets = args->sets;
    snprintf(replicas, sizeof replicas, "replicas=%llu", (unsigned long long)args->replicas);
    snprintf(seed, sizeof seed, "seed=%llu", (unsigned long long)args->seed);
    if (args->has_replicas)
        args->set[sets++] = replicas;
    if (args->has_seed)
        args->set[sets++] = seed;
    const ds_scenario_request request = {.path = path,
                                         .sets = args->set,
                                         .set_count = sets,
                                         .models = ds_models,
                                         .presets = presets()};
    if (!ds_scenario_load(scenario, &request, st))
        return false;
    for (size_t i = 0; i < scenario->warning_count; i++)
        fprintf(stderr, "warning: %s\n", scenario->warnings[i]);
    return true;
}
