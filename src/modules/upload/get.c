/* SPDX-License-Identifier: MIT
 *
 * A download. Whoever has the URL may have the file; but nothing that was uploaded may act as
 * a part of this site: what is not a picture, sound or film is saved rather than shown, no
 * type is guessed, and in no case does anything run (XEP-0363 1.2.0 section 9.1).
 */
#include "http/http.h"
#include "modules/upload/file_name.h"
#include "modules/upload/lately.h"
#include "modules/upload/media_type.h"
#include "modules/upload/put.h"
#include "modules/upload/service.h"

enum { YEAR_S = 365 * 24 * 3600 };

struct get {
	struct str token, name;
	struct upload_record record; /* strings in the exchange's arena, or lately.h's */
	usec_t due_us;
	uint64_t moment; /* before the store was asked */
};

static void
not_found(struct http_exchange *x)
{
	http_refuse(x, 404, S("There is no such file."));
}

static void
add_headers(struct http_exchange *x, const struct get *g)
{
	const struct upload_record *r = &g->record;
	bool is_shown = media_type_is_shown(r->type);
	usec_t left_s = g->due_us ? (g->due_us - loop_wall_us()) / 1000000 : YEAR_S;

	http_add_header(
	    x, S("Content-Disposition"), file_name_disposition(x->arena, r->name, is_shown));
	/* Its own picture or film is all that the page around it needs, which browsers make. */
	http_add_header(x, S("Content-Security-Policy"),
	    is_shown ? S("sandbox; default-src 'none'; img-src 'self'; media-src 'self'; "
			 "frame-ancestors 'none'")
		     : S("sandbox; default-src 'none'; frame-ancestors 'none'"));
	/* Pages of other origins may show it: those of web clients. */
	http_add_header(x, S("Cross-Origin-Resource-Policy"), S("cross-origin"));
	/* The bytes behind a URL never change; private, since it is only for who has that. */
	http_add_header(x, S("Cache-Control"),
	    str_format(x->arena, "private, max-age=%lld, immutable",
		(long long)(left_s > YEAR_S ? YEAR_S : left_s)));
}

static void
answer(struct http_exchange *x, const struct blob_content *content)
{
	const struct get *g = x->state;
	char hex[BLOB_HEX_MAX];
	struct http_file file = {
		.type = media_type_served(g->record.type),
		.bytes = content->size,
		.modified_s = g->record.made_us / 1000000,
	};

	blob_hex(&g->record.hash, hex);
	file.etag = str_format(x->arena, "\"%s\"", hex);
	add_headers(x, g);
	module_count(&mod_upload, UPLOAD_SERVED, 1);
	if (content->fd < 0)
		http_answer_bytes(x, content->bytes.at, &file);
	else
		http_answer_file(x, content->fd, &file);
}

static void
on_opened(void *waiter, enum status s, const struct blob_content *content)
{
	struct http_exchange *x = waiter;
	const struct get *g = x->state;

	if (s == E_LIMIT || s == E_CLOSED) {
		http_refuse(x, 503, S("The server is busy."));
	} else if (s != OK) {
		not_found(x);
	} else {
		if (content->fd < 0)
			lately_add(g->moment, &g->record, content->bytes);
		answer(x, content);
	}
}

/* Whether it may still be got: whatever the store has, and memory. */
static bool
is_there(struct get *g)
{
	const struct upload_conf *conf =
	    upload_conf_of(jid_domain(jid_trusted(g->record.account)));

	if (!conf || !str_eq(g->name, g->record.name))
		return false;
	g->due_us = upload_due_us(conf, &g->record);
	return g->due_us == 0 || g->due_us > loop_wall_us();
}

static void
on_record(void *waiter, const struct store_rows *rows)
{
	struct http_exchange *x = waiter;
	struct get *g = x->state;

	if (rows->status != OK) {
		http_refuse(x, 503, S("The server is busy."));
		return;
	}
	if (rows->n == 0 ||
	    upload_record_decode(str_copy(x->arena, rows->row[0].value), &g->record) != OK ||
	    !is_there(g))
		not_found(x);
	else
		blob_open(account_store(), &g->record.hash, g->record.bytes, on_opened, x);
}

static void
ask_store(struct http_exchange *x)
{
	struct get *g = x->state;

	g->moment = lately_moment();
	store_read(account_store(),
	    &(struct store_query){ .what = STORE_ITEM,
		.owner = S(""),
		.kinds = { KIND_UPLOAD },
		.n_kinds = 1,
		.item = g->token },
	    on_record, x);
}

/* An exchange lasts until it is answered, so it may wait for answers itself. */
void
upload_get(struct http_exchange *x)
{
	struct get *g = arena_zalloc(x->arena, sizeof(*g));
	const struct upload_record *late;
	struct str bytes;

	if (!upload_path_read(x->rest, &g->token, &g->name)) {
		not_found(x);
		return;
	}
	x->state = g;
	if (!(late = lately_find(g->token, &bytes))) {
		ask_store(x);
		return;
	}
	g->record = *late;
	if (is_there(g))
		answer(
		    x, &(struct blob_content){ .fd = -1, .bytes = bytes, .size = bytes.len });
	else
		not_found(x);
}
