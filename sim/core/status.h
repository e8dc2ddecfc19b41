/*
 * The first failure of an operation, kept as a value. Functions that can fail take a `ds_status *`
 * last and return false; the first cause is recorded and later ones do not replace it. Codes are
 * the program's exit codes (sysexits), so that nothing has to be translated on the way out.
 */
#ifndef DS_CORE_STATUS_H
#define DS_CORE_STATUS_H

#include <stdbool.h>

#if defined(__GNUC__)
#define DS_MUST_CHECK            __attribute__((warn_unused_result))
#define DS_PRINTF(string, first) __attribute__((format(printf, string, first)))
#define DS_LIKELY(x)             __builtin_expect(!!(x), 1)
#define DS_UNLIKELY(x)           __builtin_expect(!!(x), 0)
#else
#define DS_MUST_CHECK
#define DS_PRINTF(string, first)
#define DS_LIKELY(x)   (x)
#define DS_UNLIKELY(x) (x)
#endif

typedef enum ds_code {
    DS_OK = 0,
    DS_E_VERDICT = 1,  /* all went well, and what was to be checked does not hold */
    DS_E_USAGE = 64,   /* the command line */
    DS_E_DATA = 65,    /* a scenario, a path file or a result is wrong */
    DS_E_INPUT = 66,   /* a file named as input cannot be read */
    DS_E_LIBRARY = 69, /* something this build or machine lacks */
    DS_E_BUG = 70,     /* an invariant of the program is broken */
    DS_E_SYSTEM = 71,  /* memory, threads */
    DS_E_CREATE = 73,  /* an output cannot be created, or exists */
    DS_E_IO = 74,      /* reading or writing failed under way */
    DS_E_STOPPED = 75, /* stopped with work saved */
    DS_E_POLICY = 76,  /* a policy from outside misbehaved */
} ds_code;

enum { DS_STATUS_TEXT = 1600 };

typedef struct ds_status {
    ds_code code;
    int line;         /* where in our sources, for DS_E_BUG */
    const char *file; /* static storage */
    char text[DS_STATUS_TEXT];
} ds_status;

/* Records a failure unless one is already recorded; returns false, where compilers can see it. What
 * a terminal must not see becomes question marks, as texts from outside may be quoted. */
#define ds_fail(st, code, ...) ds_false(ds_fail_at((st), (code), __FILE__, __LINE__, __VA_ARGS__))
bool ds_fail_at(ds_status *st, ds_code code, const char *file, int line, const char *format, ...)
    DS_PRINTF(5, 6);

static inline bool ds_false(bool recorded)
{
    (void)recorded;
    return false;
}

#endif
