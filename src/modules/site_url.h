/* SPDX-License-Identifier: MIT
 *
 * Where the web site of a host is found from outside, for links in stanzas.
 */
#ifndef MODULES_SITE_URL_H
#define MODULES_SITE_URL_H

#include "base/str.h"

/* "https://example.org:5281", without a slash; "no string" when the server is not reached over
 * HTTPS. host: normalised */
struct str site_url_of(struct arena *a, struct str host);

#endif
