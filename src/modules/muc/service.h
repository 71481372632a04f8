/* SPDX-License-Identifier: MIT
 *
 * What service.c offers to the module's table, and what it calls.
 */
#ifndef MODULES_MUC_SERVICE_H
#define MODULES_MUC_SERVICE_H

#include "modules/muc/muc.h"

/* struct service_type's arrive. */
enum verdict muc_arrive(struct call *c);

/* join.c */
room_request_fn room_on_instant;

/* info.c */
room_request_fn room_on_info, room_on_items;

/* list.c: the rooms that are listed. */
enum verdict muc_on_rooms(struct call *c);

#endif
