/* SPDX-License-Identifier: MIT */
#include "daemon/operations.h"

static const struct operation *const all[] = {
	&operation_user_add,
	&operation_user_delete,
	&operation_user_password,
	&operation_user_list,
	&operation_user_show,
	&operation_session_list,
	&operation_session_close,
	&operation_upload_list,
	&operation_upload_delete,
	&operation_stats,
};

const struct operation_list operations_all = TABLE(all);
