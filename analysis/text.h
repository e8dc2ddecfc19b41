/*
 * Text that comes from a file, made safe for where it goes: a terminal, HTML or Markdown. Whatever
 * is no character (invalid UTF-8, control characters, marks that turn the direction of writing)
 * becomes the replacement character, and line ends become spaces but in preformatted text.
 */
#ifndef DS_ANALYSIS_TEXT_H
#define DS_ANALYSIS_TEXT_H

#include <stddef.h>
#include <stdio.h>

typedef enum ds_markup {
    DS_MARKUP_PLAIN,
    DS_MARKUP_HTML,
    DS_MARKUP_MARKDOWN,
    DS_MARKUP_PREFORMATTED, /* HTML, line ends and tabs kept */
    DS_MARKUP_JSON,         /* within a string, within a page */
    DS_MARKUP_LINK,         /* an address, between < and > */
    DS_MARKUP_QUOTED,       /* within single quotes of gnuplot */
} ds_markup;

void ds_text_put(FILE *out, const char *text, ds_markup markup);
/* The same for plain text in memory; cut to the room. Returns the columns it takes. */
size_t ds_text_plain(char *result, size_t room, const char *text);
/* Columns that a text takes, one a character. */
size_t ds_text_columns(const char *text);

#endif
