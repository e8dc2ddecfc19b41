/* JSON text in a growing buffer: numbers as the shortest decimal that reads back the same. */
#ifndef DS_IO_JSON_H
#define DS_IO_JSON_H

#include "node.h"

typedef struct ds_json {
    ds_pool *pool;
    char *text;
    size_t used, room;
    bool comma; /* before the next key or item */
} ds_json;

void ds_json_raw(ds_json *j, const char *text);
void ds_json_string(ds_json *j, const char *text);
void ds_json_number(ds_json *j, double value);
void ds_json_integer(ds_json *j, int64_t value);
void ds_json_open(ds_json *j, char bracket); /* '{' or '[' */
void ds_json_close(ds_json *j, char bracket);
void ds_json_key(ds_json *j, const char *key);
void ds_json_item(ds_json *j); /* before an item of a list */
/* A tree as it is written: scalars that are numbers stay bare. */
void ds_json_node(ds_json *j, const ds_node *node);

#endif
