/*
 * Any words as a command line, a line each. What is taken keeps to the tables of commands and
 * options, and what `--set` makes of a small scenario loads again from what it resolves to.
 */
#include "fuzz.h"
#include "sim/cli/cli.h"
#include "sim/io/apart.h"

/* On some broken texts libfyaml leaks a kilobyte. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
    return "leak:libfyaml\n";
}

enum { WORDS = 40 };

/* argv[0] is the program. */
static int cut(char *text, char *argv[WORDS + 1])
{
    static char program[] = "diemsim";
    int n = 0;
    argv[n++] = program;
    for (char *word = text; word && n < WORDS;) {
        char *const feed = strchr(word, '\n');
        if (feed)
            *feed = '\0';
        argv[n++] = word;
        word = feed ? feed + 1 : NULL;
    }
    argv[n] = NULL;
    return n;
}

/* ---- what was taken ---- */

static void check_option(const ds_option *o, const ds_args *args)
{
    const char *const at = (const char *)args + o->offset;
    uint64_t count;
    bool given = true;
    const char *text;
    if (o->given)
        memcpy(&given, (const char *)args + o->given, sizeof given);
    if (o->kind == DS_OPTION_COUNT && o->given && given) {
        memcpy(&count, at, sizeof count);
        must(count >= o->least && count <= o->most, "a count lies between its bounds", o->name);
    } else if (o->kind == DS_OPTION_TEXT && !o->repeats) {
        memcpy(&text, at, sizeof text);
        must(!text || *text, "a text is not empty", o->name);
    }
}

static void check_args(const ds_command *command, const ds_args *args)
{
    for (const ds_option *const *o = command->options; o && *o; o++)
        check_option(*o, args);
    for (size_t i = 0; i < args->sets; i++)
        must(*args->set[i] != '\0', "a repeated text is not empty", "");
    if (args->help)
        return;
    must(args->count >= command->operands_least && args->count <= command->operands_most,
         "there are as many operands as it takes", command->name);
    for (size_t i = 0; i < args->count; i++)
        must(*args->operand[i] != '\0', "an operand is not empty", "");
}

static void try_words(const ds_args *args)
{
    static const char *const words[] = {"holm", "bh", "none", NULL};
    ds_pool pool = {0};
    ds_status st = {0}, list = {0}, word = {0};
    double share = 0.5;
    int which = 0;
    const char *const *names = NULL;
    const bool is_share = ds_args_share("confidence", args->confidence, 0.5, 0.9999, &share, &st);
    must_say(is_share, &st);
    must(!is_share || (share >= 0.5 && share <= 0.9999), "a share lies between its bounds", "");
    const bool is_list = ds_args_list(&pool, "metrics", args->metrics, &names, &list);
    must_say(is_list, &list);
    for (; is_list && names && *names; names++)
        must(**names != '\0' && !strchr(*names, ','), "a list has names", *names);
    must_say(ds_args_word("adjust", args->adjust, words, &which, &word), &word);
    ds_pool_free(&pool);
}

/* ---- --set ---- */

static bool load(const ds_scenario_request *q, const char *text, ds_scenario *s, ds_status *st)
{
    ds_scenario_request whole = *q;
    whole.path = "fuzz";
    whole.text = text;
    whole.presets = whole.plugins = NULL;
    return ds_scenario_load(s, &whole, st);
}

static void try_sets(const ds_args *args)
{
    static const char text[] = "model: queue\nseed: 1\nhorizon: 10\nobserve: 5\nreplicas: 2\n";
    ds_args_words words;
    ds_scenario_request q;
    ds_scenario s, again;
    ds_status st = {0};
    ds_args_request(args, "fuzz", &words, &q);
    const bool loaded = load(&q, text, &s, &st);
    must_say(loaded, &st);
    if (loaded) {
        q.set_count = 0;
        must(load(&q, s.resolved, &again, &st), st.text, s.resolved);
        must(strcmp(s.resolved, again.resolved) == 0, s.resolved, again.resolved);
        ds_scenario_free(&again);
    }
    ds_scenario_free(&s);
}

static bool takes(const ds_command *command, const ds_option *option)
{
    for (const ds_option *const *o = command->options; o && *o; o++)
        if (*o == option)
            return true;
    return false;
}

static void must_be_usage(bool done, const ds_status *st)
{
    must_say(done, st);
    must(done || st->code == DS_E_USAGE, "what is wrong is the usage", st->text);
}

/* What is called unknown is none of the command's options. Whole messages are compared, as a word
 * may have apostrophes of its own. */
static void check_unknown(const ds_command *command, const ds_status *st)
{
    char said[200];
    for (const ds_option *const *o = command->options; o && *o; o++) {
        snprintf(said, sizeof said, "unknown option '--%s'; see 'diemsim help %s'", (*o)->name,
                 command->name);
        must(strcmp(st->text, said) != 0, "an option is known", said);
        for (const ds_option *const *other = command->options; *other; other++) {
            snprintf(said, sizeof said, "unknown option '--%s', did you mean '--%s'?", (*o)->name,
                     (*other)->name);
            must(strcmp(st->text, said) != 0, "an option is known", said);
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *const text = text_of(data, size), *argv[WORDS + 1];
    const int argc = cut(text, argv);
    ds_status st = {0};
    ds_args args = {0};
    ds_apart_never = true;
    const ds_command *const command = ds_command_find(argv[1], &st);
    must_be_usage(command != NULL, &st);
    const bool taken = command && ds_args_read(command, argc - 1, argv + 1, &args, &st);
    must_be_usage(taken, &st);
    if (taken) {
        check_args(command, &args);
        try_words(&args);
    } else if (command) {
        check_unknown(command, &st);
    }
    if (taken && takes(command, &ds_option_set))
        try_sets(&args);
    free(args.set);
    free(text);
    return 0;
}
