/*
 * Numbers with units: `7 d`, `2.5e6 token/yr`, `107 %`. A unit is a product of symbols; those of
 * time and `%` have a scale, any other is opaque and must match. A bare number, and a percentage of
 * a rate, has the unit that is wanted.
 */
#ifndef DS_IO_QUANTITY_H
#define DS_IO_QUANTITY_H

#include "sim/core/status.h"

#include <stddef.h>
#include <stdint.h>

/* Reads `text` in units of `unit`. False: `why` says what is wrong and what would be right. */
bool ds_quantity_read(const char *text, const char *unit, double *value, char *why, size_t room);

/* A whole number in decimal digits, exactly; false: it has another form, or does not fit. */
bool ds_integer_read(const char *text, int64_t *value);

/* Days since 1970-01-01 of `YYYY-MM-DD`, `YYYY-MM-DDTHH:MM`, with seconds and a final Z if wanted.
 */
bool ds_date_read(const char *text, double *days);
/* The same back; the time of day only where there is one. */
void ds_date_print(double days, char *text, size_t room);
/* From one of these to another: whole seconds, the double next to them, where the difference of the
 * two doubles has lost what comes below a microsecond. */
double ds_date_since(double days, double start);

#endif
