#include "page.h"

#include <stdarg.h>
#include <string.h>

const char *const ds_page_colours[DS_PAGE_COLOURS] = {"#2f6fb4", "#c8641b", "#2c8f62",
                                                      "#8a5fc4", "#c23f5c", "#5f7480"};

/* Colours stand in the drawings too, for programs that know no style sheets; on dark paper lighter
 * ones replace them. */
static const char style[] =
    ":root{color-scheme:light dark;--ink:#1c2127;--dim:#5d6773;--paper:#fff;--rule:#e2e6ea;"
    "--tile:#f5f7f9}"
    "@media(prefers-color-scheme:dark){:root{--ink:#e4e7ea;--dim:#9ba5b0;--paper:#15181c;"
    "--rule:#2d333a;--tile:#1d2126}"
    "svg text{fill:#9ba5b0}svg .grid{stroke:#2d333a}svg .axis{stroke:#59636e}"
    ".s0{stroke:#79b0ec}.s1{stroke:#ee9a5b}.s2{stroke:#62c496}.s3{stroke:#b99aec}"
    ".s4{stroke:#ee8099}.s5{stroke:#9fb2bd}.f0{fill:#79b0ec}.f1{fill:#ee9a5b}.f2{fill:#62c496}"
    ".f3{fill:#b99aec}.f4{fill:#ee8099}.f5{fill:#9fb2bd}"
    ".seen{fill:#f4f6f8;stroke:#15181c}}"
    "*{box-sizing:border-box}"
    "body{margin:0 auto;max-width:1160px;padding:36px 24px 72px;color:var(--ink);"
    "background:var(--paper);font:16px/1.55 system-ui,-apple-system,'Segoe UI',Roboto,"
    "'DejaVu Sans',sans-serif}"
    "h1{font-size:1.9rem;line-height:1.2;margin:0 0 .6rem;text-wrap:balance}"
    "h2{font-size:1.25rem;margin:2.6rem 0 .7rem}h3{font-size:1rem;margin:1.8rem 0 .5rem;"
    "color:var(--dim);font-weight:600}"
    "p{margin:.4rem 0;max-width:75ch}ul{margin:.5rem 0;padding-left:1.2rem;max-width:100ch}"
    ".tiles{display:grid;grid-template-columns:repeat(auto-fill,minmax(238px,1fr));gap:12px;"
    "margin:1.4rem 0}.tile{background:var(--tile);border-radius:8px;padding:12px 14px}"
    ".tile b{display:block;font-size:1.45rem;line-height:1.35;font-weight:600;"
    "font-variant-numeric:tabular-nums}.tile b small{font-size:.8rem;font-weight:400;"
    "color:var(--dim)}.tile span{display:block;font-size:.8rem;line-height:1.4;color:var(--dim)}"
    ".tile .name{font-size:.85rem;color:var(--ink)}"
    ".charts{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,480px),1fr));"
    "gap:24px 28px}.small{grid-template-columns:repeat(auto-fill,minmax(245px,1fr));gap:18px 20px}"
    "figure{margin:0}figcaption{font-size:.85rem;line-height:1.4;color:var(--dim)}"
    "figcaption b{color:var(--ink);font-weight:600}.small figcaption{font-size:.78rem}"
    "svg{display:block;width:100%;height:auto}svg text{font-family:inherit}"
    ".legend{display:flex;flex-wrap:wrap;gap:4px 18px;font-size:.85rem;color:var(--dim);"
    "margin:.4rem 0 1rem}.legend i{display:inline-block;width:1.4em;height:.28em;"
    "vertical-align:.22em;margin-right:.45em;border-radius:2px}"
    ".wide{overflow-x:auto}table{border-collapse:collapse;font-size:.85rem;"
    "font-variant-numeric:tabular-nums;margin:.4rem 0}"
    "th,td{padding:.28rem .8rem .28rem 0;text-align:right;border-bottom:1px solid var(--rule);"
    "white-space:nowrap;vertical-align:top}th{color:var(--dim);font-weight:600}"
    ".l{text-align:left}td.l:nth-child(3){color:var(--dim)}.words td{white-space:normal}"
    "summary{cursor:pointer;margin:.5rem 0;font-weight:600}"
    "pre{background:var(--tile);padding:12px 14px;border-radius:8px;overflow-x:auto;"
    "font-size:.8rem;line-height:1.45;white-space:pre-wrap;overflow-wrap:anywhere}"
    "@media print{body{max-width:none;padding:0}figure,.tile{break-inside:avoid}}";

static ds_markup markup(const ds_page *page)
{
    return page->html ? DS_MARKUP_HTML : DS_MARKUP_MARKDOWN;
}

void ds_page_text(const ds_page *page, const char *text)
{
    ds_text_put(page->out, text, markup(page));
}

void ds_page_begin(const ds_page *page, const char *title)
{
    if (page->html) {
        fputs("<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n"
              "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>",
              page->out);
        ds_page_text(page, title);
        fprintf(page->out, "</title>\n<style>%s</style>\n<body>\n", style);
    }
    ds_page_heading(page, 1, title);
}

void ds_page_end(const ds_page *page)
{
    if (page->html)
        fputs("</body>\n</html>\n", page->out);
}

void ds_page_heading(const ds_page *page, int level, const char *text)
{
    if (page->html)
        fprintf(page->out, "<h%d>", level);
    else
        fprintf(page->out, "\n%.*s ", level, "###");
    ds_page_text(page, text);
    if (page->html)
        fprintf(page->out, "</h%d>", level);
    fputs(page->html ? "\n" : "\n\n", page->out);
}

static void put_formatted(const ds_page *page, const char *format, va_list args)
{
    char text[2000];
    vsnprintf(text, sizeof text, format, args);
    ds_page_text(page, text);
}

void ds_page_paragraph(const ds_page *page, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fputs(page->html ? "<p>" : "", page->out);
    put_formatted(page, format, args);
    fputs(page->html ? "</p>\n" : "\n\n", page->out);
    va_end(args);
}

void ds_page_items(const ds_page *page, bool begin)
{
    fputs(!page->html ? begin ? "" : "\n" : begin ? "<ul>\n" : "</ul>\n", page->out);
}

void ds_page_item(const ds_page *page, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fputs(page->html ? "<li>" : "- ", page->out);
    put_formatted(page, format, args);
    fputs(page->html ? "</li>\n" : "\n", page->out);
    va_end(args);
}

void ds_page_fold(const ds_page *page, const char *title)
{
    if (!page->html) {
        ds_page_heading(page, 3, title);
        return;
    }
    fputs("<details><summary>", page->out);
    ds_page_text(page, title);
    fputs("</summary>\n", page->out);
}

void ds_page_unfold(const ds_page *page)
{
    if (page->html)
        fputs("</details>\n", page->out);
}

void ds_page_preformatted(const ds_page *page, const char *text)
{
    fputs("<pre>", page->out);
    ds_text_put(page->out, text, DS_MARKUP_PREFORMATTED);
    fputs("</pre>\n", page->out);
    if (!page->html)
        fputc('\n', page->out);
}

static void put_cells(const ds_page *page, size_t columns, size_t left, const char *const *cells,
                      const char *tag)
{
    fputs(page->html ? "<tr>" : "|", page->out);
    for (size_t i = 0; i < columns; i++) {
        if (page->html)
            fprintf(page->out, "<%s%s>", tag, i < left ? " class=\"l\"" : "");
        else
            fputc(' ', page->out);
        ds_page_text(page, cells[i]);
        if (page->html)
            fprintf(page->out, "</%s>", tag);
        else
            fputs(" |", page->out);
    }
    fputs(page->html ? "</tr>\n" : "\n", page->out);
}

void ds_page_table(const ds_page *page, size_t columns, size_t left, const char *const *heads)
{
    if (page->html)
        fprintf(page->out, "<div class=\"wide\"><table%s>\n",
                left == columns ? " class=\"words\"" : "");
    put_cells(page, columns, left, heads, "th");
    if (page->html)
        return;
    fputc('|', page->out);
    for (size_t i = 0; i < columns; i++)
        fputs(i < left ? " :--- |" : " ---: |", page->out);
    fputc('\n', page->out);
}

void ds_page_row(const ds_page *page, size_t columns, size_t left, const char *const *cells)
{
    put_cells(page, columns, left, cells, "td");
}

void ds_page_table_end(const ds_page *page)
{
    fputs(page->html ? "</table></div>\n" : "\n", page->out);
}
