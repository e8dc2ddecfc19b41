/* Files that are a part of the program, and of every page: see embed.cmake. */
#ifndef DS_ANALYSIS_ASSETS_H
#define DS_ANALYSIS_ASSETS_H

#include <stddef.h>

typedef struct ds_asset {
    const unsigned char *bytes;
    size_t size;
    unsigned char sha256[32];
} ds_asset;

extern const ds_asset ds_asset_chart_js;   /* Chart.js, MIT licence, which it states itself */
extern const ds_asset ds_asset_report_js;  /* report.js: draws a page's charts by it */
extern const ds_asset ds_asset_report_css; /* report.css */

#endif
