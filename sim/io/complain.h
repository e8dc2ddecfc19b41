/*
 * Complaints about a text: `file:line:column: what is wrong`, the line, and a caret. Control
 * characters are never echoed raw.
 */
#ifndef DS_IO_COMPLAIN_H
#define DS_IO_COMPLAIN_H

#include "node.h"

/* UTF-8 that may reach a terminal: no control characters but ends of lines and tabs. */
bool ds_is_plain(const char *text, size_t size);

/* Records a DS_E_DATA failure at a node; returns false, where compilers can see it. */
#define ds_complain(st, ...) ds_false(ds_complain_of((st), __VA_ARGS__))
bool ds_complain_of(ds_status *st, const ds_node *at, const char *format, ...) DS_PRINTF(3, 4);
bool ds_complain_at(ds_status *st, const ds_text *text, int line, int column, const char *message);
/* What failed elsewhere, because of a node: with its code, at the place of the node. */
bool ds_complain_again(ds_status *st, const ds_node *at, const ds_status *inner);
bool ds_bad_byte(const ds_text *text, size_t at, const char *what, ds_status *st);

/* UTF-8 without a NUL byte, as a result can hold it. */
DS_MUST_CHECK bool ds_text_check(const ds_text *text, ds_status *st);

/* A text without control characters and bytes that are not UTF-8, which become \xNN; of one that
 * is very long, its end. From the pool. */
const char *ds_escape(ds_pool *pool, const char *text);
/* The same cut short, for a word that a message quotes. */
const char *ds_quote(ds_pool *pool, const char *text);

#endif
