/*
 * A series as one line of text: eight heights of block characters between its least and its
 * greatest value. Several values that share a column are averaged; a column without any is a gap.
 */
#ifndef DS_ANALYSIS_SPARKLINE_H
#define DS_ANALYSIS_SPARKLINE_H

#include <stddef.h>

enum { DS_SPARKLINE_MOST = 60, DS_SPARKLINE_ROOM = 3 * DS_SPARKLINE_MOST + 1 };

/* Writes `width` columns (fewer when there are fewer values) into `text` and returns it. */
char *ds_sparkline(char text[DS_SPARKLINE_ROOM], const double *values, size_t count, size_t width);

/* Means of the finite values in `columns` equal parts of a series; NAN where there are none. */
void ds_condense(const double *values, size_t count, double *means, size_t columns);

#endif
