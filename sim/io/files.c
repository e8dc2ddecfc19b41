#include "files.h"

#include "complain.h"
#include "digest.h"

#include <dirent.h>
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

static bool cannot_read(ds_pool *pool, const char *path, ds_status *st)
{
    const int error = errno;
    return ds_fail(st, DS_E_INPUT, "cannot read '%s': %s", ds_escape(pool, path), strerror(error));
}

static bool slurp_open(ds_pool *pool, int fd, const char *path, size_t most, const char **text,
                       size_t *size, ds_status *st)
{
    struct stat info;
    if (fstat(fd, &info) != 0)
        return cannot_read(pool, path, st);
    if (!S_ISREG(info.st_mode))
        return ds_fail(st, DS_E_INPUT, "'%s' is %s, must be a regular file", ds_escape(pool, path),
                       kind_of(info.st_mode));
    if ((size_t)info.st_size > most)
        return ds_fail(st, DS_E_DATA, "'%s' has %lld bytes, must be at most %zu",
                       ds_escape(pool, path), (long long)info.st_size, most);
    char *const buffer = ds_pool_take(pool, (size_t)info.st_size + 1);
    if (!read_all(fd, buffer, (size_t)info.st_size))
        return ds_fail(st, DS_E_INPUT, "cannot read '%s'", ds_escape(pool, path));
    *text = buffer;
    *size = (size_t)info.st_size;
    return true;
}

bool ds_file_is_folder(const char *path)
{
    struct stat info;
    return stat(path, &info) == 0 && S_ISDIR(info.st_mode);
}

bool ds_file_slurp(ds_pool *pool, const char *path, size_t most, const char **text, size_t *size,
                   ds_status *st)
{
    /* Without O_NONBLOCK, opening a pipe waits for a writer that may never come. */
    const int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0)
        return cannot_read(pool, path, st);
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
    return ds_pool_path(pool, path);
}

/* A folder may have the name of a scenario. */
static const char *candidate(ds_pool *pool, const char *folder, const char *name, bool yaml)
{
    const char *const path = real(pool, folder, name, "");
    if (!yaml || (path && !ds_file_is_folder(path)))
        return path;
    const char *const named = real(pool, folder, name, ".yaml");
    return named ? named : path;
}

/* A file that names its own name means the shipped one that it changes, if there is one. */
static const char *find(const ds_files *files, const ds_node *name, bool yaml)
{
    const char *const folders[] = {name->from->folder, files->presets};
    const char *const own = name->from->real ? name->from->real : "";
    const char *otherwise = NULL;
    for (size_t i = 0; i < 2; i++) {
        const char *const path = candidate(files->pool, folders[i], name->scalar, yaml);
        if (path && strcmp(path, own) != 0 && !ds_file_is_folder(path))
            return path;
        otherwise = otherwise ? otherwise : path;
    }
    return otherwise;
}

/* ---- names that are nearly right ---- */

void ds_files_try(ds_nearest *nearest, ds_pool *pool, const char *folder, const char *prefix)
{
    static const char ending[] = ".yaml";
    DIR *const at = folder ? opendir(folder) : NULL;
    const struct dirent *entry;
    while (at && (entry = readdir(at)) != NULL) {
        const size_t length = strlen(entry->d_name), tail = sizeof ending - 1;
        if (length > tail && strcmp(entry->d_name + length - tail, ending) == 0)
            ds_nearest_try(nearest, ds_pool_print(pool, "%s%.*s", prefix, (int)(length - tail),
                                                  entry->d_name));
        else if (!*prefix && *entry->d_name != '.')
            ds_files_try(nearest, pool, ds_pool_print(pool, "%s/%s", folder, entry->d_name),
                         ds_pool_print(pool, "%s/", entry->d_name));
    }
    if (at)
        closedir(at);
}

static bool is_missing(const ds_files *files, const ds_node *name, bool yaml, ds_status *st)
{
    ds_nearest nearest = ds_nearest_to(name->scalar);
    const char *const shown = ds_quote(files->pool, name->scalar);
    if (yaml)
        ds_files_try(&nearest, files->pool, files->presets, "");
    return ds_complain(st, name,
                       "there is no file '%s' beside this one or among the shipped scenarios%s",
                       shown, ds_nearest_or(&nearest, ""));
}

/* ---- what has been read ---- */

static void grow(ds_files *files)
{
    const size_t room = files->room ? 2 * files->room : 8;
    ds_scenario_file *const read = ds_pool_take(files->pool, room * sizeof *read);
    const ds_text **const text = ds_pool_take(files->pool, room * sizeof *text);
    if (files->read_count) {
        memcpy(read, files->read, files->read_count * sizeof *read);
        memcpy(text, files->text, files->read_count * sizeof *text);
    }
    files->read = read;
    files->text = text;
    files->room = room;
}

static void remember(ds_files *files, const char *name, const ds_text *text)
{
    if (files->read_count == files->room)
        grow(files);
    files->read[files->read_count] = (ds_scenario_file){name, text->text, text->size};
    files->text[files->read_count++] = text;
}

static const ds_text *read_as(const ds_files *files, const char *name)
{
    for (size_t i = 0; i < files->read_count; i++)
        if (strcmp(files->read[i].name, name) == 0)
            return files->text[i];
    return NULL;
}

static const ds_text *read_from(const ds_files *files, const char *real)
{
    for (size_t i = 0; i < files->read_count; i++)
        if (files->text[i]->real && strcmp(files->text[i]->real, real) == 0)
            return files->text[i];
    return NULL;
}

static const ds_text *from_store(ds_files *files, const char *name)
{
    const ds_text *const known = read_as(files, name);
    for (size_t i = 0; !known && i < files->stored_count; i++) {
        const ds_scenario_file *const file = &files->stored[i];
        if (strcmp(file->name, name) != 0)
            continue;
        ds_text *const text = ds_pool_take(files->pool, sizeof *text);
        *text = (ds_text){.name = name, .text = file->text, .size = file->size};
        remember(files, name, text);
        return text;
    }
    return known;
}

/* How messages call a file: by its path below the scenario's folder, or below the presets. */
static const char *called(const ds_files *files, const char *path)
{
    const char *const folders[] = {files->home, files->presets};
    for (size_t i = 0; i < 2; i++)
        if (inside(path, folders[i])) {
            const char *const rest = path + strlen(folders[i]);
            return ds_escape(files->pool, *rest == '/' ? rest + 1 : rest);
        }
    return ds_escape(files->pool, path);
}

static const char *folder_of(ds_pool *pool, const char *path)
{
    const char *const slash = strrchr(path, '/');
    return slash == path ? "/" : ds_pool_copy(pool, path, (size_t)(slash - path));
}

static bool read_file(ds_files *files, const char *real, size_t most, const ds_text **result,
                      ds_status *st)
{
    ds_text *const text = ds_pool_take(files->pool, sizeof *text);
    *result = text;
    if (!ds_file_slurp(files->pool, real, most, &text->text, &text->size, st))
        return false;
    text->name = called(files, real);
    text->folder = folder_of(files->pool, real);
    text->real = real;
    return true;
}

static bool same_name(ds_files *files, const ds_node *name, ds_status *st)
{
    return ds_complain(st, name,
                       "two files of this scenario are called '%s', which a result could not "
                       "tell apart: rename one",
                       ds_quote(files->pool, name->scalar));
}

/* A result finds its path files again by the names that its scenario says. */
static bool take(ds_files *files, const ds_node *name, const char *path, bool yaml,
                 const ds_text **result, ds_status *st)
{
    const ds_text *const other = read_as(files, name->scalar);
    const bool taken = other && other->real && strcmp(other->real, path) != 0;
    if (taken && !yaml)
        return same_name(files, name, st);
    *result = read_from(files, path);
    ds_status inner = {0};
    if (!*result && !read_file(files, path, yaml ? DS_SCENARIO_MOST : DS_CSV_MOST, result, &inner))
        return ds_complain_again(st, name, &inner);
    if (!other || taken)
        remember(files, taken ? (*result)->name : name->scalar, *result);
    return true;
}

/* The file that the node names, if it lies where files may be read. */
static const char *contained(ds_files *files, const ds_node *name, bool yaml, ds_status *st)
{
    const char *const shown = ds_quote(files->pool, name->scalar), *const path =
                                                                       find(files, name, yaml);
    if (!path)
        (void)is_missing(files, name, yaml, st);
    else if (!inside(path, files->home) && !inside(path, files->presets))
        ds_complain(st, name, "'%s' lies outside the scenario's folder and is not read", shown);
    else
        return path;
    return NULL;
}

static bool is_name(const ds_node *name, ds_status *st)
{
    return (name->shape == DS_SCALAR && *name->scalar) ||
           ds_complain(st, name, "the name of a file must stand here");
}

bool ds_file_named(ds_files *files, const ds_node *name, bool yaml, const ds_text **result,
                   ds_status *st)
{
    if (!is_name(name, st))
        return false;
    if (files->stored_count && (*result = from_store(files, name->scalar)) != NULL)
        return true;
    const char *const path = contained(files, name, yaml, st);
    return path && take(files, name, path, yaml, result, st);
}

/* ---- programs ---- */

/* What a result holds of a program: a text, as all that it holds of files. */
static const ds_text *digest_text(ds_files *files, const char *real, const ds_text *program)
{
    ds_hex hex;
    ds_text *const text = ds_pool_take(files->pool, sizeof *text);
    ds_digest_of(program->text, program->size, hex);
    *text =
        (ds_text){.name = program->name,
                  .real = real,
                  .text = ds_pool_print(files->pool, "xxh128 %s, %zu bytes\n", hex, program->size)};
    text->size = strlen(text->text);
    return text;
}

/* The program that a result was made with, in the folder that the user says. */
static const char *again(ds_files *files, const ds_node *name, ds_status *st)
{
    const char *const shown = ds_quote(files->pool, name->scalar);
    const char *const folders[] = {files->natives, files->plugins};
    for (size_t i = 0; i < 2; i++) {
        const char *const path = real(files->pool, folders[i], name->scalar, "");
        if (path && inside(path, folders[i]))
            return path;
    }
    if (!files->natives)
        ds_complain(st, name,
                    "'%s' is a program, of which a result holds only the digest: "
                    "--plugins FOLDER says where the scenario lies that names it",
                    shown);
    else
        ds_complain(st, name, "there is no file '%s' in '%s'", shown,
                    ds_escape(files->pool, files->natives));
    return NULL;
}

/* What a scenario names: its own, or where it has none, one that is installed for all. */
static const char *native(ds_files *files, const ds_node *name, ds_status *st)
{
    const char *const path = real(files->pool, files->plugins, name->scalar, "");
    const bool own = find(files, name, false) != NULL;
    return !own && path && inside(path, files->plugins) ? path : contained(files, name, false, st);
}

static bool load_native(ds_files *files, const ds_node *name, const char *path,
                        const ds_text *stored, const ds_text **result, ds_status *st)
{
    if (files->natives_read == DS_NATIVES_MOST)
        return ds_complain(st, name, "more than %d programs", DS_NATIVES_MOST);
    ds_status inner = {0};
    if (!read_file(files, path, DS_CSV_MOST, result, &inner))
        return ds_complain_again(st, name, &inner);
    const ds_text *const digest = digest_text(files, path, *result);
    if (stored && strcmp(stored->text, digest->text) != 0)
        return ds_complain(st, name, "'%s' is not the program that the result was made with: %.*s",
                           ds_quote(files->pool, name->scalar), 39, digest->text);
    if (!stored)
        remember(files, name->scalar, digest);
    files->native[files->natives_read++] = *result;
    files->program = files->program ? files->program : name->scalar;
    return true;
}

bool ds_file_native(ds_files *files, const ds_node *name, const ds_text **result, ds_status *st)
{
    if (!is_name(name, st))
        return false;
    const ds_text *const stored = files->stored_count ? from_store(files, name->scalar) : NULL;
    const char *const path = stored ? again(files, name, st) : native(files, name, st);
    if (!path)
        return false;
    const ds_text *const known = stored ? NULL : read_as(files, name->scalar);
    if (known && known->real && strcmp(known->real, path) != 0)
        return same_name(files, name, st);
    for (size_t i = 0; i < files->natives_read; i++)
        if (strcmp(files->native[i]->real, path) == 0) {
            *result = files->native[i];
            return true;
        }
    return load_native(files, name, path, stored, result, st);
}
