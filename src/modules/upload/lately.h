/* SPDX-License-Identifier: MIT
 *
 * Small files that were asked for lately, in the memory of each worker, at most
 * UPLOAD_LATELY_BYTES: what is posted to a room is got by all who are in it. When an upload is
 * removed, all workers forget all of them, at once and for whatever they are about to add.
 *
 * All but the last two act on the calling worker.
 */
#ifndef MODULES_UPLOAD_LATELY_H
#define MODULES_UPLOAD_LATELY_H

#include "modules/upload/record.h"

/* NULL: it is not here. Both stay until the next call of lately_find or lately_add. */
const struct upload_record *lately_find(struct str token, struct str *bytes);

/* Asked before the store is asked for what is then added. */
uint64_t lately_moment(void);

/* Unless something was removed since that moment. Everything is copied. */
void lately_add(uint64_t moment, const struct upload_record *r, struct str bytes);

/* Uploads have been removed: what this returns before, is found by nobody after. */
void lately_forget(void);

/* After the workers have run. */
void lately_stop(void);

#endif
