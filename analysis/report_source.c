#include "report_parts.h"
#include "sim/io/json.h"

#include <string.h>

/* As a shell reads it back: what is not plain goes between single quotes. */
static const char *quoted(ds_pool *pool, const char *word)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                "_-./,:=%+";
    if (*word && strspn(word, plain) == strlen(word))
        return word;
    const char *text = "'";
    for (; *word; word++)
        text = *word == '\'' ? ds_pool_print(pool, "%s'\\''", text)
                             : ds_pool_print(pool, "%s%c", text, *word);
    return ds_pool_print(pool, "%s'", text);
}

/* How the document is made again, and the result checked bit by bit. */
static void put_commands(const ds_report *r)
{
    const ds_report_request *const q = r->request;
    ds_pool *const pool = r->pool;
    const char *files = "", *options = "";
    for (size_t i = 0; i < q->count; i++)
        files = ds_pool_print(pool, "%s %s", files, quoted(pool, q->names[i]));
    for (size_t i = 0; q->metrics && q->metrics[i]; i++)
        options = ds_pool_print(pool, "%s%s%s", options, i ? "," : " --metrics ", q->metrics[i]);
    if (q->title)
        options = ds_pool_print(pool, "%s --title %s", options, quoted(pool, q->title));
    if (q->question)
        options = ds_pool_print(pool, "%s --question %s", options, quoted(pool, q->question));
    if (q->observed_name)
        options = ds_pool_print(pool, "%s --observed %s", options, quoted(pool, q->observed_name));
    if (q->output)
        options = ds_pool_print(pool, "%s -o %s", options, quoted(pool, q->output));
    ds_page_paragraph(&r->page,
                      "A result holds its scenario and its seed: 'verify' simulates it again and "
                      "compares every bit; 'report' makes this page.");
    const char *text = "";
    for (size_t i = 0; i < q->count; i++)
        text = ds_pool_print(pool, "%sdiemsim verify %s\n", text, quoted(pool, q->names[i]));
    text = ds_pool_print(pool, "%sdiemsim report%s%s\n", text, files, options);
    ds_page_preformatted(&r->page, text);
}

static void put_result(const ds_report *r, const ds_result_info *about, const char *called)
{
    const char *const title = ds_report_title(about);
    const bool own = strcmp(called, title) == 0;
    ds_page_paragraph(
        &r->page, "%s%s%s: %s %s, %s; seed %llu, %zu point%s of %zu replica%s; data %s.",
        own ? "" : called, own ? "" : ": ", title, about->program, about->version, about->build,
        (unsigned long long)about->seed, about->points, about->points == 1 ? "" : "s",
        about->replicas, about->replicas == 1 ? "" : "s", about->digest);
    if (about->doubt)
        ds_page_paragraph(&r->page, "Not reproducible: %s.", about->doubt);
    ds_page_fold(&r->page, NULL, "Scenario as written");
    ds_page_note(&r->page, "note",
                 "As its file has it, without what it includes and what the command line changed; "
                 "every parameter as it was simulated is in the %s.",
                 r->page.html ? "list below" : "result, 'provenance/resolved'");
    ds_page_preformatted(&r->page, about->scenario);
    ds_page_unfold(&r->page);
    if (!r->page.html)
        return;
    ds_page_fold(&r->page, NULL, "Every parameter, resolved");
    ds_page_preformatted(&r->page, about->resolved);
    ds_page_unfold(&r->page);
}

void ds_report_source(const ds_report *r)
{
    if (r->request->names)
        put_commands(r);
    for (size_t i = 0; i < r->request->count; i++)
        put_result(r, ds_result_about(r->request->results[i]), r->called[i]);
}
