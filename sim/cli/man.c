#include "pages.h"

#include <ctype.h>
#include <string.h>

typedef struct note {
    const char *name, *doc;
} note;

static const note variables[] = {
    {"OMP_NUM_THREADS", "threads, where --threads does not say how many"},
    {"SLURM_CPUS_PER_TASK", "threads, where neither does"},
    {"NO_COLOR", "set to anything: output to a terminal has no colours"},
    {0},
};

static const note files[] = {
    {"PREFIX/" DIEMSIM_DATA_HOME "/scenarios",
     "what ships; a scenario there is called by its name, from any folder: diemsim run quickstart"},
    {"PREFIX/" DIEMSIM_PLUGINS_HOME, "policies in shared objects that all scenarios can name"},
    {"PREFIX/" DIEMSIM_DOC_HOME, "how to write scenarios and policies, and what is simulated"},
    {0},
};

/* As roff takes it: what is typed can be copied from the page, and no text is a request. */
static void put(const char *text, size_t length, FILE *to)
{
    static const char plain[] = "-\\'`^~\"";
    static const char *const roff[] = {"\\-", "\\e", "\\(aq", "\\(ga", "\\(ha", "\\(ti", "\\(dq"};
    for (size_t i = 0; i < length; i++) {
        const char *const special = text[i] ? strchr(plain, text[i]) : NULL;
        if (i == 0 && text[i] == '.')
            fputs("\\&", to);
        if (special)
            fputs(roff[special - plain], to);
        else
            putc(text[i], to);
    }
}

static void put_text(const char *text, FILE *to)
{
    put(text, strlen(text), to);
}

static void put_bold(const char *text, FILE *to)
{
    fputs("\\fB", to);
    put_text(text, to);
    fputs("\\fR", to);
}

static void put_italic(const char *text, FILE *to)
{
    fputs("\\fI", to);
    put_text(text, to);
    fputs("\\fR", to);
}

static void print_title(const char *name, FILE *to)
{
    char title[64] = "";
    for (size_t i = 0; name[i] && i + 1 < sizeof title; i++)
        title[i] = (char)toupper((unsigned char)name[i]);
    fputs(".TH ", to);
    put_text(title, to);
    fprintf(to, " 1 \"%s\" \"diemsim %s\" \"User Commands\"\n", DIEMSIM_DATE, DIEMSIM_VERSION);
}

static void print_name(const char *name, const char *doc, FILE *to)
{
    fputs(".SH NAME\n", to);
    put_text(name, to);
    fputs(" \\- ", to);
    put_text(doc, to);
    fputs("\n.SH SYNOPSIS\n", to);
}

static void print_option(const ds_option *o, FILE *to)
{
    fputs(".TP\n", to);
    if (o->letter)
        fprintf(to, "\\fB\\-%c\\fR, ", o->letter);
    fputs("\\fB\\-\\-", to);
    put_text(o->name, to);
    fputs("\\fR", to);
    if (o->value) {
        putc(' ', to);
        put_italic(o->value, to);
    }
    putc('\n', to);
    put_text(o->doc, to);
    putc('\n', to);
}

static void print_notes(const char *heading, const note *notes, FILE *to)
{
    fprintf(to, ".SH %s\n", heading);
    for (const note *n = notes; n->name; n++) {
        fputs(".TP\n", to);
        put_bold(n->name, to);
        putc('\n', to);
        put_text(n->doc, to);
        putc('\n', to);
    }
}

/* ---- help as it is printed, in paragraphs and examples ---- */

typedef enum shape { NOTHING, PROSE, GAP, EXAMPLE } shape;

static shape shape_of(const char *line)
{
    return *line == '\n' ? GAP : strncmp(line, "  ", 2) == 0 ? EXAMPLE : PROSE;
}

/* What stands between two lines. */
static void change(shape from, shape to_shape, FILE *to)
{
    if (from == EXAMPLE && to_shape != EXAMPLE)
        fputs(".fi\n.RE\n", to);
    if (to_shape == EXAMPLE && from != EXAMPLE)
        fputs(from == NOTHING ? ".RS 4\n.nf\n" : ".sp\n.RS 4\n.nf\n", to);
    if (to_shape == PROSE && (from == GAP || from == EXAMPLE))
        fputs(".PP\n", to);
}

/* The lines up to `end`. */
static void print_lines(const char *text, const char *end, FILE *to)
{
    shape before = NOTHING;
    while (text < end) {
        const size_t length = strcspn(text, "\n");
        const shape here = shape_of(text);
        if (here != GAP) {
            change(before, here, to);
            const size_t skipped = here == EXAMPLE ? 2 : 0;
            put(text + skipped, length - skipped, to);
            putc('\n', to);
            before = here;
        } else if (before != NOTHING) {
            change(before, GAP, to);
            before = GAP;
        }
        text += length + (text[length] == '\n');
    }
    change(before, NOTHING, to);
}

static const char *first_example(const char *help)
{
    while (*help && shape_of(help) != EXAMPLE)
        help += strcspn(help, "\n") + 1;
    return help;
}

static void print_section(const char *heading, const char *text, const char *end, FILE *to)
{
    if (text == end)
        return;
    fprintf(to, ".SH %s\n", heading);
    print_lines(text, end, to);
}

/* ---- pages ---- */

static void print_command_page(const ds_command *c, FILE *to)
{
    const char *const help = c->help ? c->help : "", *const examples = first_example(help);
    char name[64];
    snprintf(name, sizeof name, "diemsim-%s", c->name);
    print_title(name, to);
    print_name(name, c->doc, to);
    fputs("\\fBdiemsim ", to);
    put_text(c->name, to);
    fputs("\\fR [\\fIoptions\\fR] ", to);
    put_italic(c->operands, to);
    putc('\n', to);
    print_section("DESCRIPTION", help, examples, to);
    fputs(".SH OPTIONS\n", to);
    for (const ds_option *const *o = c->options; o && *o; o++)
        print_option(*o, to);
    print_option(&ds_option_help, to);
    print_section("EXAMPLES", examples, examples + strlen(examples), to);
    fputs(".SH EXIT STATUS\n0 if done; \\fBdiemsim\\fR(1) has the other codes.\n"
          ".SH SEE ALSO\n.BR diemsim (1)\n",
          to);
}

static void print_program_page(FILE *to)
{
    print_title("diemsim", to);
    print_name("diemsim", "simulates compute-token economies, event by event, in many replicas",
               to);
    fputs("\\fBdiemsim\\fR \\fICOMMAND\\fR [\\fIarguments\\fR]\n.SH COMMANDS\n", to);
    for (const ds_command *c = ds_commands; c->name; c++) {
        fputs(".TP\n\\fBdiemsim\\-", to);
        put_text(c->name, to);
        fputs("\\fR(1)\n", to);
        put_text(c->doc, to);
        putc('\n', to);
    }
    print_section("EXAMPLES", ds_first_run, ds_first_run + strlen(ds_first_run), to);
    fputs(".SH EXIT STATUS\n", to);
    for (const ds_exit *e = ds_exits; e->doc; e++) {
        fprintf(to, ".TP\n%d\n", e->code);
        put_text(e->doc, to);
        putc('\n', to);
    }
    print_notes("ENVIRONMENT", variables, to);
    print_notes("FILES", files, to);
    fputs(".SH SEE ALSO\n", to);
    for (const ds_command *c = ds_commands; c->name; c++) {
        fputs(".BR \\%diemsim\\-", to);
        put_text(c->name, to);
        fprintf(to, " (1)%s\n", c[1].name ? "," : "");
    }
}

void ds_man_print(const ds_command *command, FILE *to)
{
    if (command)
        print_command_page(command, to);
    else
        print_program_page(to);
}
