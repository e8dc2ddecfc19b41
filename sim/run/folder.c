#include "folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static const char lock_name[] = "lock";

static bool check_parent(const char *output, ds_status *st)
{
    char parent[DS_FOLDER_PATH];
    struct stat info;
    if (snprintf(parent, sizeof parent, "%s", output) >= (int)sizeof parent)
        return ds_fail(st, DS_E_CREATE, "the name of the output is too long");
    char *const slash = strrchr(parent, '/');
    if (!slash)
        strcpy(parent, ".");
    else
        *(slash == parent ? slash + 1 : slash) = '\0';
    if (stat(parent, &info) != 0)
        return ds_fail(st, DS_E_CREATE, "the folder of the output, '%s', does not exist: %s", parent, strerror(errno));
    if (!S_ISDIR(info.st_mode))
        return ds_fail(st, DS_E_CREATE, "'%s' is no folder, the output cannot be created in it", parent);
    if (access(parent, W_OK | X_OK) != 0)
        return ds_fail(st, DS_E_CREATE, "the folder of the output, '%s', cannot be written: %s", parent, strerror(errno));
    return true;
}

bool ds_output_check(const char *output, bool force, ds_status *st)
{
    struct stat info;
    if (!*output || output[strlen(output) - 1] == '/')
        return ds_fail(st, DS_E_CREATE, "'%s' is no name of a file", output);
    if (!check_parent(output, st))
        return false;
    if (lstat(output, &info) != 0)
        return errno == ENOENT || ds_fail(st, DS_E_CREATE, "cannot create '%s': %s", output, strerror(errno));
    if (!S_ISREG(info.st_mode) && !S_ISLNK(info.st_mode))
        return ds_fail(st, DS_E_CREATE, "'%s' exists and is no regular file", output);
    if (!force)
        return ds_fail(st, DS_E_CREATE, "'%s' exists: use --force to replace it", output);
    return true;
}

static bool lock(ds_folder *folder, ds_status *st)
{
    char path[DS_FOLDER_PATH + 16];
    snprintf(path, sizeof path, "%s/%s", folder->path, lock_name);
    folder->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (folder->lock < 0)
        return ds_fail(st, DS_E_CREATE, "cannot create '%s': %s", path, strerror(errno));
    if (flock(folder->lock, LOCK_EX | LOCK_NB) == 0)
        return true;
    const bool busy = errno == EWOULDBLOCK;
    close(folder->lock);
    folder->lock = -1;
    if (busy)
        return ds_fail(st, DS_E_CREATE, "another run is writing this output: it holds '%s'", path);
    return ds_fail(st, DS_E_CREATE, "cannot lock '%s': %s", path, strerror(errno));
}

bool ds_folder_open(ds_folder *folder, const char *output, ds_status *st)
{
    folder->lock = -1;
    if (snprintf(folder->path, sizeof folder->path, "%s.shards", output) >= (int)sizeof folder->path)
        return ds_fail(st, DS_E_CREATE, "the name of the output is too long");
    if (mkdir(folder->path, 0777) != 0 && errno != EEXIST)
        return ds_fail(st, DS_E_CREATE, "cannot create the folder '%s': %s", folder->path, strerror(errno));
    return lock(folder, st);
}

void ds_folder_close(ds_folder *folder)
{
    if (folder->lock >= 0)
        close(folder->lock);
    folder->lock = -1;
}

/* Only names that a run gives its shards: whatever else a user put there stays, and says so. */
static bool is_shard(const char *name)
{
    const size_t digits = strspn(name, "0123456789");
    return digits > 0 && (strcmp(name + digits, ".h5") == 0 || strcmp(name + digits, ".h5.part") == 0);
}

static bool remove_entry(const ds_folder *folder, const char *name, ds_status *st)
{
    char path[2 * DS_FOLDER_PATH];
    snprintf(path, sizeof path, "%s/%s", folder->path, name);
    return unlink(path) == 0 || errno == ENOENT || ds_fail(st, DS_E_IO, "cannot remove '%s': %s", path, strerror(errno));
}

bool ds_folder_empty(ds_folder *folder, bool all, ds_status *st)
{
    DIR *const dir = opendir(folder->path);
    bool fine = true;
    if (!dir)
        return ds_fail(st, DS_E_IO, "cannot read the folder '%s': %s", folder->path, strerror(errno));
    for (const struct dirent *entry; fine && (entry = readdir(dir)) != NULL;)
        fine = !is_shard(entry->d_name) || remove_entry(folder, entry->d_name, st);
    closedir(dir);
    if (!fine || !all)
        return fine;
    fine = remove_entry(folder, lock_name, st);
    ds_folder_close(folder);
    return fine && (rmdir(folder->path) == 0 || errno == ENOTEMPTY ||
                    ds_fail(st, DS_E_IO, "cannot remove the folder '%s': %s", folder->path, strerror(errno)));
}
