/*
 * A table of figures, filled row by row and printed for whoever reads it: aligned in a terminal,
 * as CSV for other programs (RFC 4180: every digit, names of columns without spaces), as Markdown
 * or HTML in a document. What is shown and what is in the CSV come from the same cells.
 *
 * Lack of memory is remembered and said by ds_table_print, so that filling needs no checks.
 */
#ifndef DS_ANALYSIS_TABLE_H
#define DS_ANALYSIS_TABLE_H

#include "estimate.h"

#include "sim/core/status.h"

#include <stdio.h>

typedef struct ds_table_column {
    const char *name; /* in CSV: a word, as half_width */
    const char *head; /* shown; NULL: in CSV only */
    const char *doc;  /* for a legend; may be NULL */
    bool figure;      /* numbers, to the right */
} ds_table_column;

typedef struct ds_cell {
    char *text;   /* shown; NULL: the number */
    double value; /* in CSV, where there is no text of its own */
    int digits;   /* significant ones, shown */
    bool wordy;   /* the text is what CSV has, too */
} ds_cell;

typedef struct ds_table {
    const char *name;  /* a word */
    const char *title; /* or NULL */
    const ds_table_column *column;
    size_t columns, rows;
    ds_cell *cell; /* [rows][columns] */
    size_t filled, room;
    bool short_of_memory;
} ds_table;

typedef enum ds_table_form {
    DS_TABLE_PLAIN,
    DS_TABLE_CSV,
    DS_TABLE_MARKDOWN,
    DS_TABLE_HTML,
} ds_table_form;

/* The columns are a constant table that ends with a name of NULL. */
void ds_table_begin(ds_table *table, const char *name, const char *title,
                    const ds_table_column *column);
/* Cells from left to right, row by row. A text is copied; NULL is an empty one. */
void ds_table_text(ds_table *table, const char *text);
void ds_table_printf(ds_table *table, const char *format, ...) DS_PRINTF(2, 3);
void ds_table_number(ds_table *table, double value, int digits);
/* A number that is shown in other words (with a sign, in percent, as "< 0.001"). */
void ds_table_shown(ds_table *table, double value, const char *format, ...) DS_PRINTF(3, 4);
/* Two numbers shown as one, "12 to 34": fills two columns, of which the second has no head. */
void ds_table_interval(ds_table *table, ds_interval interval, int digits);
DS_MUST_CHECK bool ds_table_print(FILE *out, const ds_table *table, ds_table_form form,
                                  ds_status *st);
void ds_table_free(ds_table *table);

#endif
