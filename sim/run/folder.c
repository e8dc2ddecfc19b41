#include "folder.h"

#include "sim/io/sealed.h"
#include "sim/io/shard.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum { INSIDE = 64 }; /* room for the name of a file in the folder */

static const char lock_name[] = "lock", seed_name[] = "seed", seed_part_name[] = "seed.part",
                  copies_name[] =
                      "merging"; /* shards are copies out of parts that are still there */

static void inside(const char *folder, const char *name, char path[4096 + INSIDE])
{
    snprintf(path, 4096 + INSIDE, "%s/%.*s", folder, INSIDE - 2, name);
}

static bool name_folder(const char *output, char path[4096])
{
    const int length = snprintf(path, 4096, "%s.shards", output);
    return length > 0 && length < 4096 - INSIDE;
}

/* Where a result is made, a folder cannot be replaced by it. */
static bool check_part(const char *output, ds_status *st)
{
    char part[4096 + INSIDE];
    struct stat about;
    snprintf(part, sizeof part, "%.4096s.part", output);
    return lstat(part, &about) != 0 || !S_ISDIR(about.st_mode) ||
           ds_fail(st, DS_E_CREATE, "'%s' is a folder, must be free for the result to be made",
                   part);
}

/* A link to nothing is something, too: it would be gone without a word. */
static bool check_output(const char *output, bool force, ds_status *st)
{
    struct stat about;
    if (stat(output, &about) != 0 && lstat(output, &about) != 0)
        return check_part(output, st);
    if (!S_ISREG(about.st_mode) && !S_ISLNK(about.st_mode))
        return ds_fail(st, DS_E_CREATE, "'%s' exists and is not a regular file", output);
    return (force || ds_fail(st, DS_E_CREATE, "'%s' exists: --force replaces it", output)) &&
           check_part(output, st);
}

static bool check_parent(const char *output, ds_status *st)
{
    char *const copy = strdup(output);
    if (!copy)
        return ds_fail(st, DS_E_SYSTEM, "no memory for a name");
    const char *const parent = dirname(copy);
    struct stat about;
    bool ok = true;
    if (stat(parent, &about) != 0)
        ok = ds_fail(st, DS_E_CREATE, "cannot create '%s': the folder '%s' cannot be used: %s",
                     output, parent, strerror(errno));
    else if (!S_ISDIR(about.st_mode))
        ok = ds_fail(st, DS_E_CREATE, "cannot create '%s': '%s' is not a folder", output, parent);
    else if (access(parent, W_OK | X_OK) != 0)
        ok = ds_fail(st, DS_E_CREATE, "cannot create '%s': the folder '%s' cannot be written: %s",
                     output, parent, strerror(errno));
    free(copy);
    return ok;
}

bool ds_folder_can(const char *output, bool force, ds_status *st)
{
    return check_output(output, force, st) && check_parent(output, st);
}

/* The open lock is still the one that others find under its name. */
static bool is_current(int lock, const char *path)
{
    struct stat held, named;
    return fstat(lock, &held) == 0 && stat(path, &named) == 0 && held.st_dev == named.st_dev &&
           held.st_ino == named.st_ino;
}

/* A lock that is held already is another run's: it is left as it is. */
static bool hold(ds_folder *folder, const char *path, const char *output, ds_status *st)
{
    if (flock(folder->lock, LOCK_EX | LOCK_NB) == 0)
        return true;
    const int why = errno;
    close(folder->lock);
    folder->lock = -1;
    if (why != EWOULDBLOCK)
        return ds_fail(st, DS_E_CREATE, "cannot lock '%s': %s", path, strerror(why));
    return ds_fail(st, DS_E_CREATE,
                   "another run is writing '%s': wait for it, or choose another output", output);
}

static bool cannot_create(const char *path, ds_status *st)
{
    return ds_fail(st, errno == ENOSPC || errno == EDQUOT ? DS_E_IO : DS_E_CREATE,
                   "cannot create '%s': %s", path, strerror(errno));
}

static bool take_lock(ds_folder *folder, const char *output, ds_status *st)
{
    char path[4096 + INSIDE];
    inside(folder->path, lock_name, path);
    for (int tries = 0; tries < 100; tries++) {
        if (mkdir(folder->path, 0777) != 0 && errno != EEXIST)
            return cannot_create(folder->path, st);
        folder->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
        if (folder->lock < 0 && errno == ENOENT)
            continue; /* another run has just finished and removed the folder */
        if (folder->lock < 0)
            return cannot_create(path, st);
        if (!hold(folder, path, output, st))
            return false;
        if (is_current(folder->lock, path))
            return true;
        close(folder->lock);
        folder->lock = -1;
    }
    return ds_fail(st, DS_E_CREATE, "cannot lock '%s'", path);
}

bool ds_folder_name(ds_folder *folder, const char *output, ds_status *st)
{
    folder->lock = -1;
    return name_folder(output, folder->path) ||
           ds_fail(st, DS_E_CREATE, "the output's name has %zu bytes, must have at most %zu",
                   strlen(output), sizeof folder->path - INSIDE - sizeof ".shards");
}

static bool open_any(ds_folder *folder, const char *output, bool force, ds_status *st)
{
    if (!ds_folder_name(folder, output, st) || !ds_folder_can(output, force, st))
        return false;
    /* Looked at again, because another run may have finished while we came for the lock. */
    const bool ok = take_lock(folder, output, st) && check_output(output, force, st);
    if (!ok)
        ds_folder_close(folder);
    return ok;
}

bool ds_folder_open(ds_folder *folder, const char *output, bool force, ds_status *st)
{
    char path[4096 + INSIDE];
    if (!open_any(folder, output, force, st))
        return false;
    inside(folder->path, copies_name, path);
    unlink(path); /* what comes now is a run's */
    return true;
}

static bool is_shard(const char *name)
{
    const char *const after = name + strspn(name, "0123456789");
    const size_t length = strlen(ds_shard_ending);
    return after > name && strncmp(after, ds_shard_ending, length) == 0 &&
           (!after[length] || strcmp(after + length, ".part") == 0);
}

/* What is done with a file of ours. */
typedef struct visit {
    bool (*chosen)(const char *name, const struct visit *self);
    void (*see)(const char *path, struct visit *self);
    size_t share, shares, seen;
    double bytes;
} visit;

static void each(const char *folder, visit *self)
{
    char path[4096 + INSIDE];
    const struct dirent *entry;
    DIR *const list = opendir(folder);
    while (list && (entry = readdir(list)))
        if (self->chosen(entry->d_name, self)) {
            inside(folder, entry->d_name, path);
            self->see(path, self);
        }
    if (list)
        closedir(list);
}

static bool any_of_ours(const char *name, const visit *self)
{
    (void)self;
    return is_shard(name) || strcmp(name, seed_name) == 0 || strcmp(name, seed_part_name) == 0 ||
           strcmp(name, copies_name) == 0;
}

static bool any_shard(const char *name, const visit *self)
{
    (void)self;
    return is_shard(name);
}

static bool shard_of_share(const char *name, const visit *self)
{
    return is_shard(name) && strtoull(name, NULL, 10) % self->shares == self->share % self->shares;
}

static void discard(const char *path, visit *self)
{
    (void)self;
    unlink(path);
}

static void weigh(const char *path, visit *self)
{
    struct stat about;
    self->seen++;
    self->bytes += lstat(path, &about) == 0 ? (double)about.st_size : 0;
}

void ds_folder_clear(const ds_folder *folder)
{
    each(folder->path, &(visit){.chosen = any_of_ours, .see = discard});
}

void ds_folder_clear_share(const ds_folder *folder, size_t shard, size_t shards)
{
    each(folder->path,
         &(visit){.chosen = shard_of_share, .see = discard, .share = shard, .shares = shards});
}

static visit weigh_shards(const char *folder)
{
    visit all = {.chosen = any_shard, .see = weigh};
    each(folder, &all);
    return all;
}

double ds_folder_bytes(const ds_folder *folder)
{
    return weigh_shards(folder->path).bytes;
}

void ds_folder_close(ds_folder *folder)
{
    if (folder->lock < 0)
        return;
    char path[4096 + INSIDE];
    inside(folder->path, lock_name, path);
    if (is_current(folder->lock, path) && weigh_shards(folder->path).seen == 0) {
        ds_folder_clear(folder);
        unlink(path);
        rmdir(folder->path); /* stays if somebody has put something else there */
    }
    close(folder->lock);
    folder->lock = -1;
}

static bool are_copies(const char *folder)
{
    char path[4096 + INSIDE];
    inside(folder, copies_name, path);
    return access(path, F_OK) == 0;
}

bool ds_folder_open_empty(ds_folder *folder, const char *output, bool force, ds_status *st)
{
    char path[4096 + INSIDE];
    if (!open_any(folder, output, force, st))
        return false;
    if (force || are_copies(folder->path))
        ds_folder_clear(folder);
    inside(folder->path, copies_name, path);
    if (weigh_shards(folder->path).seen == 0 && ds_file_write(path, "", 0, st))
        return true;
    if (st->code == DS_OK)
        ds_fail(st, DS_E_CREATE,
                "'%s' holds the shards of an unfinished run: --force discards them", folder->path);
    ds_folder_close(folder);
    return false;
}

bool ds_folder_check(const ds_folder *folder, ds_status *st)
{
    char path[4096 + INSIDE];
    inside(folder->path, lock_name, path);
    return folder->lock < 0 || is_current(folder->lock, path) ||
           ds_fail(st, DS_E_IO,
                   "'%s' was removed under the run: what was not yet in a result is lost",
                   folder->path);
}

/* *found: a seed is there. What is none is as nothing; what cannot be read may be one. */
static bool read_seed(const char *path, uint64_t *seed, bool *found, ds_status *st)
{
    char line[32] = "", *end = line;
    struct stat about;
    *found = false;
    const int file = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    if (file < 0 && errno == ENOENT)
        return true;
    const bool regular = file >= 0 && fstat(file, &about) == 0 && S_ISREG(about.st_mode);
    const ssize_t length = file < 0 ? -1 : regular ? read(file, line, sizeof line - 1) : 0;
    const bool ok =
        length >= 0 || ds_fail(st, DS_E_IO, "cannot read '%s': %s", path, strerror(errno));
    if (file >= 0)
        close(file);
    errno = 0;
    const unsigned long long kept = strtoull(line, &end, 10);
    *found = ok && end > line && *end == '\n' && errno == 0;
    *seed = *found ? kept : *seed;
    return ok;
}

/* The seed that is there is never lost, whatever happens while the new one is written. */
bool ds_folder_keep_seed(const ds_folder *folder, uint64_t seed, ds_status *st)
{
    char path[4096 + INSIDE], part[4096 + INSIDE], line[32];
    uint64_t kept = seed;
    bool found;
    inside(folder->path, seed_name, path);
    inside(folder->path, seed_part_name, part);
    if (!read_seed(path, &kept, &found, st))
        return false;
    if (found && kept == seed)
        return true;
    const int length = snprintf(line, sizeof line, "%llu\n", (unsigned long long)seed);
    return ds_file_write(part, line, (size_t)length, st) && ds_file_publish(part, path, st);
}

bool ds_folder_kept_seed(const char *output, uint64_t *seed, ds_status *st)
{
    char folder[4096], path[4096 + INSIDE];
    bool found;
    if (!name_folder(output, folder))
        return true; /* which is refused when the folder is opened */
    inside(folder, seed_name, path);
    return read_seed(path, seed, &found, st);
}
