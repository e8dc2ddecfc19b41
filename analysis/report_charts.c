#include "fan.h"
#include "report_parts.h"

#include <string.h>

static size_t drawn(const ds_report *r)
{
    return r->count < DS_CASES_DRAWN ? r->count : DS_CASES_DRAWN;
}

void ds_report_legend(const ds_report *r)
{
    FILE *const out = r->page.out;
    if (r->observed.count)
        ds_page_paragraph(&r->page, "Dots are what was observed.");
    if (r->count == 1) {
        ds_page_paragraph(&r->page,
                          "The line is the median over replicas; the dark band holds the middle "
                          "half of them, the light band nine of ten.");
        return;
    }
    ds_page_paragraph(&r->page, "Lines are medians over replicas%s%s.",
                      r->count <= 3 ? ", bands hold nine of ten replicas" : "",
                      r->count > drawn(r) ? "; the first cases are drawn, the tables have all"
                                          : "");
    fputs("<div class=\"legend\">", out);
    for (size_t i = 0; i < drawn(r); i++) {
        fprintf(out, "<span><i style=\"background:%s\"></i>", ds_page_colours[i]);
        ds_page_text(&r->page, r->cases[i].label);
        fputs("</span>", out);
    }
    fputs("</div>\n", out);
}

static bool draw(const ds_report *r, const ds_fan *fan, const ds_variable *v, ds_status *st)
{
    FILE *const out = r->page.out;
    if (!ds_fan_worth(fan))
        return true;
    fputs("<figure><figcaption><b>", out);
    ds_page_text(&r->page, v->name);
    fputs("</b> ", out);
    if (!fan->small) {
        ds_page_text(&r->page, strcmp(v->unit, "1") == 0 ? "" : v->unit);
        fputs(" · ", out);
        ds_page_text(&r->page, v->doc);
    }
    fputs("</figcaption>\n", out);
    const bool ok = ds_fan_draw(out, fan, st);
    fputs("</figure>\n", out);
    return ok;
}

static bool chart(const ds_report *r, const ds_variable *v, bool small, ds_status *st)
{
    ds_band bands[DS_CASES_DRAWN] = {0};
    ds_case cases[DS_CASES_DRAWN];
    ds_fan fan = {.bands = bands,
                  .cases = cases,
                  .observed = &r->observed,
                  .metric = v->name,
                  .label = v->doc,
                  .small = small};
    bool ok = true;
    for (size_t i = 0; ok && i < drawn(r); i++)
        if (ds_case_variable(&r->cases[i], v->name)) {
            cases[fan.count] = r->cases[i];
            ok = ds_band_read(&bands[fan.count++], &r->cases[i], v->name, st);
        }
    ok = ok && draw(r, &fan, v, st);
    for (size_t i = 0; i < fan.count; i++)
        ds_band_free(&bands[i]);
    return ok;
}

bool ds_report_key_charts(const ds_report *r, ds_status *st)
{
    fputs("<div class=\"charts\">\n", r->page.out);
    for (size_t i = 0; i < r->keys; i++)
        if (!chart(r, r->key[i], false, st))
            return false;
    fputs("</div>\n", r->page.out);
    return true;
}

static bool is_key(const ds_report *r, const ds_variable *v)
{
    for (size_t i = 0; i < r->keys; i++)
        if (r->key[i] == v)
            return true;
    return false;
}

static bool charts_of_unit(const ds_report *r, const ds_variable *first, ds_status *st)
{
    const ds_result_info *const about = r->cases[0].about;
    ds_page_heading(&r->page, 3, strcmp(first->unit, "1") == 0 ? "plain numbers" : first->unit);
    fputs("<div class=\"charts small\">\n", r->page.out);
    for (const ds_variable *v = first; v < about->variable + about->variables; v++)
        if (!is_key(r, v) && strcmp(v->unit, first->unit) == 0 && !chart(r, v, true, st))
            return false;
    fputs("</div>\n", r->page.out);
    return true;
}

static bool unit_begins(const ds_report *r, const ds_variable *v)
{
    if (is_key(r, v))
        return false;
    for (const ds_variable *u = r->cases[0].about->variable; u < v; u++)
        if (!is_key(r, u) && strcmp(u->unit, v->unit) == 0)
            return false;
    return true;
}

bool ds_report_other_charts(const ds_report *r, ds_status *st)
{
    const ds_result_info *const about = r->cases[0].about;
    for (size_t i = 0; i < about->variables; i++)
        if (unit_begins(r, &about->variable[i]) && !charts_of_unit(r, &about->variable[i], st))
            return false;
    return true;
}
