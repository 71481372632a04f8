/* SPDX-License-Identifier: MIT */
#include "http/asset.h"

#include "http/inside.h"
#include "http/preference.h"

const struct http_asset *
http_asset_find(struct http_assets all, struct str path)
{
	for (size_t i = 0; i < all.count; i++)
		if (str_eq(all.at[i].path, path))
			return &all.at[i];
	return NULL;
}

static bool
takes_gzip(const struct http_exchange *x)
{
	struct str accepted = http_header(x, S("accept-encoding"));
	unsigned gzip = http_coding_weight(accepted, S("gzip"));

	return gzip > 0 && gzip >= http_coding_weight(accepted, S("identity"));
}

void
http_answer_static(struct http_exchange *x, const struct http_asset *a)
{
	struct exchange *e = exchange_of(x);
	bool gzip = a->gzip.at && takes_gzip(x);
	struct str bytes = gzip ? a->gzip : a->bytes;
	struct http_version v = { .etag = gzip ? a->gzip_etag : a->etag, .bytes = bytes.len };
	struct http_part_of p = part_of(e, &v);

	if (a->gzip.at)
		http_add_header(x, S("Vary"), S("Accept-Encoding"));
	if (gzip && p.status < 300)
		http_add_header(x, S("Content-Encoding"), S("gzip"));
	if (!answer_has(e, S("cache-control")))
		http_add_header(x, S("Cache-Control"), S("no-cache"));
	http_answer(x, p.status, p.status < 300 ? a->type : (struct str){ 0 },
	    str_slice(bytes, (size_t)p.from, (size_t)p.bytes));
}
