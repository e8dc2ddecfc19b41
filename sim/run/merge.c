#include "merge.h"

#include "folder.h"
#include "plan.h"
#include "progress.h"
#include "sim/io/part.h"
#include "sim/io/restore.h"
#include "space.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

typedef struct merge {
    const ds_merge_request *request;
    ds_part_head first; /* the head that all have in common */
    ds_scenario scenario;
    ds_plan plan;
    ds_folder folder;
    bool *found; /* [batches] */
} merge;

/* ---- do they belong together ---- */

static bool differ(const char *what, const char *path, const char *mine, const char *other,
                   const char *theirs, ds_status *st)
{
    return ds_fail(st, DS_E_DATA,
                   "'%s' and '%s' are parts of different runs: %s is %.60s in the one, "
                   "%.60s in the other",
                   path, other, what, mine, theirs);
}

static bool check_head(const merge *m, const char *path, const ds_part_head *head, ds_status *st)
{
    const ds_part_head *const first = &m->first;
    const char *const other = m->request->parts[0];
    char seed[2][24], shards[2][24];
    snprintf(seed[0], sizeof seed[0], "%llu", (unsigned long long)head->seed);
    snprintf(seed[1], sizeof seed[1], "%llu", (unsigned long long)first->seed);
    snprintf(shards[0], sizeof shards[0], "%llu", (unsigned long long)head->shards);
    snprintf(shards[1], sizeof shards[1], "%llu", (unsigned long long)first->shards);
    const struct {
        const char *what, *mine, *theirs;
    } facts[] = {{"the version", head->version, first->version},
                 {"the build", head->build, first->build},
                 {"the seed", seed[0], seed[1]},
                 {"the model", head->model, first->model},
                 {"the number of shares", shards[0], shards[1]},
                 {"the identity of the scenario", head->identity, first->identity}};
    for (size_t i = 0; i < sizeof facts / sizeof facts[0]; i++)
        if (strcmp(facts[i].mine, facts[i].theirs) != 0)
            return differ(facts[i].what, path, facts[i].mine, other, facts[i].theirs, st);
    return true;
}

/* A part that is written over is lost, whatever --force says. */
static bool check_output(const ds_merge_request *q, ds_status *st)
{
    struct stat to, from;
    for (size_t i = 0; stat(q->output, &to) == 0 && i < q->part_count; i++)
        if (stat(q->parts[i], &from) == 0 && to.st_dev == from.st_dev && to.st_ino == from.st_ino)
            return ds_fail(st, DS_E_CREATE, "'%s' is one of the parts, must be another file",
                           q->output);
    return true;
}

static bool read_heads(merge *m, ds_status *st)
{
    const ds_merge_request *const q = m->request;
    if (!ds_part_read(q->parts[0], &m->first, st))
        return false;
    if (strcmp(m->first.version, q->version) != 0)
        return ds_fail(
            st, DS_E_DATA,
            "'%s' was made by version %.40s, this is %s: only the version that made parts "
            "can join them",
            q->parts[0], m->first.version, q->version);
    for (size_t i = 1; i < q->part_count; i++) {
        ds_part_head head;
        const bool ok =
            ds_part_read(q->parts[i], &head, st) && check_head(m, q->parts[i], &head, st);
        ds_part_forget(&head);
        if (!ok)
            return false;
    }
    return true;
}

/* ---- the experiment again ---- */

static bool rebuild(merge *m, ds_status *st)
{
    const ds_part_head *const head = &m->first;
    const ds_stored_scenario stored = {.name = "the scenario in the part",
                                       .source = head->scenario,
                                       .resolved = head->resolved,
                                       .file_count = head->file_count,
                                       .file_names = (const char *const *)head->file_names,
                                       .file_texts = (const char *const *)head->file_texts,
                                       .natives = m->request->natives,
                                       .plugins = m->request->plugins};
    const ds_maker maker = {head->program, head->version, head->build};
    if (!ds_scenario_restore(&m->scenario, &stored, m->request->models, st) ||
        !ds_plan_make(&m->plan, &m->scenario, &maker, st))
        return false;
    if (strcmp(m->plan.identity, head->identity) != 0 || m->plan.batches != head->batches)
        return ds_fail(st, DS_E_DATA,
                       "'%s' does not hold what its scenario says: the identity of that is %s, the "
                       "part's is %.32s",
                       m->request->parts[0], m->plan.identity, head->identity);
    return true;
}

/* ---- are they complete ---- */

static size_t missing_of(const merge *m, size_t share)
{
    size_t missing = 0;
    for (size_t number = share; number < m->plan.batches; number += m->first.shards)
        missing += !m->found[number];
    return missing;
}

static bool check_complete(const merge *m, ds_status *st)
{
    const size_t list_most = 20, shares = m->first.shards;
    char list[800] = "";
    size_t missing = 0, lacking = 0, length = 0;
    for (size_t share = 0; share < shares && share < m->plan.batches; share++) {
        const size_t here = missing_of(m, share);
        missing += here;
        if (here && lacking++ < list_most)
            length += (size_t)snprintf(list + length, sizeof list - length, "%s%zu/%zu",
                                       lacking > 1 ? ", " : "", share, shares);
    }
    if (lacking > list_most)
        snprintf(list + length, sizeof list - length, " and %zu more", lacking - list_most);
    return missing == 0 ||
           ds_fail(st, DS_E_DATA,
                   "parts are missing, those of --shard %s (%zu of %zu batches of replicas)", list,
                   missing, m->plan.batches);
}

static bool unpack(merge *m, ds_status *st)
{
    m->found = calloc(m->plan.batches, sizeof *m->found);
    if (!m->found)
        return ds_fail(st, DS_E_SYSTEM, "no memory for %zu shards", m->plan.batches);
    for (size_t i = 0; i < m->request->part_count; i++)
        if (!ds_part_unpack(m->request->parts[i], m->folder.path, m->found, m->plan.batches, st))
            return false;
    return check_complete(m, st);
}

/* Copies of the parts' shards, and the result, whose series are packed as they are there. */
static bool check_space(const merge *m, ds_status *st)
{
    const double floats = ds_space_result(&m->plan, 1) - ds_space_result(&m->plan, 0);
    char warning[DS_SPACE_ROOM];
    double parts = 0;
    struct stat about;
    for (size_t i = 0; i < m->request->part_count; i++)
        parts += stat(m->request->parts[i], &about) == 0 ? (double)about.st_size : 0;
    const double packing = floats > 0 ? fmin(1, parts / floats) : 1;
    if (!ds_space_check(parts + ds_space_result(&m->plan, packing), m->request->output, warning,
                        st))
        return false;
    if (*warning)
        fprintf(stderr, "warning: %s\n", warning);
    return true;
}

static bool join(merge *m, ds_run_report *report, ds_status *st)
{
    const double begun = ds_seconds();
    ds_joined joined = {0};
    const bool ok = unpack(m, st) && ds_store_join(m->folder.path, &m->plan.experiment, NULL,
                                                   m->request->output, &joined, st);
    ds_folder_clear(&m->folder); /* the parts are still there */
    report->replicas = joined.replicas;
    report->failed = joined.failed;
    memcpy(report->first_cause, joined.first_cause, sizeof joined.first_cause);
    report->join_seconds = ds_seconds() - begun;
    return ok;
}

bool ds_merge_parts(const ds_merge_request *request, ds_run_report *report, ds_status *st)
{
    merge m = {.request = request, .folder = {.lock = -1}};
    *report = (ds_run_report){0};
    bool ok = check_output(request, st) && read_heads(&m, st) && rebuild(&m, st) &&
              ds_folder_open_empty(&m.folder, request->output, request->force, st);
    if (ok) {
        ok = check_space(&m, st) && join(&m, report, st);
        ds_folder_close(&m.folder);
    }
    free(m.found);
    ds_plan_free(&m.plan);
    ds_scenario_free(&m.scenario);
    ds_part_forget(&m.first);
    return ok;
}
