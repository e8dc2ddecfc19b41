#include "pages.h"

#include "models/models.h"
#include "models/policies/policy.h"

#include <ctype.h>
#include <string.h>

static const char begin[] =
    "# Completion of diemsim for bash, printed by 'diemsim help --completion bash'.\n"
    "\n"
    "# Folders, and files with one of these endings; without any, all files.\n"
    "_diemsim_files() {\n"
    "    local ending word\n"
    "    compopt -o filenames 2>/dev/null\n"
    "    while IFS= read -r word; do COMPREPLY+=(\"$word\"); done < <(\n"
    "        if [ $# -eq 0 ]; then compgen -f -- \"$cur\"; else compgen -d -- \"$cur\"; fi\n"
    "        for ending; do compgen -f -X \"!*.$ending\" -- \"$cur\"; done)\n"
    "}\n"
    "\n"
    "_diemsim_words() {\n"
    "    local word\n"
    "    while IFS= read -r word; do COMPREPLY+=(\"$word\"); done < <(compgen -W \"$*\" -- "
    "\"$cur\")\n"
    "}\n"
    "\n"
    "_diemsim() {\n"
    "    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]} "
    "command=${COMP_WORDS[1]}\n"
    "    COMPREPLY=()\n"
    "    # bash takes --option=value for three words\n"
    "    if [ \"$cur\" = = ]; then\n"
    "        cur=\n"
    "    elif [ \"$prev\" = = ]; then\n"
    "        prev=${COMP_WORDS[COMP_CWORD - 2]}\n"
    "    fi\n";

static const char end[] = "}\n"
                          "complete -F _diemsim diemsim\n";

/* ---- what a word may be, from how help calls it ---- */

static void print_commands(FILE *to)
{
    for (const ds_command *c = ds_commands; c->name; c++)
        fprintf(to, " %s", c->name);
}

static void print_models(FILE *to)
{
    for (const ds_model *const *m = ds_models; *m; m++)
        fprintf(to, " %s", (*m)->name);
}

static void print_policies(FILE *to)
{
    for (const ds_policy_slot *slot = ds_policy_slots; slot->name; slot++) {
        fprintf(to, " %s", slot->name);
        for (const ds_alternative *const *p = slot->policies; *p; p++)
            fprintf(to, " %s", (*p)->name);
    }
}

static void print_metrics(FILE *to)
{
    for (const ds_model *const *m = ds_models; *m; m++) {
        for (const ds_metric *metric = (*m)->metrics; metric->name; metric++)
            fprintf(to, " %s", metric->name);
        for (const ds_metric *outcome = (*m)->outcomes; outcome && outcome->name; outcome++)
            fprintf(to, " %s", outcome->name);
    }
}

/* Names of the program's own, by the command or option that takes one. */
static const struct {
    const char *of;
    void (*print)(FILE *to);
} lists[] = {{"help", print_commands},
             {"model", print_models},
             {"policies", print_policies},
             {"metrics", print_metrics},
             {"of", print_metrics}};

static const struct {
    const char *called, *endings;
} kinds[] = {{"SCENARIO", " yaml yml"}, {"PART", " h5"}, {"FOLDER", " /"}}; /* no file ends so */

/* The endings that it names, as FILE.lua does, or that its kind of file has. */
static void print_endings(const char *called, FILE *to)
{
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (strncmp(called, kinds[i].called, strlen(kinds[i].called)) == 0)
            fputs(kinds[i].endings, to);
    for (const char *dot = strchr(called, '.'); dot; dot = strchr(dot + 1, '.')) {
        const size_t length = strspn(dot + 1, "abcdefghijklmnopqrstuvwxyz0123456789");
        if (length > 0)
            fprintf(to, " %.*s", (int)length, dot + 1);
    }
}

static bool names_files(const char *called)
{
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (strncmp(called, kinds[i].called, strlen(kinds[i].called)) == 0)
            return true;
    return strstr(called, "FILE") || strstr(called, ".h5");
}

/* Commands that complete what `called` stands for, of the command or option `of`. */
static void print_value(const char *of, const char *called, FILE *to)
{
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
        if (!*called || strcmp(of, lists[i].of) != 0)
            continue;
        fputs(" _diemsim_words", to);
        lists[i].print(to);
        fputs(";", to);
    }
    if (names_files(called)) {
        fputs(" _diemsim_files", to);
        print_endings(called, to);
        fputs(";", to);
    } else if (*called && called[strspn(called, "abcdefghijklmnopqrstuvwxyz|")] == '\0') {
        fputs(" _diemsim_words", to);
        for (const char *c = called; *c; c += strcspn(c, "|") + (c[strcspn(c, "|")] == '|'))
            fprintf(to, " %.*s", (int)strcspn(c, "|"), c);
        fputs(";", to);
    }
}

/* ---- the script ---- */

/* Option by option, what its value may be. */
static void print_values(const ds_command *c, FILE *to)
{
    for (const ds_option *const *o = c->options; o && *o; o++) {
        if (!(*o)->value)
            continue;
        fprintf(to, "    '%s --%s'", c->name, (*o)->name);
        if ((*o)->letter)
            fprintf(to, " | '%s -%c'", c->name, (*o)->letter);
        fputs(")", to);
        print_value((*o)->name, (*o)->value, to);
        fputs(" return ;;\n", to);
    }
}

static void print_options(const ds_command *c, FILE *to)
{
    fprintf(to, "    '%s -'*) _diemsim_words", c->name);
    for (const ds_option *const *o = c->options; o && *o; o++)
        fprintf(to, " --%s", (*o)->name);
    fprintf(to, " --%s ;;\n", ds_option_help.name);
}

void ds_completion_print(FILE *to)
{
    fprintf(to, "%s    if [ \"$COMP_CWORD\" -eq 1 ]; then\n        _diemsim_words", begin);
    print_commands(to);
    fputs("\n        return\n    fi\n    case \"$command $prev\" in\n", to);
    for (const ds_command *c = ds_commands; c->name; c++)
        print_values(c, to);
    fputs("    esac\n    case \"$command $cur\" in\n", to);
    for (const ds_command *c = ds_commands; c->name; c++) {
        print_options(c, to);
        fprintf(to, "    '%s '*)", c->name);
        print_value(c->name, c->operands, to);
        fputs(" ;;\n", to);
    }
    fprintf(to, "    esac\n%s", end);
}
