#include "analysis/report.h"
#include "cli.h"

#include "models/models.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool ends_with(const char *text, const char *end)
{
    const size_t a = strlen(text), b = strlen(end);
    return a > b && strcmp(text + a - b, end) == 0;
}

/* Under another name first, so that a failure leaves no half of a document. */
static bool write_to(const char *path, const char *part, const ds_report_request *request,
                     ds_status *st)
{
    FILE *const out = fopen(part, "w");
    if (!out)
        return ds_fail(st, DS_E_CREATE, "cannot create '%s': %s", part, strerror(errno));
    bool ok = ds_report_write(out, request, st);
    const bool written = !ferror(out) && fflush(out) == 0 && fsync(fileno(out)) == 0;
    if (fclose(out) != 0 || !written)
        ok = ds_fail(st, DS_E_IO, "cannot write '%s': %s", part, strerror(errno));
    if (ok && rename(part, path) != 0)
        ok = ds_fail(st, DS_E_CREATE, "cannot create '%s': %s", path, strerror(errno));
    if (!ok)
        unlink(part);
    return ok;
}

static bool write_report(const ds_args *args, ds_result *const *results, ds_status *st)
{
    ds_report_request request = {.results = results,
                                 .count = args->count,
                                 .key = ds_key_metrics,
                                 .html = !ends_with(args->output, ".md")};
    ds_pool pool = {0};
    char part[4096];
    if (snprintf(part, sizeof part, "%s.part", args->output) >= (int)sizeof part)
        return ds_fail(st, DS_E_USAGE, "the name of the report is too long");
    const bool ok =
        (!args->observed || ds_observations_read(&pool, args->observed, &request.observed, st)) &&
        write_to(args->output, part, &request, st);
    ds_pool_free(&pool);
    return ok;
}

bool ds_cmd_report(const ds_args *args, ds_status *st)
{
    if (!args->output || (!ends_with(args->output, ".html") && !ends_with(args->output, ".md")))
        return ds_fail(st, DS_E_USAGE, "-o is '%s', must be a file that ends in .html or .md",
                       args->output ? args->output : "missing");
    ds_result **const results = calloc(args->count, sizeof(ds_result *));
    if (!results)
        return ds_fail(st, DS_E_SYSTEM, "no memory for %zu results", args->count);
    size_t opened = 0;
    bool ok = true;
    while (ok && opened < args->count)
        if ((ok = ds_result_open(&results[opened], args->operand[opened], st)))
            opened++;
    ok = ok && write_report(args, results, st);
    for (size_t i = 0; i < opened; i++)
        ds_result_close(results[i]);
    free(results);
    return ok;
}
