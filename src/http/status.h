/* SPDX-License-Identifier: MIT */
#ifndef HTTP_STATUS_H
#define HTTP_STATUS_H

#include "base/str.h"

/* "Not Found" (RFC 9110 section 15); "Error" for one that we never send. */
struct str http_status_text(unsigned status);

#endif
