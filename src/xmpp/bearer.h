/* SPDX-License-Identifier: MIT
 *
 * How our own tokens look, so that people and scanners of sources know what they have found.
 */
#ifndef XMPP_BEARER_H
#define XMPP_BEARER_H

#include "base/str.h"

/* A single-use token that logs one account in; behind it two digits and 43 characters. */
#define BEARER_LOGIN_PREFIX S("jaseur_login_")

/* A token of the administration; behind it 12 characters that name it, "." and 43 more. */
#define BEARER_API_PREFIX S("jaseur_api_")

#endif
