/*
 * Any text as a policy in Lua; the first byte says for which slot. A script is refused or gives
 * answers of its kind, and the same ones in another interpreter at another place of the memory; it
 * cannot hold a run up.
 */
#include "models/policies/script.h"
#include "policy.h"

#include <time.h>

enum { QUESTIONS = 3, SECONDS = 2 };

typedef struct answers {
    double value[QUESTIONS];
    ds_status st;
} answers;

static answers ask(ds_rule slot, const char *text, size_t size)
{
    answers a = {{0}, {0}};
    const clock_t begun = clock();
    fuzz_policy f;
    const ds_outside said = {.file = "fuzz.lua", .text = text, .size = size};
    if (policy_open(&f, &ds_script_policies[slot], &said))
        for (int i = 0; i < QUESTIONS && f.st.code == DS_OK; i++)
            a.value[i] = policy_ask(&f, slot);
    a.st = f.st;
    policy_close(&f);
    must(clock() - begun < (clock_t)SECONDS * CLOCKS_PER_SEC, "its work is bounded", text);
    return a;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    const ds_rule slot = (ds_rule)(data[0] % DS_RULES);
    char *const text = text_of(data + 1, size - 1);
    const answers first = ask(slot, text, size - 1), second = ask(slot, text, size - 1);
    must(first.st.code == second.st.code && strcmp(first.st.text, second.st.text) == 0,
         first.st.text, second.st.text);
    must(memcmp(first.value, second.value, sizeof first.value) == 0, "answers are the same again",
         text);
    free(text);
    return 0;
}
