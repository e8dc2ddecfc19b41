#include "apart.h"

#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

bool ds_apart_never;
static atomic_uint busy; /* crews at work */

/* In memory of both processes; the bytes that are shared follow. */
typedef struct report {
    ds_status status;
    bool done, ok;
    max_align_t shared[];
} report;

/* Ends with its parent, leaves no core, and runs nothing that the parent would run at its exit. */
static _Noreturn void work_apart(ds_apart_work *work, void *self, report *r, pid_t parent)
{
    const struct rlimit none = {0, 0};
#ifdef __linux__
    prctl(PR_SET_PDEATHSIG, SIGKILL);
#endif
    setrlimit(RLIMIT_CORE, &none);
    if (getppid() == parent) {
        r->ok = work(self, r->shared, &r->status);
        r->done = true;
    }
    _exit(0);
}

static bool await(pid_t child, int *state)
{
    pid_t found;
    do
        found = waitpid(child, state, 0);
    while (found < 0 && errno == EINTR);
    return found == child;
}

static bool look(const report *r, int state, const char *what, ds_status *st)
{
    if (r->done && !r->ok)
        return ds_fail(st, r->status.code, "%s", r->status.text);
    if (r->done)
        return true;
    if (WIFSIGNALED(state))
        return ds_fail(st, DS_E_SYSTEM,
                       "cannot %s: the process that does it died (%s), as it may without memory",
                       what, strsignal(WTERMSIG(state)));
    return ds_fail(st, DS_E_SYSTEM, "cannot %s: the process that does it gave up with %d", what,
                   WEXITSTATUS(state));
}

void ds_apart_forbid(void)
{
    atomic_fetch_add(&busy, 1);
}

void ds_apart_allow(void)
{
    atomic_fetch_sub(&busy, 1);
}

bool ds_apart(ds_apart_work *work, void *self, void *shared, size_t size, const char *what,
              ds_status *st)
{
    const size_t all = sizeof(report) + size;
    if (atomic_load(&busy) > 0)
        return ds_fail(st, DS_E_BUG, "cannot %s while other threads are at work", what);
    if (ds_apart_never)
        return work(self, shared, st);
    report *const r = mmap(NULL, all, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (r == MAP_FAILED)
        return ds_fail(st, DS_E_SYSTEM, "no memory to %s: %s", what, strerror(errno));
    memcpy(r->shared, shared, size);
    const pid_t parent = getpid(), child = fork();
    int state = 0;
    if (child == 0)
        work_apart(work, self, r, parent);
    bool ok = child > 0 && await(child, &state);
    if (!ok)
        ds_fail(st, DS_E_SYSTEM, "no process to %s: %s", what, strerror(errno));
    ok = ok && look(r, state, what, st);
    memcpy(shared, r->shared, size);
    munmap(r, all);
    return ok;
}
