/* SPDX-License-Identifier: MIT
 *
 * The operations, by the files they are in.
 */
#ifndef DAEMON_OPERATIONS_H
#define DAEMON_OPERATIONS_H

#include "daemon/operation.h"

/* operation_user.c */
extern const struct operation operation_user_add, operation_user_delete,
    operation_user_password, operation_user_list, operation_user_show;

/* operation_session.c */
extern const struct operation operation_session_list, operation_session_close;

/* operation_upload.c */
extern const struct operation operation_upload_list, operation_upload_delete;

/* operation_stats.c */
extern const struct operation operation_stats;

#endif
