#include "memory.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* The number behind `name` in a file of `name: number kB` lines, in bytes. */
static size_t line_of(const char *path, const char *name)
{
    char line[256];
    size_t value = SIZE_MAX;
    FILE *const file = fopen(path, "r");
    while (file && fgets(line, sizeof line, file))
        if (strncmp(line, name, strlen(name)) == 0)
            value = (size_t)strtoull(line + strlen(name), NULL, 10) * 1024;
    if (file)
        fclose(file);
    return value;
}

static size_t number_in(const char *path)
{
    char line[64] = "";
    FILE *const file = fopen(path, "r");
    const bool said = file && fgets(line, sizeof line, file);
    if (file)
        fclose(file);
    if (!said || line[0] < '0' || line[0] > '9')
        return SIZE_MAX; /* "max": no limit */
    return (size_t)strtoull(line, NULL, 10);
}

static size_t minus(size_t limit, size_t used)
{
    return limit == SIZE_MAX ? SIZE_MAX : limit > used ? limit - used : 0;
}

size_t ds_memory_free(void)
{
    struct rlimit limit;
    size_t most = SIZE_MAX;
    const size_t mapped = line_of("/proc/self/status", "VmSize:");
    if (getrlimit(RLIMIT_AS, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY)
        most = minus((size_t)limit.rlim_cur, mapped == SIZE_MAX ? 0 : mapped);
    most = least(most, line_of("/proc/meminfo", "MemAvailable:"));
    const size_t used = number_in("/sys/fs/cgroup/memory.current");
    return least(most, minus(number_in("/sys/fs/cgroup/memory.max"), used == SIZE_MAX ? 0 : used));
}
