/*
 * What a picture shows, whoever draws it: Chart.js in a page, gnuplot beside a Markdown file. A
 * chart's texts may hold anything; they are made safe where they go. Behind every picture stands
 * what it says in words and a table of its numbers.
 */
#ifndef DS_ANALYSIS_CHART_H
#define DS_ANALYSIS_CHART_H

#include "page.h"

typedef enum ds_chart_kind {
    DS_CHART_FAN,    /* curves over x, each in up to two bands */
    DS_CHART_STEPS,  /* the same, level between one x and the next */
    DS_CHART_FOREST, /* an estimate in its interval a row */
    DS_CHART_BARS,   /* the same from 0 on: the longest bar matters most */
    DS_CHART_HEAT,   /* a number a cell */
} ds_chart_kind;

enum {
    DS_CHART_BANDS = 2,
    DS_CHART_POINTS = 400,
    DS_CHART_POINTS_SMALL = 100,
    DS_CHART_COLOURS = 6
};

typedef struct ds_chart_series {
    const char *name;
    size_t count;
    const double *x; /* NULL: one a row, or a cell row by row */
    const double *y; /* NAN: a gap */
    /* The outer band and the inner, or the interval of a row; NULL: none. */
    const double *low[DS_CHART_BANDS], *high[DS_CHART_BANDS];
    bool dots;     /* what was observed */
    size_t colour; /* cases have the same one in all charts; see ds_chart_look */
} ds_chart_series;

typedef struct ds_chart {
    ds_chart_kind kind;
    const char *title, *doc;
    const char *unit;                        /* of y; "1": none */
    const char *x_name;                      /* of what is no date; may be NULL */
    bool dated;                              /* x: days since 1970-01-01 UTC */
    bool small;                              /* one of many */
    const char *line, *band[DS_CHART_BANDS]; /* what the curve is and the bands hold */
    double mark;                             /* where nothing differs; NAN: nowhere */
    size_t count;
    const ds_chart_series *series;
    size_t rows, columns; /* names of rows, and of the columns of a heat map */
    const char *const *row, *const *column;
} ds_chart;

typedef struct ds_chart_look {
    const char *ink, *dim, *rule, *paper;
    const char *series[DS_CHART_COLOURS]; /* can be told apart, also by most who confuse some */
} ds_chart_look;
extern const ds_chart_look ds_chart_light, ds_chart_dark;

/* Puts the picture into the document, as far as it can be drawn, with words and numbers. */
DS_MUST_CHECK bool ds_chart_put(const ds_page *page, const ds_chart *chart, ds_status *st);

/* Whether there is anything to see. */
bool ds_chart_worth(const ds_chart *chart);
/* What the picture shows, in a sentence; returns `text`. */
char *ds_chart_words(char *text, size_t room, const ds_chart *chart);
void ds_chart_table(const ds_page *page, const ds_chart *chart);
/* How many points of a series are drawn: enough to see, few enough to pass on. */
size_t ds_chart_shown(const ds_chart *chart, const ds_chart_series *series);
/* Which of `count` points is the i-th of `shown` that are drawn: first and last always are. */
size_t ds_chart_pick(size_t i, size_t shown, size_t count);

/* The two ways to draw: as data for report.js, and as a script for gnuplot that writes a PNG. */
void ds_chart_json(FILE *out, const ds_chart *chart);
void ds_chart_script(FILE *out, const ds_chart *chart);
/* Draws into a file. *drawn is false where gnuplot is not installed. */
DS_MUST_CHECK bool ds_chart_draw(const ds_chart *chart, const char *path, bool *drawn,
                                 ds_status *st);

#endif
