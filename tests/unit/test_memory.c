/* What control groups leave of the memory, in folders that look like the kernel's. */
#include "run.h"

#include "sim/run/memory.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static char root[64];

static void setup(void)
{
    strcpy(root, "/tmp/diemsim-memory-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(root));
}

static void clean(void)
{
    char command[128];
    snprintf(command, sizeof command, "rm -r %s", root);
    ck_assert_int_eq(system(command), 0);
}

/* A file of a folder below the root, which is made. */
static void put(const char *folder, const char *name, const char *text)
{
    char path[256];
    snprintf(path, sizeof path, "%s/", root);
    for (const char *at = folder; *at; at++) {
        strncat(path, at, 1);
        if (at[1] == '/' || !at[1])
            mkdir(path, 0777);
    }
    snprintf(path, sizeof path, "%s/%s/%s", root, folder, name);
    FILE *const file = fopen(path, "w");
    ck_assert_ptr_nonnull(file);
    fputs(text, file);
    fclose(file);
}

/* A group of version 2, by its limit and what it has. */
static void group(const char *folder, const char *most, const char *now)
{
    put(folder, "memory.max", most);
    put(folder, "memory.current", now);
}

static double leaves(const char *groups)
{
    char path[128];
    put("", "groups", groups);
    snprintf(path, sizeof path, "%s/groups", root);
    return ds_memory_groups(path, root);
}

START_TEST(a_group_without_limit_leaves_all)
{
    setup();
    ck_assert(isinf(leaves("0::/job\n")));
    group("job", "max\n", "5000\n");
    ck_assert(isinf(leaves("0::/job\n")));
    clean();
}
END_TEST

/* Schedulers limit a job, and put its processes into groups further below. */
START_TEST(the_groups_above_count)
{
    setup();
    group("job", "9000\n", "5000\n");
    group("job/step/task", "max\n", "3000\n");
    ck_assert_double_eq(leaves("0::/job/step/task\n"), 4000);
    group("job/step", "3100\n", "3000\n");
    ck_assert_double_eq(leaves("0::/job/step/task\n"), 100);
    clean();
}
END_TEST

/* What the disk is read through is there to be given back. */
START_TEST(pages_of_files_give_way)
{
    setup();
    group("job", "9000\n", "8900\n");
    put("job", "memory.stat", "anon 100\ninactive_file 5000\nactive_file 3000\n");
    ck_assert_double_eq(leaves("0::/job\n"), 8100);
    clean();
}
END_TEST

START_TEST(version_1_has_a_folder_for_memory)
{
    setup();
    put("memory/slurm/job", "memory.limit_in_bytes", "9000\n");
    put("memory/slurm/job", "memory.usage_in_bytes", "8000\n");
    put("memory/slurm/job", "memory.stat", "inactive_file 1\ntotal_inactive_file 500\n");
    put("memory/slurm/job/step", "memory.limit_in_bytes", "9223372036854771712\n");
    put("memory/slurm/job/step", "memory.usage_in_bytes", "8000\n");
    ck_assert_double_eq(leaves("5:cpu,memory:/slurm/job/step\n3:devices:/\n"), 1500);
    ck_assert_double_eq(leaves("5:memory:/slurm/job/step\n0::/\n"), 1500);
    ck_assert(isinf(leaves("5:memoryless:/slurm/job/step\n")));
    ck_assert(isinf(leaves("memory:/slurm/job/step\n")));
    clean();
}
END_TEST

/* A container sees its own group as the root, whatever the host calls it. */
START_TEST(a_container_has_its_root)
{
    setup();
    group("", "9000\n", "1000\n");
    ck_assert_double_eq(leaves("0::/docker/not/here\n"), 8000);
    ck_assert_double_eq(leaves("0::/\n"), 8000);
    ck_assert_double_eq(ds_memory_groups("/no such file", root), 8000);
    clean();
}
END_TEST

int main(void)
{
    const ds_test tests[] = {
        {a_group_without_limit_leaves_all, 0}, {the_groups_above_count, 0},
        {pages_of_files_give_way, 0},          {version_1_has_a_folder_for_memory, 0},
        {a_container_has_its_root, 0},         {0},
    };
    return ds_run_tests("memory", tests, 30);
}
