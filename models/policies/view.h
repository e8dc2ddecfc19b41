/* What policies see, by name: what scripts and formulas may write. */
#ifndef DS_MODELS_VIEW_H
#define DS_MODELS_VIEW_H

#include "policy.h"

#include "sim/core/nearest.h"

typedef struct ds_view_field {
    const char *name;
    size_t offset; /* of a double in ds_view */
} ds_view_field;

extern const ds_view_field ds_view_fields[]; /* ends with a NULL name */

/* The field of that name, or NULL. */
const ds_view_field *ds_view_find(const char *name);

/* Whether a policy from outside may call a parameter so: letters, digits and _, and none of the
 * keys that its choice has already. */
bool ds_outside_name(const char *name);

/* All names, with commas. */
enum { DS_VIEW_NAMES = 400 };
void ds_view_list(char text[DS_VIEW_NAMES]);
void ds_view_try(ds_nearest *meant);

static inline double ds_view_value(const ds_view *view, const ds_view_field *field)
{
    return *(const double *)(const void *)((const char *)view + field->offset);
}

#endif
