#include "compare_parts.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { NOTES_MOST = 64, NAMED = 4 };

DS_PRINTF(2, 3) static void note(ds_comparison *c, const char *format, ...)
{
    char text[1000];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    if (c->notes < NOTES_MOST)
        c->note[c->notes++] = ds_pool_copy(&c->pool, text, strlen(text));
}

/* ---- how replicas are held against each other ---- */

static void note_pairs(ds_comparison *c)
{
    const ds_result_info *const base = c->variant[c->baseline].of.about;
    size_t paired = 0, values = 0;
    const ds_compare_variant *apart = NULL;
    for (size_t i = 0; i < c->variants; i++) {
        paired += i != c->baseline && c->variant[i].paired;
        apart = c->variant[i].paired ? apart : &c->variant[i];
    }
    for (size_t i = 0; i < c->questions; i++)
        values += !c->question[i].no_values;
    if (paired > 0 && values > 0)
        note(
            c,
            "paired: replica by replica on common random numbers (seed %llu), so that what differs "
            "is the variant, not chance%s",
            (unsigned long long)base->seed, apart ? "; but not those of another seed" : "");
    if (apart)
        note(c,
             "not paired: '%.200s' has seed %llu, the baseline %llu%s; replicas are taken as "
             "independent, and the interval is Welch's",
             apart->label, (unsigned long long)apart->of.about->seed,
             (unsigned long long)base->seed,
             apart->of.about->seed == base->seed ? ", but they were drawn in other groups" : "");
    if (values < c->questions)
        note(c,
             "only summaries of metrics are kept, so that these cannot be paired: their "
             "intervals are those of independent replicas, as a rule wider than pairs would "
             "give%s",
             values > 0 ? "; outcomes are paired" : "");
}

static void note_times(ds_comparison *c)
{
    const ds_case *const base = &c->variant[c->baseline].of;
    for (size_t i = 0; i < c->variants; i++) {
        const ds_case *const of = &c->variant[i].of;
        char here[40], there[40];
        ds_case_when(of, of->about->time[of->about->times - 1], here, sizeof here);
        ds_case_when(base, base->about->time[base->about->times - 1], there, sizeof there);
        if (strcmp(here, there) == 0)
            continue;
        note(c, "'%.200s' ends at %s and the baseline at %s: they are compared all the same",
             c->variant[i].label, here, there);
        return;
    }
}

static void note_replicas(ds_comparison *c)
{
    size_t named = 0;
    for (size_t i = 0; i < c->variants; i++) {
        const ds_compare_variant *const v = &c->variant[i];
        if (v->failed > 0 && named++ < NAMED)
            note(c, "%zu of %zu replicas of '%.200s' failed: %s left out", v->failed,
                 v->of.about->replicas, v->label,
                 v->paired ? "pairs with one of them are" : "they are");
    }
    if (named > NAMED)
        note(c, "replicas failed in %zu more variant%s, too", named - NAMED,
             named == NAMED + 1 ? "" : "s");
    for (size_t i = 0; i < c->variants; i++) {
        const size_t replicas = c->variant[i].of.about->replicas;
        if (replicas == c->variant[c->baseline].of.about->replicas)
            continue;
        note(c, "'%.200s' has %zu replicas and the baseline %zu%s", c->variant[i].label, replicas,
             c->variant[c->baseline].of.about->replicas,
             c->variant[i].paired ? ": the first of the longer one are used, for pairs" : "");
        return;
    }
}

/* ---- what answers mean ---- */

static void note_family(ds_comparison *c)
{
    const double percent = 100 * c->level;
    const char *const questions = c->family == 1 ? "question is" : "questions are";
    size_t same = 0;
    for (size_t i = 0; i < c->rows; i++)
        same += c->row[i].same;
    if (same > 0)
        note(c,
             "%zu of %zu answers %s the same in every replica: %s no difference whatever chance "
             "does, "
             "and %s not count among the questions",
             same, c->rows, same == 1 ? "is" : "are", same == 1 ? "it shows" : "they show",
             same == 1 ? "does" : "do");
    if (c->family > 1 && c->adjust == DS_ADJUST_HOLM)
        note(c,
             "%zu %s asked at once: p is adjusted for that (Holm), and the intervals hold together "
             "with %g %%; where one holds 0, no difference is shown",
             c->family, questions, percent);
    else if (c->family > 1 && c->adjust == DS_ADJUST_BH)
        note(c,
             "%zu %s asked at once: of the differences shown, at most %g %% are expected to be "
             "none (Benjamini and Hochberg); intervals miss as often",
             c->family, questions, 100 - percent);
    else if (c->family > 1)
        note(c,
             "%zu %s asked, and p and the %g %% intervals are of each alone: %g in 100 show a "
             "difference where there is none",
             c->family, questions, percent, 100 - percent);
    for (size_t i = 0; i < c->questions; i++)
        if (c->question[i].goal) {
            note(c,
                 "what matters is taken to be %g %% of the baseline's value (of a probability, %g "
                 "point%s): so many replicas as are said to be needed show it four times in five",
                 100 * c->matters, 100 * c->matters, c->matters == 0.01 ? "" : "s");
            return;
        }
}

/* Names of questions with a property, for a note; how many there are. */
typedef struct names {
    char text[400];
    size_t count;
} names;

static void name(names *n, const ds_comparison *c, size_t question)
{
    const size_t used = strlen(n->text);
    if (n->count++ < NAMED)
        snprintf(n->text + used, sizeof n->text - used, "%s%.60s", used ? ", " : "",
                 c->question[question].what.of);
}

static void finish_names(names *n)
{
    const size_t used = strlen(n->text);
    if (n->count > NAMED)
        snprintf(n->text + used, sizeof n->text - used, " and %zu more", n->count - NAMED);
}

static bool doubts_it(const ds_comparison *c, size_t question, unsigned doubt)
{
    for (size_t i = 0; i < c->rows; i++)
        if (c->row[i].question == question && c->row[i].verdict != DS_VERDICT_SAME &&
            c->row[i].pairs > 0 && c->row[i].difference.doubts & doubt)
            return true;
    return false;
}

static void note_doubts(ds_comparison *c)
{
    for (unsigned i = 0; i < DS_DOUBTS; i++) {
        names n = {.count = 0};
        for (size_t q = 0; q < c->questions; q++)
            if (doubts_it(c, q, 1U << i))
                name(&n, c, q);
        finish_names(&n);
        if (n.count > 0)
            note(c, "%s: %s", n.text, ds_doubt_text((ds_doubt)(1U << i)));
    }
}

/* The row of a question that rests on the fewest values though others are done, or NULL. */
static const ds_compared *with_gaps(const ds_comparison *c, size_t question)
{
    const ds_compared *fewest = NULL;
    for (size_t i = 0; i < c->rows; i++) {
        const ds_compared *const row = &c->row[i];
        if (row->question == question && row->pairs_less > 0 && row->pairs > 0 &&
            (!fewest || row->pairs < fewest->pairs))
            fewest = row;
    }
    return fewest;
}

static void note_gaps(ds_comparison *c)
{
    names n = {.count = 0};
    const ds_compared *fewest = NULL;
    for (size_t q = 0; q < c->questions; q++) {
        const ds_compared *const row = with_gaps(c, q);
        if (!row)
            continue;
        name(&n, c, q);
        fewest = !fewest || row->pairs < fewest->pairs ? row : fewest;
    }
    finish_names(&n);
    if (fewest)
        note(c,
             "%s: not every replica has a value; the answer is about those that do, in the fewest: "
             "%zu of %zu",
             n.text, fewest->pairs, fewest->pairs + fewest->pairs_less);
}

static void note_columns(ds_comparison *c)
{
    note(
        c,
        "P(higher) is the share of replicas in which the variant is above the baseline, ties half; "
        "p is how often chance alone would show so large a difference");
}

void ds_compare_note(ds_comparison *c)
{
    c->note = ds_pool_take(&c->pool, NOTES_MOST * sizeof *c->note);
    note_pairs(c);
    note_columns(c);
    note_family(c);
    note_times(c);
    note_replicas(c);
    note_gaps(c);
    note_doubts(c);
}
