/*
 * Faults on purpose, by name: what watches over the other tests must see them. `planted` says by
 * which tool it was built to be watched: thread, address or none.
 */
#include "../toy.h"

#include "sim/io/apart.h"
#include "sim/io/scenario.h"
#include "sim/run/ensemble.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#if defined __SANITIZE_THREAD__
#define TOOL "thread"
#elif defined __SANITIZE_ADDRESS__
#define TOOL "address"
#elif defined __has_feature
#if __has_feature(thread_sanitizer)
#define TOOL "thread"
#elif __has_feature(address_sanitizer)
#define TOOL "address"
#endif
#endif
#ifndef TOOL
#define TOOL "none"
#endif

/* ---- a model whose replicas share a number ---- */

static int shared;
static atomic_int begun;

/* Two replicas are under way before either writes. Nothing here puts one before the other. */
static bool begin_race(void *world, uint32_t replica)
{
    const struct timespec moment = {.tv_nsec = 1000000};
    atomic_fetch_add_explicit(&begun, 1, memory_order_relaxed);
    while (atomic_load_explicit(&begun, memory_order_relaxed) < 2)
        nanosleep(&moment, NULL);
    shared++;
    return toy_begin(world, replica);
}

static int race(const char *output)
{
    ds_model model = toy_model;
    model.begin = begin_race;
    const ds_model *const models[] = {&model, NULL};
    const ds_scenario_request wanted = {
        .path = "toy", .text = "model: toy\nreplicas: 2\nseed: 1\n", .models = models};
    ds_scenario scenario;
    ds_run_report report;
    ds_status st = {0};
    if (!ds_scenario_load(&scenario, &wanted, &st))
        return 1;
    const ds_run_request request = {.scenario = &scenario,
                                    .output = output,
                                    .threads = 2,
                                    .quiet = true,
                                    .program = "planted",
                                    .version = "1",
                                    .build = "any"};
    const bool ok = ds_run(&request, &report, &st);
    ds_scenario_free(&scenario);
    return !ok;
}

/* ---- memory ---- */

static char *volatile memory;

static int leak(const char *output)
{
    (void)output;
    for (int i = 0; i < 10; i++)
        memory = malloc(100);
    memory = NULL;
    return 0;
}

static int overrun(const char *output)
{
    char *const eight = memory = malloc(8);
    (void)output;
    for (size_t i = 0; i < 9; i++)
        memory[i] = 1;
    free(eight);
    return 0;
}

static int stale(const char *output)
{
    char *const old = memory = malloc(8);
    (void)output;
    free(old);
    memory[0] = 1;
    return 0;
}

static int unset(const char *output)
{
    char *const bytes = memory = malloc(8);
    (void)output;
    if (memory[4] == 1) /* NOLINT(clang-analyzer-core.UndefinedBinaryOperatorResult): so planted */
        puts("one");
    free(bytes);
    return 0;
}

static bool overrun_apart(void *self, void *none, ds_status *st)
{
    (void)none, (void)st;
    return overrun(self) == 0;
}

/* In the process that results are written in. */
static int child(const char *output)
{
    char name[256], none = 0;
    ds_status st = {0};
    snprintf(name, sizeof name, "%s", output);
    return !ds_apart(overrun_apart, name, &none, sizeof none, "overrun", &st);
}

/* ---- numbers ---- */

static volatile int most = 2147483647, zero;
static volatile double large = 1e30;

static int signed_overflow(const char *output)
{
    (void)output;
    return most + 1 == 0;
}

static int float_cast(const char *output)
{
    (void)output;
    return (int)large == 1;
}

static int shift(const char *output)
{
    (void)output;
    return 1 << (32 + zero) == 5;
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        int (*commit)(const char *output);
    } faults[] = {
        {"race", race},   {"leak", leak},   {"overrun", overrun},        {"stale", stale},
        {"unset", unset}, {"child", child}, {"signed", signed_overflow}, {"float", float_cast},
        {"shift", shift}};
    if (argc < 3)
        return puts(TOOL) < 0;
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++)
        if (strcmp(argv[1], faults[i].name) == 0)
            return faults[i].commit(argv[2]);
    return 2;
}
