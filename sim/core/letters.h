/* Characters of a text that may be anything: which are well-formed, and which a terminal may see.
 */
#ifndef DS_CORE_LETTERS_H
#define DS_CORE_LETTERS_H

#include <stdbool.h>
#include <stddef.h>

/* Length of the well-formed UTF-8 character (RFC 3629) at the start of so many bytes; 0: none. */
size_t ds_character(const char *text, size_t size);

/* Whether a character of that length, 0 where there is none, may be shown: control characters may
 * not, nor those that turn the direction of what follows, nor those that have no width. */
bool ds_shown(const char *character, size_t length);

/* Puts a question mark for every byte that may not be shown but ends of lines and tabs. */
void ds_make_plain(char *text);

#endif
