/*
 * For fail.c: of the calls that the program itself makes, only the first of every way to come to
 * one counts. A way is the kind and the few innermost callers, so that all places that handle a
 * failure are tried in as many runs as there are places. What libraries call does not count.
 */
#include <execinfo.h>
#include <link.h>
#include <stdint.h>

enum { CALLERS = 5, FRAMES = 16, WAYS = 1 << 15 };

typedef struct range {
    uintptr_t begin, end;
} range;

static range program, shim;        /* their code */
static _Atomic uint64_t *known;    /* [WAYS], in memory of all processes; 0: free */
static _Thread_local bool looking; /* what finds the callers may allocate */

static bool within(range r, uintptr_t at)
{
    return at >= r.begin && at < r.end;
}

/* The first object is the program; that of the shim is found by a function of its. */
static int take_code(struct dl_phdr_info *object, size_t size, void *begin)
{
    (void)size;
    for (int i = 0; i < object->dlpi_phnum; i++) {
        const ElfW(Phdr) *const part = &object->dlpi_phdr[i];
        const uintptr_t at = object->dlpi_addr + part->p_vaddr;
        if (part->p_type != PT_LOAD || !(part->p_flags & PF_X))
            continue;
        const range code = {at, at + part->p_memsz};
        if (program.end == 0)
            program = code;
        else if (within(code, (uintptr_t)begin))
            shim = code;
    }
    return 0;
}

static void ways_begin(void *memory)
{
    void *frame[FRAMES];
    looking = true;
    dl_iterate_phdr(take_code, __builtin_extract_return_addr(__builtin_return_address(0)));
    backtrace(frame, FRAMES); /* loads what it needs */
    known = memory;
    looking = false;
}

/* 0: the call is a library's. */
static uint64_t way_of(int k)
{
    void *frame[FRAMES];
    const int depth = backtrace(frame, FRAMES);
    uint64_t hash = (uint64_t)k + 1, callers = 0;
    for (int i = 0; i < depth && callers < CALLERS; i++) {
        const uintptr_t at = (uintptr_t)frame[i];
        if (!within(program, at) && !within(shim, at) && callers == 0)
            return 0;
        if (!within(program, at))
            continue;
        hash = (hash ^ (at - program.begin)) * 0x9e3779b97f4a7c15u;
        hash ^= hash >> 29;
        callers++;
    }
    return callers ? hash | 1 : 0;
}

static bool is_new_way(int k)
{
    if (!known || looking)
        return false;
    looking = true;
    const uint64_t way = way_of(k);
    looking = false;
    for (size_t i = way % WAYS; way; i = (i + 1) % WAYS) {
        uint64_t found = 0;
        if (atomic_compare_exchange_strong(&known[i], &found, way))
            return true;
        if (found == way)
            return false;
    }
    return false;
}
