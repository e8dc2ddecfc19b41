#include "cli.h"

#include "models/models.h"
#include "sim/core/nearest.h"
#include "sim/io/files.h"
#include "sim/io/pool.h"
#include "sim/io/quantity.h"

#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { OPTIONS_MOST = 24 };

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
const ds_option ds_option_man = FLAG(man, 0, "as a page for man(1)");
const ds_option ds_option_names = FLAG(names, 0, "the names of the commands only, a line each");
const ds_option ds_option_completion =
    TEXT(completion, 0, "bash", "the script by which a shell completes words");
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
const ds_option ds_option_seed = {COUNT(seed, 0, INT64_MAX, "seed of all randomness"),
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
const ds_option ds_option_merged = {.name = "output",
                                    .letter = 'o',
                                    .value = "RESULT.h5",
                                    .doc = "the result",
                                    .kind = DS_OPTION_TEXT,
                                    .offset = offsetof(ds_args, output),
                                    .needed = true};
const ds_option ds_option_point = {COUNT(point, 0, UINT32_MAX, "this point only, counted from 0"),
                                   .given = offsetof(ds_args, has_point)};
const ds_option ds_option_all = FLAG(all, 0, "every point, however many");
const ds_option ds_option_markdown =
    FLAG(markdown, 0, "every parameter as tables to read, of the model (diem)");
const ds_option ds_option_selftest =
    FLAG(selftest, 0, "compute what is known: functions, draws, intervals, two small scenarios");
const ds_option ds_option_observed =
    TEXT(observed, 0, "FILE.csv", "rows of date,quantity,value to hold the results against");
const ds_option ds_option_title =
    TEXT(title, 0, "TEXT", "heading of the page; the title of the first result by default");
const ds_option ds_option_question =
    TEXT(question, 0, "TEXT", "what the page answers; the scenario's description by default");
const ds_option ds_option_first =
    TEXT(metrics, 0, "A,B,...", "metrics to show first, the most important one at the head");
const ds_option ds_option_report = {.name = "output",
                                    .letter = 'o',
                                    .value = "FILE",
                                    .doc = "the report: FILE.html or FILE.md",
                                    .kind = DS_OPTION_TEXT,
                                    .offset = offsetof(ds_args, output),
                                    .needed = true};

const ds_option ds_option_suite = TEXT(
    suite, 0, "NAME", "presets: a folder or file, or the name of one; those of stress/ by default");
const ds_option ds_option_break = {
    .name = "break",
    .value = "WHAT",
    .doc = "search for the smallest depth that breaks a threshold: of a preset or a kind",
    .kind = DS_OPTION_TEXT,
    .offset = offsetof(ds_args, broken),
};
const ds_option ds_option_map =
    TEXT(map, 0, "WHAT", "every depth with every duration: of a preset or a kind");
const ds_option ds_option_threshold =
    TEXT(threshold, 0, "NAME,...", "look at these thresholds only");
const ds_option ds_option_range = TEXT(
    range, 0, "FROM..TO", "depths between which --break searches; 0 to the deepest by default");
const ds_option ds_option_depths = TEXT(depths, 0, "X,...", "depths of a map");
const ds_option ds_option_durations =
    TEXT(durations, 0, "X,...", "durations of a map, as '7 d, 30 d'");
const ds_option ds_option_check = FLAG(check, 0, "leave with 1 when a threshold fails");
const ds_option ds_option_stress_result =
    TEXT(output, 'o', "RESULT.h5",
         "the result; out/<name of the scenario>.stress.h5, or .map.h5, by default");
const ds_option ds_option_csv = FLAG(csv, 0, "tables as CSV, with every digit, and nothing else");
const ds_option ds_option_metrics = TEXT(
    metrics, 0, "A,B,...", "metrics and outcomes; the key metrics and all outcomes by default");
const ds_option ds_option_over = TEXT(
    over, 0, "end|time", "metrics by their value at the end (default) or their mean over time");
const ds_option ds_option_baseline =
    TEXT(baseline, 0, "NAME", "what others are held against; the first variant by default");
const ds_option ds_option_variants =
    TEXT(variants, 0, "A,B,...", "only these, * stands for any text; all by default");
const ds_option ds_option_objective = {
    .name = "objective",
    .value = "'maximise METRIC'",
    .doc = "judge by this, too; may be given many times. 'minimise median wait_mean', 'maximise "
           "quantile 5 % treasury over time', 'minimise probability ruined'",
    .kind = DS_OPTION_TEXT,
    .repeats = true,
};
const ds_option ds_option_confidence =
    TEXT(confidence, 0, "P", "of intervals and verdicts; '95 %' by default");
const ds_option ds_option_adjust =
    TEXT(adjust, 0, "holm|bh|none",
         "how p and intervals account for many questions: no false alarm at all (default), few of "
         "those raised, or not");
const ds_option ds_option_evaluations = {
    COUNT(evaluations, 1, 1000000, "candidates that are simulated, at most"),
    .given = offsetof(ds_args, has_evaluations)};
const ds_option ds_option_proposal = TEXT(
    output, 'o', "RESULT.h5", "also write the check as a result, variants current and proposed");
const ds_option ds_option_fitted = TEXT(
    observed, 0, "FILE.csv", "rows of date,quantity,value to fit; else what the scenario names");
const ds_option ds_option_method = TEXT(
    method, 0, "abc|moments", "a posterior, or a best fit with errors; else as the scenario says");
const ds_option ds_option_matters =
    TEXT(matters, 0, "P",
         "the least difference of interest, of the baseline's value or in points of a probability; "
         "'1 %' by default");
const ds_option ds_option_level =
    TEXT(level, 0, "SHARE", "of replicas that do better than the worst; 95 % and 99 % by default");
const ds_option ds_option_beyond = {
    .name = "beyond",
    .value = "OUTCOME=VALUE",
    .doc = "also how likely it is that an outcome reaches a value; may be given many times",
    .kind = DS_OPTION_TEXT,
    .repeats = true,
};
const ds_option ds_option_worst =
    TEXT(worst, 0, "NAME[:low|:high]",
         "by which outcome, or metric at the end, replicas are the worst, and at which end");
const ds_option ds_option_calm =
    TEXT(baseline, 0, "VARIANT", "whose band signals leave; the first by default, or 'none'");
const ds_option ds_option_all_axes = FLAG(all, 0, "every parameter of each figure");
const ds_option ds_option_of = {
    .name = "of",
    .value = "NAME",
    .doc = "of this metric at the end, or outcome; may be given many times",
    .kind = DS_OPTION_TEXT,
    .repeats = true,
};

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
    optind = 0; /* the word that it was in, when it was stopped, is forgotten */
    /* Options stand behind the scenario, too, whatever a shell script wants of its own tools. */
    unsetenv("POSIXLY_CORRECT");
    while ((code = getopt_long(argc, argv, p->letters, p->word, NULL)) != -1) {
        const char *const word = last_word(argv);
        if (code == '?' && optopt >= 256)
            return ds_fail(st, DS_E_USAGE, "'--%s' takes no value", p->option[optopt - 256]->name);
        if (code == '?')
            return unknown(p, optopt ? "-" : argv[optind - 1], st);
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

bool ds_args_share(const char *option, const char *text, double least, double most, double *value,
                   ds_status *st)
{
    char why[200] = "";
    if (!text)
        return true;
    if (ds_quantity_read(text, "1", value, why, sizeof why) && *value >= least && *value <= most)
        return true;
    return ds_fail(st, DS_E_USAGE, "'--%s' is '%.60s', must be %g %% to %g %%%s%s", option, text,
                   100 * least, 100 * most, *why ? ": " : "", why);
}

bool ds_args_word(const char *option, const char *text, const char *const *words, int *which,
                  ds_status *st)
{
    char all[200] = "";
    for (int i = 0; text && words[i]; i++) {
        if (strcmp(text, words[i]) == 0) {
            *which = i;
            return true;
        }
        const size_t used = strlen(all);
        snprintf(all + used, sizeof all - used, "%s%s",
                 i == 0         ? ""
                 : words[i + 1] ? ", "
                                : " or ",
                 words[i]);
    }
    return !text || ds_fail(st, DS_E_USAGE, "'--%s' is '%.60s', must be %s", option, text, all);
}

bool ds_args_list(ds_pool *pool, const char *option, const char *text, const char *const **words,
                  ds_status *st)
{
    if (!text)
        return true;
    const char **const made = ds_pool_take(pool, (strlen(text) + 2) * sizeof *made);
    size_t count = 0;
    for (const char *at = text; at; at = *at ? at + 1 : NULL) {
        at += strspn(at, " ");
        const char *const end = at + strcspn(at, ",");
        size_t length = (size_t)(end - at);
        while (length > 0 && at[length - 1] == ' ')
            length--;
        if (length == 0)
            return ds_fail(st, DS_E_USAGE, "'--%s' is '%.60s', has an empty name in it", option,
                           text);
        made[count++] = ds_pool_copy(pool, at, length);
        at = end;
    }
    *words = made;
    return true;
}

/* ---- the scenario it names ---- */

static bool is_file(const char *path)
{
    return access(path, F_OK) == 0 && !ds_file_is_folder(path);
}

/* The path of a scenario; one that is not there may be the name of one that ships. */
static const char *shipped(char room[DS_DATA_ROOM], const char *path)
{
    char name[NAME_MAX];
    if (is_file(path) || *path == '/')
        return path;
    for (int i = 0; i < 2; i++) {
        const int length =
            snprintf(name, sizeof name, "scenarios/%s%s", path, i == 0 ? "" : ".yaml");
        if (length < (int)sizeof name && ds_data_path(room, name) && !ds_file_is_folder(room))
            return room;
    }
    return path;
}

/* A name that is no file, but nearly one of a scenario that ships. */
static bool check_name(const char *path, const char *presets, ds_status *st)
{
    ds_pool pool = {0};
    ds_nearest nearest = ds_nearest_to(path);
    if (!presets || access(path, F_OK) == 0)
        return true;
    ds_files_try(&nearest, &pool, presets, "");
    if (nearest.best)
        ds_fail(st, DS_E_INPUT, "cannot read '%s': %s; did you mean '%s', which ships?", path,
                strerror(ENOENT), nearest.best);
    ds_pool_free(&pool);
    return st->code == DS_OK;
}

void ds_args_request(const ds_args *args, const char *path, ds_args_words *words,
                     ds_scenario_request *request)
{
    size_t sets = args->sets;
    snprintf(words->replicas, sizeof words->replicas, "replicas=%llu",
             (unsigned long long)args->replicas);
    snprintf(words->seed, sizeof words->seed, "seed=%llu", (unsigned long long)args->seed);
    if (args->has_replicas)
        args->set[sets++] = words->replicas;
    if (args->has_seed)
        args->set[sets++] = words->seed;
    *request = (ds_scenario_request){.path = shipped(words->path, path),
                                     .sets = args->set,
                                     .set_count = sets,
                                     .models = ds_models,
                                     .presets = ds_data_path(words->presets, "scenarios"),
                                     .plugins = ds_data_plugins(words->plugins)};
}

bool ds_args_load(const ds_args *args, const char *path, const ds_stress_request *stress,
                  ds_scenario *scenario, ds_status *st)
{
    ds_args_words words;
    ds_scenario_request request;
    *scenario = (ds_scenario){0}; /* to be freed whatever comes */
    ds_args_request(args, path, &words, &request);
    request.stress = stress;
    return check_name(request.path, request.presets, st) &&
           ds_scenario_load(scenario, &request, st);
}

bool ds_args_stressed(const ds_args *args, const char *path, const ds_stress_request *stress,
                      ds_scenario *scenario, ds_status *st)
{
    if (!ds_args_load(args, path, stress, scenario, st))
        return false;
    for (size_t i = 0; i < scenario->warning_count; i++)
        fprintf(stderr, "warning: %s\n", scenario->warnings[i]);
    return true;
}

bool ds_args_scenario(const ds_args *args, const char *path, ds_scenario *scenario, ds_status *st)
{
    return ds_args_stressed(args, path, NULL, scenario, st);
}
