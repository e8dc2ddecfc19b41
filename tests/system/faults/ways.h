/*
 * For fail.c: of all calls only the first of every way to come to one counts. A way is the kind and
 * the few innermost callers in the program itself, whatever libraries lie between, so that all
 * places that handle a failure are tried in as many runs as there are places.
 */
#include <execinfo.h>
#include <link.h>
#include <stdint.h>

enum { CALLERS = 5, FRAMES = 48, WAYS = 1 << 15 };

static uintptr_t begin, end;       /* the program's code */
static _Atomic uint64_t *known;    /* [WAYS], in memory of all processes; 0: free */
static _Thread_local bool looking; /* what finds the callers may allocate */

/* The first object is the program. */
static int take_code(struct dl_phdr_info *object, size_t size, void *none)
{
    (void)size, (void)none;
    for (int i = 0; i < object->dlpi_phnum; i++) {
        const ElfW(Phdr) *const part = &object->dlpi_phdr[i];
        if (part->p_type == PT_LOAD && part->p_flags & PF_X) {
            begin = object->dlpi_addr + part->p_vaddr;
            end = begin + part->p_memsz;
        }
    }
    return 1;
}

static void ways_begin(void *memory)
{
    void *frame[FRAMES];
    looking = true;
    dl_iterate_phdr(take_code, NULL);
    backtrace(frame, FRAMES); /* loads what it needs */
    known = memory;
    looking = false;
}

/* 0: nobody in the program called. */
static uint64_t way_of(int k)
{
    void *frame[FRAMES];
    const int depth = backtrace(frame, FRAMES);
    uint64_t hash = (uint64_t)k + 1, callers = 0;
    for (int i = 0; i < depth && callers < CALLERS; i++) {
        const uintptr_t at = (uintptr_t)frame[i];
        if (at < begin || at >= end)
            continue;
        hash = (hash ^ (at - begin)) * 0x9e3779b97f4a7c15u;
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
