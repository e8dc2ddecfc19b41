#include "pace.h"

#include <math.h>
#include <stdio.h>

const char *ds_pace_words(char text[DS_PACE_ROOM], double seconds)
{
    if (isnan(seconds) || seconds < 0.1)
        snprintf(text, DS_PACE_ROOM, "under a tenth of a second");
    else if (seconds < 10)
        snprintf(text, DS_PACE_ROOM, "about %.1f s", seconds);
    else if (seconds < 120)
        snprintf(text, DS_PACE_ROOM, "about %.0f s", seconds);
    else if (seconds < 7200)
        snprintf(text, DS_PACE_ROOM, "about %.0f min", seconds / 60);
    else
        snprintf(text, DS_PACE_ROOM, "about %.1f h", seconds / 3600);
    return text;
}
