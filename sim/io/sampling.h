/* Whether replicas can be drawn as a scenario asks: pairs need an even number, points a whole net.
 */
#ifndef DS_IO_SAMPLING_H
#define DS_IO_SAMPLING_H

#include "node.h"
#include "sim/core/model.h"

/* Of the number that is said by a key. */
DS_MUST_CHECK bool ds_sampling_number(ds_sampling sampling, const char *key, uint32_t replicas,
                                      const ds_node *at, ds_status *st);

DS_MUST_CHECK bool ds_sampling_check(const ds_model *model, const ds_frame *frame,
                                     const ds_node *root, ds_status *st);

#endif
