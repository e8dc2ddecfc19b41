/*
 * Parameters as tables. A table describes the members of a plain struct: what a scenario may say,
 * in which unit, between which bounds, with which default, why, and from where. Loading, checks,
 * `--help`, the JSON schema, the resolved scenario in a result file and the docs are all printed
 * from these tables, so nothing about a parameter is written anywhere else.
 *
 * A table ends with an entry whose name is NULL. Values live in a struct (the *config*) at the
 * entry's offset; variable-length parts point into memory that the loader owns and that never
 * changes while replicas run.
 */
#ifndef DS_CORE_PARAM_H
#define DS_CORE_PARAM_H

#include "status.h"

#include <stddef.h>
#include <stdint.h>

typedef enum ds_kind {
    DS_NUMBER,  /* double, in the table's unit; INFINITY where `unlimited` is allowed */
    DS_INTEGER, /* int64_t */
    DS_SWITCH,  /* bool */
    DS_TEXT,    /* const char * */
    DS_DATE,    /* double: days since 1970-01-01 00:00 UTC */
    DS_NUMBERS, /* ds_numbers; a scalar is a list of one */
    DS_WORD,    /* int: index into `words` */
    DS_GROUP,   /* a struct described by `table`, in place */
    DS_LIST,    /* ds_list of such structs, from a sequence */
    DS_MAP,    /* ds_list of such structs, from a mapping; the first member is `const char *name` */
    DS_CHOICE, /* ds_choice: a mapping whose `tag` key picks one of `alternatives` */
    DS_CHANGES, /* ds_changes: a mapping of what other parameters are from some time on */
    DS_PATH,    /* ds_path: a dated series from a CSV file; `fallback` is its ds_between */
    DS_COLUMN,  /* ds_column: numbers of a CSV file, without dates */
} ds_kind;

typedef struct ds_numbers {
    uint32_t count;
    const double *value;
} ds_numbers;

typedef struct ds_list {
    uint32_t count;
    void *items; /* count structs of the entry's size */
} ds_list;

/* What a dated series is between two rows. */
typedef enum ds_between { DS_LOG_LINEAR, DS_LINEAR, DS_STEP } ds_between;
extern const char *const ds_between_words[];

/* A dated series: time in days since 1970-01-01 UTC, rising; count 0 when the scenario names none.
 */
typedef struct ds_path {
    const char *file, *column; /* as the scenario names them */
    bool gaps;                 /* rows may be missing from an otherwise regular series */
    int between;               /* ds_between */
    uint32_t count;
    const double *time, *value;
} ds_path;

/* What holds from some time on. The loader fills `config` once the whole scenario is bound. */
typedef struct ds_changes {
    const void *said;   /* the loader's own */
    const void *config; /* the scenario's config with these changes, and those of earlier times */
} ds_changes;

/* Numbers in the order of their rows; count 0 when the scenario names none. */
typedef struct ds_column {
    const char *file, *column; /* as the scenario names them */
    uint32_t count;
    const double *value;
} ds_column;

struct ds_param;

/* What a scenario says at a choice whose parameters are not in this program: its keys and values,
 * and the file that the key `file` names. It lives as long as the scenario does. */
typedef struct ds_outside {
    const char *file; /* as messages call it; NULL: none was named */
    const char *path; /* the file itself, for a loader of programs */
    const char *text;
    size_t size;
    size_t count;
    const char *const *key, *const *value;    /* value: NULL where it is no scalar */
    void *(*take)(void *memory, size_t size); /* zeroed, as long as the scenario */
    void *memory;
} ds_outside;

/* One of several forms that a part of a scenario can take: a policy, a distribution, a process. */
typedef struct ds_alternative {
    const char *name;
    const char *doc;    /* one sentence, then whatever a user must know */
    const char *source; /* author and year, or the protocol's document */
    const struct ds_param *params;
    size_t params_size;
    /* Relations between parameters; ranges are in the table. NULL: none. May fill derived members.
     */
    bool (*check)(void *params, ds_status *st);
    /* Optional: the alternative that is meant, of the same name, made of what the scenario says;
     * NULL: it cannot be. `params` then has only what is always there. */
    const struct ds_alternative *(*outside)(const struct ds_alternative *self,
                                            const ds_outside *said, ds_status *st);
    bool native; /* its file is a program, which a result names by its digest and does not hold */
} ds_alternative;

typedef struct ds_choice {
    const ds_alternative *as; /* NULL only where the entry is optional and absent */
    void *params;             /* as->params_size bytes */
} ds_choice;

typedef struct ds_param {
    const char *name;
    ds_kind kind;
    size_t offset;
    const char *unit; /* "1" where there is none; an expression such as "token/yr" or "USD/d" */
    double fallback;  /* default of numbers, integers and switches; NAN: none, a number that is not
                         said is NAN */
    double min, max;  /* inclusive */
    const char *doc;  /* what it means, in one line */
    const char *source; /* where the default is from; NULL: an assumption of this model */
    const char *text;   /* default of every other kind, as YAML; NULL: empty, or required */
    bool required;      /* no default: the scenario must say it */
    bool unlimited;     /* numbers: the word `unlimited` is allowed and means INFINITY */
    bool whole;         /* numbers: as integers are, where a double must hold them */
    signed char inner;  /* numbers of an alternative: 1, in the unit of the choice that it is made
                           for, as the mean of a time is; -1, in one over it; 0: in `unit` */
    bool kept;          /* of an alternative: stays as it is when another is picked that has it */
    bool moment;        /* numbers: time since the start, which a scenario can give as a date */
    const char *const *words;                  /* DS_WORD, ends with NULL */
    const struct ds_param *table;              /* DS_GROUP, DS_LIST, DS_MAP */
    size_t size;                               /* of one struct of `table` */
    bool (*check)(void *item, ds_status *st);  /* relations within one such struct; NULL: none */
    const char *tag;                           /* DS_CHOICE: the key that picks, e.g. "use" */
    const ds_alternative *const *alternatives; /* DS_CHOICE, ends with NULL */
    bool merged; /* DS_CHOICE: its keys stand in the enclosing mapping */
    bool fixed;  /* read when a replica begins: nothing can change it on the way */
} ds_param;

#define DS_AT(S, field) .name = #field, .offset = offsetof(S, field)

/* The common cases, so that a table reads as a table. */
#define DS_IS_NUMBER(S, field, unit_, fallback_, min_, max_, doc_, source_)                      \
    DS_AT(S, field), .kind = DS_NUMBER, .unit = (unit_), .fallback = (fallback_), .min = (min_), \
                     .max = (max_), .doc = (doc_), .source = (source_)
#define DS_P_NUMBER(...)          \
    {                             \
        DS_IS_NUMBER(__VA_ARGS__) \
    }
#define DS_P_INNER(power, ...)                    \
    {                                             \
        DS_IS_NUMBER(__VA_ARGS__), .inner = power \
    }
#define DS_P_KEPT(...)                          \
    {                                           \
        DS_IS_NUMBER(__VA_ARGS__), .kept = true \
    }
#define DS_P_FIXED(...)                          \
    {                                            \
        DS_IS_NUMBER(__VA_ARGS__), .fixed = true \
    }
#define DS_IS_INTEGER(S, field, unit_, fallback_, min_, max_, doc_, source_)                      \
    DS_AT(S, field), .kind = DS_INTEGER, .unit = (unit_), .fallback = (fallback_), .min = (min_), \
                     .max = (max_), .doc = (doc_), .source = (source_)
#define DS_P_INTEGER(...)          \
    {                              \
        DS_IS_INTEGER(__VA_ARGS__) \
    }
#define DS_P_FIXED_INTEGER(...)                   \
    {                                             \
        DS_IS_INTEGER(__VA_ARGS__), .fixed = true \
    }
#define DS_P_SWITCH(S, field, fallback_, doc_)                                              \
    {                                                                                       \
        DS_AT(S, field), .kind = DS_SWITCH, .unit = "1", .fallback = (fallback_), .max = 1, \
                         .doc = (doc_)                                                      \
    }
#define DS_P_GROUP(S, field, table_, type_, doc_)                                                 \
    {                                                                                             \
        DS_AT(S, field), .kind = DS_GROUP, .unit = "1", .table = (table_), .size = sizeof(type_), \
                         .doc = (doc_)                                                            \
    }
#define DS_P_CHOICE(S, field, tag_, alternatives_, text_, doc_)                          \
    {                                                                                    \
        DS_AT(S, field), .kind = DS_CHOICE, .unit = "1", .tag = (tag_),                  \
                         .alternatives = (alternatives_), .text = (text_), .doc = (doc_) \
    }
#define DS_P_WORD(S, field, words_, text_, doc_)                                           \
    {                                                                                      \
        DS_AT(S, field), .kind = DS_WORD, .unit = "1", .words = (words_), .text = (text_), \
                         .doc = (doc_)                                                     \
    }

/* Whether two structs that a table describes say the same. */
bool ds_params_same(const ds_param *table, const void *a, const void *b);

/* The entry of that name, or NULL. */
const ds_param *ds_param_find(const ds_param *table, const char *name);
size_t ds_param_count(const ds_param *table);
/* Whether only whole numbers are allowed. */
bool ds_param_whole(const ds_param *param);
/* The alternative of that name, or NULL. */
const ds_alternative *ds_alternative_find(const ds_alternative *const *list, const char *name);

#endif
