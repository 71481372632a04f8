/* SPDX-License-Identifier: MIT
 *
 * The two ends of a URL: what is put there, once, and what is got from there.
 */
#ifndef MODULES_UPLOAD_PUT_H
#define MODULES_UPLOAD_PUT_H

#include "base/str.h"

struct http_exchange;

/* For the route. */
void upload_put(struct http_exchange *x);
void upload_put_body(struct http_exchange *x, struct str bytes);
void upload_put_end(struct http_exchange *x);
void upload_get(struct http_exchange *x);

/* "TOKEN/NAME"; false when it is something else. */
bool upload_path_read(struct str rest, struct str *token, struct str *name);

#endif
