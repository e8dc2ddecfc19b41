/* The valid name that a misspelt one is closest to. */
#ifndef DS_CORE_NEAREST_H
#define DS_CORE_NEAREST_H

#include <stddef.h>

typedef struct ds_nearest {
    const char *word, *best; /* best: NULL while nothing is close */
    size_t distance;
    char all[160]; /* what was tried, "a, b, c"; empty: too much for a message */
    size_t length; /* of it */
    char hint[96];
} ds_nearest;

ds_nearest ds_nearest_to(const char *word);
void ds_nearest_try(ds_nearest *nearest, const char *candidate);

/* ", did you mean 'best'?", or what is said where nothing is close. */
const char *ds_nearest_or(ds_nearest *nearest, const char *otherwise);

#endif
