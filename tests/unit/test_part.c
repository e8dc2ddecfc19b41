/* Parts of array jobs: what is in them, what is refused, and what they are joined to. */
#include "store_sample.h"

#include "sim/io/part.h"
#include "sim/io/shard.h"
#include "sim/run/merge.h"

#include <sys/stat.h>

static char part_path[64], other_path[64];

static void begin_parts(void)
{
    begin();
    snprintf(part_path, sizeof part_path, "%s/part.h5", folder);
    snprintf(other_path, sizeof other_path, "%s/other.h5", folder);
}

static bool exists(const char *path)
{
    return access(path, F_OK) == 0;
}

static void assert_code(ds_code code, const char *words, const ds_status *st)
{
    ck_assert_msg(st->code == code && strstr(st->text, words), "%d '%s', must be %d with '%s'",
                  st->code, st->text, code, words);
}

/* ---- packing and unpacking: four batches, of which share 1 of 3 has one ---- */

static void write_part(const ds_experiment *x, size_t shard, size_t shards_all, const char *path)
{
    ds_status st = {0};
    fixture f = open_fixture_of(x);
    write_all(&f, shards);
    close_fixture(&f);
    const ds_part part = {.folder = shards, .shard = shard, .shards = shards_all};
    ok(ds_part_write(&part, x, path, &st), &st);
}

static ds_code read_code(const char *path)
{
    ds_status st = {0};
    ds_part_head head;
    const bool done = ds_part_read(path, &head, &st);
    ck_assert_int_eq(done, st.code == DS_OK);
    ds_part_forget(&head);
    return st.code;
}

START_TEST(a_part_says_where_it_comes_from)
{
    const ds_experiment x = sample();
    ds_status st = {0};
    ds_part_head head;
    char identity[33];
    write_part(&x, 1, 3, part_path);
    ok(ds_part_read(part_path, &head, &st), &st);
    ds_store_identity(&x, identity);
    ck_assert_str_eq(head.identity, identity);
    ck_assert_str_eq(head.program, "diemsim");
    ck_assert_str_eq(head.version, "0.1.0");
    ck_assert_str_eq(head.build, "Release");
    ck_assert_str_eq(head.model, "diem");
    ck_assert_str_eq(head.scenario, x.provenance.scenario);
    ck_assert_str_eq(head.resolved, x.provenance.resolved);
    ck_assert_uint_eq(head.seed, x.provenance.seed);
    ck_assert_uint_eq(head.shard * 100 + head.shards * 10 + head.batches, 134);
    ck_assert_uint_eq(head.file_count, 1);
    ck_assert_str_eq(head.file_names[0], file_names[0]);
    ck_assert_str_eq(head.file_texts[0], file_texts[0]);
    ds_part_forget(&head);
}
END_TEST

static void assert_same_shard(size_t number)
{
    char one[4096], two[4096];
    ds_status st = {0};
    ok(ds_shard_name(one, shards, number, &st), &st);
    ok(ds_shard_name(two, other_shards, number, &st), &st);
    assert_same_files(one, two);
}

START_TEST(shards_come_out_as_they_went_in_also_twice)
{
    static const bool in_share[] = {true, false, false, true};
    const ds_experiment x = sample();
    ds_status st = {0};
    bool found[4] = {0};
    write_part(&x, 3, 3, part_path); /* counted from 1: the share 0 */
    for (int again = 0; again < 2; again++) {
        ok(ds_part_unpack(part_path, other_shards, found, 4, &st), &st);
        ck_assert_mem_eq(found, in_share, sizeof found);
        assert_same_shard(0);
        assert_same_shard(3);
    }
}
END_TEST

START_TEST(a_damaged_shard_in_the_way_is_replaced)
{
    const ds_experiment x = sample();
    ds_status st = {0};
    bool found[4] = {0};
    char path[4096];
    write_part(&x, 0, 1, part_path);
    ok(ds_shard_name(path, other_shards, 2, &st), &st);
    spill(path, "half", 4);
    ok(ds_part_unpack(part_path, other_shards, found, 4, &st), &st);
    assert_same_shard(2);
}
END_TEST

START_TEST(two_parts_that_differ_in_a_batch_are_refused)
{
    ds_experiment x = sample();
    ds_status st = {0};
    bool found[4] = {0};
    write_part(&x, 0, 1, part_path);
    x.provenance.seed++;
    write_part(&x, 0, 1, other_path);
    ok(ds_part_unpack(part_path, other_shards, found, 4, &st), &st);
    ck_assert(!ds_part_unpack(other_path, other_shards, found, 4, &st));
    assert_code(DS_E_DATA, "both hold batch 0", &st);
}
END_TEST

START_TEST(a_part_without_all_its_shards_is_not_written)
{
    const ds_experiment x = sample();
    ds_status st = {0};
    char path[4096];
    write_part(&x, 0, 2, part_path);
    ok(ds_shard_name(path, shards, 3, &st), &st);
    ck_assert_int_eq(unlink(path), 0);
    const ds_part odd = {.folder = shards, .shard = 1, .shards = 2};
    ck_assert(!ds_part_write(&odd, &x, other_path, &st));
    assert_code(DS_E_DATA, "00000003.shard' is missing", &st);
    ck_assert(!exists(other_path));
    snprintf(path, sizeof path, "%s.part", other_path);
    ck_assert(!exists(path));
}
END_TEST

START_TEST(a_part_cut_short_is_refused)
{
    const ds_experiment x = sample();
    size_t size;
    write_part(&x, 0, 2, part_path);
    ck_assert_int_eq(read_code(part_path), DS_OK);
    char *const bytes = slurp(part_path, &size);
    for (size_t length = 0; length < size; length += 1 + length / 9) {
        spill(other_path, bytes, length);
        ck_assert_int_eq(read_code(other_path), DS_E_DATA);
    }
    spill(other_path, bytes, size - 1);
    ck_assert_int_eq(read_code(other_path), DS_E_DATA);
    free(bytes);
}
END_TEST

START_TEST(a_flipped_bit_is_refused)
{
    const ds_experiment x = sample();
    size_t size;
    write_part(&x, 0, 2, part_path);
    char *const bytes = slurp(part_path, &size);
    for (size_t at = 0; at < size; at += 1 + size / 97) {
        bytes[at] ^= 4;
        spill(other_path, bytes, size);
        ck_assert_int_eq(read_code(other_path), DS_E_DATA);
        bytes[at] ^= 4;
    }
    spill(other_path, bytes, size);
    ck_assert_int_eq(read_code(other_path), DS_OK);
    free(bytes);
}
END_TEST

START_TEST(what_is_no_part_is_refused)
{
    const ds_experiment x = sample();
    ds_status st = {0};
    ds_part_head head;
    make_result(&x, result);
    ck_assert(!ds_part_read(result, &head, &st));
    assert_code(DS_E_DATA, "is no part", &st);
    ck_assert_int_eq(read_code(other_path), DS_E_INPUT);
    ck_assert_int_eq(read_code(folder), DS_E_INPUT);
}
END_TEST

START_TEST(a_part_is_no_result_and_says_so)
{
    const ds_experiment x = sample();
    ds_status st = {0};
    write_part(&x, 1, 3, part_path);
    ds_result *r;
    ck_assert(!ds_result_open(&r, part_path, &st));
    ck_assert_ptr_null(r);
    assert_code(DS_E_DATA, "'diemsim merge' joins", &st);
}
END_TEST

/* ---- merging, of a model whose replicas only say their number ---- */

typedef struct count_config {
    double step;
} count_config;

static const ds_param count_params[] = {
    DS_P_NUMBER(count_config, step, "1", 1, 0, 10, "from replica to replica", NULL),
    {0},
};

typedef struct count {
    ds_engine engine;
    const count_config *config;
    uint32_t replica;
} count;

static bool never(void *world)
{
    (void)world;
    return true;
}

static const ds_source count_sources[] = {{"never", never}};

static void count_place(void *world, const void *config, const ds_frame *frame, ds_arena *arena)
{
    (void)frame;
    ((count *)world)->config = config;
    ds_engine_place(&((count *)world)->engine, count_sources, 1, arena);
}

static ds_engine *count_engine(void *world)
{
    return &((count *)world)->engine;
}

static bool count_begin(void *world, uint32_t replica)
{
    ds_engine_reset(&((count *)world)->engine);
    ((count *)world)->replica = replica;
    return true;
}

static void count_observe(void *world, double *row, bool first)
{
    const count *const c = world;
    row[0] = c->config->step * c->replica + (first ? 0 : 0.5);
}

static void count_conclude(void *world, double *values)
{
    values[0] = ((count *)world)->replica;
}

/* As if there were many, so that a batch has no more than 16 replicas. */
static double count_events(const void *config, const ds_frame *frame)
{
    (void)config, (void)frame;
    return 1e6;
}

static const ds_metric count_metrics[] = {{"place", "1", "the number", DS_STATE, true}, {0}};
static const ds_metric count_outcomes[] = {{"end", "1", "the number", DS_STATE, true}, {0}};

static const ds_model count_model = {
    .name = "count",
    .doc = "replicas that say their number",
    .time_unit = "1",
    .default_observe = 1,
    .default_horizon = 3,
    .params = count_params,
    .config_size = sizeof(count_config),
    .metrics = count_metrics,
    .outcomes = count_outcomes,
    .events = count_events,
    .world_size = sizeof(count),
    .place = count_place,
    .engine = count_engine,
    .begin = count_begin,
    .observe = count_observe,
    .conclude = count_conclude,
};
static const ds_model *const counters[] = {&count_model, NULL};

enum { PARTS_MOST = 20 };

/* Seven batches. */
static const char seven[] = "{model: count, replicas: 100, seed: 5}";

/* The whole run with no shares, else one of them. */
static void run_share(const char *text, const char *version, size_t share, size_t shares,
                      const char *path)
{
    ds_scenario scenario;
    ds_run_report report;
    ds_status st = {0};
    const ds_scenario_request wanted = {.path = "count", .text = text, .models = counters};
    ok(ds_scenario_load(&scenario, &wanted, &st), &st);
    const ds_run_request request = {.scenario = &scenario,
                                    .output = path,
                                    .threads = 1,
                                    .quiet = true,
                                    .shard = share,
                                    .shards = shares,
                                    .program = "test",
                                    .version = version,
                                    .build = "any"};
    ok(ds_run(&request, &report, &st), &st);
    ds_scenario_free(&scenario);
}

static const char *path_of(size_t number)
{
    static char path[PARTS_MOST][64];
    snprintf(path[number], sizeof path[number], "%s/p%zu.h5", folder, number);
    return path[number];
}

static void run_shares(const char *text, size_t shares)
{
    for (size_t i = 0; i < shares; i++)
        run_share(text, "1", i, shares, path_of(i));
}

/* The parts of these numbers, up to PARTS_MOST. */
static bool merge_to(const char *path, const size_t *numbers, size_t n, bool force, ds_status *st)
{
    const char *list[PARTS_MOST + 1];
    ds_run_report report;
    for (size_t i = 0; i < n; i++)
        list[i] = path_of(numbers[i]);
    const ds_merge_request request = {.parts = list,
                                      .part_count = n,
                                      .output = path,
                                      .force = force,
                                      .version = "1",
                                      .models = counters};
    return ds_merge_parts(&request, &report, st);
}

static void assert_nothing_left(void)
{
    char path[80];
    snprintf(path, sizeof path, "%s.shards", other);
    ck_assert(!exists(path));
    ck_assert(!exists(other));
}

static void assert_refused(const size_t *numbers, size_t n, const char *words)
{
    ds_status st = {0};
    ck_assert(!merge_to(other, numbers, n, false, &st));
    assert_code(DS_E_DATA, words, &st);
    assert_nothing_left();
}

START_TEST(parts_in_any_order_and_twice_make_the_result_of_one_run)
{
    static const size_t orders[][4] = {{0, 1, 2, 2}, {2, 1, 0, 2}, {1, 2, 1, 0}};
    ds_status st = {0};
    run_share(seven, "1", 0, 0, result);
    run_shares(seven, 3);
    ok(merge_to(other, orders[_i], 4, false, &st), &st);
    assert_same_files(result, other);
}
END_TEST

START_TEST(one_share_or_more_shares_than_batches_are_fine)
{
    static const size_t numbers[] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
    const size_t shares = _i ? 11 : 1;
    ds_status st = {0};
    run_share(seven, "1", 0, 0, result);
    run_shares(seven, shares);
    ok(merge_to(other, numbers, shares, false, &st), &st);
    assert_same_files(result, other);
}
END_TEST

START_TEST(missing_shares_are_named)
{
    run_shares(seven, 3);
    assert_refused((size_t[]){0, 2}, 2, "those of --shard 1/3 (2 of 7 batches");
    assert_refused((size_t[]){1}, 1, "those of --shard 0/3, 2/3 (5 of 7 batches");
}
END_TEST

START_TEST(only_the_first_of_many_missing_shares_are_named)
{
    run_share("{model: count, replicas: 1600, seed: 5}", "1", 99, 100, path_of(0));
    assert_refused((size_t[]){0}, 1, "18/100, 19/100 and 79 more (99 of 100 batches");
}
END_TEST

START_TEST(parts_of_another_run_are_refused_with_what_differs)
{
    static const struct {
        const char *text, *version, *words;
        size_t shares;
    } cases[] = {
        {"{model: count, replicas: 100, seed: 6}", "1", "the seed is 6 in the one, 5 in", 3},
        {"{model: count, replicas: 100, seed: 5, step: 2}", "1", "the identity of the scenario", 3},
        {"{model: count, replicas: 99, seed: 5}", "1", "the identity of the scenario", 3},
        {seven, "2", "the version is 2 in the one, 1 in the other", 3},
        {seven, "1", "the number of shares is 4 in the one, 3 in the other", 4},
    };
    run_shares(seven, 3);
    run_share(cases[_i].text, cases[_i].version, 1, cases[_i].shares, path_of(4));
    assert_refused((size_t[]){0, 4, 2, 1}, 4, cases[_i].words);
}
END_TEST

START_TEST(parts_of_another_version_than_this_program_are_refused)
{
    run_share(seven, "2", 0, 1, path_of(0));
    assert_refused((size_t[]){0}, 1, "only the version that made parts can join them");
}
END_TEST

START_TEST(a_damaged_part_is_named)
{
    size_t size;
    run_shares(seven, 3);
    char *const bytes = slurp(path_of(1), &size);
    bytes[size / 2] ^= 1;
    spill(path_of(1), bytes, size);
    assert_refused((size_t[]){0, 1, 2}, 3, "p1.h5' is damaged");
    spill(path_of(1), bytes, size / 2);
    assert_refused((size_t[]){0, 1, 2}, 3, "p1.h5' does not end with its seal");
    free(bytes);
}
END_TEST

START_TEST(the_shards_of_an_unfinished_run_are_left_alone_but_by_force)
{
    static const size_t all[] = {0, 1, 2};
    char path[128];
    ds_status st = {0}, forced = {0};
    run_share(seven, "1", 0, 0, result);
    run_shares(seven, 3);
    snprintf(path, sizeof path, "%s.shards", other);
    ck_assert_int_eq(mkdir(path, 0777), 0);
    snprintf(path, sizeof path, "%s.shards/00000000.shard", other);
    spill(path, "somebody's", 10);
    ck_assert(!merge_to(other, all, 3, false, &st));
    assert_code(DS_E_CREATE, "unfinished run", &st);
    ck_assert(exists(path));
    ok(merge_to(other, all, 3, true, &forced), &forced);
    assert_same_files(result, other);
}
END_TEST

int main(void)
{
    Suite *const suite = suite_create("part");
    TCase *const t = tcase_create("part");
    tcase_set_timeout(t, 120);
    tcase_add_checked_fixture(t, begin_parts, end);
    tcase_add_test(t, a_part_says_where_it_comes_from);
    tcase_add_test(t, shards_come_out_as_they_went_in_also_twice);
    tcase_add_test(t, a_damaged_shard_in_the_way_is_replaced);
    tcase_add_test(t, two_parts_that_differ_in_a_batch_are_refused);
    tcase_add_test(t, a_part_without_all_its_shards_is_not_written);
    tcase_add_test(t, a_part_cut_short_is_refused);
    tcase_add_test(t, a_flipped_bit_is_refused);
    tcase_add_test(t, what_is_no_part_is_refused);
    tcase_add_test(t, a_part_is_no_result_and_says_so);
    tcase_add_loop_test(t, parts_in_any_order_and_twice_make_the_result_of_one_run, 0, 3);
    tcase_add_loop_test(t, one_share_or_more_shares_than_batches_are_fine, 0, 2);
    tcase_add_test(t, missing_shares_are_named);
    tcase_add_test(t, only_the_first_of_many_missing_shares_are_named);
    tcase_add_loop_test(t, parts_of_another_run_are_refused_with_what_differs, 0, 5);
    tcase_add_test(t, parts_of_another_version_than_this_program_are_refused);
    tcase_add_test(t, a_damaged_part_is_named);
    tcase_add_test(t, the_shards_of_an_unfinished_run_are_left_alone_but_by_force);
    suite_add_tcase(suite, t);
    SRunner *const runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
