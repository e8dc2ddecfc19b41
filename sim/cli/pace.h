/* How long something takes, in words: for whoever decides whether to wait. */
#ifndef DS_CLI_PACE_H
#define DS_CLI_PACE_H

enum { DS_PACE_ROOM = 40 };
/* "about 12 min"; NAN: hardly any time. */
const char *ds_pace_words(char text[DS_PACE_ROOM], double seconds);

#endif
