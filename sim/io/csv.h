/*
 * A CSV text row by row: a header, then rows of fields that commas part. Lines that begin with #
 * are comments. Nothing is quoted: fields are numbers, dates and names. What is wrong is told with
 * the row's line.
 */
#ifndef DS_IO_CSV_H
#define DS_IO_CSV_H

#include "node.h"
#include "sim/core/param.h"

enum { DS_CSV_FIELDS = 64 };

typedef struct ds_csv {
    ds_pool *pool;
    const ds_text *text;
    ds_status *st;
    const char *at; /* next line */
    int line;       /* of the row in `field` */
    int count, columns;
    char *row; /* a copy of the line, cut into fields */
    size_t room;
    const char *field[DS_CSV_FIELDS];
} ds_csv;

bool ds_csv_wrong(ds_csv *c, const char *message); /* returns false */
/* The first row; `like`: what a header looks like. */
bool ds_csv_header(ds_csv *c, const char *like);
/* The next row that is neither empty nor a comment; false: none. */
bool ds_csv_next(ds_csv *c);
/* Goes back to a row of values, counted from 0. */
void ds_csv_go(ds_csv *c, uint32_t row);
size_t ds_csv_lines(const ds_text *text);

/* In the header: the column of that name, or -1. */
int ds_csv_find(const ds_csv *c, const char *name);
/* As many fields as the header, at least up to the one that is wanted. */
bool ds_csv_has(ds_csv *c, int wanted);
bool ds_csv_time(ds_csv *c, const char *field, bool unix_time, double *days);
/* Between the bounds of `p`, in its unit. */
bool ds_csv_value(ds_csv *c, const char *field, const ds_param *p, double *value);

#endif
