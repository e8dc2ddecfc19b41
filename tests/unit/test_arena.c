/* The block of a replica: what is measured is what is laid out, and nothing lies outside. */
#include "run.h"

#include "sim/core/arena.h"

#include <string.h>

enum { LINE = 64 };

static size_t lay_out(ds_arena *arena, char *block[4])
{
    block[0] = ds_arena_take(arena, 3, 1);
    block[1] = ds_arena_take(arena, 0, 8);
    block[2] = ds_arena_take(arena, 9, 8);
    block[3] = ds_arena_take_raw(arena, 100, 1);
    return arena->used;
}

START_TEST(what_is_measured_is_what_is_laid_out)
{
    ds_arena measure = {0}, arena;
    ds_status st = {0};
    char *block[4];
    const size_t bytes = lay_out(&measure, block);
    for (int i = 0; i < 4; i++)
        ck_assert_ptr_null(block[i]);
    ck_assert(ds_arena_open(&arena, bytes, &st));
    ck_assert_uint_eq(lay_out(&arena, block), bytes);
    ck_assert(!arena.overflow);
    ck_assert_ptr_eq(block[2], block[1]); /* nothing takes no room */
    ck_assert_ptr_eq(block[3] + 128, arena.base + bytes);
    for (int i = 0; i < 4; i++)
        ck_assert_uint_eq((size_t)(block[i] - arena.base) % LINE, 0);
    ds_arena_close(&arena);
}
END_TEST

START_TEST(a_reset_clears_all_but_what_is_raw)
{
    ds_arena arena;
    ds_status st = {0};
    char *block[4];
    ck_assert(ds_arena_open(&arena, 1024, &st));
    const size_t used = lay_out(&arena, block);
    memset(arena.base, 7, used);
    ds_arena_reset(&arena);
    ck_assert_uint_eq(arena.used, used);
    for (size_t i = 0; i < used; i++)
        ck_assert_int_eq(arena.base[i], arena.base + i < block[3] ? 0 : 7);
    ds_arena_clear(&arena);
    ck_assert_uint_eq(arena.used, 0);
    ck_assert_int_eq(arena.base[used - 1], 0);
    ds_arena_close(&arena);
}
END_TEST

START_TEST(what_does_not_fit_is_said)
{
    ds_arena arena, measure[2] = {{0}, {0}};
    ds_status st = {0};
    ck_assert(ds_arena_open(&arena, 128, &st));
    ck_assert_ptr_nonnull(ds_arena_take(&arena, 128, 1));
    ck_assert(!arena.overflow);
    ck_assert_ptr_null(ds_arena_take(&arena, 1, 1));
    ck_assert(arena.overflow);
    ds_arena_close(&arena);
    ds_arena_take(&measure[0], SIZE_MAX / 8, 9);
    ck_assert(measure[0].overflow);
    ds_arena_take(&measure[1], SIZE_MAX / 2, 1);
    ds_arena_take(&measure[1], SIZE_MAX / 2, 1);
    ds_arena_take(&measure[1], 64, 1);
    ck_assert(measure[1].overflow);
}
END_TEST

START_TEST(memory_that_is_not_there_is_an_error)
{
    ds_arena arena;
    ds_status st = {0};
    ck_assert(!ds_arena_open(&arena, SIZE_MAX / 2, &st));
    ck_assert_int_eq(st.code, DS_E_SYSTEM);
    ds_arena_close(&arena);
}
END_TEST

int main(void)
{
    const ds_test tests[] = {{what_is_measured_is_what_is_laid_out, 0},
                             {a_reset_clears_all_but_what_is_raw, 0},
                             {what_does_not_fit_is_said, 0},
                             {memory_that_is_not_there_is_an_error, 0},
                             {0}};
    return ds_run_tests("arena", tests, 60);
}
