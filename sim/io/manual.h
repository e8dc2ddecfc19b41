/* Every parameter of a model as Markdown, printed from the tables: what a document about the model
 * contains, so that nobody copies numbers by hand. */
#ifndef DS_IO_MANUAL_H
#define DS_IO_MANUAL_H

#include "sim/core/model.h"

DS_MUST_CHECK bool ds_manual_print(const ds_model *model, void *file, ds_status *st);

/* The keys that all models share, with the defaults of this one. */
DS_MUST_CHECK bool ds_manual_common(const ds_model *model, void *file, ds_status *st);

#endif
