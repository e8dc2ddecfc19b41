/*
 * Any bytes as a result and as a part, with a good seal behind them; or, where they begin with 'p'
 * or 'r', as what a shard of kept paths or of reductions holds behind its head. A shard that is
 * read is written as one that reads the same.
 */
#include "fuzz.h"
#include "sim/io/crate.h"
#include "sim/io/part.h"
#include "sim/io/sealed.h"
#include "sim/io/shard.h"
#include "tests/unit/read_everything.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

/* A file in memory and its name. */
static int open_file(char path[64])
{
    static int file = -1;
    if (file < 0)
        file = memfd_create("fuzz", 0);
    if (file < 0 || ftruncate(file, 0) != 0)
        abort();
    snprintf(path, 64, "/proc/self/fd/%d", file);
    return file;
}

static void spill(int file, const void *data, size_t size)
{
    ds_hex digest;
    char seal[DS_SEAL];
    ds_digest_of(data, size, digest);
    ds_seal_print(digest, seal);
    if (pwrite(file, data, size, 0) != (ssize_t)size ||
        pwrite(file, seal, sizeof seal, (off_t)size) != (ssize_t)sizeof seal)
        abort();
}

static void must_be_data(bool done, const ds_status *st)
{
    must_say(done, st);
    must(done || st->code == DS_E_DATA, "what is wrong is the data", st->text);
}

/* ---- results and parts ---- */

static void must_be_plain(const char *text)
{
    must(text && ds_is_plain(text, strlen(text)), "texts command no terminal", text ? text : "");
}

static void check_info(const ds_result_info *i)
{
    must(i->points > 0 && i->replicas > 0, "there are replicas", "");
    must_be_plain(i->title);
    must_be_plain(i->model);
    must_be_plain(i->version);
    for (size_t p = 0; p < i->points; p++)
        must_be_plain(i->labels[p]);
    for (size_t v = 0; v < i->variables; v++)
        must_be_plain(i->variable[v].name);
    for (size_t o = 0; o < i->outcomes; o++)
        must_be_plain(i->outcome[o].unit);
}

static void try_result(const char *path)
{
    ds_result *r;
    ds_status st = {0};
    const bool fine = ds_result_open(&r, path, &st);
    must_be_data(fine, &st);
    if (!fine)
        return;
    check_info(ds_result_about(r));
    ds_result_close(r);
    must_be_data(read_everything(path, &st), &st);
}

static void try_part(const char *path)
{
    ds_part_head head;
    ds_status st = {0};
    const bool fine = ds_part_read(path, &head, &st);
    must_be_data(fine, &st);
    if (fine) {
        must_be_plain(head.program);
        must_be_plain(head.version);
        must_be_plain(head.model);
    }
    ds_part_forget(&head);
}

/* ---- shards ---- */

enum { REPLICAS = 3, TIMES = 4 };

static ds_experiment experiment(bool paths)
{
    static const double time[TIMES] = {0, 1, 2, 3};
    static const char *const labels[] = {"base"};
    static const ds_metric metrics[] = {{"supply", "VVV", "tokens", DS_STATE, true},
                                        {"use", "1", "share in use", DS_AVERAGE, false},
                                        {0}};
    static const ds_metric outcomes[] = {{"ruin", "1", "1 if ruined", DS_STATE, false}, {0}};
    return (ds_experiment){.title = "fuzz",
                           .model = "diem",
                           .metrics = metrics,
                           .outcomes = outcomes,
                           .points = 1,
                           .replicas = REPLICAS,
                           .times = TIMES,
                           .time = time,
                           .labels = labels,
                           .keep_paths = paths,
                           .provenance = {.scenario = "model: diem\n",
                                          .resolved = "{}",
                                          .program = "diemsim",
                                          .version = "0",
                                          .build = "Release"}};
}

static char folder[] = "/tmp/diemsim_fuzz_XXXXXX", shard[4096];

static void remove_folder(void)
{
    unlink(shard);
    rmdir(folder);
}

/* The file of the only shard. */
static int open_shard(void)
{
    ds_status st = {0};
    if (!*shard) {
        must(mkdtemp(folder) && ds_shard_name(shard, folder, 0, &st) && atexit(remove_folder) == 0,
             "there is a folder", folder);
    }
    const int file = open(shard, O_RDWR | O_CREAT | O_TRUNC, 0600);
    if (file < 0)
        abort();
    return file;
}

/* The head of a shard of the experiment, and the bytes behind it. */
static void spill_shard(const ds_experiment *x, const uint8_t *data, size_t size)
{
    ds_crate crate = {0};
    ds_hex identity;
    ds_status st = {0};
    const uint64_t number = 0;
    const int file = open_shard();
    ds_store_identity(x, identity);
    must(ds_crate_put(&crate, "identity", identity, sizeof identity, &st) &&
             ds_crate_put(&crate, "batch", &number, sizeof number, &st) &&
             ds_crate_add(&crate, data, size, &st),
         "a shard is made", st.text);
    spill(file, crate.bytes, crate.size);
    close(file);
    free(crate.bytes);
}

static void check_batch(const ds_batch *b)
{
    for (size_t i = 0; i < REPLICAS; i++) {
        must(b->state[i] <= DS_REPLICA_FAILED, "a replica has a state", "");
        must(b->state[i] != DS_REPLICA_FAILED || b->cause[i], "a failure has a cause", "");
    }
}

static bool read_shard(const ds_experiment *x, ds_batch *batch)
{
    bool found = false;
    ds_status st = {0};
    must(ds_batch_open(batch, x, &st), "there is memory", st.text);
    ds_batch_blank(batch, x, 0);
    const bool fine = ds_shard_read(folder, x, batch, &found, &st);
    must_be_data(fine, &st);
    must(fine == found, "the shard is there", st.text);
    return fine;
}

static void write_again(const ds_experiment *x, const ds_batch *batch)
{
    ds_batch again;
    ds_status st = {0};
    must(ds_shard_write(folder, x, batch, &st), "a shard that was read is written", st.text);
    must(read_shard(x, &again), "and read", "");
    must(memcmp(again.outcomes, batch->outcomes, REPLICAS * sizeof(double)) == 0 &&
             memcmp(again.state, batch->state, REPLICAS) == 0 &&
             memcmp(again.events, batch->events, REPLICAS * sizeof(uint64_t)) == 0,
         "and is the same", "");
    if (x->keep_paths)
        must(memcmp(again.paths[0], batch->paths[0], REPLICAS * TIMES * sizeof(double)) == 0,
             "with its paths", "");
    ds_batch_close(&again, x);
}

static void try_shard(bool paths, const uint8_t *data, size_t size)
{
    const ds_experiment x = experiment(paths);
    ds_batch batch;
    spill_shard(&x, data, size);
    if (read_shard(&x, &batch)) {
        check_batch(&batch);
        write_again(&x, &batch);
    }
    ds_batch_close(&batch, &x);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char path[64];
    if (size > 0 && (data[0] == 'p' || data[0] == 'r')) {
        try_shard(data[0] == 'p', data + 1, size - 1);
        return 0;
    }
    spill(open_file(path), data, size);
    try_result(path);
    try_part(path);
    return 0;
}
