/* SPDX-License-Identifier: MIT */
#include "daemon/operations.h"

static const struct operation *const all[] = {
	&operation_user_add,
	&operation_user_delete,
	&operation_user_password,
	&operation_user_disable,
	&operation_user_enable,
	&operation_user_list,
	&operation_user_show,
	&operation_roster_show,
	&operation_roster_set,
	&operation_roster_remove,
	&operation_roster_befriend,
	&operation_group_list,
	&operation_group_show,
	&operation_group_set,
	&operation_group_delete,
	&operation_group_join,
	&operation_group_leave,
	&operation_session_list,
	&operation_session_close,
	&operation_message_send,
	&operation_message_broadcast,
	&operation_upload_list,
	&operation_upload_delete,
	&operation_stats,
	&operation_config_show,
	&operation_certificate_list,
	&operation_audit_list,
	&operation_token_add,
	&operation_token_list,
	&operation_token_revoke,
	&operation_login_add,
};

const struct operation_list operations_all = TABLE(all);
