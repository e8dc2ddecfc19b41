/*
 * Series and columns of CSV files, each read once: every point of a sweep names the same files.
 */
#ifndef DS_IO_KNOWN_H
#define DS_IO_KNOWN_H

#include "bind.h"

/* As ds_csv_path and ds_csv_column. */
DS_MUST_CHECK bool ds_known_path(ds_binder *b, const ds_param *p, const ds_text *text,
                                 ds_path *out);
DS_MUST_CHECK bool ds_known_column(ds_binder *b, const ds_param *p, const ds_text *text,
                                   ds_column *out);

#endif
