/*
 * Loaded before a program (LD_PRELOAD), makes the k-th of one kind of call fail, once or from then
 * on: FAIL=malloc:17:once, FAIL=write:3:on. Calls are counted over the program and its children, in
 * memory that they share; FAIL_COUNT names a file that their numbers are written to at the end.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

typedef enum kind { MALLOC, OPEN, READ, WRITE, FSYNC, CLOSE, RENAME, MMAP, FORK, KINDS } kind;

static const struct {
    const char *name;
    int error;
} kinds[KINDS] = {
    [MALLOC] = {"malloc", ENOMEM}, [OPEN] = {"open", EMFILE}, [READ] = {"read", EIO},
    [WRITE] = {"write", ENOSPC},   [FSYNC] = {"fsync", EIO},  [CLOSE] = {"close", EIO},
    [RENAME] = {"rename", EACCES}, [MMAP] = {"mmap", ENOMEM}, [FORK] = {"fork", EAGAIN},
};

/* Before the program's own code runs, and for its loader, nothing is counted. */
static _Atomic long *count;
static kind chosen = KINDS;
static long first, last;
static bool over;

/* What comes from now on is not the program's: the files of a build that counts what was run. */
void fail_no_more(void);
void fail_no_more(void)
{
    over = true;
}

#ifdef BY_WAYS
#include "ways.h"
#else
enum { WAYS = 0 };
static void ways_begin(void *memory)
{
    (void)memory;
}
static bool is_new_way(int k)
{
    (void)k;
    return true;
}
#endif

static bool fails(kind k)
{
    if (!count || over || !is_new_way((int)k))
        return false;
    const long number = atomic_fetch_add(&count[k], 1) + 1;
    if (k != chosen || number < first || number > last)
        return false;
    errno = kinds[k].error;
    return true;
}

__attribute__((constructor)) static void arm(void)
{
    const char *const wish = getenv("FAIL"), *const colon = wish ? strchr(wish, ':') : NULL;
    char *how = "";
    first = colon ? strtol(colon + 1, &how, 10) : 0;
    last = strcmp(how, ":on") == 0 ? LONG_MAX : first;
    for (int k = 0; colon && k < KINDS; k++)
        if (strlen(kinds[k].name) == (size_t)(colon - wish) &&
            strncmp(wish, kinds[k].name, (size_t)(colon - wish)) == 0)
            chosen = (kind)k;
    char *const memory = (char *)syscall(SYS_mmap, NULL, 4096 + WAYS * sizeof(long),
                                         PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    ways_begin(memory + 4096);
    count = (_Atomic long *)(void *)memory;
}

__attribute__((destructor)) static void tell(void)
{
    const char *const path = getenv("FAIL_COUNT");
    _Atomic long *const counted = count;
    count = NULL;
    FILE *const file = path ? fopen(path, "w") : NULL;
    for (int k = 0; file && k < KINDS; k++)
        fprintf(file, "%s %ld\n", kinds[k].name, (long)counted[k]);
    if (file)
        fclose(file);
}

/* ---- memory ---- */

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t number, size_t size);
void *__libc_realloc(void *block, size_t size);
void *__libc_memalign(size_t alignment, size_t size);

void *malloc(size_t size)
{
    return fails(MALLOC) ? NULL : __libc_malloc(size);
}

void *calloc(size_t number, size_t size)
{
    return fails(MALLOC) ? NULL : __libc_calloc(number, size);
}

void *realloc(void *block, size_t size)
{
    return fails(MALLOC) ? NULL : __libc_realloc(block, size);
}

void *aligned_alloc(size_t alignment, size_t size)
{
    return fails(MALLOC) ? NULL : __libc_memalign(alignment, size);
}

int posix_memalign(void **block, size_t alignment, size_t size)
{
    *block = fails(MALLOC) ? NULL : __libc_memalign(alignment, size);
    return *block ? 0 : ENOMEM;
}

/* ---- files ---- */

/* The next function of that name, which this one stands before. */
#define NEXT(name)                   \
    static __typeof__(&(name)) next; \
    if (!next)                       \
    *(void **)&next = dlsym(RTLD_NEXT, #name)

#define OPENS(name)                                                     \
    int name(const char *path, int flags, ...)                          \
    {                                                                   \
        NEXT(name);                                                     \
        va_list rest;                                                   \
        va_start(rest, flags);                                          \
        const mode_t mode = flags & O_CREAT ? va_arg(rest, mode_t) : 0; \
        va_end(rest);                                                   \
        return fails(OPEN) ? -1 : next(path, flags, mode);              \
    }

#define STANDS_BEFORE(kind, type, failure, name, parameters, arguments) \
    type name parameters                                                \
    {                                                                   \
        NEXT(name);                                                     \
        return fails(kind) ? (failure) : next arguments;                \
    }

OPENS(open)
OPENS(open64)
STANDS_BEFORE(OPEN, FILE *, NULL, fopen, (const char *path, const char *mode), (path, mode))
STANDS_BEFORE(OPEN, FILE *, NULL, fopen64, (const char *path, const char *mode), (path, mode))
STANDS_BEFORE(READ, ssize_t, -1, read, (int file, void *to, size_t size), (file, to, size))
STANDS_BEFORE(READ, ssize_t, -1, pread, (int file, void *to, size_t size, off_t at),
              (file, to, size, at))
STANDS_BEFORE(READ, ssize_t, -1, pread64, (int file, void *to, size_t size, off64_t at),
              (file, to, size, at))
STANDS_BEFORE(READ, size_t, 0, fread, (void *to, size_t size, size_t number, FILE *file),
              (to, size, number, file))
STANDS_BEFORE(WRITE, ssize_t, -1, write, (int file, const void *from, size_t size),
              (file, from, size))
STANDS_BEFORE(WRITE, ssize_t, -1, pwrite, (int file, const void *from, size_t size, off_t at),
              (file, from, size, at))
STANDS_BEFORE(WRITE, ssize_t, -1, pwrite64, (int file, const void *from, size_t size, off64_t at),
              (file, from, size, at))
STANDS_BEFORE(WRITE, int, -1, ftruncate, (int file, off_t size), (file, size))
STANDS_BEFORE(WRITE, int, -1, ftruncate64, (int file, off64_t size), (file, size))
STANDS_BEFORE(FSYNC, int, -1, fsync, (int file), (file))
STANDS_BEFORE(FSYNC, int, -1, fdatasync, (int file), (file))
STANDS_BEFORE(RENAME, int, -1, rename, (const char *from, const char *to), (from, to))
STANDS_BEFORE(MMAP, void *, MAP_FAILED, mmap,
              (void *at, size_t size, int access, int flags, int file, off_t from),
              (at, size, access, flags, file, from))
STANDS_BEFORE(MMAP, void *, MAP_FAILED, mmap64,
              (void *at, size_t size, int access, int flags, int file, off64_t from),
              (at, size, access, flags, file, from))
STANDS_BEFORE(FORK, pid_t, -1, fork, (void), ())

/* A close that fails has closed all the same. */
#define CLOSES(name, type)               \
    int name(type file)                  \
    {                                    \
        NEXT(name);                      \
        const int done = next(file);     \
        return fails(CLOSE) ? -1 : done; \
    }

CLOSES(close, int)
CLOSES(fclose, FILE *)
