/*
 * Any text as a scenario of any model, with some files that it can name. What loads must load again
 * from what it resolves to.
 */
#include "fuzz.h"
#include "models/models.h"
#include "sim/io/apart.h"
#include "sim/io/scenario.h"
#include "tests/bakery.h"

/* On some broken texts libfyaml leaks a kilobyte. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
    return "leak:libfyaml\n";
}

static const char base[] = "model: diem\ntitle: base\nhorizon: 20 d\n";
static const char prices[] = "date,price\n2026-09-19,1\n2026-09-20,2.5\n";
static const char policy[] = "return {params = {base = 5}, rate = function(p) return p.base end}";
static const ds_scenario_file files[] = {{"base.yaml", base, sizeof base - 1},
                                         {"prices.csv", prices, sizeof prices - 1},
                                         {"mint.lua", policy, sizeof policy - 1}};

static bool load(ds_scenario *s, const char *text, ds_status *st)
{
    const ds_model *const models[] = {&bakery_model, &bare_model, &ds_diem_model, &ds_queue_model,
                                      NULL};
    const ds_scenario_request q = {.path = "fuzz",
                                   .text = text,
                                   .files = files,
                                   .file_count = sizeof files / sizeof *files,
                                   .models = models};
    *st = (ds_status){0};
    return ds_scenario_load(s, &q, st);
}

static void load_again(const ds_scenario *first)
{
    ds_scenario s;
    ds_status st;
    must(load(&s, first->resolved, &st), st.text, first->resolved);
    must(strcmp(s.resolved, first->resolved) == 0, s.resolved, first->resolved);
    must(s.points == first->points && s.warning_count == first->warning_count,
         "the resolved scenario is the same", first->resolved);
    ds_scenario_free(&s);
}

static void check_loaded(const ds_scenario *s)
{
    must(s->frame.horizon > s->frame.warmup && s->frame.observe > 0, "time passes", s->resolved);
    must(s->points > 0 && s->frame.replicas > 0, "there are replicas", s->resolved);
    must(ds_is_plain(s->resolved, strlen(s->resolved)), "what it resolves to is plain text",
         s->resolved);
    for (size_t i = 0; i < s->warning_count; i++)
        must_be_message(s->warnings[i], SIZE_MAX);
    load_again(s);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *const text = text_of(data, size);
    ds_apart_never = true; /* what a child does is not seen here */
    ds_scenario s;
    ds_status st;
    const bool loaded = load(&s, text, &st);
    must_say(loaded, &st);
    if (loaded)
        check_loaded(&s);
    ds_scenario_free(&s);
    free(text);
    return 0;
}
