/* A booking that the ledger refuses ends the replica, whoever asked for it: nothing is swallowed on
 * the way up, and nothing is booked after it. Linked with the ledger's functions wrapped; at every
 * way that a run comes to one of them, a child goes on as if it had been refused. */
#include "run.h"
#include "tests/everything.h"

#include <execinfo.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { DEPTH = 9, WAYS = 4096 };

typedef struct way {
    void *caller[DEPTH];
} way;

static way seen[WAYS];
static size_t ways;
static bool armed, refused; /* refused: this is a child, after its refusal */
static size_t later;        /* bookings after that */
static pid_t child;

static bool is_new(const way *w)
{
    for (size_t i = 0; i < ways; i++)
        if (memcmp(&seen[i], w, sizeof *w) == 0)
            return false;
    ck_assert_uint_lt(ways, WAYS);
    seen[ways++] = *w;
    return true;
}

/* Where this process is the child: its run is to fail here. */
static bool fails_here(void)
{
    void *frame[DEPTH + 2];
    way w = {{0}};
    later += refused;
    if (!armed || refused)
        return false;
    const int depth = backtrace(frame, DEPTH + 2);
    if (depth > 2)
        memcpy(w.caller, frame + 2, (size_t)(depth - 2) * sizeof frame[0]);
    if (!is_new(&w))
        return false;
    fflush(NULL);
    child = fork();
    ck_assert_int_ge(child, 0);
    refused = child == 0;
    if (!refused) {
        int state = 0;
        ck_assert_int_eq(waitpid(child, &state, 0), child);
        if (state != 0) /* what was asked, to be looked up by addr2line */
            backtrace_symbols_fd(frame, depth, STDERR_FILENO);
        ck_assert_msg(state == 0, "way %zu: the child ended with %d", ways, state);
    }
    return refused;
}

static bool refuse(ds_status *st)
{
    return ds_fail(st, DS_E_BUG, "refused by the test");
}

#define STANDS_BEFORE(name, parameters, arguments)                  \
    bool __real_##name parameters;                                  \
    bool __wrap_##name parameters;                                  \
    bool __wrap_##name parameters                                   \
    {                                                               \
        return fails_here() ? refuse(st) : __real_##name arguments; \
    }

STANDS_BEFORE(ds_ledger_open,
              (ds_ledger * ledger, ds_asset asset, ds_cell to, ds_amount amount, ds_status *st),
              (ledger, asset, to, amount, st))
STANDS_BEFORE(ds_ledger_move,
              (ds_ledger * ledger, ds_asset asset, ds_cell from, ds_cell to, ds_amount amount,
               ds_status *st),
              (ledger, asset, from, to, amount, st))
STANDS_BEFORE(ds_ledger_mint,
              (ds_ledger * ledger, ds_asset asset, ds_cell to, ds_amount amount, ds_status *st),
              (ledger, asset, to, amount, st))
STANDS_BEFORE(ds_ledger_burn,
              (ds_ledger * ledger, ds_asset asset, ds_cell from, ds_amount amount, ds_status *st),
              (ledger, asset, from, amount, st))

/* What a child makes of its refusal. */
static _Noreturn void judge(const ds_economy_test *t, bool ok)
{
    const ds_status *const st = &t->replica.status;
    const bool well = !ok && st->code == DS_E_BUG && strcmp(st->text, "refused by the test") == 0;
    if (!well || later > 0)
        fprintf(stderr, "%s, status %d '%s', %zu bookings later\n", ok ? "went on" : "failed",
                (int)st->code, st->text, later);
    _exit(well && later == 0 ? 0 : 1);
}

static void every_refusal_ends(const char *text, size_t least)
{
    ds_economy_test t;
    everything_open(&t, text);
    armed = true;
    bool ok = ds_replica_begin(&t.replica, 0);
    for (int day = 1; ok && day <= 45; day++)
        ok = ds_replica_until(&t.replica, day);
    armed = false;
    if (refused)
        judge(&t, ok);
    ck_assert_msg(ok, "%s", t.replica.status.text);
    ck_assert_uint_ge(ways, least);
    economy_close(&t);
}

START_TEST(a_refused_booking_ends_the_replica)
{
    every_refusal_ends("seed: 11\nhorizon: 60\n" EVERYTHING_WHOLE EVERYTHING("300", "1500", "0.02"),
                       200);
}
END_TEST

int main(void)
{
    const ds_test tests[] = {{a_refused_booking_ends_the_replica, 0}, {0}};
    return ds_run_tests("bookings", tests, 900);
}
