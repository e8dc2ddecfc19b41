#include "memory.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

static const double stack_bytes = 8 << 20; /* of a thread, where the limit says nothing */

/* The number after `key` in a file of lines "key value"; with no key, the file's first word. NAN:
 * no such file, or the word `max`. */
static double read_number(const char *path, const char *key)
{
    char line[256];
    double value = NAN;
    FILE *const file = fopen(path, "re");
    while (file && fgets(line, sizeof line, file)) {
        const size_t skip = strlen(key);
        char *end;
        if (strncmp(line, key, skip) != 0)
            continue;
        value = (double)strtoull(line + skip, &end, 10);
        if (end == line + skip)
            value = NAN;
        break;
    }
    if (file)
        fclose(file);
    return value;
}

static double machine_leaves(void)
{
    return 1024 * read_number("/proc/meminfo", "MemAvailable:");
}

/* The folder of the process' own group, version 2 of control groups; else where a container sees
 * its root, and version 1. */
static double group_leaves(void)
{
    char line[512] = "", most[640], now[640];
    double left = INFINITY;
    FILE *const file = fopen("/proc/self/cgroup", "re");
    while (file && fgets(line, sizeof line, file))
        if (strncmp(line, "0::", 3) == 0)
            break;
    if (file)
        fclose(file);
    line[strcspn(line, "\n")] = '\0';
    const char *const own = strncmp(line, "0::", 3) == 0 ? line + 3 : "";
    const char *const folders[][2] = {
        {own, "memory.max"}, {"", "memory.max"}, {"/memory", "memory.limit_in_bytes"}};
    static const char *const used[] = {"memory.current", "memory.current", "memory.usage_in_bytes"};
    for (size_t i = 0; i < 3; i++) {
        snprintf(most, sizeof most, "/sys/fs/cgroup%s/%s", folders[i][0], folders[i][1]);
        snprintf(now, sizeof now, "/sys/fs/cgroup%s/%s", folders[i][0], used[i]);
        left = fmin(left, read_number(most, "") - read_number(now, ""));
    }
    return left;
}

/* Of the process, by a field of /proc/self/statm. */
static double pages_now(size_t field)
{
    double value = NAN;
    char line[128] = "", *at = line;
    FILE *const file = fopen("/proc/self/statm", "re");
    if (!file)
        return 0;
    if (fgets(line, sizeof line, file))
        for (size_t i = 0; i <= field; i++)
            value = strtod(at, &at);
    fclose(file);
    return isnan(value) ? 0 : value * (double)sysconf(_SC_PAGESIZE);
}

double ds_memory_own(void)
{
    return pages_now(1);
}

static double limit_leaves(int resource)
{
    struct rlimit limit;
    if (getrlimit(resource, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY)
        return INFINITY;
    return (double)limit.rlim_cur - pages_now(0);
}

static double stacks(unsigned threads)
{
    struct rlimit limit;
    const bool said = getrlimit(RLIMIT_STACK, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY;
    return (threads + 2) * (said ? (double)limit.rlim_cur : stack_bytes);
}

static void print_bytes(double bytes, char *text, size_t room)
{
    if (bytes < 1e9)
        snprintf(text, room, "%.0f MB", ceil(fmax(bytes, 0) / 1e6));
    else
        snprintf(text, room, "%.1f GB", bytes / 1e9);
}

static bool fits(double bytes, double left, const char *whose, ds_status *st)
{
    char need[32], have[32];
    if (!(bytes > left)) /* what is unknown does not limit */
        return true;
    print_bytes(bytes, need, sizeof need);
    print_bytes(left, have, sizeof have);
    return ds_fail(st, DS_E_SYSTEM,
                   "the run needs about %s of memory, %s leaves %s: take fewer threads, a coarser "
                   "'observe' or smaller counts",
                   need, whose, have);
}

bool ds_memory_check(double bytes, unsigned threads, ds_status *st)
{
    return fits(bytes, machine_leaves(), "the machine", st) &&
           fits(bytes, group_leaves(), "the control group", st) &&
           fits(bytes + stacks(threads), limit_leaves(RLIMIT_AS), "the limit of address space",
                st) &&
           fits(bytes, limit_leaves(RLIMIT_DATA), "the limit of data", st);
}
