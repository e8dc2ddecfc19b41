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

/* Of the file `name` in a folder. */
static double read_in(const char *folder, const char *name, const char *key)
{
    char path[1200];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return read_number(path, key);
}

/* What one group's limit leaves, in version 2 of control groups or in 1. Pages of files that were
 * read or written count as its memory, but give way to whoever needs it. */
static double limit_of_group(const char *folder)
{
    static const char *const words[][4] = {
        {"memory.max", "memory.current", "inactive_file ", "active_file "},
        {"memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file ",
         "total_active_file "}};
    double left = INFINITY;
    for (size_t i = 0; i < 2; i++) {
        const double files = fmax(read_in(folder, "memory.stat", words[i][2]), 0) +
                             fmax(read_in(folder, "memory.stat", words[i][3]), 0);
        left =
            fmin(left, read_in(folder, words[i][0], "") - read_in(folder, words[i][1], "") + files);
    }
    return left;
}

/* The group and those that it is in, which may be narrower; a container sees its own as the root.
 */
static double limit_of_groups(const char *root, const char *own)
{
    char folder[1100];
    double left = INFINITY;
    const int whole = snprintf(folder, sizeof folder, "%.500s%.500s", root, own);
    for (size_t length = (size_t)whole + 1; length-- > strlen(root);)
        if (folder[length] == '\0' || folder[length] == '/') {
            folder[length] = '\0';
            left = fmin(left, limit_of_group(folder));
        }
    return left;
}

/* Past the list of controllers in a line "4:cpu,memory:/folder", if memory is among them. */
static const char *folder_of_memory(const char *line)
{
    const char *const list = strchr(line, ':');
    const char *const end = list ? strchr(list + 1, ':') : NULL;
    if (!end)
        return NULL;
    for (const char *at = list; at < end; at += 1 + strcspn(at + 1, ",:"))
        if (strncmp(at + 1, "memory", 6) == 0 && strchr(",:", at[7]))
            return end + 1;
    return NULL;
}

double ds_memory_groups(const char *groups, const char *root)
{
    char line[600], first[600];
    snprintf(first, sizeof first, "%.500s/memory", root);
    double left = fmin(limit_of_groups(root, ""), limit_of_groups(first, ""));
    FILE *const file = fopen(groups, "re");
    while (file && fgets(line, sizeof line, file)) {
        line[strcspn(line, "\n")] = '\0';
        const char *const own = folder_of_memory(line);
        if (strncmp(line, "0::", 3) == 0)
            left = fmin(left, limit_of_groups(root, line + 3));
        else if (own)
            left = fmin(left, limit_of_groups(first, own));
    }
    if (file)
        fclose(file);
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
           fits(bytes, ds_memory_groups("/proc/self/cgroup", "/sys/fs/cgroup"), "the control group",
                st) &&
           fits(bytes + stacks(threads), limit_leaves(RLIMIT_AS), "the limit of address space",
                st) &&
           fits(bytes, limit_leaves(RLIMIT_DATA), "the limit of data", st);
}
