/*
 * Files that a scenario names. Only regular files of a bounded size inside the scenario's own
 * folder or the folder of shipped scenarios are read; a result's stored copies take their place
 * when a scenario is loaded from a result.
 */
#ifndef DS_IO_FILES_H
#define DS_IO_FILES_H

#include "node.h"
#include "scenario.h"
#include "sim/core/nearest.h"

enum { DS_NATIVES_MOST = 16 };

typedef struct ds_files {
    ds_pool *pool;
    const char *home, *presets; /* real paths; NULL: nothing outside `stored` may be read */
    const ds_scenario_file *stored;
    size_t stored_count;
    ds_scenario_file *read; /* what has been read, for provenance */
    const ds_text **text;   /* the same as texts */
    size_t read_count, room;
    const ds_text *native[DS_NATIVES_MOST];
    size_t natives_read;
    const char *program; /* the first of them, as it is named; NULL: none */
    const char *natives; /* real path of the folder where a result's programs lie; NULL: unknown */
    const char *plugins; /* real path of the folder of installed programs; NULL: none */
} ds_files;

enum { DS_SCENARIO_MOST = 16 << 20, DS_CSV_MOST = 64 << 20 };

/* A file named on the command line, with no containment. */
DS_MUST_CHECK bool ds_file_slurp(ds_pool *pool, const char *path, size_t most, const char **text,
                                 size_t *size, ds_status *st);

bool ds_file_is_folder(const char *path);
/* The scenarios of a folder, and of the folders in it, by their names without ending. */
void ds_files_try(ds_nearest *nearest, ds_pool *pool, const char *folder, const char *prefix);

/* The file that a node names, looked for beside the text that names it and then among the presets
 * (with `.yaml` added where `yaml`). *result is the text, named as in messages; every file is read
 * once. */
DS_MUST_CHECK bool ds_file_named(ds_files *files, const ds_node *name, bool yaml,
                                 const ds_text **result, ds_status *st);

/* A program that a node names: found in the same folders, then among those installed, but a result
 * keeps its digest only. When a scenario is loaded from a result the program is looked for in
 * `natives`, then among those installed, and must have it. */
DS_MUST_CHECK bool ds_file_native(ds_files *files, const ds_node *name, const ds_text **result,
                                  ds_status *st);

#endif
