/* Shards that are another experiment's, damaged or forged, with paths and without. */
#include "store_sample.h"

#include "sim/io/sealed.h"

/* HDF5 1.10 leaks a little of every damaged header; what we leak has our functions on top. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
    return "leak:libhdf5\n";
}

static uint32_t random_state = 1;

static size_t below(size_t limit)
{
    random_state = random_state * 1664525u + 1013904223u;
    return (random_state >> 8) % limit;
}

static fixture open_mode(bool paths)
{
    ds_experiment x = sample();
    x.keep_paths = paths;
    fixture f = open_fixture_of(&x);
    write_all(&f, shards);
    return f;
}

static void name_shard(char path[128], size_t number)
{
    snprintf(path, 128, "%s/%08zu.shard", shards, number);
}

/* ---- another experiment's ---- */

static void make_other(ds_experiment *x, size_t which)
{
    static const char *const other_labels[] = {"base", "other"};
    static const char *const other_texts[] = {"day,price\n0,2\n"};
    switch (which) {
    case 0:
        x->provenance.scenario = "model: diem\n# another\n";
        break;
    case 1:
        x->provenance.resolved = "{\"model\": \"diem\", \"horizon\": 2}";
        break;
    case 2:
        x->provenance.version = "0.1.1";
        break;
    case 3:
        x->provenance.build = "Debug";
        break;
    case 4:
        x->provenance.seed--;
        break;
    case 5:
        x->labels = other_labels;
        break;
    case 6:
        x->provenance.file_texts = other_texts;
        break;
    case 7:
        x->batch_replicas = 2 * DS_STORE_ROWS;
        break;
    case 8:
        x->keep_paths = !x->keep_paths;
        break;
    case 9:
        x->watches = true;
        break;
    default:
        x->replicas--;
    }
}

START_TEST(shards_of_any_other_experiment_are_refused_with_both_identities)
{
    for (int paths = 0; paths < 2; paths++) {
        fixture f = open_mode(paths);
        char mine[33], theirs[33];
        ds_store_identity(&f.x, theirs);
        for (size_t which = 0; which <= 10; which++) {
            ds_experiment x = f.x;
            ds_joined joined;
            ds_status st = {0};
            bool found;
            make_other(&x, which);
            ds_store_identity(&x, mine);
            ck_assert_str_ne(mine, theirs);
            fixture g = open_fixture_of(&x);
            ds_batch_blank(&g.batch, &g.x, 0);
            for (int i = 0; i < 3; i++) {
                st = (ds_status){0};
                ck_assert(i == 0   ? !ds_shard_read(shards, &g.x, &g.batch, &found, &st)
                          : i == 1 ? !ds_shard_look(shards, &g.x, &g.batch, &found, &st)
                                   : !ds_store_join(shards, &g.x, NULL, result, &joined, &st));
                ck_assert_int_eq(st.code, DS_E_DATA);
                ck_assert_ptr_nonnull(strstr(st.text, mine));
                ck_assert_ptr_nonnull(strstr(st.text, theirs));
            }
            close_fixture(&g);
        }
        close_fixture(&f);
    }
}
END_TEST

START_TEST(a_shard_under_the_name_of_another_is_refused)
{
    fixture f = open_mode(false);
    ds_status st = {0};
    bool found;
    char from[128], to[128];
    name_shard(from, 0);
    name_shard(to, 1);
    ck_assert_int_eq(rename(from, to), 0);
    ds_batch_blank(&f.batch, &f.x, 1);
    ck_assert(!ds_shard_read(shards, &f.x, &f.batch, &found, &st));
    ck_assert_ptr_nonnull(strstr(st.text, "holds batch 0, must be 1"));
    close_fixture(&f);
    f = open_mode(false);
    st = (ds_status){0};
    ck_assert_int_eq(rename(to, from), 0);
    ds_batch_blank(&f.batch, &f.x, 0);
    ck_assert(!ds_shard_read(shards, &f.x, &f.batch, &found, &st));
    ck_assert_ptr_nonnull(strstr(st.text, "holds batch 1, must be 0"));
    close_fixture(&f);
}
END_TEST

/* ---- damaged ---- */

/* Not found by a run that goes on, refused by a join. */
static void is_not_taken(fixture *f, size_t number)
{
    ds_joined joined;
    ds_status st = {0};
    bool found;
    ds_batch_blank(&f->batch, &f->x, number);
    ok(ds_shard_read(shards, &f->x, &f->batch, &found, &st), &st);
    ck_assert(!found);
    ok(ds_shard_look(shards, &f->x, &f->batch, &found, &st), &st);
    ck_assert(!found);
    for (size_t i = 0; i < f->batch.count; i++)
        ck_assert_int_eq(f->batch.state[i], DS_REPLICA_MISSING);
    if (below(10) > 0)
        return;
    ck_assert(!ds_store_join(shards, &f->x, NULL, other, &joined, &st));
    ck_assert_int_eq(st.code, DS_E_DATA);
    ck_assert_ptr_nonnull(strstr(st.text, "missing or damaged"));
    ck_assert(access(other, F_OK) != 0);
}

START_TEST(a_damaged_shard_is_computed_again_and_never_joined)
{
    for (int paths = 0; paths < 2; paths++) {
        fixture f = open_mode(paths);
        ds_joined joined;
        ds_status st = {0};
        char path[128];
        size_t size;
        ok(ds_store_join(shards, &f.x, NULL, result, &joined, &st), &st);
        for (size_t number = 0; number < ds_store_batches(&f.x); number += 3) {
            name_shard(path, number);
            char *bytes = slurp(path, &size);
            for (size_t i = 0; i < 150; i++) {
                const size_t at = i < 20 ? size - 1 - 4 * i : below(size);
                const char bit = (char)(1 << below(8));
                bytes[at] ^= bit;
                spill(path, bytes, size);
                bytes[at] ^= bit;
                is_not_taken(&f, number);
                spill(path, bytes, i < 50 ? i * size / 50 : size - 1 - (i - 50));
                is_not_taken(&f, number);
            }
            unlink(path);
            is_not_taken(&f, number);
            free(bytes);
            fill(&f, number);
            ok(ds_shard_write(shards, &f.x, &f.batch, &st), &st);
        }
        ok(ds_store_join(shards, &f.x, NULL, other, &joined, &st), &st);
        assert_same_files(result, other);
        unlink(other);
        close_fixture(&f);
    }
}
END_TEST

/* As a disk leaves it that lost its way: it takes no memory, and no time to read. */
START_TEST(a_shard_of_a_terabyte_is_damaged)
{
    fixture f = open_mode(true);
    char path[128];
    name_shard(path, 0);
    ck_assert_int_eq(truncate(path, (off_t)1 << 40), 0);
    is_not_taken(&f, 0);
    close_fixture(&f);
}
END_TEST

/* ---- forged ---- */

static void seal_again(const char *path, const char *bytes, size_t size)
{
    ds_status st = {0};
    spill(path, bytes, size - DS_SEAL);
    ok(ds_file_seal(path, &st), &st);
}

/* Nobody but a forger makes such files; still they must not crash or hang who reads them. */
START_TEST(garbage_under_a_good_seal_is_survived)
{
    for (int paths = 0; paths < 2; paths++) {
        fixture f = open_mode(paths);
        char path[128], kept[64];
        size_t size;
        name_shard(path, 3);
        char *bytes = slurp(path, &size);
        for (size_t i = 0; i < 500; i++) {
            ds_joined joined;
            ds_status st = {0};
            bool found;
            const size_t at = below(size - DS_SEAL), more = size - DS_SEAL - at;
            const size_t most = 1 + below(sizeof kept), length = most < more ? most : more;
            memcpy(kept, bytes + at, length);
            memset(bytes + at, (int)below(256), i % 2 ? 1 : length);
            seal_again(path, bytes, size);
            memcpy(bytes + at, kept, length);
            ds_batch_blank(&f.batch, &f.x, 3);
            if (!ds_shard_read(shards, &f.x, &f.batch, &found, &st))
                ck_assert_msg(st.code == DS_E_DATA, "%d %s", st.code, st.text);
            st = (ds_status){0};
            if (i % 4 == 0 && !ds_store_join(shards, &f.x, NULL, other, &joined, &st))
                ck_assert_msg(st.code == DS_E_DATA || st.code == DS_E_POLICY, "%d %s", st.code,
                              st.text);
        }
        free(bytes);
        close_fixture(&f);
    }
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        shards_of_any_other_experiment_are_refused_with_both_identities,
        a_shard_under_the_name_of_another_is_refused,
        a_damaged_shard_is_computed_again_and_never_joined,
        a_shard_of_a_terabyte_is_damaged,
        garbage_under_a_good_seal_is_survived,
    };
    return run_suite("shard_damage", tests, sizeof tests / sizeof *tests);
}
