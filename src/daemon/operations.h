/* SPDX-License-Identifier: MIT
 *
 * The operations, by the files they are in.
 */
#ifndef DAEMON_OPERATIONS_H
#define DAEMON_OPERATIONS_H

#include "daemon/operation.h"
#include "xmpp/jid.h"

struct account;

/* audit.c */
extern const struct operation operation_audit_list;

/* operation_confirm.c */
extern const struct operation operation_confirm_ask;

/* operation_config.c */
extern const struct operation operation_config_show, operation_certificate_list;

/* operation_group.c */
extern const struct operation operation_group_list, operation_group_show, operation_group_set,
    operation_group_delete, operation_group_join, operation_group_leave;

/* operation_invite.c */
extern const struct operation operation_invite_create, operation_invite_list,
    operation_invite_revoke;

/* operation_login.c */
extern const struct operation operation_login_add;

/* operation_message.c */
extern const struct operation operation_message_send, operation_message_broadcast;

/* operation_retention.c */
extern const struct operation operation_retention_show, operation_retention_set,
    operation_retention_clear;

/* operation_outage.c */
extern const struct operation operation_outage_set, operation_outage_clear,
    operation_outage_show;

/* operation_report.c */
extern const struct operation operation_report_list, operation_report_delete;

/* operation_room.c */
extern const struct operation operation_room_list, operation_room_show, operation_room_add,
    operation_room_set, operation_room_delete, operation_room_members, operation_room_affiliate;

/* operation_roster.c */
extern const struct operation operation_roster_show, operation_roster_set,
    operation_roster_remove, operation_roster_befriend;

/* operation_session.c */
extern const struct operation operation_session_list, operation_session_close;

/* operation_upload.c */
extern const struct operation operation_upload_list, operation_upload_delete;

/* operation_stats.c */
extern const struct operation operation_stats;

/* access.c */
extern const struct operation operation_token_add, operation_token_list, operation_token_revoke;

/* operation_user.c */
extern const struct operation operation_user_add, operation_user_delete,
    operation_user_password, operation_user_disable, operation_user_enable, operation_user_list,
    operation_user_show;

/* --- what they share (operation_subject.c) ---------------------------------------------- */

/* The address of an account at a host of ours, normalised, in the call's arena. False: the
 * call was refused. */
bool operation_account(struct operation_call *c, struct str text, struct jid *out);

/* A host of ours. False: the call was refused. */
bool operation_host(struct operation_call *c, struct str text, struct str *out);

#define ADDRESS_MAX_TEXT "3071"

/*
 * A visit to the worker that an account is at home on, and back. visit() runs there, with the
 * account or the reason why there is none, and says when it is done; then back() runs where
 * the call belongs.
 */
struct home_visit {
	struct operation_call *call;
	struct jid account; /* in the call's arena */
	void (*visit)(struct home_visit *v, struct account *a, enum status s);
	void (*back)(struct home_visit *v);
	unsigned asker;
};

void home_visit_begin(struct home_visit *v);
void home_visit_end(struct home_visit *v); /* there */

#endif
