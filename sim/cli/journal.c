#include "journal.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum { COUNT_MOST = 10000000 };

static bool no_memory(ds_status *st)
{
    return ds_fail(st, DS_E_SYSTEM, "no memory for a search");
}

static bool keep(ds_journal *j, const ds_journal_look *look, ds_status *st)
{
    if (j->looks == j->room) {
        const size_t room = j->room ? 2 * j->room : 32;
        ds_journal_look *const more = realloc(j->look, room * sizeof *more);
        if (!more)
            return no_memory(st);
        j->look = more;
        j->room = room;
    }
    uint64_t *const held = malloc((look->count + 1) * sizeof *held);
    if (!held)
        return no_memory(st);
    memcpy(held, look->held, look->count * sizeof *held);
    j->look[j->looks] = *look;
    j->look[j->looks++].held = held;
    return true;
}

/* ---- reading ---- */

/* False: the line is none of ours, or was cut short; or there is no memory for it. */
static bool parse(char *line, ds_journal_look *look, ds_status *st)
{
    char *at = line;
    look->held = NULL;
    look->depth = strtod(at, &at);
    look->first = strtoull(at, &at, 10);
    look->count = strtoull(at, &at, 10);
    if (look->count == 0 || look->count > COUNT_MOST)
        return false;
    look->held = malloc(look->count * sizeof *look->held);
    if (!look->held)
        return no_memory(st);
    for (size_t i = 0; i < look->count; i++) {
        char *end;
        look->held[i] = strtoull(at, &end, 16);
        if (end == at)
            return false;
        at = end;
    }
    return strcmp(at, " .\n") == 0;
}

/* Reads the lines that are whole; *end is where they do. What cannot be read is not taken for the
 * end, where the file would be cut. */
static bool read_lines(ds_journal *j, const char *identity, long *end, ds_status *st)
{
    char *line = NULL;
    size_t room = 0;
    errno = 0;
    bool whole = getline(&line, &room, j->file) > 0;
    *end = 0;
    if (whole) {
        line[strcspn(line, "\n")] = '\0';
        whole = strcmp(line, identity) == 0;
    }
    while (whole) {
        ds_journal_look look;
        *end = ftell(j->file);
        whole = getline(&line, &room, j->file) > 0;
        if (!whole)
            break;
        whole = parse(line, &look, st) && keep(j, &look, st);
        free(look.held);
    }
    free(line);
    if (st->code == DS_OK && !whole && !feof(j->file) && (ferror(j->file) || errno == ENOMEM))
        return ds_fail(st, DS_E_IO, "cannot read '%s': %s", j->path, strerror(errno));
    return st->code == DS_OK;
}

static bool fails(const ds_journal *j, ds_status *st)
{
    return ds_fail(st, DS_E_IO, "cannot write '%s': %s", j->path, strerror(errno));
}

bool ds_journal_open(ds_journal *j, const char *path, const char *identity, ds_status *st)
{
    struct stat about;
    long end = 0;
    *j = (ds_journal){.path = path};
    j->file = fopen(path, "a+"); /* makes it; what is read begins at the start */
    if (!j->file)
        return ds_fail(st, DS_E_CREATE, "cannot create '%s': %s", path, strerror(errno));
    if (fstat(fileno(j->file), &about) != 0 || !S_ISREG(about.st_mode))
        return ds_fail(st, DS_E_CREATE, "'%s' is not a regular file", path);
    if (flock(fileno(j->file), LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
        j->taken = true;
        return ds_fail(st, DS_E_CREATE,
                       "another search is writing '%s': wait for it, or choose another output",
                       path);
    }
    rewind(j->file);
    if (!read_lines(j, identity, &end, st))
        return false;
    if (ftruncate(fileno(j->file), end) != 0 || fseek(j->file, 0, SEEK_END) != 0)
        return fails(j, st);
    if (end == 0 && (fprintf(j->file, "%s\n", identity) < 0 || fflush(j->file) != 0))
        return fails(j, st);
    return true;
}

/* ---- writing ---- */

const uint64_t *ds_journal_find(const ds_journal *j, double depth, size_t first, size_t count)
{
    for (size_t i = 0; i < j->looks; i++)
        if (j->look[i].depth == depth && j->look[i].first == first && j->look[i].count == count)
            return j->look[i].held;
    return NULL;
}

bool ds_journal_add(ds_journal *j, const ds_journal_look *look, ds_status *st)
{
    if (!keep(j, look, st))
        return false;
    bool ok = fprintf(j->file, "%a %zu %zu", look->depth, look->first, look->count) > 0;
    for (size_t i = 0; ok && i < look->count; i++)
        ok = fprintf(j->file, " %" PRIx64, look->held[i]) > 0;
    ok = ok && fputs(" .\n", j->file) >= 0 && fflush(j->file) == 0;
    return ok || fails(j, st);
}

void ds_journal_close(ds_journal *j, bool done)
{
    if (j->file && done)
        (void)unlink(j->path);
    if (j->file)
        (void)fclose(j->file);
    for (size_t i = 0; i < j->looks; i++)
        free(j->look[i].held);
    free(j->look);
    *j = (ds_journal){0};
}
