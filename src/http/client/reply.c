/* SPDX-License-Identifier: MIT */
#include "http/client/reply.h"

#include "base/limits.h"

void
reply_init(struct reply *r)
{
	*r = (struct reply){ .state = REPLY_HEAD };
	buf_init(&r->bytes, HTTP_REPLY_HEAD_MAX);
	arena_init(&r->arena, 2048);
}

void
reply_fini(struct reply *r)
{
	buf_fini(&r->bytes);
	arena_fini(&r->arena);
}

bool
reply_is_untouched(const struct reply *r)
{
	return r->state == REPLY_HEAD && r->bytes.len == 0 && r->interim == 0;
}

static void
begin_body(struct reply *r)
{
	const struct http_head *h = &r->head;

	buf_fini(&r->bytes);
	buf_init(&r->bytes, HTTP_REPLY_BODY_MAX);
	r->left = h->length;
	if (h->status == 204 || h->status == 304 || (h->has_length && h->length == 0))
		r->state = REPLY_WHOLE;
	else if (h->is_chunked)
		r->state = REPLY_CHUNKED;
	else
		r->state = h->has_length ? REPLY_LENGTH : REPLY_TO_END;
}

static void
head_is_whole(struct reply *r, size_t bytes)
{
	arena_reset(&r->arena);
	if (http_head_parse_answer(
		&r->arena, str_slice(buf_str(&r->bytes), 0, bytes), &r->head) != OK) {
		r->state = REPLY_BAD;
	} else if (r->head.status >= 200) {
		begin_body(r);
	} else if (r->head.status == 101 || ++r->interim > HTTP_REPLY_INTERIM_MAX) {
		r->state = REPLY_BAD; /* we ask for no other protocol */
	} else {
		buf_drop(&r->bytes, r->bytes.len);
		r->found = 0;
	}
}

/* Copies up to the end of the head and no further, a line at a time. */
static size_t
take_head(struct reply *r, struct str bytes)
{
	size_t lf = str_find(bytes, '\n');
	struct str line = str_slice(bytes, 0, lf + 1);
	size_t end;

	if (buf_add(&r->bytes, line) != OK) {
		r->state = REPLY_BAD;
		return 0;
	}
	if (lf < bytes.len)
		switch (http_head_find(buf_str(&r->bytes), &r->found, &end)) {
		case HTTP_PART_OPEN:
			break;
		case HTTP_PART_WHOLE:
			head_is_whole(r, end);
			break;
		case HTTP_PART_BAD:
			r->state = REPLY_BAD;
		}
	return line.len;
}

static void
keep(struct reply *r, struct str data)
{
	if (buf_add(&r->bytes, data) != OK)
		r->state = REPLY_BAD;
}

static size_t
take_length(struct reply *r, struct str bytes)
{
	struct str data =
	    str_slice(bytes, 0, r->left < bytes.len ? (size_t)r->left : bytes.len);

	r->left -= data.len;
	keep(r, data);
	if (r->left == 0 && r->state != REPLY_BAD)
		r->state = REPLY_WHOLE;
	return data.len;
}

static size_t
take_chunked(struct reply *r, struct str bytes)
{
	struct str rest = bytes, data;

	switch (http_chunked_take(&r->chunked, &rest, &data)) {
	case HTTP_CHUNK_MORE:
		break;
	case HTTP_CHUNK_DATA:
		keep(r, data);
		break;
	case HTTP_CHUNK_END:
		r->state = REPLY_WHOLE;
		break;
	case HTTP_CHUNK_BAD:
		r->state = REPLY_BAD;
	}
	return bytes.len - rest.len;
}

static size_t
take(struct reply *r, struct str bytes)
{
	switch (r->state) {
	case REPLY_HEAD:
		return take_head(r, bytes);
	case REPLY_LENGTH:
		return take_length(r, bytes);
	case REPLY_CHUNKED:
		return take_chunked(r, bytes);
	case REPLY_TO_END:
		keep(r, bytes);
		return bytes.len;
	case REPLY_WHOLE:
	case REPLY_BAD:
		break;
	}
	return 0;
}

size_t
reply_take(struct reply *r, struct str bytes)
{
	size_t taken = 0;

	while (taken < bytes.len && r->state != REPLY_WHOLE && r->state != REPLY_BAD)
		taken += take(r, str_slice(bytes, taken, bytes.len));
	return taken;
}

void
reply_end(struct reply *r)
{
	if (r->state == REPLY_TO_END) {
		r->head.keep_alive = false;
		r->state = REPLY_WHOLE;
	} else if (r->state != REPLY_WHOLE) {
		r->state = REPLY_BAD;
	}
}

bool
reply_keeps_connection(const struct reply *r)
{
	return r->state == REPLY_WHOLE && r->head.keep_alive;
}
