/* For readers of results: what to look at first, what is bad, and by which signs trouble shows. */
#ifndef DS_DIEM_GUIDE_H
#define DS_DIEM_GUIDE_H

#include "sim/core/guide.h"

extern const ds_guide ds_diem_guide;

#endif
