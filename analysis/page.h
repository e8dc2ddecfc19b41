/*
 * A document as HTML or as Markdown: headings, paragraphs, tables. Every text that is put here is
 * escaped here. The HTML stands alone: style and scripts are in it, named by their digests in its
 * content policy, and nothing is fetched. The pictures of Markdown are files beside it.
 */
#ifndef DS_ANALYSIS_PAGE_H
#define DS_ANALYSIS_PAGE_H

#include "text.h"

#include "sim/core/status.h"

/* Where the pictures of Markdown go. */
typedef struct ds_pictures {
    const char *folder, *link; /* as the document calls the folder */
    size_t count;
    bool undrawn; /* gnuplot is not installed */
} ds_pictures;

typedef struct ds_page {
    FILE *out;
    bool html;
    ds_pictures *pictures; /* NULL: tables in their place */
} ds_page;

void ds_page_begin(const ds_page *page, const char *title);
void ds_page_end(const ds_page *page);
void ds_page_text(const ds_page *page, const char *text);
void ds_page_heading(const ds_page *page, int level, const char *text);
void ds_page_paragraph(const ds_page *page, const char *format, ...) DS_PRINTF(2, 3);
/* A paragraph of a kind: "question", "note". */
void ds_page_note(const ds_page *page, const char *kind, const char *format, ...) DS_PRINTF(3, 4);
/* What belongs together, where the format can say so. */
void ds_page_block(const ds_page *page, const char *kind);
void ds_page_block_end(const ds_page *page);
void ds_page_items(const ds_page *page, bool begin);
void ds_page_item(const ds_page *page, const char *format, ...) DS_PRINTF(2, 3);
/* What follows can be folded away, where the format can; "pictures" are unfolded to be printed. */
void ds_page_fold(const ds_page *page, const char *kind, const char *title);
void ds_page_unfold(const ds_page *page);
void ds_page_preformatted(const ds_page *page, const char *text);

/* The first `left` columns are words, the others figures. */
void ds_page_table(const ds_page *page, size_t columns, size_t left, const char *const *heads);
void ds_page_row(const ds_page *page, size_t columns, size_t left, const char *const *cells);
void ds_page_table_end(const ds_page *page);

#endif
