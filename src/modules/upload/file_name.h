/* SPDX-License-Identifier: MIT
 *
 * Names of uploaded files, which strangers choose: they name nothing on our disk, only what
 * the URL ends with and what a browser offers to save as.
 */
#ifndef MODULES_UPLOAD_FILE_NAME_H
#define MODULES_UPLOAD_FILE_NAME_H

#include "base/str.h"

/*
 * The name as it is kept, at most UPLOAD_NAME_MAX bytes (base/limits.h). What separates
 * directories, controls a terminal or the direction of writing becomes "_"; so does a dot at
 * the beginning. The ending stays.
 *
 * E_INVALID  empty, or not UTF-8
 * E_LIMIT    longer
 */
MUST_CHECK enum status file_name_clean(struct arena *a, struct str name, struct str *out);

/* As a segment of a URL's path: percent-encoded but for RFC 3986's unreserved characters. */
struct str file_name_in_url(struct arena *a, struct str name);

/* A Content-Disposition (RFC 6266) with the name in both forms: ASCII, and RFC 8187's. */
struct str file_name_disposition(struct arena *a, struct str name, bool is_shown);

#endif
