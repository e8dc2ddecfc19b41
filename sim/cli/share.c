#include "share.h"

#include "models/models.h"
#include "sim/io/restore.h"
#include "sim/run/ensemble_mpi.h"

#include <libgen.h>
#include <stdlib.h>
#include <string.h>

/* Source, resolved, then name and text of each file, each with its NUL. */
static size_t packed_size(const ds_scenario *s)
{
    size_t size = strlen(s->source) + strlen(s->resolved) + 2;
    for (size_t i = 0; i < s->file_count; i++)
        size += strlen(s->files[i].name) + strlen(s->files[i].text) + 2;
    return size;
}

static char *append(char *at, const char *text)
{
    const size_t length = strlen(text) + 1;
    memcpy(at, text, length);
    return at + length;
}

static void pack(const ds_scenario *s, char *bytes)
{
    char *at = append(append(bytes, s->source), s->resolved);
    for (size_t i = 0; i < s->file_count; i++)
        at = append(append(at, s->files[i].name), s->files[i].text);
}

static const char *after(const char *text)
{
    return text + strlen(text) + 1;
}

static bool unpack(const char *path, uint64_t files, ds_scenario *scenario, ds_shared_text *texts,
                   ds_status *st)
{
    char plugins[DS_DATA_ROOM];
    char *const copy = strdup(path);
    texts->names = calloc(files + 1, sizeof *texts->names);
    texts->texts = calloc(files + 1, sizeof *texts->texts);
    if (!copy || !texts->names || !texts->texts) {
        free(copy);
        return ds_fail(st, DS_E_SYSTEM, "no memory for a scenario");
    }
    const char *const resolved = after(texts->bytes), *at = after(resolved);
    for (uint64_t i = 0; i < files; i++) {
        texts->names[i] = at;
        texts->texts[i] = after(at);
        at = after(texts->texts[i]);
    }
    const ds_stored_scenario stored = {.name = path,
                                       .source = texts->bytes,
                                       .resolved = resolved,
                                       .file_count = files,
                                       .file_names = texts->names,
                                       .file_texts = texts->texts,
                                       .natives = dirname(copy),
                                       .plugins = ds_data_plugins(plugins)};
    const bool ok = ds_scenario_restore(scenario, &stored, ds_models, st);
    free(copy);
    return ok;
}

bool ds_share_scenario(const char *path, ds_scenario *scenario, ds_shared_text *texts,
                       ds_status *st)
{
    const bool leads = ds_mpi_rank() == 0;
    uint64_t about[3] = {0}; /* bytes, files, whether the seed was said */
    *texts = (ds_shared_text){0};
    if (ds_mpi_size() == 1)
        return true;
    if (leads) {
        about[0] = packed_size(scenario);
        about[1] = scenario->file_count;
        about[2] = scenario->seed_given;
    }
    ds_mpi_share(about, sizeof about);
    texts->bytes = malloc(about[0]);
    const bool room = texts->bytes || ds_fail(st, DS_E_SYSTEM, "no memory for a scenario");
    if (!ds_mpi_agree(room, st) || !texts->bytes)
        return false;
    if (leads)
        pack(scenario, texts->bytes);
    ds_mpi_share(texts->bytes, about[0]);
    if (leads)
        return true;
    const bool ok = unpack(path, about[1], scenario, texts, st);
    scenario->seed_given = about[2];
    return ok;
}

void ds_shared_text_free(ds_shared_text *texts)
{
    free(texts->bytes);
    free(texts->names);
    free(texts->texts);
    *texts = (ds_shared_text){0};
}
