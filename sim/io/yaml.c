#include "yaml.h"

#include "apart.h"
#include "complain.h"

#include <errno.h>
#include <libfyaml.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    NESTING = 64,
    ANCHORS = 256,
    WRITTEN_OUT = 10000,
    MARKS = 200000, /* keys and values of one text */
    KEYS = 10000,   /* of one mapping */
    LETTERS = 60000 /* of one scalar: HDF5 keeps attributes of up to 64 kB */
};

typedef struct anchor {
    const char *name;
    ds_node *node; /* NULL while it is being read: an alias to it would be a cycle */
} anchor;

typedef struct reader {
    ds_pool *pool;
    const ds_text *text;
    size_t behind; /* so many bytes of it; 0: the whole text */
    ds_status *st;
    ds_node *root;
    ds_node *open[NESTING];
    ds_node *key[NESTING]; /* a mapping's key that waits for its value */
    int opened[NESTING];   /* anchor of an open collection, or -1 */
    int depth, documents;
    anchor anchors[ANCHORS];
    int anchor_count;
    uint64_t aliased;
} reader;

/* ---- bytes ---- */

static bool blank(const ds_text *t, size_t at)
{
    return at >= t->size || strchr(" \t\r\n", t->text[at]) != NULL;
}

/* Bounds what the parser may build before it hands out a first event: it reads a whole flow
 * collection ahead, at some 350 bytes a bracket. */
static bool check_marks(const ds_text *t, ds_status *st)
{
    size_t marks = 0;
    for (size_t i = 0; i < t->size; i++) {
        const char c = t->text[i];
        marks += c == '[' || c == '{' || c == ',' ||
                 ((c == ':' || c == '-' || c == '?') && blank(t, i + 1)) ||
                 ((c == '&' || c == '*' || c == '!') && (i == 0 || blank(t, i - 1)));
        if (marks > MARKS)
            return ds_bad_byte(t, i, "more than 200,000 keys and values, a scenario has fewer", st);
    }
    return true;
}

/* Directives come before anything else but comments. */
static bool check_directives(const ds_text *t, ds_status *st)
{
    size_t i = t->size >= 3 && memcmp(t->text, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
    for (; i < t->size; i++) {
        if (t->text[i] == '%')
            return ds_bad_byte(t, i, "a YAML directive, scenarios have none", st);
        if (t->text[i] != '#' && !blank(t, i))
            return true;
        while (i < t->size && t->text[i] != '\n' && t->text[i] != '\r')
            i++;
    }
    return true;
}

/* ---- events to nodes ---- */

static bool complain(reader *r, const struct fy_mark *mark, const char *message)
{
    return ds_complain_at(r->st, r->text, mark ? mark->line + 1 : 1, mark ? mark->column + 1 : 1,
                          message);
}

static bool duplicate(reader *r, const ds_node *key, const ds_node *first)
{
    return ds_complain(r->st, key, "key '%s' is given twice, first on line %d",
                       ds_quote(r->pool, key->scalar), first->line);
}

/* A complete node takes its place in what is open. */
static bool attach(reader *r, ds_node *node, const struct fy_mark *mark)
{
    if (r->depth == 0) {
        r->root = node;
        return true;
    }
    ds_node *const parent = r->open[r->depth - 1];
    if (parent->shape == DS_SEQUENCE) {
        ds_node_add(r->pool, parent, NULL, node);
        return true;
    }
    ds_node **const key = &r->key[r->depth - 1];
    if (*key) {
        ds_node_add(r->pool, parent, *key, node);
        *key = NULL;
        return true;
    }
    if (node->shape != DS_SCALAR)
        return complain(r, mark, "a key must be a plain word");
    if (parent->count == KEYS)
        return complain(r, mark, "a mapping of more than 10,000 keys");
    *key = node;
    return true;
}

static int by_name(const void *a, const void *b)
{
    const ds_node *const x = *(ds_node *const *)a, *const y = *(ds_node *const *)b;
    const int order = strcmp(x->scalar, y->scalar);
    if (order != 0)
        return order;
    return x->line != y->line ? (x->line > y->line) - (x->line < y->line)
                              : (x->column > y->column) - (x->column < y->column);
}

static bool check_duplicates(reader *r, const ds_node *mapping)
{
    if (mapping->count < 2)
        return true;
    ds_node **const sorted = ds_pool_take(r->pool, mapping->count * sizeof *sorted);
    memcpy(sorted, mapping->key, mapping->count * sizeof *sorted);
    qsort(sorted, mapping->count, sizeof *sorted, by_name);
    for (uint32_t i = 1; i < mapping->count; i++)
        if (strcmp(sorted[i - 1]->scalar, sorted[i]->scalar) == 0)
            return duplicate(r, sorted[i], sorted[i - 1]);
    return true;
}

static const char *token_text(reader *r, struct fy_token *token, size_t *length)
{
    *length = 0;
    const char *const text = token ? fy_token_get_text(token, length) : NULL;
    return text ? ds_pool_copy(r->pool, text, *length) : NULL;
}

/* *place is the anchor's number, -1 where there is none. */
static bool note_anchor(reader *r, struct fy_token *token, ds_node *node,
                        const struct fy_mark *mark, int *place)
{
    size_t length;
    const char *const name = token_text(r, token, &length);
    *place = -1;
    if (!name)
        return true;
    if (r->anchor_count == ANCHORS)
        return complain(r, mark, "more than 256 anchors");
    *place = r->anchor_count++;
    r->anchors[*place] = (anchor){name, node};
    return true;
}

static ds_node *new_node(reader *r, ds_shape shape, const struct fy_mark *mark)
{
    return ds_node_new(r->pool, shape, r->text, mark ? mark->line + 1 : 1,
                       mark ? mark->column + 1 : 1);
}

/* Text that reaches a terminal must not command it. */
static bool check_letters(reader *r, const ds_node *node, size_t length)
{
    if (length > LETTERS)
        return ds_complain(r->st, node, "a text of %zu bytes, must be at most %d", length, LETTERS);
    for (size_t i = 0; i < length; i++) {
        const unsigned char c = (unsigned char)node->scalar[i];
        const unsigned char next = (unsigned char)node->scalar[i + 1];
        if ((c < 0x20 && c != '\n' && c != '\t') || c == 0x7f)
            return ds_complain(r->st, node, "a control character, \\x%02x, in a text", c);
        if (c == 0xc2 && next < 0xa0)
            return ds_complain(r->st, node, "a control character, U+%04X, in a text", next);
    }
    return true;
}

/* A tag says that a value is another than it looks, which nothing here would heed. */
static bool check_tag(reader *r, struct fy_token *tag)
{
    return !tag || complain(r, fy_token_start_mark(tag), "a YAML tag, scenarios have none");
}

static bool on_scalar(reader *r, struct fy_event *event, const struct fy_mark *mark)
{
    ds_node *const node = new_node(r, DS_SCALAR, mark);
    const ds_node *const key = r->depth > 0 ? r->key[r->depth - 1] : NULL;
    if (!mark && key) { /* a key without a value: the value is missing behind its colon */
        node->line = key->line;
        node->column = key->column + (int)strlen(key->scalar) + 1;
    }
    struct fy_token *const token = event->scalar.value;
    size_t length;
    int place;
    node->scalar = token_text(r, token, &length);
    if (!node->scalar)
        node->scalar = "";
    node->quoted = token && fy_token_scalar_style(token) != FYSS_PLAIN;
    return check_tag(r, event->scalar.tag) && check_letters(r, node, length) &&
           note_anchor(r, event->scalar.anchor, node, mark, &place) && attach(r, node, mark);
}

static bool on_alias(reader *r, struct fy_event *event, const struct fy_mark *mark)
{
    size_t length;
    const char *const name = token_text(r, event->alias.anchor, &length);
    for (int i = r->anchor_count - 1; name && i >= 0; i--) {
        if (strcmp(r->anchors[i].name, name) != 0)
            continue;
        ds_node *const node = r->anchors[i].node;
        if (!node)
            return complain(r, mark, "an alias to what contains it");
        r->aliased += node->weight < WRITTEN_OUT ? node->weight : WRITTEN_OUT + 1;
        if (r->aliased > WRITTEN_OUT)
            return complain(r, mark, "aliases write out to more than 10,000 nodes");
        return attach(r, node, mark);
    }
    return complain(r, mark, "an alias to an anchor that does not exist");
}

static bool on_start(reader *r, ds_shape shape, struct fy_token *anchor_token, struct fy_token *tag,
                     const struct fy_mark *mark)
{
    if (!check_tag(r, tag))
        return false;
    if (r->depth == NESTING)
        return complain(r, mark, "nested deeper than 64 levels");
    if (!note_anchor(r, anchor_token, NULL, mark, &r->opened[r->depth]))
        return false;
    r->open[r->depth] = new_node(r, shape, mark);
    r->key[r->depth] = NULL;
    r->depth++;
    return true;
}

static bool on_end(reader *r, const struct fy_mark *mark)
{
    ds_node *const node = r->depth > 0 ? r->open[--r->depth] : NULL;
    if (!node) /* the parser pairs them */
        return complain(r, mark, "an end without a beginning");
    const int anchored = r->opened[r->depth];
    if (anchored >= 0)
        r->anchors[anchored].node = node;
    return (node->shape != DS_MAPPING || check_duplicates(r, node)) && attach(r, node, mark);
}

static bool on_event(reader *r, struct fy_event *event)
{
    const struct fy_mark *const mark = fy_event_start_mark(event);
    switch (event->type) {
    case FYET_DOCUMENT_START:
        return ++r->documents == 1 || complain(r, mark, "a second document, a scenario is one");
    case FYET_SCALAR:
        return on_scalar(r, event, mark);
    case FYET_ALIAS:
        return on_alias(r, event, mark);
    case FYET_MAPPING_START:
        return on_start(r, DS_MAPPING, event->mapping_start.anchor, event->mapping_start.tag, mark);
    case FYET_SEQUENCE_START:
        return on_start(r, DS_SEQUENCE, event->sequence_start.anchor, event->sequence_start.tag,
                        mark);
    case FYET_MAPPING_END:
    case FYET_SEQUENCE_END:
        return on_end(r, mark);
    default:
        return true;
    }
}

static bool no_memory(const reader *r)
{
    return ds_fail(r->st, DS_E_SYSTEM, "no memory to read '%s'", r->text->name);
}

/* libfyaml may take a failed allocation for an empty text, and says nothing of it. */
static bool starved(void)
{
    return errno == ENOMEM;
}

static bool report_first(reader *r, struct fy_diag *diag)
{
    void *walk = NULL;
    const struct fy_diag_error *const error = fy_diag_errors_iterate(diag, &walk);
    if (!error || !error->msg)
        return ds_fail(r->st, DS_E_DATA, "%s:1:1: not YAML", r->text->name);
    int line = error->line > 0 ? error->line : 1, column = error->column > 0 ? error->column : 1;
    /* What ends too early ends behind the last line. */
    if (line > 1 && !memchr(r->text->text, '\n', r->text->size)) {
        line = 1;
        column = (int)r->text->size + 1;
    }
    return ds_complain_at(r->st, r->text, line, column, ds_escape(r->pool, error->msg));
}

/* Behind a key the empty text in quotes is a value. */
static bool says_something(const reader *r)
{
    const bool empty = !r->root || (r->root->shape == DS_SCALAR && r->root->scalar[0] == '\0');
    if (!empty || (r->root && r->root->quoted && r->behind > 0))
        return true;
    if (r->behind > 0)
        return ds_bad_byte(r->text, r->behind, "a value is missing", r->st);
    return ds_fail(r->st, DS_E_DATA,
                   "%s:1:1: nothing is said: empty, must be at least one key, such as 'model'",
                   r->text->name);
}

static bool read_events(reader *r, struct fy_parser *parser, struct fy_diag *diag)
{
    struct fy_event *event;
    while (!starved() && (event = fy_parser_parse(parser)) != NULL) {
        const bool fine = on_event(r, event);
        fy_parser_event_free(parser, event);
        if (!fine)
            return false;
    }
    if (starved())
        return no_memory(r);
    if (fy_parser_get_stream_error(parser) || fy_diag_got_error(diag))
        return report_first(r, diag);
    return says_something(r);
}

/* What the parser reads: the text with blanks for the bytes that are none of its business. */
static const char *blanked(const reader *r)
{
    if (r->behind == 0)
        return r->text->text;
    char *const copy = ds_pool_copy(r->pool, r->text->text, r->text->size);
    memset(copy, ' ', r->behind);
    return copy;
}

static bool parse(reader *r)
{
    struct fy_diag_cfg diag_cfg;
    fy_diag_cfg_default(&diag_cfg);
    diag_cfg.fp = NULL;
    struct fy_diag *const diag = fy_diag_create(&diag_cfg);
    if (!diag)
        return no_memory(r);
    fy_diag_set_collect_errors(diag, true);
    const struct fy_parse_cfg cfg = {
        .flags = FYPCF_QUIET | FYPCF_DEFAULT_VERSION_1_2 | FYPCF_JSON_NONE, .diag = diag};
    struct fy_parser *const parser = fy_parser_create(&cfg);
    bool fine = parser && fy_parser_set_string(parser, blanked(r), r->text->size) == 0;
    fine = fine ? read_events(r, parser, diag) : no_memory(r);
    if (parser)
        fy_parser_destroy(parser);
    fy_diag_destroy(diag);
    return fine;
}

typedef struct parsing {
    ds_pool pool;
    const ds_text *text;
    size_t behind;
} parsing;

/* What is wrong with a text that was not read whole may be anything. */
static bool parse_apart(void *self, void *root, ds_status *st)
{
    parsing *const p = self;
    ds_status found = {0};
    reader r = {.pool = &p->pool, .text = p->text, .behind = p->behind, .st = &found};
    errno = 0;
    const bool fine = parse(&r);
    *(ds_node **)root = r.root;
    if (starved())
        return ds_fail(st, DS_E_SYSTEM, "no memory to read '%s'", p->text->name);
    return fine || ds_fail(st, found.code, "%s", found.text);
}

/* Of nodes, and of their scalars. */
static size_t memory_of(const ds_text *text)
{
    const size_t least = 1 << 20, each = 600, most = 128 << 20;
    return least + (text->size < most / each ? text->size * each : most + 4 * text->size);
}

bool ds_yaml_parse_behind(ds_pool *pool, const ds_text *text, size_t behind, ds_node **root,
                          ds_status *st)
{
    parsing p = {.text = text, .behind = behind};
    *root = NULL;
    if (!ds_text_check(text, st) || !check_marks(text, st) || !check_directives(text, st) ||
        !ds_pool_share(&p.pool, memory_of(text), st))
        return false;
    const bool fine = ds_apart(parse_apart, &p, root, sizeof *root, "read YAML", st);
    ds_pool_adopt(pool, &p.pool);
    return fine;
}

bool ds_yaml_parse(ds_pool *pool, const ds_text *text, ds_node **root, ds_status *st)
{
    return ds_yaml_parse_behind(pool, text, 0, root, st);
}
