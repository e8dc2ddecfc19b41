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

enum { DS_PLAIN_ROOM = 40 };
/* A finite number in the fewest of 15 to 17 digits that are read back as the same. */
void ds_plain_print(double value, char text[DS_PLAIN_ROOM]);

#endif
