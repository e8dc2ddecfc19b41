/*
 * Numbers for people: a few significant digits and a letter for thousands (k), millions (M),
 * billions (B) and trillions (T) from ten thousand on.
 */
#ifndef DS_ANALYSIS_NUMBER_H
#define DS_ANALYSIS_NUMBER_H

enum { DS_NUMBER_ROOM = 32, DS_NUMBER_DIGITS = 4 };

/* Writes into `text` and returns it. NAN is a dash. */
char *ds_number(char text[DS_NUMBER_ROOM], double value, int digits);

#endif
