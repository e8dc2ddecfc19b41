#include "analysis/report.h"
#include "answer.h"
#include "launch.h"

#include "models/models.h"
#include "sim/io/sealed.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* How a line of every report begins, the command that makes it again. */
static const char mark[] = "diemsim report ";

static bool ends_with(const char *text, const char *end)
{
    const size_t a = strlen(text), b = strlen(end);
    return a > b && strcmp(text + a - b, end) == 0;
}

static bool holds_mark(FILE *in)
{
    char *line = NULL;
    size_t room = 0;
    bool found = false;
    while (!found && getline(&line, &room, in) > 0)
        found = strncmp(line, mark, sizeof mark - 1) == 0;
    free(line);
    return found;
}

/* A report is replaced by a newer one; what is none, only by --force. */
static bool check_output(const ds_args *args, ds_status *st)
{
    struct stat about;
    for (size_t i = 0; i < args->count; i++)
        if (!ds_output_spares(args->output, args->operand[i], "one of the results", st))
            return false;
    if (args->observed && !ds_output_spares(args->output, args->observed, "what was observed", st))
        return false;
    if (stat(args->output, &about) != 0)
        return true;
    if (!S_ISREG(about.st_mode))
        return ds_fail(st, DS_E_CREATE, "'%s' exists and is not a regular file", args->output);
    if (args->force || about.st_size == 0)
        return true;
    FILE *const in = fopen(args->output, "r");
    const bool is_report = in && holds_mark(in);
    if (in)
        fclose(in);
    return is_report || ds_fail(st, DS_E_CREATE,
                                "'%s' exists and is no report of this program: --force replaces it",
                                args->output);
}

/* Under another name first, so that a failure leaves no half of a document. */
static bool write_to(const char *path, const char *part, const ds_report_request *request,
                     ds_status *st)
{
    const int file = ds_file_create(part, O_WRONLY);
    FILE *const out = file < 0 ? NULL : fdopen(file, "w");
    if (!out && file >= 0)
        close(file);
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

/* out/report.md has its pictures in out/report_files, and calls them report_files/... */
static bool make_pictures(ds_pool *pool, const char *output, ds_pictures *pictures, ds_status *st)
{
    const char *const slash = strrchr(output, '/'), *const name = slash ? slash + 1 : output;
    const int stem = (int)(strlen(name) - strlen(".md"));
    pictures->link = ds_pool_print(pool, "%.*s_files", stem, name);
    pictures->folder = ds_pool_print(pool, "%.*s%s", (int)(name - output), output, pictures->link);
    if (mkdir(pictures->folder, 0777) == 0 || errno == EEXIST)
        return true;
    return ds_fail(st, DS_E_CREATE, "cannot create the folder '%s': %s", pictures->folder,
                   strerror(errno));
}

static void say_pictures(const ds_pictures *pictures)
{
    if (pictures->undrawn)
        fprintf(stderr, "the report has tables in place of pictures: gnuplot is not installed "
                        "(package gnuplot-nox)\n");
}

static bool write_report(const ds_args *args, ds_result *const *results, ds_status *st)
{
    ds_pool pool = {0};
    ds_pictures pictures = {0};
    ds_report_request request = {.results = results,
                                 .names = args->operand,
                                 .count = args->count,
                                 .output = args->output,
                                 .observed_name = args->observed,
                                 .title = args->title,
                                 .question = args->question,
                                 .models = ds_models,
                                 .html = !ends_with(args->output, ".md")};
    const ds_guide *const guide = ds_guide_of(ds_result_about(results[0])->model);
    request.key = guide ? guide->key : NULL;
    const char *const part = ds_pool_print(&pool, "%s.part", args->output);
    bool ok =
        ds_args_list(&pool, "metrics", args->metrics, &request.metrics, st) &&
        (!args->observed || ds_observations_read(&pool, args->observed, &request.observed, st));
    if (ok && !request.html && (ok = make_pictures(&pool, args->output, &pictures, st)))
        request.pictures = &pictures;
    ok = ok && write_to(args->output, part, &request, st);
    if (pictures.folder && (!ok || pictures.undrawn))
        (void)rmdir(pictures.folder); /* unless it holds something */
    say_pictures(&pictures);
    ds_pool_free(&pool);
    return ok;
}

bool ds_cmd_report(const ds_args *args, ds_status *st)
{
    if (!args->output)
        return ds_fail(st, DS_E_USAGE,
                       "missing -o FILE.html or -o FILE.md; see 'diemsim help report'");
    if (!ends_with(args->output, ".html") && !ends_with(args->output, ".md"))
        return ds_fail(st, DS_E_USAGE, "'--output' is '%s', must end in .html or .md",
                       args->output);
    if (!check_output(args, st))
        return false;
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
