#include "risk_tables.h"

#include "number.h"

#include <math.h>
#include <string.h>

enum { DIGITS = 3 };

/* ---- cells ---- */

/* The point's number, shown as its label in the first row of a block. */
static void put_point(ds_table *t, const ds_case *c, bool first)
{
    ds_table_shown(t, (double)c->point, "%s", first ? c->label : "");
    ds_table_text(t, c->label);
}

/* Room for a number and the sign. */
enum { PERCENT_ROOM = DS_NUMBER_ROOM + 2 };

static const char *percent(char text[PERCENT_ROOM], double share)
{
    if (isnan(share))
        return "–";
    ds_number(text, 100 * share, DIGITS);
    strcat(text, " %");
    return text;
}

static void put_percent(ds_table *t, double share)
{
    char text[PERCENT_ROOM];
    ds_table_shown(t, share, "%s", percent(text, share));
}

/* Two cells, as ds_table_interval has them. */
static void put_percents(ds_table *t, ds_interval interval)
{
    char low[PERCENT_ROOM], high[PERCENT_ROOM];
    if (isfinite(interval.low) && isfinite(interval.high))
        ds_table_shown(t, interval.low, "%s to %s", percent(low, interval.low),
                       percent(high, interval.high));
    else if (isfinite(interval.low))
        ds_table_shown(t, interval.low, "at least %s", percent(low, interval.low));
    else if (isfinite(interval.high))
        ds_table_shown(t, interval.low, "at most %s", percent(high, interval.high));
    else
        ds_table_shown(t, interval.low, "–");
    ds_table_number(t, interval.high, DIGITS);
}

static const char *when(char text[48], const ds_case *c, double time)
{
    if (isnan(time))
        return "–";
    if (!isfinite(time))
        return "not reached";
    /* The day is enough. */
    ds_case_when(c, isnan(c->origin) ? time : floor(time + c->origin) - c->origin, text, 48);
    return text;
}

static void put_time(ds_table *t, const ds_case *c, double time)
{
    char text[48];
    ds_table_shown(t, time, "%s", when(text, c, time));
}

/* Two cells; a time that is not bounded above is "or later". */
static void put_times(ds_table *t, const ds_case *c, ds_interval interval)
{
    char low[48], high[48];
    if (!isfinite(interval.low))
        ds_table_shown(t, interval.low, "–");
    else if (!isfinite(interval.high))
        ds_table_shown(t, interval.low, "%s or later", when(low, c, interval.low));
    else
        ds_table_shown(t, interval.low, "%s to %s", when(low, c, interval.low),
                       when(high, c, interval.high));
    ds_table_number(t, interval.high, DIGITS);
}

/* ---- probabilities ---- */

/* clang-format off */
#define POINT(head) {"point", head, "which point", false}, {"label", NULL, NULL, false}

#define CHANCES(head) {POINT(head), \
    {"event", "event", "what happens", false}, \
    {"outcome", NULL, NULL, false}, {"at_least", NULL, NULL, true}, \
    {"probability", "probability", "share of replicas in which it happens", true}, \
    {"low", "interval", "of the probability", true}, {"high", NULL, NULL, true}, \
    {"replicas", "replicas", "that finished", true}, \
    {"early", "5 % by", "when one replica in twenty has had it", true}, \
    {"median", "half by", "when half of the replicas have had it", true}, \
    {"median_low", "interval", "of that time", true}, {"median_high", NULL, NULL, true}, \
    {"meaning", NULL, NULL, false}, {0}}
/* clang-format on */

void ds_chances_begin(ds_table *t, bool several)
{
    static const ds_table_column columns[2][16] = {CHANCES(NULL), CHANCES("point")};
    ds_table_begin(t, "probabilities", "Bad outcomes within the horizon", columns[several]);
}

void ds_chances_rows(ds_table *t, const ds_case *c, const ds_chances *all)
{
    for (size_t i = 0; i < all->count; i++) {
        const ds_chance *const x = &all->chance[i];
        put_point(t, c, i == 0);
        ds_table_text(t, x->name);
        ds_table_text(t, x->outcome);
        ds_table_number(t, x->at_least, DIGITS);
        put_percent(t, x->probability.value);
        put_percents(t, x->probability.interval);
        ds_table_number(t, (double)x->probability.count, DS_NUMBER_DIGITS);
        if (x->timed && x->probability.count > 0) {
            put_time(t, c, x->early.value);
            put_time(t, c, x->half.value);
            put_times(t, c, x->half.interval);
        } else {
            for (int k = 0; k < 3; k++)
                ds_table_shown(t, NAN, "%s", "");
            ds_table_number(t, NAN, DIGITS);
        }
        ds_table_text(t, x->doc);
    }
}

unsigned ds_chances_doubts(const ds_chances *all)
{
    unsigned doubts = 0;
    for (size_t i = 0; i < all->count; i++)
        doubts |= all->chance[i].probability.doubts & ~(unsigned)DS_DOUBT_EQUAL;
    return doubts;
}

/* ---- tails ---- */

/* clang-format off */
#define TAILS(head) {POINT(head), \
    {"figure", "figure", "what is lost", false}, \
    {"form", "as", "of the horizon: its value at the end, its change, its growth", false}, \
    {"unit", "unit", NULL, false}, {"bad", "bad", "which side is", false}, \
    {"median", "median", "of replicas", true}, \
    {"share", "level", "of replicas that do better", true}, \
    {"var", "value at risk", "the figure that the worst reach or pass", true}, \
    {"var_low", "interval", "of it", true}, {"var_high", NULL, NULL, true}, \
    {"es", "shortfall", "mean of the worst", true}, \
    {"es_low", "interval", "of it", true}, {"es_high", NULL, NULL, true}, \
    {"replicas", NULL, NULL, true}, {"var_needs", NULL, NULL, true}, \
    {"es_needs", NULL, NULL, true}, {0}}
/* clang-format on */

void ds_loss_tails_begin(ds_table *t, bool several)
{
    static const ds_table_column columns[2][18] = {TAILS(NULL), TAILS("point")};
    ds_table_begin(t, "tails", "The worst replicas: value at risk and expected shortfall",
                   columns[several]);
}

static void put_figure(ds_table *t, double value, bool as_percent)
{
    if (as_percent)
        put_percent(t, value);
    else
        ds_table_number(t, value, DIGITS);
}

/* What is refused says what it takes. */
static void put_estimate(ds_table *t, const ds_estimate *e, size_t count, size_t needs,
                         bool as_percent)
{
    if (count < needs) {
        ds_table_shown(t, NAN, "needs %zu", needs);
        ds_table_shown(t, NAN, "replicas");
        ds_table_number(t, NAN, DIGITS);
        return;
    }
    put_figure(t, e->value, as_percent);
    if (as_percent)
        put_percents(t, e->interval);
    else
        ds_table_interval(t, e->interval, DIGITS);
}

static const char *form_name(ds_loss_form form)
{
    return form == DS_LOSS_VALUE ? "value" : form == DS_LOSS_CHANGE ? "change" : "growth";
}

/* Growth is said in percent; what has no unit may as well be a number of customers. */
static bool is_percent(const ds_loss_tail *x)
{
    return x->form == DS_LOSS_GROWTH;
}

static bool is_refused(const ds_loss_tail *x)
{
    return x->count < x->tail.risk_needs && x->count < x->tail.shortfall_needs;
}

void ds_loss_tails_rows(ds_table *t, const ds_case *c, const ds_loss_tails *all, bool full)
{
    bool first = true;
    for (size_t i = 0; i < all->count; i++) {
        const ds_loss_tail *const x = &all->tail[i];
        const bool again = i > 0 && strcmp(x[-1].of, x->of) == 0 && (full || !is_refused(x - 1));
        if (!full && is_refused(x))
            continue;
        put_point(t, c, first);
        first = false;
        ds_table_text(t, x->of);
        ds_table_text(t, form_name(x->form));
        ds_table_text(t, x->unit);
        ds_table_text(t, x->worst == DS_SIDE_LOW ? "low" : "high");
        if (again)
            ds_table_shown(t, x->median, "%s", "");
        else
            put_figure(t, x->median, is_percent(x));
        put_percent(t, x->share);
        put_estimate(t, &x->tail.risk, x->count, x->tail.risk_needs, is_percent(x));
        put_estimate(t, &x->tail.shortfall, x->count, x->tail.shortfall_needs, is_percent(x));
        ds_table_number(t, (double)x->count, DS_NUMBER_DIGITS);
        ds_table_number(t, (double)x->tail.risk_needs, DS_NUMBER_DIGITS);
        ds_table_number(t, (double)x->tail.shortfall_needs, DS_NUMBER_DIGITS);
    }
}

bool ds_loss_tails_refusal(const ds_loss_tails *all, double share, char *text, size_t room)
{
    for (size_t i = 0; i < all->count; i++) {
        const ds_loss_tail *const x = &all->tail[i];
        if (x->share != share || !is_refused(x))
            continue;
        snprintf(text, room,
                 "at %g %% the tail is too thin: value at risk wants %zu replicas and expected "
                 "shortfall %zu, there are %zu",
                 100 * share, x->tail.risk_needs, x->tail.shortfall_needs, x->count);
        return true;
    }
    return false;
}

unsigned ds_loss_tails_doubts(const ds_loss_tails *all)
{
    unsigned doubts = 0;
    for (size_t i = 0; i < all->count; i++) {
        const ds_tail *const x = &all->tail[i].tail;
        if (all->tail[i].count >= x->risk_needs)
            doubts |= x->risk.doubts;
        if (all->tail[i].count >= x->shortfall_needs)
            doubts |= x->shortfall.doubts;
    }
    return doubts;
}

/* ---- signatures ---- */

/* clang-format off */
#define FIRST \
    {"share", "replicas", "in which it shows", true}, \
    {"share_low", "interval", "of that share", true}, {"share_high", NULL, NULL, true}, \
    {"early", "5 % by", "when it has shown in one replica of twenty", true}, \
    {"median", "half by", "when it has shown in half of the replicas", true}, \
    {"median_low", "interval", "of that time", true}, {"median_high", NULL, NULL, true}, \
    {"late", "95 % by", "when it has shown in nineteen replicas of twenty", true}

#define SIGNS(head) {POINT(head), \
    {"signature", "signature", "a way to fail", false}, FIRST, \
    {"days", "days", "on which it holds, mean over replicas", true}, \
    {"meaning", NULL, NULL, false}, {0}}

#define SIGNALS(head) {POINT(head), \
    {"metric", "metric", "which leaves its band", false}, FIRST, \
    {"below", "downward", "of those replicas", true}, \
    {"false_alarm", "without cause", "baseline's replicas that leave the band too", true}, \
    {"false_low", NULL, NULL, true}, {"false_high", NULL, NULL, true}, {0}}
/* clang-format on */

static void put_first(ds_table *t, const ds_case *c, const ds_first_time *x)
{
    put_percent(t, x->share.value);
    put_percents(t, x->share.interval);
    put_time(t, c, x->early.value);
    put_time(t, c, x->median.value);
    put_times(t, c, x->median.interval);
    put_time(t, c, x->late.value);
}

void ds_signs_begin(ds_table *t, bool several)
{
    static const ds_table_column columns[2][16] = {SIGNS(NULL), SIGNS("point")};
    ds_table_begin(t, "signatures", "Known ways to fail, and when they first show",
                   columns[several]);
}

void ds_signs_rows(ds_table *t, const ds_case *c, const ds_signs *all)
{
    for (size_t i = 0; i < all->count; i++) {
        const ds_sign *const x = &all->sign[i];
        put_point(t, c, i == 0);
        ds_table_text(t, x->signature->name);
        put_first(t, c, &x->first);
        ds_table_number(t, x->days, DIGITS);
        ds_table_text(t, x->signature->doc);
    }
}

const char *ds_signs_unseen(const ds_signs *all)
{
    for (size_t i = 0; i < all->count; i++)
        if (all->sign[i].unseen)
            return "what is '–' could not show: the times recorded are too short for its clues";
    return NULL;
}

unsigned ds_signs_doubts(const ds_signs *all)
{
    unsigned doubts = 0;
    for (size_t i = 0; i < all->count; i++)
        doubts |= all->sign[i].first.share.doubts;
    return doubts & ~(unsigned)DS_DOUBT_EQUAL;
}

void ds_signals_begin(ds_table *t, bool several)
{
    static const ds_table_column columns[2][16] = {SIGNALS(NULL), SIGNALS("point")};
    ds_table_begin(t, "signals", "Which metric leaves its band first", columns[several]);
}

void ds_signals_rows(ds_table *t, const ds_case *c, const ds_signals *all, size_t most)
{
    for (size_t i = 0; i < all->count && i < most; i++) {
        const ds_signal *const x = &all->signal[i];
        put_point(t, c, i == 0);
        ds_table_text(t, x->metric);
        put_first(t, c, &x->first);
        put_percent(t, x->below);
        put_percent(t, x->false_alarm.value);
        ds_table_number(t, x->false_alarm.interval.low, DIGITS);
        ds_table_number(t, x->false_alarm.interval.high, DIGITS);
    }
}

/* ---- what the worst have in common ---- */

/* clang-format off */
#define WORST(head) {POINT(head), \
    {"figure", "figure", "at the end, or an outcome", false}, {"unit", "unit", NULL, false}, \
    {"inside", "among the worst", "median, or share", true}, \
    {"outside", "others", "median, or share", true}, \
    {"difference", "difference, sd", "of the means, in standard deviations of all", true}, \
    {"low", "interval", "of it alone", true}, {"high", NULL, NULL, true}, \
    {"adjusted_p", "adjusted p", "of ranks, were there none, for all figures together", true}, {0}}
/* clang-format on */

void ds_worst_begin(ds_table *t, bool several)
{
    static const ds_table_column columns[2][12] = {WORST(NULL), WORST("point")};
    ds_table_begin(t, "worst", "What the worst replicas have in common", columns[several]);
}

static void put_p(ds_table *t, double p)
{
    if (p < 0.001)
        ds_table_shown(t, p, "< 0.001");
    else
        ds_table_number(t, p, 2);
}

void ds_worst_rows(ds_table *t, const ds_case *c, const ds_worst *worst, size_t most)
{
    for (size_t i = 0; i < worst->count && i < most; i++) {
        const ds_trait *const x = &worst->trait[i];
        put_point(t, c, i == 0);
        ds_table_text(t, x->name);
        ds_table_text(t, x->unit);
        ds_table_number(t, x->inside, DIGITS);
        ds_table_number(t, x->outside, DIGITS);
        if (isnan(x->difference.value))
            ds_table_number(t, NAN, 2);
        else
            ds_table_shown(t, x->difference.value, "%+.2f", x->difference.value);
        ds_table_interval(t, x->difference.interval, 2);
        put_p(t, x->adjusted);
    }
}
