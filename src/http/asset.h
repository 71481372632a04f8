/* SPDX-License-Identifier: MIT
 *
 * Files that were compiled into the program (tools/pack-assets makes the tables).
 */
#ifndef HTTP_ASSET_H
#define HTTP_ASSET_H

#include "base/str.h"

struct http_asset {
	struct str path; /* below the folder that was packed: "style.css" */
	struct str type;
	struct str bytes, etag;     /* the tag with its quotes */
	struct str gzip, gzip_etag; /* "no string": not smaller that way */
};

struct http_assets {
	const struct http_asset *at;
	size_t count;
};

/* NULL without. */
const struct http_asset *http_asset_find(struct http_assets all, struct str path);

#endif
