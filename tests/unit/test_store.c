#include "store_sample.h"

#include "sim/io/layout.h"

#include "analysis/band.h"
#include "analysis/stats.h"
#include "sim/io/digest.h"
#include "sim/io/summary.h"

START_TEST(a_result_says_what_was_simulated)
{
    const ds_experiment x = sample();
    make_result(&x, result);
    ds_result *r = open_result(result);
    const ds_result_info *info = ds_result_about(r);
    ck_assert_str_eq(info->title, "a sample");
    ck_assert_str_eq(info->model, "diem");
    ck_assert_str_eq(info->scenario, x.provenance.scenario);
    ck_assert_str_eq(info->resolved, x.provenance.resolved);
    ck_assert_str_eq(info->version, "0.1.0");
    ck_assert_str_eq(info->time_units, "days since 2026-09-19 00:00:00");
    ck_assert_str_eq(info->labels[1], "größer");
    ck_assert_str_eq(info->file_texts[0], file_texts[0]);
    ck_assert_uint_eq(info->seed, x.provenance.seed);
    ck_assert_uint_eq(info->points * 10000 + info->replicas * 100 + info->times, 22140);
    ck_assert_uint_eq(info->variables, 3);
    ck_assert_uint_eq(info->outcomes, OUTCOMES);
    ck_assert_uint_eq(info->failed, 1);
    ck_assert_uint_eq(strlen(info->digest), 32);
    ck_assert(info->has_paths && info->variable[0].wide && !info->variable[1].wide);
    ck_assert_str_eq(info->variable[2].name, "fees");
    ck_assert_str_eq(info->variable[2].unit, "USD/d");
    ck_assert_str_eq(info->variable[2].doc, "fees paid");
    ck_assert_str_eq(info->variable[2].kind, "flow");
    ds_result_close(r);
}
END_TEST

START_TEST(what_was_written_is_read_back)
{
    const ds_experiment x = sample();
    make_result(&x, result);
    ds_result *r = open_result(result);
    ds_status st = {0};
    double series[3 * TIMES], numbers[REPLICAS];
    for (size_t p = 0; p < POINTS; p++) {
        ok(ds_result_series(r, "fees", p, 15, 3, series, &st), &st);
        for (size_t i = 0; i < 3 * TIMES; i++) {
            const double value = (float)value_of(p, 15 + i / TIMES, i % TIMES, 3);
            ck_assert(series[i] == value || (isnan(series[i]) && isnan(value)));
        }
        ok(ds_result_series(r, "supply", p, 20, 1, series, &st), &st);
        ck_assert_double_eq(series[7], value_of(p, 20, 7, 0));
        ok(ds_result_outcome(r, "drawdown", p, numbers, &st), &st);
        ck_assert_double_eq(numbers[20], value_of(p, 20, 1, 6));
    }
    uint8_t state;
    uint64_t events;
    const char *cause;
    ok(ds_result_replica(r, 1, 17, &state, &events, &cause, &st), &st);
    ck_assert_int_eq(state, DS_REPLICA_FAILED);
    ck_assert_uint_eq(events, 1017);
    ck_assert_str_eq(cause, "policy 'x' gave nan at day 3");
    ds_result_close(r);
}
END_TEST

static int ascending(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

START_TEST(summaries_are_over_replicas_that_finished)
{
    const ds_experiment x = sample();
    make_result(&x, result);
    ds_result *r = open_result(result);
    ds_status st = {0};
    double mean[TIMES], error[TIMES], quantiles[5 * TIMES], sorted[REPLICAS], sum = 0, squares = 0;
    ok(ds_result_summary(r, "supply", 1, mean, error, quantiles, &st), &st);
    size_t n = 0;
    for (size_t i = 0; i < REPLICAS; i++)
        if (!fails(1, i))
            sum += sorted[n++] = value_of(1, i, 9, 0);
    ck_assert_uint_eq(n, 20);
    for (size_t i = 0; i < n; i++)
        squares += (sorted[i] - sum / 20) * (sorted[i] - sum / 20);
    qsort(sorted, n, sizeof *sorted, ascending);
    ck_assert_double_eq_tol(mean[9], sum / 20, 1e-3);
    ck_assert_double_eq_tol(error[9], sqrt(squares / 19 / 20), 1e-3);
    /* Type 7 of Hyndman & Fan (1996): (n - 1) q = 0.95, 9.5 and 18.05. */
    ck_assert_double_eq_tol(quantiles[0 * TIMES + 9], 0.05 * sorted[0] + 0.95 * sorted[1], 1e-3);
    ck_assert_double_eq_tol(quantiles[2 * TIMES + 9], 0.5 * (sorted[9] + sorted[10]), 1e-3);
    ck_assert_double_eq_tol(quantiles[4 * TIMES + 9], 0.95 * sorted[18] + 0.05 * sorted[19], 1e-3);
    ok(ds_result_summary(r, "use", 0, mean, NULL, NULL, &st), &st);
    ck_assert(isnan(mean[0]) && !isnan(mean[1]));
    ds_result_close(r);
}
END_TEST

/* In groups of three; the one that has a failed replica stays in the mean, not in its error. */
START_TEST(errors_of_means_are_those_of_whole_groups)
{
    ds_experiment x = sample();
    ds_status st = {0};
    double mean[TIMES], error[TIMES], sum = 0, squares = 0, all = 0, of_group[REPLICAS / 3];
    size_t n = 0;
    x.group = 3;
    make_result(&x, result);
    ds_result *r = open_result(result);
    ck_assert_uint_eq(ds_result_about(r)->group, 3);
    ok(ds_result_summary(r, "supply", 1, mean, error, NULL, &st), &st);
    for (size_t i = 0; i < REPLICAS; i++)
        all += fails(1, i) ? 0 : value_of(1, i, 9, 0);
    for (size_t g = 0; g < REPLICAS / 3; g++)
        if (g != 17 / 3) {
            of_group[n] = 0;
            for (size_t i = 3 * g; i < 3 * g + 3; i++)
                of_group[n] += value_of(1, i, 9, 0) / 3;
            sum += of_group[n++];
        }
    for (size_t g = 0; g < n; g++)
        squares += (of_group[g] - sum / 6) * (of_group[g] - sum / 6);
    ck_assert_uint_eq(n, 6);
    ck_assert_double_eq_tol(mean[9], all / 20, 1e-3);
    ck_assert_double_eq_tol(error[9], sqrt(squares / 5 / 6), 1e-3);
    ds_case c;
    ok(ds_case_of(&c, r, 1, &st), &st);
    ck_assert_uint_eq(c.done, 20);
    ck_assert_uint_eq(c.groups, 6);
    ds_band band;
    ok(ds_band_read(&band, &c, "supply", &st), &st);
    ds_spread spread;
    ok(ds_band_ending(&spread, &band, &c, &st), &st);
    ck_assert_double_eq(spread.half, ds_t_half_width(error[TIMES - 1], 6, 0.95));
    ck_assert_uint_eq(spread.count, 20);
    ck_assert(isnan(ds_band_end(&band).half));
    ck_assert_double_eq(ds_band_end(&band).quantile[2], spread.quantile[2]);
    ds_band_free(&band);
    ok(ds_outcome_spread(&spread, &c, "drawdown", &st), &st);
    double outcome[REPLICAS];
    size_t groups;
    ok(ds_result_outcome(r, "drawdown", 1, outcome, &st), &st);
    const double of_groups = ds_group_error(outcome, REPLICAS, 3, &groups);
    ck_assert_double_eq(spread.half, ds_t_half_width(of_groups, groups, 0.95));
    ds_result_close(r);
}
END_TEST

START_TEST(groups_that_do_not_fit_are_refused)
{
    ds_joined joined;
    fixture f = open_fixture();
    ds_status st = {0};
    f.x.group = 4;
    write_all(&f, shards);
    ck_assert(
        !ds_store_join(shards, &f.x, NULL, result, &joined, &st)); /* which reads what it wrote */
    ck_assert_ptr_nonnull(strstr(st.text, "21 replicas in groups of 4"));
    close_fixture(&f);
}
END_TEST

START_TEST(equal_runs_make_equal_bytes)
{
    const ds_experiment x = sample();
    make_result(&x, result);
    make_result(&x, other);
    assert_same_files(result, other);
}
END_TEST

START_TEST(a_batch_in_two_parts_makes_the_same_bytes)
{
    ds_joined joined;
    fixture f = open_fixture();
    ds_status st = {0};
    bool found;
    write_all(&f, shards);
    ok(ds_store_join(shards, &f.x, NULL, result, &joined, &st), &st);
    write_all(&f, other_shards);
    ds_batch_blank(&f.batch, &f.x, 3);
    for (size_t r = 1; r < f.batch.count; r += 2)
        fill_replica(&f, r);
    ok(ds_shard_write(other_shards, &f.x, &f.batch, &st), &st);
    ck_assert(!ds_store_join(other_shards, &f.x, NULL, other, &joined, &st));
    ck_assert_int_eq(st.code, DS_E_DATA);
    ck_assert_ptr_nonnull(strstr(st.text, "replica 16 of point 1 is missing"));
    ck_assert_int_ne(access(other, F_OK), 0);
    st = (ds_status){0};
    fill(&f, 3);
    ok(ds_shard_read(other_shards, &f.x, &f.batch, &found, &st), &st);
    ck_assert(found);
    for (size_t r = 0; r < f.batch.count; r++) {
        ck_assert((f.batch.state[r] == DS_REPLICA_MISSING) == (r % 2 == 0));
        ck_assert(r % 2 || isnan(((double *)f.batch.paths[0])[r * TIMES + 5]));
        if (r % 2 == 0)
            fill_replica(&f, r);
    }
    ok(ds_shard_write(other_shards, &f.x, &f.batch, &st), &st);
    ok(ds_store_join(other_shards, &f.x, NULL, other, &joined, &st), &st);
    assert_same_files(result, other);
    close_fixture(&f);
}
END_TEST

START_TEST(a_failed_replica_keeps_its_cause_in_the_shard)
{
    fixture f = open_fixture();
    ds_status st = {0};
    bool found;
    write_all(&f, shards);
    ds_batch_blank(&f.batch, &f.x, 3);
    ok(ds_shard_read(shards, &f.x, &f.batch, &found, &st), &st);
    ck_assert(found);
    ck_assert_int_eq(f.batch.state[1], DS_REPLICA_FAILED);
    ck_assert_int_eq(f.batch.code[1], DS_E_POLICY);
    ck_assert_str_eq(f.batch.cause[1], "policy 'x' gave nan at day 3");
    ck_assert_ptr_null(f.batch.paths[2]); /* a metric that is not recorded */
    close_fixture(&f);
}
END_TEST

START_TEST(a_shard_of_another_experiment_is_refused)
{
    fixture f = open_fixture();
    ds_status st = {0};
    bool found;
    char mine[33], theirs[33];
    write_all(&f, shards);
    ds_store_identity(&f.x, theirs);
    f.x.provenance.seed = 5;
    ds_store_identity(&f.x, mine);
    ck_assert(!ds_shard_read(shards, &f.x, &f.batch, &found, &st));
    ck_assert(!found);
    ck_assert_int_eq(st.code, DS_E_DATA);
    ck_assert_ptr_nonnull(strstr(st.text, mine));
    ck_assert_ptr_nonnull(strstr(st.text, theirs));
    close_fixture(&f);
}
END_TEST

START_TEST(a_damaged_or_missing_shard_is_not_found)
{
    ds_joined joined;
    fixture f = open_fixture();
    ds_status st = {0};
    bool found;
    char path[128];
    size_t size;
    write_all(&f, shards);
    snprintf(path, sizeof path, "%s/00000003.shard", shards);
    char *bytes = slurp(path, &size);
    for (size_t i = 0; i < 50; i++) {
        bytes[i * size / 50] ^= 4;
        spill(path, bytes, size);
        bytes[i * size / 50] ^= 4;
        ok(ds_shard_read(shards, &f.x, &f.batch, &found, &st), &st);
        ck_assert(!found);
        spill(path, bytes, i * size / 50);
        ok(ds_shard_read(shards, &f.x, &f.batch, &found, &st), &st);
        ck_assert(!found);
    }
    unlink(path);
    ok(ds_shard_read(shards, &f.x, &f.batch, &found, &st), &st);
    ck_assert(!found);
    ck_assert(!ds_store_join(shards, &f.x, NULL, result, &joined, &st));
    ck_assert_ptr_nonnull(strstr(st.text, "00000003.shard' is missing or damaged"));
    free(bytes);
    close_fixture(&f);
}
END_TEST

START_TEST(paths_can_be_left_out)
{
    ds_experiment x = sample();
    make_result(&x, result);
    x.keep_paths = false;
    make_result(&x, other);
    ds_result *with = open_result(result), *without = open_result(other);
    ds_status st = {0};
    double mean[TIMES], again[TIMES], series[TIMES];
    double exact[DS_QUANTILES * TIMES], sketched[DS_QUANTILES * TIMES];
    ck_assert(!ds_result_about(without)->has_paths);
    ck_assert_uint_eq(ds_result_about(without)->variables, 3);
    ck_assert(ds_result_about(without)->variable[0].wide);
    ok(ds_result_summary(with, "fees", 1, mean, NULL, exact, &st), &st);
    ok(ds_result_summary(without, "fees", 1, again, NULL, sketched, &st), &st);
    for (size_t k = 1; k < TIMES; k++) {
        ck_assert(fabs(mean[k] - again[k]) <= 1e-14 * fabs(mean[k]));
        for (size_t q = 0; q < DS_QUANTILES; q++)
            ck_assert(fabs(exact[q * TIMES + k] - sketched[q * TIMES + k]) <=
                      DS_SKETCH_ERROR * exact[q * TIMES + k]);
    }
    ck_assert(!ds_result_series(without, "fees", 0, 0, 1, series, &st));
    ck_assert_ptr_nonnull(strstr(st.text, "keeps no paths of 'fees'"));
    ds_result_close(with);
    ds_result_close(without);
}
END_TEST

/* Whatever a batch holds, and whoever reduced what. */
START_TEST(batches_of_other_shapes_make_the_same_result)
{
    static const size_t shapes[][2] = {{1, 16}, {1, 32}, {2, 32}};
    for (int paths = 0; paths < 2; paths++) {
        double summary[2][DS_QUANTILES * TIMES];
        for (size_t i = 0; i < 3; i++) {
            ds_experiment x = sample();
            ds_status st = {0};
            x.keep_paths = paths;
            x.batch_points = shapes[i][0];
            x.batch_replicas = shapes[i][1];
            make_result(&x, result);
            ds_result *r = open_result(result);
            ok(ds_result_summary(r, "supply", 1, NULL, NULL, summary[i > 0], &st), &st);
            ck_assert(i == 0 || memcmp(summary[0], summary[1], sizeof summary[0]) == 0);
            ck_assert_uint_eq(ds_result_about(r)->failed, 1);
            ds_result_close(r);
        }
    }
}
END_TEST

/* Two points lie in a chunk, the last one alone. */
START_TEST(points_that_share_a_chunk_are_read_in_any_order)
{
    static const char *const names[] = {"a", "b", "c", "d", "e"};
    static const size_t order[] = {0, 1, 4, 2, 0, 3, 3, 4, 1};
    ds_experiment x = sample();
    ds_status st = {0};
    double series[TIMES], numbers[REPLICAS];
    x.points = 5;
    x.labels = names;
    x.batch_points = 2;
    x.batch_replicas = 32;
    make_result(&x, result);
    ds_result *r = open_result(result);
    for (size_t i = 0; i < sizeof order / sizeof *order; i++) {
        ok(ds_result_series(r, "supply", order[i], 20, 1, series, &st), &st);
        ck_assert_double_eq(series[7], value_of(order[i], 20, 7, 0));
        ok(ds_result_series(r, "fees", order[i], 3, 1, series, &st), &st);
        ck_assert_double_eq(series[9], (float)value_of(order[i], 3, 9, 3));
        ok(ds_result_outcome(r, "drawdown", order[i], numbers, &st), &st);
        ck_assert_double_eq(numbers[20], value_of(order[i], 20, 1, 6));
    }
    ds_result_close(r);
}
END_TEST

START_TEST(an_undated_single_replica_makes_a_result)
{
    ds_experiment x = sample();
    x.start = NAN;
    x.points = x.replicas = x.times = 1;
    x.provenance.file_count = 0;
    make_result(&x, result);
    ds_result *r = open_result(result);
    ck_assert_str_eq(ds_result_about(r)->time_units, "1");
    ck_assert_uint_eq(ds_result_about(r)->file_count, 0);
    ds_result_close(r);
}
END_TEST

/* Days since 1970-01-01 as `date -u -d @SECONDS` prints them. */
START_TEST(dates_are_those_of_the_calendar)
{
    static const struct {
        double start;
        const char *units;
    } cases[] = {
        {0, "days since 1970-01-01 00:00:00"},       {-1, "days since 1969-12-31 00:00:00"},
        {19723, "days since 2024-01-01 00:00:00"},   {19782, "days since 2024-02-29 00:00:00"},
        {47540, "days since 2100-02-28 00:00:00"},   {47541, "days since 2100-03-01 00:00:00"},
        {20715.75, "days since 2026-09-19 18:00:00"}};
    ds_experiment x = sample();
    x.points = x.replicas = 1;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        x.start = cases[i].start;
        make_result(&x, result);
        ds_result *r = open_result(result);
        ck_assert_str_eq(ds_result_about(r)->time_units, cases[i].units);
        ds_result_close(r);
    }
}
END_TEST

/* XXH3-128 of "abc" as `xxh128sum` 0.8.1 prints it. */
START_TEST(digests_are_those_of_xxh128sum)
{
    ds_hex hex;
    ds_digest_of("abc", 3, hex);
    ck_assert_str_eq(hex, "06b05ab6733a618578af5f94892f3950");
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {a_result_says_what_was_simulated,
                                  what_was_written_is_read_back,
                                  summaries_are_over_replicas_that_finished,
                                  errors_of_means_are_those_of_whole_groups,
                                  groups_that_do_not_fit_are_refused,
                                  equal_runs_make_equal_bytes,
                                  a_batch_in_two_parts_makes_the_same_bytes,
                                  a_failed_replica_keeps_its_cause_in_the_shard,
                                  a_shard_of_another_experiment_is_refused,
                                  a_damaged_or_missing_shard_is_not_found,
                                  paths_can_be_left_out,
                                  batches_of_other_shapes_make_the_same_result,
                                  points_that_share_a_chunk_are_read_in_any_order,
                                  an_undated_single_replica_makes_a_result,
                                  digests_are_those_of_xxh128sum,
                                  dates_are_those_of_the_calendar};
    return run_suite("store", tests, sizeof tests / sizeof *tests);
}
