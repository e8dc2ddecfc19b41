/* Money is conserved to the unit with every mechanism on at once: the ledger checks its sums every
 * epoch, in debug builds after every event, and here every owner's balance is counted every 15
 * days, over 10^8 events (a tenth of it in debug builds). */
#include "tests/everything.h"
#include "tests/unit/run.h"

#include <stdio.h>

#ifdef NDEBUG
static const double events = 1e8;
#else
static const double events = 1e7;
#endif

enum { DAYS = 60, BETWEEN = 15 };

/* Events of one replica, at most `most`. */
static double audited(ds_economy_test *t, uint32_t index, double most, ds_moved held[HELD])
{
    economy_begin(t, index);
    double day = BETWEEN;
    for (; day <= DAYS && (double)t->w->engine.state->handled < most; day += BETWEEN) {
        economy_until(t, day);
        ck_assert_msg(ds_economy_audit(t->w, &t->replica.status), "replica %u, day %g: %s", index,
                      day, t->replica.status.text);
        everything_held(t->w, held);
    }
    if (day > DAYS)
        everything_moved(t->w, true);
    return (double)t->w->engine.state->handled;
}

START_TEST(money_is_conserved_whatever_happens)
{
    ds_economy_test t;
    ds_moved held[HELD] = {0};
    double handled = 0;
    everything_open(&t,
                    "seed: 9\nhorizon: 60\n" EVERYTHING_WHOLE EVERYTHING("4000", "1500", "0.02"));
    for (uint32_t r = 0; handled < events; r++)
        handled += audited(&t, r, events - handled, held);
    all_moved(held, HELD);
    printf("events handled: %.0f\n", handled);
    economy_close(&t);
}
END_TEST

int main(void)
{
    const ds_test tests[] = {{money_is_conserved_whatever_happens, 0}, {0}};
    return ds_run_tests("conservation", tests, 600);
}
