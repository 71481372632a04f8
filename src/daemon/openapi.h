/* SPDX-License-Identifier: MIT
 *
 * The API described by itself: an OpenAPI 3.1 document made from the tables of operations.
 */
#ifndef DAEMON_OPENAPI_H
#define DAEMON_OPENAPI_H

#include <jansson.h>

/* One reference. */
json_t *openapi_document(void);

#endif
