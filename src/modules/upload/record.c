/* SPDX-License-Identifier: MIT */
#include "modules/upload/record.h"

#include "base/encode.h"
#include "base/pack.h"

enum { VERSION = 1 };

/* --- the value ---------------------------------------------------------------------------- */

static char *
pack_text(char *at, struct str s)
{
	return pack_bytes(pack_uint(at, s.len, 2), s);
}

static struct str
unpack_text(struct unpack *u)
{
	size_t len = (size_t)unpack_uint(u, 2);
	struct str s;

	if (u->failed || u->rest.len < len) {
		u->failed = true;
		return (struct str){ 0 };
	}
	s = str_slice(u->rest, 0, len);
	u->rest = str_slice(u->rest, len, SIZE_MAX);
	return s;
}

struct str
upload_record_encode(struct arena *a, const struct upload_record *r)
{
	size_t room = 2 + BLOB_HASH_BYTES + 3 * 8 + 4 * 2 + r->token.len + r->account.len +
		      r->name.len + r->type.len;
	char *at = arena_alloc(a, room), *first = at;

	at = pack_uint(at, VERSION, 1);
	at = pack_uint(at, r->purpose, 1);
	at = pack_bytes(at, str_of(r->hash.bytes, BLOB_HASH_BYTES));
	at = pack_uint(at, r->bytes, 8);
	at = pack_uint(at, (uint64_t)r->made_us, 8);
	at = pack_uint(at, (uint64_t)r->expires_us, 8);
	at = pack_text(at, r->token);
	at = pack_text(at, r->account);
	at = pack_text(at, r->name);
	at = pack_text(at, r->type);
	return str_of(first, (size_t)(at - first));
}

enum status
upload_record_decode(struct str value, struct upload_record *out)
{
	struct unpack u = { .rest = value };
	uint64_t version = unpack_uint(&u, 1), purpose = unpack_uint(&u, 1);
	struct upload_record r;

	unpack_bytes(&u, r.hash.bytes, BLOB_HASH_BYTES);
	r.bytes = unpack_uint(&u, 8);
	r.made_us = (usec_t)unpack_uint(&u, 8);
	r.expires_us = (usec_t)unpack_uint(&u, 8);
	r.token = unpack_text(&u);
	r.account = unpack_text(&u);
	r.name = unpack_text(&u);
	r.type = unpack_text(&u);
	if (!unpack_is_done(&u) || version != VERSION || purpose >= UPLOAD_PURPOSES)
		return E_INVALID;
	r.purpose = (enum upload_purpose)purpose;
	*out = r;
	return OK;
}

/* --- the rows ----------------------------------------------------------------------------- */

struct str
upload_holder(struct arena *a, struct str token)
{
	return str_format(a, "upload/%.*s", STR_ARG(token));
}

struct str
upload_of_prefix(struct arena *a, struct str account)
{
	return str_format(a, "%.*s/", STR_ARG(account));
}

struct str
upload_age_prefix(struct arena *a, enum upload_purpose p)
{
	return str_format(a, "%d/", (int)p);
}

/* Hexadecimal, so that the order of the texts is that of the times. */
static struct str
age_item(struct arena *a, const struct upload_record *r)
{
	usec_t from = r->purpose == UPLOAD_EPHEMERAL ? r->expires_us : r->made_us;

	return str_format(
	    a, "%d/%016llx/%.*s", (int)r->purpose, (unsigned long long)from, STR_ARG(r->token));
}

enum status
upload_age_of(struct str item, usec_t *out)
{
	struct arena a;
	struct str bytes;
	enum status s;

	arena_init(&a, 256);
	s = hex_decode(&a, str_slice(item, 2, 16), &bytes);
	if (s == OK && bytes.len != 8)
		s = E_INVALID;
	if (s == OK)
		*out = (usec_t)unpack_uint(&(struct unpack){ .rest = bytes }, 8);
	arena_fini(&a);
	return s;
}

static struct str
of_item(struct arena *a, const struct upload_record *r)
{
	return str_format(a, "%.*s/%.*s", STR_ARG(r->account), STR_ARG(r->token));
}

void
upload_record_put(struct store_batch *b, struct str host, const struct upload_record *r)
{
	struct arena a;
	struct str value;

	arena_init(&a, 1024);
	value = upload_record_encode(&a, r);
	store_create(b, S(""), KIND_UPLOAD, r->token, value);
	store_put(b, host, KIND_UPLOAD_OF, of_item(&a, r), value);
	store_put(b, host, KIND_UPLOAD_AGE, age_item(&a, r), value);
	arena_fini(&a);
}

void
upload_record_remove(struct store_batch *b, struct str host, const struct upload_record *r)
{
	struct arena a;

	arena_init(&a, 1024);
	store_remove(b, S(""), KIND_UPLOAD, r->token);
	store_remove(b, host, KIND_UPLOAD_OF, of_item(&a, r));
	store_remove(b, host, KIND_UPLOAD_AGE, age_item(&a, r));
	arena_fini(&a);
}
