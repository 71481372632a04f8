/* SPDX-License-Identifier: MIT
 *
 * An upload, from PUT to 201 (XEP-0363 1.2.0 section 7). Two workers share the work: that of
 * the connection, which writes what comes, and the slot's home. A `struct put` travels
 * between them; what it says stays the holder's, but for the part of the connection's.
 *
 *   connection   asks, and does not read the body yet
 *   home         takes the slot for this attempt, or says why not
 *   connection   writes the body to a blob, no faster than the disk takes it
 *   home         has the blob kept, with the rows: the slot is used
 *   connection   answers
 *
 * A body that is no larger than what a row takes is gathered before the home is asked, which
 * then does its two parts in one.
 *
 * An attempt that fails opens the slot again.
 */
#include "modules/upload/put.h"
#include "base/limits.h"
#include "http/http.h"
#include "modules/upload/file_name.h"
#include "modules/upload/media_type.h"
#include "modules/upload/service.h"

struct put {
	/* The connection's. */
	struct http_id exchange;
	bool is_gone; /* the client, while the put was away */
	bool is_here; /* the blob is being written */

	/* The holder's. */
	struct blob_writer *writer;
	struct blob_hash hash;
	struct arena arena; /* of the strings */
	struct str token, name, type;
	uint64_t bytes;
	uint64_t attempt;   /* of the slot's that was taken; 0: none was */
	unsigned status;    /* HTTP's; 0: go on */
	const char *detail; /* static */
	struct str host;
	struct upload_record record;
};

static void
put_free(struct put *p)
{
	assert(!p->writer);
	arena_fini(&p->arena);
	free(p);
}

static void
put_refuse(struct put *p, unsigned status, const char *detail)
{
	p->status = status;
	p->detail = detail;
}

static void
send_to(unsigned worker, letter_fn *open, struct put *p)
{
	worker_post(worker, open, &p, sizeof(p));
}

static void
send_home(letter_fn *open, struct put *p)
{
	send_to(service_token_home(p->token), open, p);
}

bool
upload_path_read(struct str rest, struct str *token, struct str *name)
{
	size_t slash = str_find(rest, '/');

	*token = str_slice(rest, 0, slash);
	*name = str_slice(rest, slash + 1, SIZE_MAX);
	return token->len == UPLOAD_TOKEN_LENGTH && name->len > 0 &&
	       str_find(*name, '/') == name->len;
}

/* --- at home ------------------------------------------------------------------------------ */

/* The slot that this attempt has, NULL when it has it no more. */
static struct slot *
slot_of(const struct put *p)
{
	struct slot *slot = service_slot(p->token);

	return slot && slot->state == SLOT_TAKEN && slot->attempt == p->attempt ? slot : NULL;
}

/* Section 7: the length must be the slot's, the type should be. */
static void
compare(struct put *p, const struct upload_request *r)
{
	if (p->bytes > r->bytes)
		put_refuse(p, 413, "The slot is for a smaller file.");
	else if (p->bytes < r->bytes)
		put_refuse(p, 400, "The slot is for a larger file.");
	else if (r->type.len && p->type.len && !str_eq(p->type, r->type))
		put_refuse(p, 415, "The slot is for another type.");
	else if (r->type.len)
		p->type = str_copy(&p->arena, r->type);
}

/* Takes the slot for this attempt, or refuses. */
static void
claim(struct put *p)
{
	struct slot *slot = service_slot(p->token);

	if (!slot || !str_eq(p->name, slot->request.name) ||
	    (slot->state == SLOT_OPEN && slot->until_ms <= loop_now_ms()))
		put_refuse(p, 404, "There is no such slot, or its time is over.");
	else if (slot->state != SLOT_OPEN)
		put_refuse(p, 409, "The slot has been used.");
	else
		compare(p, &slot->request);
	if (p->status == 0) {
		slot->state = SLOT_TAKEN;
		p->attempt = ++slot->attempt;
	}
}

static void came_back(const void *letter);

static void
take(const void *letter)
{
	struct put *p = *(struct put *const *)letter;

	claim(p);
	send_to(p->exchange.worker, came_back, p);
}

static void
let_go(const void *letter)
{
	struct put *p = *(struct put *const *)letter;
	struct slot *slot = slot_of(p);

	if (slot)
		slot->state = SLOT_OPEN;
	module_count(&mod_upload, UPLOAD_FAILED, 1);
	put_free(p);
}

static void
fail(struct put *p, enum status s)
{
	if (s == E_FULL)
		put_refuse(p, 507, "The disk is full.");
	else if (s == E_LIMIT)
		put_refuse(p, 503, "The server is busy.");
	else
		put_refuse(p, 500, "The file could not be written.");
}

static void ended(const void *letter);

static void
on_kept(void *waiter, enum status s)
{
	struct put *p = waiter;
	struct slot *slot = slot_of(p);
	struct upload_service *service = upload_service_of(p->host);
	struct owner *o = owner_find(service, p->record.account);

	if (s == OK) {
		if (slot)
			slot_settle(slot);
		module_count(&mod_upload, UPLOAD_RECEIVED, 1);
		module_count(&mod_upload, UPLOAD_RECEIVED_BYTES, p->bytes);
		put_refuse(p, 201, "");
	} else {
		service->kept -= p->bytes;
		if (o)
			owner_subtract(o, &p->record);
		if (slot)
			slot->state = SLOT_OPEN;
		module_count(&mod_upload, UPLOAD_FAILED, 1);
		fail(p, s);
	}
	send_to(p->exchange.worker, ended, p);
}

/* The bytes are on disk, unless they are few: now the rows. What is kept is counted at once,
 * and what was reserved is given back when it is certain. */
static void
keep_here(struct put *p)
{
	struct slot *slot = slot_of(p);
	const struct upload_conf *conf;
	struct upload_service *service;
	struct store_batch *b;

	if (!slot) { /* the account has been erased meanwhile */
		blob_abandon(&p->writer);
		put_refuse(p, 404, "There is no such slot any more.");
		module_count(&mod_upload, UPLOAD_FAILED, 1);
		send_to(p->exchange.worker, ended, p);
		return;
	}
	service = slot->owner->service;
	conf = upload_conf_of(service->host);
	p->host = str_copy(&p->arena, service->host);
	p->record = (struct upload_record){
		.token = p->token,
		.account = str_copy(&p->arena, slot->owner->account),
		.name = p->name,
		.type = p->type.len ? p->type : S("application/octet-stream"),
		.hash = p->hash,
		.bytes = p->bytes,
		.purpose = slot->request.purpose,
		.made_us = loop_wall_us(),
		.expires_us = slot->request.expires_us,
	};
	service->kept += p->bytes;
	owner_add(slot->owner, &p->record);
	if (conf)
		removal_note_due(service, upload_due_us(conf, &p->record));
	b = store_batch_new(account_store());
	upload_record_put(b, service->host, &p->record);
	service_put_total(service, b);
	blob_keep(&p->writer, &b, upload_holder(&p->arena, p->token), on_kept, p);
}

static void
keep(const void *letter)
{
	keep_here(*(struct put *const *)letter);
}

static void
take_and_keep(const void *letter)
{
	struct put *p = *(struct put *const *)letter;

	claim(p);
	if (p->status == 0) {
		keep_here(p);
		return;
	}
	blob_abandon(&p->writer);
	send_to(p->exchange.worker, ended, p);
}

/* --- at the connection -------------------------------------------------------------------- */

static void
answer(struct put *p)
{
	struct http_exchange *x = http_find(p->exchange);

	if (p->status == 201)
		http_answer(x, 201, (struct str){ 0 }, S(""));
	else
		http_refuse(x, p->status, str_from_c(p->detail));
}

static void
ended(const void *letter)
{
	struct put *p = *(struct put *const *)letter;

	answer(p);
	put_free(p);
}

/* While the put is here; the slot is open again before the client hears of it, since what it
 * sends then arrives there later. */
static void
give_up(struct put *p, unsigned status, const char *detail)
{
	p->is_here = false;
	put_refuse(p, status, detail);
	blob_abandon(&p->writer);
	answer(p);
	send_home(let_go, p);
}

static void
on_room(void *waiter)
{
	struct put *p = waiter;

	http_resume(http_find(p->exchange));
}

static void
on_hashed(void *waiter, const struct blob_hash *hash)
{
	struct put *p = waiter;

	p->is_here = false;
	p->hash = *hash;
	send_home(p->attempt ? keep : take_and_keep, p);
}

static void
on_failed(void *waiter, enum status s)
{
	struct put *p = waiter;

	fail(p, s);
	give_up(p, p->status, p->detail);
}

static void
begin(struct put *p)
{
	static const struct blob_calls calls = { on_room, on_hashed, on_failed };

	p->is_here = true;
	p->writer = blob_begin(account_store(), &calls, p);
}

static void
came_back(const void *letter)
{
	struct put *p = *(struct put *const *)letter;

	if (p->status) {
		ended(letter);
		return;
	}
	if (p->is_gone) {
		give_up(p, 400, "The client has left.");
		return;
	}
	begin(p);
	http_resume(http_find(p->exchange));
}

/* Before the answer. Away, there is nothing to do but to note it; on the way to its end, an
 * upload is not stopped any more. */
static void
on_gone(struct http_exchange *x)
{
	struct put *p = x->state;

	if (p->is_here)
		give_up(p, 400, "The client has left.");
	else
		p->is_gone = true;
}

void
upload_put(struct http_exchange *x)
{
	struct str token, name, type = http_header(x, S("content-type"));
	struct put *p;

	if (!upload_path_read(x->rest, &token, &name)) {
		http_refuse(x, 404, S("There is no such slot."));
		return;
	}
	if (x->body_bytes == UINT64_MAX) {
		http_refuse(x, 411, S("The length must be announced."));
		return;
	}
	p = mem_zalloc(sizeof(*p));
	arena_init(&p->arena, 512);
	p->exchange = http_exchange_id(x);
	p->token = str_copy(&p->arena, token);
	p->name = str_copy(&p->arena, name);
	/* One that is none can be no slot's: it is as if it were bytes. */
	if (type.len && media_type_read(&p->arena, type, &p->type) != OK)
		p->type = S("application/octet-stream");
	p->bytes = x->body_bytes;
	x->state = p;
	x->on_gone = on_gone;
	if (p->bytes <= BLOB_ROW_MAX) {
		begin(p);
		return;
	}
	http_pause(x);
	send_home(take, p);
}

void
upload_put_body(struct http_exchange *x, struct str bytes)
{
	struct put *p = x->state;

	if (!blob_write(p->writer, bytes))
		http_pause(x);
}

void
upload_put_end(struct http_exchange *x)
{
	struct put *p = x->state;

	blob_end(p->writer);
}
