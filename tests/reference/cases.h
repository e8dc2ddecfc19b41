/*
 * Published values, from cases.csv beside this: closed forms in 40-digit arithmetic, tables, test
 * vectors, each with its source. A test names a row and gets its figure.
 */
#ifndef DS_TESTS_CASES_H
#define DS_TESTS_CASES_H

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CASE_FIELDS = 6 };

/* Splits a line in place; a quoted field may hold commas. */
static inline int case_split(char *line, char *field[CASE_FIELDS])
{
    int n = 0;
    line[strcspn(line, "\r\n")] = '\0';
    while (line && n < CASE_FIELDS) {
        char *end;
        if (*line == '"') {
            field[n++] = line + 1;
            end = strchr(line + 1, '"');
            ck_assert_ptr_nonnull(end);
            *end++ = '\0';
            line = *end ? end + 1 : NULL;
        } else {
            field[n++] = line;
            end = strchr(line, ',');
            line = end ? end + 1 : NULL;
            if (end)
                *end = '\0';
        }
    }
    return n;
}

static inline double case_value(const char *name, const char *parameters, const char *quantity)
{
    static char line[1024];
    char *f[CASE_FIELDS];
    double value = 0;
    int found = 0;
    FILE *const file = fopen(DS_TEST_DATA "/reference/cases.csv", "r");
    ck_assert_ptr_nonnull(file);
    while (fgets(line, sizeof line, file))
        if (case_split(line, f) == CASE_FIELDS && strcmp(f[0], name) == 0 &&
            strcmp(f[1], parameters) == 0 && strcmp(f[2], quantity) == 0) {
            value = strtod(f[3], NULL);
            found++;
        }
    fclose(file);
    ck_assert_msg(found == 1, "%d rows '%s' '%s' '%s', must be one", found, name, parameters,
                  quantity);
    return value;
}

#endif
