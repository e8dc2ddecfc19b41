/* The winner tree against a search over all slots, flat and blocked, with many ties. */
#include "run.h"

#include "sim/core/timers.h"

#include "sim/core/rng.h"

#include <stdlib.h>

static const uint32_t sizes[] = {1, 2, 3, 17, 64, 1000, DS_TIMERS_FLAT + 1, 40011};
enum { SIZES = sizeof sizes / sizeof sizes[0] };

typedef struct fixture {
    ds_arena arena;
    ds_timers t;
    double *time; /* what every slot should hold */
} fixture;

static fixture open_shuffled(uint32_t slots, uint32_t ties)
{
    fixture f = {0};
    ds_status st = {0};
    ds_arena measure = {0};
    ds_timers_place(&f.t, slots, &measure);
    ck_assert(ds_arena_open(&f.arena, measure.used, &st));
    f.arena.ties = ties;
    ds_timers_place(&f.t, slots, &f.arena);
    ds_timers_reset(&f.t);
    f.time = malloc(slots * sizeof *f.time);
    for (uint32_t i = 0; i < slots; i++)
        f.time[i] = INFINITY;
    return f;
}

static fixture open_fixture(uint32_t slots)
{
    return open_shuffled(slots, 0);
}

static void close_fixture(fixture *f)
{
    ds_arena_close(&f->arena);
    free(f->time);
}

static void put(fixture *f, uint32_t slot, double time)
{
    const double earliest = ds_timers_set(&f->t, slot, time);
    ck_assert_double_eq(earliest, ds_timers_earliest(&f->t));
    f->time[slot] = time;
}

/* The first of the slots with the least time: the total order, by definition. */
static uint32_t first_of(const fixture *f)
{
    uint32_t best = 0;
    for (uint32_t i = 1; i < f->t.slots; i++)
        if (f->time[i] < f->time[best] ||
            (f->time[i] == f->time[best] && (i ^ f->t.ties) < (best ^ f->t.ties)))
            best = i;
    return best;
}

static void agrees(const fixture *f)
{
    const uint32_t best = first_of(f);
    ck_assert_double_eq(ds_timers_earliest(&f->t), f->time[best]);
    if (isfinite(f->time[best]))
        ck_assert_uint_eq(ds_timers_first(&f->t), best);
}

static const uint32_t masks[] = {0, UINT32_MAX, 5, 0x9e3779b9};
enum { MASKS = sizeof masks / sizeof masks[0] };

START_TEST(the_earliest_is_the_first_slot_of_the_least_time)
{
    const uint32_t slots = sizes[_i / MASKS];
    fixture f = open_shuffled(slots, masks[_i % MASKS]);
    ds_rng rng = ds_rng_stream(3, (uint32_t)_i, 0, 0);
    agrees(&f);
    for (int i = 0; i < 2000; i++) {
        const uint32_t crowd = slots < 40 || i % 4 == 0 ? slots : 40;
        const uint32_t slot = ds_rng_below(&rng, crowd);
        const uint32_t draw = ds_rng_below(&rng, 12);
        put(&f, slot,
            draw == 0 ? (double)INFINITY
                      : (double)draw); /* eleven different times: ties everywhere */
        if (i % 7 == 0)
            agrees(&f);
        ck_assert_double_eq(ds_timers_get(&f.t, slot), f.time[slot]);
    }
    close_fixture(&f);
}
END_TEST

START_TEST(ties_leave_in_the_order_of_slots)
{
    fixture f = open_fixture(sizes[_i]);
    for (uint32_t i = sizes[_i]; i-- > 0;)
        put(&f, i, 1);
    for (uint32_t i = 0; i < sizes[_i]; i++) {
        ck_assert_uint_eq(ds_timers_first(&f.t), i);
        ds_timers_set(&f.t, i, INFINITY);
    }
    ck_assert(isinf(ds_timers_earliest(&f.t)));
    close_fixture(&f);
}
END_TEST

START_TEST(times_leave_in_order)
{
    fixture f = open_fixture(sizes[_i]);
    ds_rng rng = ds_rng_stream(4, (uint32_t)_i, 0, 0);
    double last = 0;
    for (uint32_t i = 0; i < sizes[_i]; i++)
        ds_timers_set(&f.t, i, ds_rng_uniform(&rng));
    for (int i = 0; i < 100000; i++) {
        const double now = ds_timers_earliest(&f.t);
        ck_assert_double_ge(now, last);
        last = now;
        ds_timers_set(&f.t, ds_timers_first(&f.t), now + ds_rng_uniform(&rng));
    }
    close_fixture(&f);
}
END_TEST

/* Two nodes of 16 bytes a block of 16 slots and a time each: at least 8 bytes a slot. */
START_TEST(the_most_slots_are_measured_as_they_are)
{
    ds_timers t;
    ds_arena measure = {0};
    ds_timers_place(&t, UINT32_MAX, &measure);
    ck_assert(!measure.overflow && measure.used >= (size_t)UINT32_MAX * 8);
    ds_timers_place(&t, 1000, &measure);
    ck_assert_uint_eq(t.leaves, 1024);
}
END_TEST

int main(void)
{
    const ds_test tests[] = {{the_earliest_is_the_first_slot_of_the_least_time, SIZES * MASKS},
                             {ties_leave_in_the_order_of_slots, SIZES},
                             {times_leave_in_order, SIZES},
                             {the_most_slots_are_measured_as_they_are, 0},
                             {0}};
    return ds_run_tests("timers", tests, 120);
}
