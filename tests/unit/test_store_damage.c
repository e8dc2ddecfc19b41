#include "store_sample.h"

#include "sim/io/sealed.h"

#include <errno.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>

/* Only hostile files are made with HDF5 itself. */
#if __has_include(<hdf5.h>)
#include <hdf5.h>
#else
#include <hdf5/serial/hdf5.h>
#endif

/* HDF5 1.10 leaks a little of every damaged header; what we leak has our functions on top. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
    return "leak:libhdf5\n";
}

static void refused(const char *path, const char *why)
{
    ds_result *r;
    ds_status st = {0};
    ck_assert(!ds_result_open(&r, path, &st));
    ck_assert_ptr_null(r);
    ck_assert_msg(st.code == DS_E_DATA || st.code == DS_E_INPUT, "%d %s", st.code, st.text);
    ck_assert_msg(strstr(st.text, why) != NULL, "'%s' is not in '%s'", why, st.text);
}

START_TEST(a_truncated_result_is_refused)
{
    const ds_experiment x = sample();
    size_t size;
    make_result(&x, result);
    char *bytes = slurp(result, &size);
    for (size_t i = 0; i < 200; i++) {
        spill(other, bytes, i * size / 200);
        refused(other, other);
    }
    for (size_t i = 1; i < 70; i++) {
        spill(other, bytes, size - i);
        refused(other, "cut short");
    }
    free(bytes);
}
END_TEST

START_TEST(a_flipped_bit_is_refused)
{
    const ds_experiment x = sample();
    size_t size;
    make_result(&x, result);
    char *bytes = slurp(result, &size);
    uint32_t random = 1;
    for (size_t i = 0; i < 364; i++) {
        random = random * 1664525u + 1013904223u;
        const size_t at = i < 300 ? random % size : size - 1 - (i - 300);
        bytes[at] ^= (char)(1 << (random >> 29));
        spill(other, bytes, size);
        refused(other, other);
        bytes[at] ^= (char)(1 << (random >> 29));
    }
    bytes[size / 2] ^= 1;
    spill(other, bytes, size);
    refused(other, "its seal says");
    free(bytes);
}
END_TEST

START_TEST(what_is_no_result_is_refused)
{
    ds_result *r;
    ds_status st = {0};
    spill(other, "hello", 5);
    refused(other, "is not an HDF5 file");
    spill(other, "", 0);
    refused(other, "is empty");
    refused(folder, "must be a regular file");
    ck_assert_int_eq(mkfifo(result, 0600), 0);
    refused(result, "must be a regular file");
    ck_assert(!ds_result_open(&r, "/nowhere/x.h5", &st));
    ck_assert_int_eq(st.code, DS_E_INPUT);
}
END_TEST

/* Every write of a run may be the one for which there is no space. Check notes every assertion in a
 * file of its own, so there is none while the limit holds. */
static void limit_files(rlim_t bytes)
{
    struct rlimit limit = {bytes, RLIM_INFINITY};
    if (setrlimit(RLIMIT_FSIZE, &limit) != 0)
        abort();
}

START_TEST(a_full_disk_leaves_no_file)
{
    ds_joined joined;
    fixture f = open_fixture();
    char part[80];
    struct stat about;
    signal(SIGXFSZ, SIG_IGN);
    write_all(&f, shards);
    ds_status st = {0};
    ok(ds_store_join(shards, &f.x, NULL, result, &joined, &st), &st);
    ck_assert_int_eq(stat(result, &about), 0);
    snprintf(part, sizeof part, "%s.part", other);
    for (rlim_t i = 0; i < 40; i++) {
        st = (ds_status){0};
        limit_files(i < 20 ? (rlim_t)about.st_size * i / 20 : (rlim_t)about.st_size - (i - 19) * 8);
        const bool done = ds_store_join(shards, &f.x, NULL, other, &joined, &st);
        limit_files(RLIM_INFINITY);
        ck_assert(!done);
        ck_assert_msg(st.code == DS_E_IO, "%d %s", st.code, st.text);
        ck_assert_ptr_nonnull(strstr(st.text, strerror(EFBIG)));
        ck_assert_int_ne(access(other, F_OK), 0);
        ck_assert_int_ne(access(part, F_OK), 0);
    }
    ok(ds_store_join(shards, &f.x, NULL, other, &joined, (st = (ds_status){0}, &st)), &st);
    assert_same_files(result, other);
    close_fixture(&f);
}
END_TEST

START_TEST(a_full_disk_leaves_the_older_shard)
{
    fixture f = open_fixture();
    char path[128], part[136];
    size_t size;
    bool found;
    signal(SIGXFSZ, SIG_IGN);
    write_all(&f, shards);
    snprintf(path, sizeof path, "%s/00000001.shard", shards);
    snprintf(part, sizeof part, "%s.part", path);
    free(slurp(path, &size));
    fill(&f, 1);
    for (rlim_t i = 0; i < 20; i++) {
        ds_status st = {0};
        limit_files((rlim_t)size * i / 20);
        const bool done = ds_shard_write(shards, &f.x, &f.batch, &st);
        limit_files(RLIM_INFINITY);
        ck_assert(!done);
        ck_assert_int_eq(st.code, DS_E_IO);
        ck_assert_ptr_nonnull(strstr(st.text, strerror(EFBIG)));
        ck_assert_int_ne(access(part, F_OK), 0);
        st = (ds_status){0};
        ok(ds_shard_read(shards, &f.x, &f.batch, &found, &st), &st);
        ck_assert(found);
    }
    close_fixture(&f);
}
END_TEST

START_TEST(a_folder_that_cannot_be_written_is_named)
{
    ds_joined joined;
    fixture f = open_fixture();
    ds_status st = {0};
    spill(other, "x", 1);
    fill(&f, 0);
    ck_assert(!ds_shard_write(other, &f.x, &f.batch, &st));
    ck_assert_msg(st.code == DS_E_CREATE, "%d %s", st.code, st.text);
    ck_assert_ptr_nonnull(strstr(st.text, other));
    st = (ds_status){0};
    write_all(&f, shards);
    ck_assert(!ds_store_join(shards, &f.x, NULL, "/nowhere/x.h5", &joined, &st));
    ck_assert_msg(st.code == DS_E_CREATE || st.code == DS_E_IO, "%d %s", st.code, st.text);
    close_fixture(&f);
}
END_TEST

/* A result that somebody changed with HDF5 and sealed again. */
static hid_t forge(void)
{
    const ds_experiment x = sample();
    size_t size;
    make_result(&x, result);
    char *bytes = slurp(result, &size);
    spill(other, bytes, size - DS_SEAL);
    free(bytes);
    const hid_t file = H5Fopen(other, H5F_ACC_RDWR, H5P_DEFAULT);
    ck_assert(file >= 0);
    return file;
}

static void forged(hid_t file, const char *why)
{
    ds_status st = {0};
    ck_assert(H5Fclose(file) >= 0);
    ok(ds_file_seal(other, &st), &st);
    refused(other, why);
}

static void replace(hid_t file, const char *name, hid_t type, int rank, const hsize_t *size,
                    hid_t list)
{
    H5Ldelete(file, name, H5P_DEFAULT);
    const hid_t space = H5Screate_simple(rank, size, NULL);
    const hid_t set = H5Dcreate2(file, name, type, space, H5P_DEFAULT, list, H5P_DEFAULT);
    ck_assert(set >= 0);
    H5Dclose(set);
    H5Sclose(space);
    H5Pclose(list);
}

static hid_t chunked(int rank, const hsize_t *size)
{
    const hid_t list = H5Pcreate(H5P_DATASET_CREATE);
    H5Pset_chunk(list, rank, size);
    return list;
}

START_TEST(a_forged_result_passes_only_unchanged)
{
    ds_status st = {0};
    ck_assert(H5Fclose(forge()) >= 0);
    ok(ds_file_seal(other, &st), &st);
    ds_result_close(open_result(other));
}
END_TEST

START_TEST(links_out_of_the_file_are_refused)
{
    hid_t file = forge();
    H5Ldelete(file, "fees", H5P_DEFAULT);
    H5Lcreate_external("/etc/passwd", "/x", file, "fees", H5P_DEFAULT, H5P_DEFAULT);
    forged(file, "link");
    file = forge();
    H5Ldelete(file, "time", H5P_DEFAULT);
    H5Lcreate_soft("/replica", file, "time", H5P_DEFAULT, H5P_DEFAULT);
    forged(file, "link");
    file = forge();
    H5Lcreate_external("/etc/passwd", "/x", file, "extra", H5P_DEFAULT, H5P_DEFAULT);
    forged(file, "link");
}
END_TEST

START_TEST(data_outside_the_file_are_refused)
{
    const hsize_t size[] = {TIMES};
    const hid_t list = H5Pcreate(H5P_DATASET_CREATE), file = forge();
    H5Pset_external(list, "/etc/passwd", 0, H5F_UNLIMITED);
    replace(file, "time", H5T_IEEE_F64LE, 1, size, list);
    forged(file, "keeps its data in other files");
}
END_TEST

START_TEST(virtual_data_are_refused)
{
    const hsize_t size[] = {POINTS, REPLICAS, TIMES};
    const hid_t list = H5Pcreate(H5P_DATASET_CREATE), file = forge();
    const hid_t space = H5Screate_simple(3, size, NULL);
    H5Pset_virtual(list, space, "/etc/passwd", "/x", space);
    replace(file, "fees", H5T_IEEE_F32LE, 3, size, list);
    H5Sclose(space);
    forged(file, "stored in another way");
}
END_TEST

START_TEST(other_shapes_and_types_are_refused)
{
    const hsize_t flat[] = {POINTS, REPLICAS}, less[] = {POINTS, REPLICAS, TIMES - 1};
    const hsize_t size[] = {POINTS, REPLICAS, TIMES}, one[] = {1, 1, 1};
    hid_t file = forge();
    replace(file, "fees", H5T_IEEE_F32LE, 2, flat, chunked(2, one));
    forged(file, "rank or shape");
    file = forge();
    replace(file, "fees", H5T_IEEE_F32LE, 3, less, chunked(3, one));
    forged(file, "rank or shape");
    file = forge();
    replace(file, "fees", H5T_STD_I32LE, 3, size, chunked(3, one));
    forged(file, "type");
    file = forge();
    replace(file, "fees", H5T_IEEE_F32LE, 3, size, chunked(3, one));
    forged(file, "stored in another way");
}
END_TEST

START_TEST(huge_declared_shapes_are_refused)
{
    const hsize_t huge[] = {1000000000000000000u}, piece[] = {1024};
    hid_t file = forge();
    replace(file, "time", H5T_IEEE_F64LE, 1, huge, chunked(1, piece));
    forged(file, "stored in another way");
    file = forge();
    replace(file, "point", H5T_STD_I32LE, 1, huge, H5Pcreate(H5P_DATASET_CREATE));
    forged(file, "stored in another way");
}
END_TEST

START_TEST(unknown_filters_are_refused)
{
    const hsize_t size[] = {POINTS, REPLICAS, TIMES}, piece[] = {1, 16, TIMES};
    const hid_t list = chunked(3, piece), file = forge();
    H5Pset_shuffle(list);
    H5Pset_deflate(list, 4);
    H5Pset_filter(list, 32015, H5Z_FLAG_OPTIONAL, 0, NULL);
    replace(file, "fees", H5T_IEEE_F32LE, 3, size, list);
    forged(file, "stored in another way");
}
END_TEST

START_TEST(a_strange_part_is_refused)
{
    const hsize_t size[] = {TIMES};
    const hid_t file = forge();
    replace(file, "stranger", H5T_IEEE_F64LE, 1, size, H5Pcreate(H5P_DATASET_CREATE));
    forged(file, "no part of a result");
}
END_TEST

START_TEST(a_missing_part_is_refused)
{
    static const char *const parts[] = {"time",
                                        "point_label",
                                        "summary/fees_mean",
                                        "provenance/scenario",
                                        "provenance/failure_cause",
                                        "outcomes",
                                        "provenance"};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        const hid_t file = forge();
        ck_assert(H5Ldelete(file, parts[i], H5P_DEFAULT) >= 0);
        forged(file, "missing");
    }
}
END_TEST

/* Nobody but a forger makes such files; still they must not crash or hang the reader. */
START_TEST(garbage_under_a_good_seal_is_survived)
{
    const ds_experiment x = sample();
    size_t size;
    make_result(&x, result);
    char *bytes = slurp(result, &size);
    uint32_t random = 7;
    for (size_t i = 0; i < 300; i++) {
        ds_result *r;
        ds_status st = {0};
        random = random * 1664525u + 1013904223u;
        const size_t at = random % (size - DS_SEAL), more = size - DS_SEAL - at;
        const size_t length = i % 2 ? 1 : i < more ? i : more;
        char kept[300];
        memcpy(kept, bytes + at, length);
        memset(bytes + at, (int)(random >> 24), length);
        spill(other, bytes, size - DS_SEAL);
        memcpy(bytes + at, kept, length);
        ok(ds_file_seal(other, &st), &st);
        if (ds_result_open(&r, other, &st))
            ds_result_close(r);
        else
            ck_assert_msg(st.code == DS_E_DATA, "%d %s", st.code, st.text);
    }
    free(bytes);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {a_truncated_result_is_refused,
                                  a_flipped_bit_is_refused,
                                  what_is_no_result_is_refused,
                                  a_full_disk_leaves_no_file,
                                  a_full_disk_leaves_the_older_shard,
                                  a_folder_that_cannot_be_written_is_named,
                                  a_forged_result_passes_only_unchanged,
                                  links_out_of_the_file_are_refused,
                                  data_outside_the_file_are_refused,
                                  virtual_data_are_refused,
                                  other_shapes_and_types_are_refused,
                                  huge_declared_shapes_are_refused,
                                  unknown_filters_are_refused,
                                  a_missing_part_is_refused,
                                  a_strange_part_is_refused,
                                  garbage_under_a_good_seal_is_survived};
    return run_suite("store_damage", tests, sizeof tests / sizeof *tests);
}
