#include "sealed.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>
#if __has_include(<linux/fs.h>)
#include <linux/fs.h>
#endif

enum { PIECE = 1 << 20 };

static const char signature[] = "\x89HDF\r\n\x1a\n";
static const char seal_word[] = "diemsim-seal-1 xxh3-128 ";

void ds_seal_print(const ds_hex digest, char seal[DS_SEAL])
{
    char line[DS_SEAL + 1];
    snprintf(line, sizeof line, "%s%s%7s", seal_word, digest, "");
    memcpy(seal, line, DS_SEAL);
    seal[DS_SEAL - 1] = '\n';
}

ds_code ds_file_code(int error, ds_code otherwise)
{
    return error == ENOSPC || error == EDQUOT || error == EFBIG ? DS_E_IO : otherwise;
}

static bool failed(ds_status *st, ds_code code, const char *what, const char *path)
{
    return ds_fail(st, ds_file_code(errno, code), "cannot %s '%s': %s", what, path,
                   strerror(errno));
}

static bool write_all(int file, const char *bytes, size_t size)
{
    while (size > 0) {
        const ssize_t done = write(file, bytes, size);
        if (done < 0 && errno == EINTR)
            continue;
        if (done < 0)
            return false;
        bytes += done;
        size -= (size_t)done;
    }
    return true;
}

/* Reads up to `size` bytes; less only at the file's end. */
static ssize_t read_all(int file, char *bytes, size_t size)
{
    size_t have = 0;
    while (have < size) {
        const ssize_t done = read(file, bytes + have, size - have);
        if (done < 0 && errno == EINTR)
            continue;
        if (done < 0)
            return -1;
        if (done == 0)
            break;
        have += (size_t)done;
    }
    return (ssize_t)have;
}

int ds_file_create(const char *path, int flags)
{
    (void)unlink(path);
    return open(path, flags | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
}

bool ds_file_write(const char *path, const void *bytes, size_t size, ds_status *st)
{
    const int file = ds_file_create(path, O_WRONLY);
    if (file < 0)
        return failed(st, DS_E_CREATE, "create", path);
    bool ok = write_all(file, bytes, size) || failed(st, DS_E_IO, "write", path);
    if (close(file) != 0)
        ok = failed(st, DS_E_IO, "write", path);
    return ok;
}

/* Opens a regular file without waiting for the other end of a pipe. */
static int open_regular(const char *path, size_t *size, ds_status *st)
{
    const int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    struct stat about;
    if (file < 0) {
        failed(st, DS_E_INPUT, "read", path);
        return -1;
    }
    if (fstat(file, &about) != 0) {
        failed(st, DS_E_INPUT, "read", path);
    } else if (!S_ISREG(about.st_mode)) {
        ds_fail(st, DS_E_INPUT, "'%s' is %s, must be a regular file", path,
                S_ISDIR(about.st_mode) ? "a directory" : "a pipe or a device");
    } else {
        *size = (size_t)about.st_size;
        return file;
    }
    close(file);
    return -1;
}

/* Digest of the first `size` bytes from where the file stands. */
static bool digest_file(int file, const char *path, size_t size, ds_hex digest, ds_status *st)
{
    ds_digest *sum = ds_digest_new();
    char *piece = malloc(PIECE);
    bool ok = (sum && piece) || ds_fail(st, DS_E_SYSTEM, "no memory to check '%s'", path);
    while (ok && size > 0) {
        const size_t want = size < PIECE ? size : PIECE;
        const ssize_t have = read_all(file, piece, want);
        if (have < 0)
            ok = failed(st, DS_E_IO, "read", path);
        else if ((size_t)have < want)
            ok = ds_fail(st, DS_E_DATA, "'%s' became shorter while it was read", path);
        else
            ds_digest_add(sum, piece, want);
        size -= want;
    }
    if (ok)
        ds_digest_hex(sum, digest);
    free(piece);
    ds_digest_free(sum);
    return ok;
}

/* What a file ends with is a seal, whatever it says. */
static bool check_word(const char *path, const char seal[DS_SEAL], ds_status *st)
{
    return memcmp(seal, seal_word, sizeof seal_word - 1) == 0 ||
           ds_fail(st, DS_E_DATA,
                   "'%s' does not end with its seal '%s...': it was cut short, or changed by "
                   "another program",
                   path, seal_word);
}

/* `digest`: of what is before the seal. */
static bool check_seal(const char *path, const char seal[DS_SEAL], const ds_hex digest,
                       ds_status *st)
{
    char expected[DS_SEAL], said[33] = {0};
    const size_t word = sizeof seal_word - 1;
    ds_seal_print(digest, expected);
    if (memcmp(seal, expected, DS_SEAL) == 0)
        return true;
    if (!check_word(path, seal, st))
        return false;
    for (size_t i = 0; i < 32; i++)
        said[i] = (char)(seal[word + i] >= ' ' && seal[word + i] < 127 ? seal[word + i] : '?');
    return ds_fail(st, DS_E_DATA, "'%s' is damaged: its digest is %s, its seal says %s", path,
                   digest, said);
}

/* The last bytes, before anything else is read: what is large and not ours is refused by them. */
static bool read_seal(int file, const char *path, size_t size, char seal[DS_SEAL], ds_status *st)
{
    memset(seal, 0, DS_SEAL);
    if (pread(file, seal, DS_SEAL, (off_t)(size - DS_SEAL)) < 0)
        return failed(st, DS_E_IO, "read", path);
    return check_word(path, seal, st);
}

static bool check_open(int file, const char *path, size_t size, ds_status *st)
{
    char start[8] = {0}, seal[DS_SEAL];
    ds_hex digest;
    if (pread(file, start, sizeof start, 0) < 0)
        return failed(st, DS_E_IO, "read", path);
    if (size == 0)
        return ds_fail(st, DS_E_DATA, "'%s' is not an HDF5 file: it is empty", path);
    if (memcmp(start, signature, sizeof start) != 0)
        return ds_fail(st, DS_E_DATA,
                       "'%s' is not an HDF5 file: it begins with other bytes than \\x89HDF", path);
    if (size < sizeof start + DS_SEAL)
        return ds_fail(st, DS_E_DATA, "'%s' has %zu bytes: it was cut short", path, size);
    return read_seal(file, path, size, seal, st) &&
           digest_file(file, path, size - DS_SEAL, digest, st) &&
           check_seal(path, seal, digest, st);
}

int ds_file_open(const char *path, size_t *size, ds_status *st)
{
    const int file = open_regular(path, size, st);
    if (file < 0)
        return -1;
    if (check_open(file, path, *size, st)) {
        *size -= DS_SEAL;
        return file;
    }
    close(file);
    return -1;
}

bool ds_file_check(const char *path, ds_status *st)
{
    size_t size;
    const int file = ds_file_open(path, &size, st);
    if (file >= 0)
        close(file);
    return file >= 0;
}

bool ds_file_seal(const char *path, ds_status *st)
{
    size_t size;
    ds_hex digest;
    char seal[DS_SEAL];
    int file = open_regular(path, &size, st);
    if (file < 0)
        return false;
    bool ok = digest_file(file, path, size, digest, st);
    close(file);
    if (!ok)
        return false;
    ds_seal_print(digest, seal);
    file = open(path, O_WRONLY | O_APPEND | O_CLOEXEC);
    if (file < 0)
        return failed(st, DS_E_IO, "write", path);
    ok = write_all(file, seal, sizeof seal) || failed(st, DS_E_IO, "write", path);
    if (close(file) != 0)
        ok = failed(st, DS_E_IO, "write", path);
    return ok;
}

static bool load_open(int file, const char *path, char **bytes, size_t *size, ds_status *st)
{
    ds_hex digest;
    char seal[DS_SEAL];
    if (*size < DS_SEAL)
        return ds_fail(st, DS_E_DATA, "'%s' has %zu bytes: it was cut short", path, *size);
    if (!read_seal(file, path, *size, seal, st))
        return false;
    char *block = malloc(*size);
    if (!block)
        return ds_fail(st, DS_E_SYSTEM, "no memory for the %zu bytes of '%s'", *size, path);
    const ssize_t have = read_all(file, block, *size);
    bool ok = true;
    if (have < 0)
        ok = failed(st, DS_E_IO, "read", path);
    else if ((size_t)have < *size)
        ok = ds_fail(st, DS_E_DATA, "'%s' became shorter while it was read", path);
    *size -= DS_SEAL;
    if (ok) {
        ds_digest_of(block, *size, digest);
        ok = check_seal(path, block + *size, digest, st);
    }
    if (ok)
        *bytes = block;
    else
        free(block);
    return ok;
}

bool ds_file_load(const char *path, char **bytes, size_t *size, ds_status *st)
{
    *bytes = NULL;
    if (access(path, F_OK) != 0 && errno == ENOENT)
        return true;
    const int file = open_regular(path, size, st);
    if (file < 0)
        return false;
    const bool ok = load_open(file, path, bytes, size, st);
    close(file);
    return ok;
}

/* Some file systems cannot sync a folder and say EINVAL: nothing more can be done there. */
static bool sync_open(int file, const char *path, ds_status *st)
{
    bool ok = fsync(file) == 0 || errno == EINVAL || failed(st, DS_E_IO, "sync", path);
    if (close(file) != 0)
        ok = failed(st, DS_E_IO, "sync", path);
    return ok;
}

static int open_to_sync(const char *path, int flags, ds_status *st)
{
    const int file = open(path, flags | O_CLOEXEC);
    if (file < 0)
        failed(st, DS_E_IO, "sync", path);
    return file;
}

static bool sync_path(const char *path, int flags, ds_status *st)
{
    const int file = open_to_sync(path, flags, st);
    return file >= 0 && sync_open(file, path, st);
}

bool ds_folder_sync(const char *path, ds_status *st)
{
    return sync_path(path, O_RDONLY | O_DIRECTORY, st);
}

typedef enum placed { NOT, NEW, INSTEAD, SWAPPED } placed;

/* Gives a file its name. What has it already takes the other name where the system can do that,
 * and else is gone. */
static placed place(const char *part, const char *path)
{
    const bool there = access(path, F_OK) == 0;
#if defined(SYS_renameat2) && defined(RENAME_EXCHANGE)
    if (there && syscall(SYS_renameat2, AT_FDCWD, part, AT_FDCWD, path, RENAME_EXCHANGE) == 0)
        return SWAPPED;
#endif
    return rename(part, path) != 0 ? NOT : there ? INSTEAD : NEW;
}

/* The folder may not know of it: what had the name has it again. */
static void take_back(placed how, const char *part, const char *path)
{
    if (how == NEW)
        (void)rename(path, part);
    else if (how == SWAPPED)
        (void)place(part, path);
}

bool ds_file_publish(const char *part, const char *path, ds_status *st)
{
    char *const copy = strdup(path);
    if (!copy)
        return ds_fail(st, DS_E_SYSTEM, "no memory to sync the folder of '%s'", path);
    const char *const parent = dirname(copy);
    int folder = -1;
    if (sync_path(part, O_RDONLY, st))
        folder = open_to_sync(parent, O_RDONLY | O_DIRECTORY, st);
    bool ok = folder >= 0;
    const placed how = ok ? place(part, path) : NOT;
    if (ok && how == NOT) {
        ok = failed(st, DS_E_CREATE, "create", path);
        close(folder);
    } else if (ok) {
        ok = sync_open(folder, parent, st);
        if (!ok)
            take_back(how, part, path);
        else if (how == SWAPPED)
            unlink(part);
    }
    free(copy);
    return ok;
}
