/* SPDX-License-Identifier: MIT
 *
 * What service.c offers to the module's table, and what it calls.
 */
#ifndef MODULES_MUC_SERVICE_H
#define MODULES_MUC_SERVICE_H

#include "modules/muc/muc.h"

/* struct service_type's arrive. */
enum verdict muc_arrive(struct call *c);

/* admin.c */
room_request_fn room_on_admin_get, room_on_admin_set;

/* owner.c */
room_request_fn room_on_owner_get, room_on_owner_set;

/* register.c; the latter answers disco#info of that node (section 7.12). */
room_request_fn room_on_register_get, room_on_register_set;
#define ROOM_OWN_NICK S("x-roomuser-item")
enum verdict room_on_own_nick(struct call *c, struct room *r);

/* hat_commands.c; the latter answers disco#items of the node NS_COMMANDS. */
room_request_fn room_on_command;
enum verdict room_on_command_list(struct call *c, struct room *r);

/* avatar.c */
room_request_fn room_on_card_get, room_on_card_set;

/* moderate.c */
room_request_fn room_on_moderate;

/* invite.c, voice.c, register.c: messages for the room itself. PASS: it is another. */
room_request_fn room_on_invitation, room_on_voice, room_on_approval;

/* info.c */
room_request_fn room_on_info, room_on_items;

/* archive.c */
room_request_fn room_on_query, room_on_query_form, room_on_metadata;
void room_archive_worker_init(void);

/* leftover.c */
void rooms_left_worker_init(void);
void rooms_left_worker_fini(void);

/* departed.c: a deleted account is nothing in rooms any more, soon. */
enum verdict muc_on_account_deleted(struct call *c);

/* search.c: of those that are listed, what is looked for. */
enum verdict muc_on_search(struct call *c);

/* list.c: the rooms that are listed. */
enum verdict muc_on_rooms(struct call *c);

#endif
