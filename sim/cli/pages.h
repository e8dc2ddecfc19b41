/* What is printed from the tables of commands and options besides help: manual pages for man(1),
 * and what a shell completes. */
#ifndef DS_CLI_PAGES_H
#define DS_CLI_PAGES_H

#include "cli.h"

/* A page of section 1: of the command, or with NULL of the program. */
void ds_man_print(const ds_command *command, FILE *to);

/* A script that bash reads. */
void ds_completion_print(FILE *to);

/* Who leaves, and why: the codes of `ds_code` in words; ends with a NULL text. */
typedef struct ds_exit {
    int code;
    const char *doc;
} ds_exit;
extern const ds_exit ds_exits[];

/* What a first user types, a line each. */
extern const char ds_first_run[];

#endif
