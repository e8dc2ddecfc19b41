#include "yaml.h"

#include "complain.h"

#include <libfyaml.h>
#include <stdio.h>
#include <string.h>

enum { NESTING = 64, ANCHORS = 256, WRITTEN_OUT = 10000 };

typedef struct anchor {
    const char *name;
    ds_node *node; /* NULL while it is being read: an alias to it would be a cycle */
} anchor;

typedef struct reader {
    ds_pool *pool;
    const ds_text *text;
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

static bool bad_byte(const ds_text *t, size_t at, const char *what, ds_status *st)
{
    int line = 1, column = 1;
    for (size_t i = 0; i < at; i++) {
        column = t->text[i] == '\n' ? 1 : column + 1;
        line += t->text[i] == '\n';
    }
    return ds_complain_at(st, t, line, column, what);
}

static size_t sequence_length(unsigned char c)
{
    return c < 0x80                ? 1
           : c >= 0xc2 && c < 0xe0 ? 2
           : c >= 0xe0 && c < 0xf0 ? 3
           : c >= 0xf0 && c < 0xf5 ? 4
                                   : 0;
}

/* Length of the well-formed UTF-8 character at `at` (RFC 3629), 0 if there is none. */
static size_t character(const ds_text *t, size_t at)
{
    const unsigned char *const s = (const unsigned char *)t->text + at;
    const size_t length = sequence_length(s[0]);
    if (length == 0 || at + length > t->size)
        return 0;
    for (size_t i = 1; i < length; i++)
        if ((s[i] & 0xc0) != 0x80)
            return 0;
    const bool overlong = (s[0] == 0xe0 && s[1] < 0xa0) || (s[0] == 0xf0 && s[1] < 0x90);
    const bool surrogate = s[0] == 0xed && s[1] >= 0xa0;
    const bool beyond = s[0] == 0xf4 && s[1] >= 0x90;
    return overlong || surrogate || beyond ? 0 : length;
}

static bool check_bytes(const ds_text *t, ds_status *st)
{
    if (t->size >= 2 &&
        (memcmp(t->text, "\xff\xfe", 2) == 0 || memcmp(t->text, "\xfe\xff", 2) == 0))
        return ds_fail(st, DS_E_DATA, "%s:1:1: the text is UTF-16 or UTF-32, must be UTF-8",
                       t->name);
    for (size_t i = 0; i < t->size;) {
        if (t->text[i] == '\0')
            return bad_byte(t, i, "a NUL byte, must be text (UTF-16 is not read; save as UTF-8)",
                            st);
        const size_t length = character(t, i);
        if (length == 0)
            return bad_byte(t, i, "a byte that is not UTF-8", st);
        i += length;
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
    const ds_node *first;
    if (ds_node_get(parent, node->scalar, &first))
        return duplicate(r, node, first);
    *key = node;
    return true;
}

static const char *token_text(reader *r, struct fy_token *token)
{
    size_t length = 0;
    const char *const text = token ? fy_token_get_text(token, &length) : NULL;
    return text ? ds_pool_copy(r->pool, text, length) : NULL;
}

static int note_anchor(reader *r, struct fy_token *token, ds_node *node)
{
    const char *const name = token_text(r, token);
    if (!name || r->anchor_count == ANCHORS)
        return -1;
    r->anchors[r->anchor_count] = (anchor){name, node};
    return r->anchor_count++;
}

static ds_node *new_node(reader *r, ds_shape shape, const struct fy_mark *mark)
{
    return ds_node_new(r->pool, shape, r->text, mark ? mark->line + 1 : 1,
                       mark ? mark->column + 1 : 1);
}

static bool on_scalar(reader *r, struct fy_event *event, const struct fy_mark *mark)
{
    ds_node *const node = new_node(r, DS_SCALAR, mark);
    struct fy_token *const token = event->scalar.value;
    node->scalar = token_text(r, token);
    if (!node->scalar)
        node->scalar = "";
    if (strlen(node->scalar) > 0 && memchr(node->scalar, '\0', strlen(node->scalar)))
        return complain(r, mark, "a NUL character");
    node->quoted = token && fy_token_scalar_style(token) != FYSS_PLAIN;
    note_anchor(r, event->scalar.anchor, node);
    return attach(r, node, mark);
}

static bool on_alias(reader *r, struct fy_event *event, const struct fy_mark *mark)
{
    const char *const name = token_text(r, event->alias.anchor);
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

static bool on_start(reader *r, ds_shape shape, struct fy_token *anchor_token,
                     const struct fy_mark *mark)
{
    if (r->depth == NESTING)
        return complain(r, mark, "nested deeper than 64 levels");
    r->opened[r->depth] = note_anchor(r, anchor_token, NULL);
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
    return attach(r, node, mark);
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
        return on_start(r, DS_MAPPING, event->mapping_start.anchor, mark);
    case FYET_SEQUENCE_START:
        return on_start(r, DS_SEQUENCE, event->sequence_start.anchor, mark);
    case FYET_MAPPING_END:
    case FYET_SEQUENCE_END:
        return on_end(r, mark);
    default:
        return true;
    }
}

static bool report_first(reader *r, struct fy_diag *diag)
{
    void *walk = NULL;
    const struct fy_diag_error *const error = fy_diag_errors_iterate(diag, &walk);
    if (!error || !error->msg)
        return ds_fail(r->st, DS_E_DATA, "%s:1:1: not YAML", r->text->name);
    const int line = error->line > 0 ? error->line : 1,
              column = error->column > 0 ? error->column : 1;
    return ds_complain_at(r->st, r->text, line, column, ds_quote(r->pool, error->msg));
}

static bool read_events(reader *r, struct fy_parser *parser, struct fy_diag *diag)
{
    struct fy_event *event;
    while ((event = fy_parser_parse(parser)) != NULL) {
        const bool fine = on_event(r, event);
        fy_parser_event_free(parser, event);
        if (!fine)
            return false;
    }
    if (fy_parser_get_stream_error(parser) || fy_diag_got_error(diag))
        return report_first(r, diag);
    if (!r->root || (r->root->shape == DS_SCALAR && r->root->scalar[0] == '\0'))
        return ds_fail(r->st, DS_E_DATA,
                       "%s:1:1: the scenario is empty, must at least say one key, such as 'model'",
                       r->text->name);
    return true;
}

bool ds_yaml_parse(ds_pool *pool, const ds_text *text, ds_node **root, ds_status *st)
{
    reader r = {.pool = pool, .text = text, .st = st};
    if (!check_bytes(text, st))
        return false;
    struct fy_diag_cfg diag_cfg;
    fy_diag_cfg_default(&diag_cfg);
    diag_cfg.fp = NULL;
    struct fy_diag *const diag = fy_diag_create(&diag_cfg);
    if (!diag)
        return ds_fail(st, DS_E_SYSTEM, "no memory to read '%s'", text->name);
    fy_diag_set_collect_errors(diag, true);
    const struct fy_parse_cfg cfg = {
        .flags = FYPCF_QUIET | FYPCF_DEFAULT_VERSION_1_2 | FYPCF_JSON_NONE, .diag = diag};
    struct fy_parser *const parser = fy_parser_create(&cfg);
    bool fine = parser && fy_parser_set_string(parser, text->text, text->size) == 0;
    if (!fine)
        ds_fail(st, DS_E_SYSTEM, "no memory to read '%s'", text->name);
    fine = fine && read_events(&r, parser, diag);
    if (parser)
        fy_parser_destroy(parser);
    fy_diag_destroy(diag);
    *root = r.root;
    return fine;
}
