/*
 * Any bytes as a result or a part, with a good seal behind them (libFuzzer). In a build with clang,
 * DIEMSIM_SANITIZE and CMAKE_C_FLAGS=-fsanitize=fuzzer-no-link:
 *     ninja fuzz_result && ./fuzz_result -max_len=200000 CORPUS
 * A corpus begins with small results and parts, their last 64 bytes cut off.
 */
#include "sim/io/part.h"
#include "sim/io/sealed.h"
#include "tests/unit/read_everything.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

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

static void spill(int file, const uint8_t *data, size_t size)
{
    ds_hex digest;
    char seal[DS_SEAL];
    ds_digest_of(data, size, digest);
    ds_seal_print(digest, seal);
    if (pwrite(file, data, size, 0) != (ssize_t)size ||
        pwrite(file, seal, sizeof seal, (off_t)size) != (ssize_t)sizeof seal)
        abort();
}

static void check(bool done, const ds_status *st)
{
    if (done == (st->code == DS_OK) && (done || (st->code == DS_E_DATA && st->text[0])))
        return;
    fprintf(stderr, "%d %s\n", st->code, st->text);
    abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char path[64];
    ds_status result = {0}, part = {0};
    ds_part_head head;
    spill(open_file(path), data, size);
    check(read_everything(path, &result), &result);
    check(ds_part_read(path, &head, &part), &part);
    ds_part_forget(&head);
    return 0;
}
