#include "trials.h"

#include "pace.h"
#include "sim/io/digest.h"
#include "sim/run/crew.h"
#include "sim/run/ensemble_mpi.h"
#include "sim/run/pilot.h"
#include "sim/run/progress.h"
#include "sim/run/signals.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const double seconds_between = 10; /* lines of progress, where they stay */

static bool check(const ds_scenario *s, ds_status *st)
{
    const char *const why = s->points > 1  ? "'variants', 'sweep' or 'branch'"
                            : s->until     ? "'until'"
                            : s->splitting ? "'splitting'"
                                           : NULL;
    return !why || ds_fail(st, DS_E_DATA,
                           "the scenario has %s, must be one setting with a fixed number of "
                           "replicas: what may vary stands under 'vary'",
                           why);
}

bool ds_trials_open(ds_trials *t, const ds_args *args, ds_status *st)
{
    *t = (ds_trials){.args = args, .terminal = isatty(STDERR_FILENO)};
    if (ds_mpi_size() > 1)
        return ds_fail(st, DS_E_USAGE,
                       "a search decides from candidate to candidate, so it runs in one process");
    if (!ds_args_scenario(args, args->operand[0], &t->scenario, st) || !check(&t->scenario, st))
        return false;
    ds_args_request(args, args->operand[0], &t->words, &t->request);
    const unsigned long long seed = t->scenario.frame.seed;
    if (!t->scenario.seed_given)
        fprintf(stderr, "seed %llu, drawn; --seed %llu repeats this search\n", seed, seed);
    t->trial = (ds_trial){.base = &t->request,
                          .scenario = &t->scenario,
                          .threads = (unsigned)args->threads,
                          .figure = t->figure};
    return true;
}

void ds_trials_close(ds_trials *t, bool done)
{
    ds_journal_close(&t->journal, done);
    ds_scenario_free(&t->scenario);
}

bool ds_trials_add(ds_trials *t, const ds_trial_figure *figure, ds_status *st)
{
    if (t->trial.figures == DS_TRIALS_FIGURES)
        return ds_fail(st, DS_E_DATA, "more than %d figures are asked of every replica",
                       DS_TRIALS_FIGURES);
    t->figure[t->trial.figures++] = *figure;
    return true;
}

/* ---- before it begins ---- */

static void say_time(const ds_trials *t, double seconds, size_t replicas)
{
    char pace[DS_PACE_ROOM];
    if (!(seconds >= 2))
        return;
    fprintf(stderr,
            "at most %.0f candidates of %zu replica%s, %s in all; stopped, the same command goes "
            "on; fewer candidates or replicas take less\n",
            (double)t->planned + t->after, replicas, replicas == 1 ? "" : "s",
            ds_pace_words(pace, seconds));
}

/* From the beginning of one replica of the scenario as it is; where that fails, nothing is said. */
static void estimate(ds_trials *t, size_t replicas)
{
    ds_plan plan = {0};
    ds_status ignored = {0};
    const ds_maker nobody = {"", "", ""};
    ds_scenario *const s = &t->scenario;
    ds_pilot pilot;
    const bool made = ds_plan_make(&plan, s, &nobody, &ignored);
    const unsigned threads = made ? ds_crew_threads(&plan, t->trial.threads) : 1;
    if (made && ds_pilot_run(&pilot, &plan, threads, &ignored)) {
        const double seconds = (pilot.seconds - pilot.joining) / threads;
        const double each = seconds / (double)s->frame.replicas;
        say_time(t, each * (double)replicas * ((double)t->planned + t->after), replicas);
    }
    ds_plan_free(&plan);
}

/* What decides about the numbers, candidates apart. */
static bool identify(const ds_trials *t, char *text, size_t room, ds_status *st)
{
    ds_hex hex;
    const ds_scenario *const s = &t->scenario;
    ds_digest *const digest = ds_digest_new();
    if (!digest)
        return ds_fail(st, DS_E_SYSTEM, "no memory for a digest");
    ds_digest_add_text(digest, s->resolved);
    for (size_t i = 0; i < s->file_count; i++)
        ds_digest_add_text(digest, s->files[i].text);
    for (size_t i = 0; i < t->trial.figures; i++) {
        char figure[120];
        const ds_trial_figure *const f = &t->figure[i];
        snprintf(figure, sizeof figure, "%d %zu %d %zu %a", f->outcome, f->number, (int)f->when,
                 f->time, f->part);
        ds_digest_add_text(digest, figure);
    }
    ds_digest_hex(digest, hex);
    ds_digest_free(digest);
    snprintf(text, room, "diemsim %s, candidates %s, seed %llu", DIEMSIM_VERSION, hex,
             (unsigned long long)s->frame.seed);
    return true;
}

/* A search that cannot keep what it does is still a search. */
static bool open_journal(ds_trials *t, const char *ending, ds_status *st)
{
    char identity[200];
    ds_status why = {0};
    if (!ds_output_search(t->args, ending, t->path, st) ||
        !identify(t, identity, sizeof identity, st))
        return false;
    if ((t->args->output || ds_output_folder(&why)) &&
        ds_journal_open(&t->journal, t->path, identity, &why))
        return true;
    if (t->journal.taken || why.code != DS_E_CREATE) {
        *st = why;
        return false;
    }
    fprintf(stderr, "warning: %s, so that a search that is stopped begins anew\n", why.text);
    ds_journal_close(&t->journal, false);
    return true;
}

bool ds_trials_begin(ds_trials *t, const char *ending, size_t replicas, ds_status *st)
{
    if (!open_journal(t, ending, st))
        return false;
    if (!t->args->quiet)
        estimate(t, replicas);
    ds_signals_catch();
    t->catching = true;
    t->begun = t->said = ds_seconds();
    return true;
}

void ds_trials_done(ds_trials *t)
{
    if (t->catching)
        ds_signals_release();
    t->catching = false;
    if (t->resumed && !t->args->quiet)
        fprintf(stderr, "%zu candidates are from before\n", t->resumed);
}

/* ---- candidates ---- */

/* What a call answered, in 64-bit words of the journal. */
enum { CALL, FAILED, REFUSAL, CAUSE = REFUSAL + 32, VALUES = CAUSE + 32, WORDS_MOST = 1000000 };

static uint64_t call_digest(const ds_trials *t, const ds_trial_call *c)
{
    const uint64_t said[] = {c->count, c->replicas, c->seed,
                             c->apart, c->from,     c->candidate != NULL};
    uint64_t both[2] = {ds_digest_short(said, sizeof said), 0};
    if (c->candidate)
        both[1] =
            ds_digest_short(c->candidate, c->count * t->trial.vary->count * sizeof *c->candidate);
    return ds_digest_short(both, sizeof both);
}

static void add_answer(ds_trial_answer *sum, const ds_trial_answer *one)
{
    sum->failed += one->failed;
    if (!*sum->refusal)
        memcpy(sum->refusal, one->refusal, sizeof sum->refusal);
    if (!*sum->cause)
        memcpy(sum->cause, one->cause, sizeof sum->cause);
}

static void write_words(const ds_trial_call *c, const ds_trial_answer *one, size_t numbers,
                        uint64_t *word)
{
    word[FAILED] = one->failed;
    memcpy(word + REFUSAL, one->refusal, sizeof one->refusal);
    memcpy(word + CAUSE, one->cause, sizeof one->cause);
    memcpy(word + VALUES, one->value, numbers * sizeof *one->value);
    for (size_t i = 0; i < c->count; i++)
        word[VALUES + numbers + i] = one->valid[i];
}

static void read_words(const ds_trial_call *c, ds_trial_answer *one, size_t numbers,
                       const uint64_t *word)
{
    one->failed = (size_t)word[FAILED];
    memcpy(one->refusal, word + REFUSAL, sizeof one->refusal);
    memcpy(one->cause, word + CAUSE, sizeof one->cause);
    one->refusal[sizeof one->refusal - 1] = one->cause[sizeof one->cause - 1] = '\0';
    memcpy(one->value, word + VALUES, numbers * sizeof *one->value);
    for (size_t i = 0; i < c->count; i++)
        one->valid[i] = word[VALUES + numbers + i] != 0;
}

static bool stopped(const ds_trials *t, const ds_status *why, ds_status *st)
{
    if (why->code != DS_E_STOPPED)
        *st = why->code == DS_OK ? *st : *why;
    else if (!t->journal.file)
        ds_fail(st, DS_E_STOPPED, "%s; nothing of the search is kept", why->text);
    else
        ds_fail(st, DS_E_STOPPED, "%s; run the same command%s to go on with what is in %s",
                why->text, t->scenario.seed_given ? "" : ", with the --seed above,", t->path);
    return false;
}

static bool simulate(ds_trials *t, const ds_trial_call *call, ds_trial_answer *one, ds_status *st)
{
    ds_status why = {0};
    return ds_trial_run(&t->trial, call, one, &why) || stopped(t, &why, st);
}

/* Words of `count` that a stopped search left behind, or makes them. */
static bool look(ds_trials *t, const ds_trial_call *call, ds_trial_answer *one, size_t count,
                 ds_status *st)
{
    const size_t numbers = call->count * call->replicas * t->trial.figures;
    const uint64_t *const held = ds_journal_find(&t->journal, 0, t->calls, count);
    const uint64_t digest = call_digest(t, call);
    if (held && held[CALL] == digest) {
        read_words(call, one, numbers, held);
        t->resumed += call->count;
        return true;
    }
    uint64_t *const word = calloc(count, sizeof *word);
    if (!word)
        return ds_fail(st, DS_E_SYSTEM, "no memory for %zu replicas", call->replicas);
    bool ok = simulate(t, call, one, st);
    if (ok) {
        word[CALL] = digest;
        write_words(call, one, numbers, word);
        ok = held || ds_journal_add(
                         &t->journal,
                         &(ds_journal_look){.first = t->calls, .count = count, .held = word}, st);
    }
    free(word);
    return ok;
}

bool ds_trials_run(ds_trials *t, const ds_trial_call *call, ds_trial_answer *answer, ds_status *st)
{
    ds_trial_answer one = {.value = answer->value, .valid = answer->valid};
    const size_t count = VALUES + call->count * (call->replicas * t->trial.figures + 1);
    const bool kept = t->journal.file && count <= WORDS_MOST;
    if (!(kept ? look(t, call, &one, count, st) : simulate(t, call, &one, st)))
        return false;
    t->calls++;
    add_answer(answer, &one);
    return true;
}

/* ---- how far it is ---- */

static void print_progress(const ds_trials *t, double left, double best)
{
    fprintf(stderr, "%zu of %zu candidates", t->done, t->planned);
    if (!isnan(best))
        fprintf(stderr, ", best so far %.6g", best);
    fprintf(stderr, ", at most %.0f s left", left);
}

void ds_trials_passed(ds_trials *t, size_t count, double best)
{
    if (t->args->quiet)
        return;
    t->done += count;
    const double now = ds_seconds();
    const size_t fresh = t->done > t->resumed ? t->done - t->resumed : 0;
    const size_t to_do = t->planned > t->done ? t->planned - t->done : 0;
    const double left = fresh ? (now - t->begun) / (double)fresh * (t->after + (double)to_do) : NAN;
    if (isnan(left) || (!t->terminal && now - t->said < seconds_between))
        return;
    t->said = now;
    if (t->terminal)
        fputs("\r\033[K", stderr);
    print_progress(t, left, best);
    if (!t->terminal)
        fputc('\n', stderr);
    t->printed = true;
}

void ds_trials_end(ds_trials *t)
{
    if (t->terminal && t->printed)
        fputs("\r\033[K", stderr);
    t->printed = false;
}

bool ds_trials_table(const ds_trials *t, ds_table *table, ds_status *st)
{
    const bool csv = t->args->csv;
    if (csv)
        printf("# %s\r\n", table->name);
    const bool ok = ds_table_print(stdout, table, csv ? DS_TABLE_CSV : DS_TABLE_PLAIN, st);
    ds_table_free(table);
    if (!csv)
        putchar('\n');
    return ok;
}

void ds_trials_warn(const ds_trial_answer *answer, size_t refused)
{
    if (refused)
        fprintf(stderr, "warning: the scenario refuses %zu candidate%s, the first: %s\n", refused,
                refused == 1 ? "" : "s", answer->refusal);
    if (answer->failed)
        fprintf(stderr, "warning: %zu replica%s failed, the first: %s\n", answer->failed,
                answer->failed == 1 ? "" : "s", answer->cause);
}
