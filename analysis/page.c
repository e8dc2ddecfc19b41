#include "page.h"

#include "assets.h"
#include "chart.h"

#include <stdarg.h>
#include <string.h>

static ds_markup markup(const ds_page *page)
{
    return page->html ? DS_MARKUP_HTML : DS_MARKUP_MARKDOWN;
}

void ds_page_text(const ds_page *page, const char *text)
{
    ds_text_put(page->out, text, markup(page));
}

static void put_digest(FILE *out, const ds_asset *asset)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    fputs(" 'sha256-", out);
    for (size_t i = 0; i < sizeof asset->sha256; i += 3) {
        unsigned bits = (unsigned)asset->sha256[i] << 16 | (unsigned)asset->sha256[i + 1] << 8;
        if (i + 2 < sizeof asset->sha256)
            bits |= asset->sha256[i + 2];
        fprintf(out, "%c%c%c%c", digits[bits >> 18], digits[bits >> 12 & 63],
                digits[bits >> 6 & 63], i + 2 < sizeof asset->sha256 ? digits[bits & 63] : '=');
    }
    fputs("'", out);
}

static void put_asset(FILE *out, const char *tag, const ds_asset *asset)
{
    fprintf(out, "<%s>", tag);
    fwrite(asset->bytes, 1, asset->size, out);
    fprintf(out, "</%s>\n", tag);
}

/* Nothing is fetched, and nothing runs but what the program brought itself. */
static void put_policy(FILE *out)
{
    fputs("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; script-src",
          out);
    put_digest(out, &ds_asset_chart_js);
    put_digest(out, &ds_asset_report_js);
    fputs("; style-src", out);
    put_digest(out, &ds_asset_report_css);
    fputs("; img-src data:; base-uri 'none'; form-action 'none'\">\n", out);
}

static void put_look(FILE *out, const char *name, const ds_chart_look *look)
{
    fprintf(out,
            "\"%s\":{\"ink\":\"%s\",\"dim\":\"%s\",\"rule\":\"%s\",\"paper\":\"%s\",\"series\":[",
            name, look->ink, look->dim, look->rule, look->paper);
    for (size_t i = 0; i < DS_CHART_COLOURS; i++)
        fprintf(out, "%s\"%s\"", i ? "," : "", look->series[i]);
    fputs("]}", out);
}

void ds_page_begin(const ds_page *page, const char *title)
{
    if (page->html) {
        fputs("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n", page->out);
        put_policy(page->out);
        fputs("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
              "<link rel=\"icon\" href=\"data:,\">\n<title>",
              page->out);
        ds_page_text(page, title);
        fputs("</title>\n", page->out);
        put_asset(page->out, "style", &ds_asset_report_css);
        fputs("</head>\n<body>\n<main>\n", page->out);
    }
    ds_page_heading(page, 1, title);
}

void ds_page_end(const ds_page *page)
{
    if (!page->html)
        return;
    fputs("</main>\n<script type=\"application/json\" id=\"colours\">{", page->out);
    put_look(page->out, "light", &ds_chart_light);
    fputs(",", page->out);
    put_look(page->out, "dark", &ds_chart_dark);
    fputs("}</script>\n", page->out);
    put_asset(page->out, "script", &ds_asset_chart_js);
    put_asset(page->out, "script", &ds_asset_report_js);
    fputs("</body>\n</html>\n", page->out);
}

void ds_page_block(const ds_page *page, const char *kind)
{
    if (page->html)
        fprintf(page->out, "<div class=\"%s\">\n", kind);
}

void ds_page_block_end(const ds_page *page)
{
    if (page->html)
        fputs("</div>\n", page->out);
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

void ds_page_note(const ds_page *page, const char *kind, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    if (page->html)
        fprintf(page->out, "<p class=\"%s\">", kind);
    put_formatted(page, format, args);
    fputs(page->html ? "</p>\n" : "\n\n", page->out);
    va_end(args);
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

void ds_page_fold(const ds_page *page, const char *kind, const char *title)
{
    if (!page->html) {
        ds_page_heading(page, 3, title);
        return;
    }
    fprintf(page->out, "<details%s%s%s><summary>", kind ? " class=\"" : "", kind ? kind : "",
            kind ? "\"" : "");
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
