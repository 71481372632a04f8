/* SPDX-License-Identifier: MIT
 *
 * The page behind the link of an invitation: /invite/TOKEN.
 */
#ifndef MODULES_INVITES_INVITE_PAGE_H
#define MODULES_INVITES_INVITE_PAGE_H

#include "http/http.h"

/* GET shows who invites to what (XEP-0379 section 3.3, XEP-0401 section 5.2), and uses nothing
 * up. POST is the page's form, which makes an account. */
void invite_page(struct http_exchange *x);

/* Bytes of a filled-in form, escapes and all. */
enum { INVITE_FORM_BYTES = 16 * 1024 };

#endif
