/*
 * A document as HTML or as Markdown: headings, paragraphs, tables. Every text that is put here is
 * escaped here. The HTML stands alone: no script, no font, no image, nothing to be fetched.
 */
#ifndef DS_ANALYSIS_PAGE_H
#define DS_ANALYSIS_PAGE_H

#include "text.h"

#include "sim/core/status.h"

typedef struct ds_page {
    FILE *out;
    bool html;
} ds_page;

enum { DS_PAGE_COLOURS = 6 };
/* Colours that can be told apart, also by most people who confuse some. */
extern const char *const ds_page_colours[DS_PAGE_COLOURS];

void ds_page_begin(const ds_page *page, const char *title);
void ds_page_end(const ds_page *page);
void ds_page_text(const ds_page *page, const char *text);
void ds_page_heading(const ds_page *page, int level, const char *text);
void ds_page_paragraph(const ds_page *page, const char *format, ...) DS_PRINTF(2, 3);
void ds_page_items(const ds_page *page, bool begin);
void ds_page_item(const ds_page *page, const char *format, ...) DS_PRINTF(2, 3);
/* What follows can be folded away, where the format can. */
void ds_page_fold(const ds_page *page, const char *title);
void ds_page_unfold(const ds_page *page);
void ds_page_preformatted(const ds_page *page, const char *text);

/* The first `left` columns are words, the others figures. */
void ds_page_table(const ds_page *page, size_t columns, size_t left, const char *const *heads);
void ds_page_row(const ds_page *page, size_t columns, size_t left, const char *const *cells);
void ds_page_table_end(const ds_page *page);

#endif
