/*
 * Any text as a scenario (libFuzzer). What loads must load again from what it resolves to. In a
 * build with clang, DIEMSIM_SANITIZE and CMAKE_C_FLAGS=-fsanitize=fuzzer-no-link:
 *     ninja fuzz_scenario && ./fuzz_scenario -max_len=4096 -detect_leaks=0 CORPUS
 * libfyaml leaks a kilobyte on some broken texts.
 */
#include "sim/io/apart.h"
#include "sim/io/scenario.h"
#include "tests/bakery.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool load(ds_scenario *s, const char *text, ds_status *st)
{
    const ds_scenario_request q = {.path = "fuzz", .text = text, .models = bakery_models};
    *st = (ds_status){0};
    return ds_scenario_load(s, &q, st);
}

static void load_again(const ds_scenario *first)
{
    ds_scenario s;
    ds_status st;
    if (!load(&s, first->resolved, &st) || strcmp(s.resolved, first->resolved) != 0) {
        fprintf(stderr, "%s\n%s\n%s\n", first->resolved, s.resolved ? s.resolved : "", st.text);
        abort();
    }
    ds_scenario_free(&s);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *const text = malloc(size + 1);
    ds_apart_never = true; /* what a child does is not seen here */
    if (!text)
        return 0;
    memcpy(text, data, size);
    text[size] = '\0';
    ds_scenario s;
    ds_status st;
    if (load(&s, text, &st))
        load_again(&s);
    else if (st.code == DS_OK || st.text[0] == '\0')
        abort();
    ds_scenario_free(&s);
    free(text);
    return 0;
}
