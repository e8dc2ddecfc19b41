/*
 * What varies over the points of an experiment: a variant's name, or the value of a parameter at
 * every point. Stored with a result, so that readers need not take labels apart.
 */
#ifndef DS_IO_COORDINATE_H
#define DS_IO_COORDINATE_H

typedef struct ds_coordinate {
    const char *name;        /* of its variable in a result: the path, as far as names go */
    const char *path;        /* the parameter's dotted path; "variant" */
    const char *unit, *doc;  /* unit: NULL where values are texts */
    const double *number;    /* [points], or NULL: */
    const char *const *text; /* [points] */
} ds_coordinate;

#endif
