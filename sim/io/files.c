#include "files.h"

#include "complain.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *kind_of(mode_t mode)
{
    return S_ISDIR(mode)    ? "a directory"
           : S_ISFIFO(mode) ? "a pipe"
           : S_ISREG(mode)  ? "a file"
                            : "a device";
}

static bool read_all(int fd, char *buffer, size_t size)
{
    for (size_t done = 0; done < size;) {
        const ssize_t n = read(fd, buffer + done, size - done);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        done += (size_t)n;
    }
    return true;
}

static bool slurp_open(ds_pool *pool, int fd, const char *path, size_t most, const char **text,
                       size_t *size, ds_status *st)
{
    struct stat info;
    if (fstat(fd, &info) != 0)
        return ds_fail(st, DS_E_INPUT, "cannot read '%s': %s", path, strerror(errno));
    if (!S_ISREG(info.st_mode))
        return ds_fail(st, DS_E_INPUT, "'%s' is %s, must be a regular file", path,
                       kind_of(info.st_mode));
    if ((size_t)info.st_size > most)
        return ds_fail(st, DS_E_DATA, "'%s' has %lld bytes, must be at most %zu", path,
                       (long long)info.st_size, most);
    char *const buffer = ds_pool_take(pool, (size_t)info.st_size + 1);
    if (!read_all(fd, buffer, (size_t)info.st_size))
        return ds_fail(st, DS_E_INPUT, "cannot read '%s'", path);
    *text = buffer;
    *size = (size_t)info.st_size;
    return true;
}

bool ds_file_slurp(ds_pool *pool, const char *path, size_t most, const char **text, size_t *size,
                   ds_status *st)
{
    /* Without O_NONBLOCK, opening a pipe waits for a writer that may never come. */
    const int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0)
        return ds_fail(st, DS_E_INPUT, "cannot read '%s': %s", path, strerror(errno));
    const bool fine = slurp_open(pool, fd, path, most, text, size, st);
    close(fd);
    return fine;
}

static bool inside(const char *path, const char *folder)
{
    const size_t n = folder ? strlen(folder) : 0;
    return n > 0 && strncmp(path, folder, n) == 0 && (path[n] == '/' || n == 1);
}

/* The real path of a candidate if it exists, in the pool; NULL if not. */
static const char *real(ds_pool *pool, const char *folder, const char *name, const char *ending)
{
    if (!folder && name[0] != '/')
        return NULL;
    char *const path = name[0] == '/' ? ds_pool_print(pool, "%s%s", name, ending)
                                      : ds_pool_print(pool, "%s/%s%s", folder, name, ending);
    char *const resolved = realpath(path, NULL);
    if (!resolved)
        return NULL;
    const char *const kept = ds_pool_copy(pool, resolved, strlen(resolved));
    free(resolved);
    return kept;
}

static const char *find(const ds_files *files, const ds_node *name, bool yaml)
{
    const char *const folders[] = {name->from->folder, files->presets};
    for (size_t i = 0; i < 2; i++) {
        const char *path = real(files->pool, folders[i], name->scalar, "");
        if (!path && yaml)
            path = real(files->pool, folders[i], name->scalar, ".yaml");
        if (path)
            return path;
    }
    return NULL;
}

static const ds_text *new_text(ds_files *files, const char *name, const char *folder,
                               const char *text, size_t size)
{
    ds_text *const t = ds_pool_take(files->pool, sizeof *t);
    *t = (ds_text){.name = name, .folder = folder, .text = text, .size = size};
    return t;
}

static void remember(ds_files *files, const char *name, const char *text, size_t size)
{
    for (size_t i = 0; i < files->read_count; i++)
        if (strcmp(files->read[i].name, name) == 0)
            return;
    if (files->read_count == files->room) {
        const size_t room = files->room ? 2 * files->room : 8;
        ds_scenario_file *const more = ds_pool_take(files->pool, room * sizeof *more);
        if (files->read_count)
            memcpy(more, files->read, files->read_count * sizeof *more);
        files->read = more;
        files->room = room;
    }
    files->read[files->read_count++] = (ds_scenario_file){name, text, size};
}

static const ds_text *from_store(ds_files *files, const char *name)
{
    for (size_t i = 0; i < files->stored_count; i++)
        if (strcmp(files->stored[i].name, name) == 0) {
            remember(files, name, files->stored[i].text, files->stored[i].size);
            return new_text(files, name, NULL, files->stored[i].text, files->stored[i].size);
        }
    return NULL;
}

/* How messages call a file: as the user would, not by its real path. */
static const char *called(ds_files *files, const ds_node *name, const char *path)
{
    const char *const base = strrchr(path, '/');
    (void)name;
    return ds_pool_copy(files->pool, base + 1, strlen(base + 1));
}

static const char *folder_of(ds_pool *pool, const char *path)
{
    const char *const slash = strrchr(path, '/');
    return slash == path ? "/" : ds_pool_copy(pool, path, (size_t)(slash - path));
}

bool ds_file_named(ds_files *files, const ds_node *name, bool yaml, const ds_text **result,
                   ds_status *st)
{
    if (name->shape != DS_SCALAR || !*name->scalar)
        return ds_complain(st, name, "must be the name of a file");
    if (files->stored_count && (*result = from_store(files, name->scalar)) != NULL)
        return true;
    const char *const path = find(files, name, yaml);
    if (!path)
        return ds_complain(st, name,
                           "there is no file '%s' beside this one or among the shipped scenarios",
                           ds_quote(files->pool, name->scalar));
    if (!inside(path, files->home) && !inside(path, files->presets))
        return ds_complain(st, name, "'%s' lies outside the scenario's folder and is not read",
                           ds_quote(files->pool, name->scalar));
    const char *text;
    size_t size;
    if (!ds_file_slurp(files->pool, path, yaml ? DS_SCENARIO_MOST : DS_CSV_MOST, &text, &size, st))
        return false;
    remember(files, name->scalar, text, size);
    *result = new_text(files, called(files, name, path), folder_of(files->pool, path), text, size);
    return true;
}
