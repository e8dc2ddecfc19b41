/*
 * Numbers are read and written with a decimal point whatever the locale of the process, or of one
 * that embeds this library, says.
 */
#ifndef DS_IO_PLAIN_H
#define DS_IO_PLAIN_H

#include <locale.h>

typedef struct ds_plain {
    locale_t plain, before;
} ds_plain;

/* For the calling thread, until the end. */
ds_plain ds_plain_begin(void);
void ds_plain_end(ds_plain numbers);

#endif
