/* SPDX-License-Identifier: MIT */
#include "http/websocket.h"

#include "base/encode.h"
#include "base/hash.h"

/* A control frame may be cut anywhere, also between the frames of a message; few are. */
struct websocket_control {
	uint8_t opcode, len, got;
	uint8_t mask[4];
	char bytes[WEBSOCKET_CONTROL_MAX];
};

enum {
	HEAD_FIN = 0x80,
	HEAD_RESERVED = 0x70,
	HEAD_OPCODE = 0x0f,
	HEAD_MASKED = 0x80,
	HEAD_LENGTH = 0x7f,
	LENGTH_16 = 126, /* the length follows in two bytes */
	LENGTH_64 = 127, /* in eight */
	CODE_BYTES = 2,  /* of a close frame */
};

void
websocket_reader_init(struct websocket_reader *r, uint32_t max)
{
	*r = (struct websocket_reader){ .max = max };
}

void
websocket_reader_fini(struct websocket_reader *r)
{
	free(r->control);
	r->control = NULL;
}

void
websocket_reader_set_max(struct websocket_reader *r, uint32_t max)
{
	r->max = max;
}

static enum websocket_event
fail(struct websocket_reader *r, struct websocket_piece *piece, enum websocket_code code)
{
	r->failed = (uint16_t)code;
	*piece = (struct websocket_piece){ .code = code };
	return WEBSOCKET_EVENT_BAD;
}

static void
drop(struct str *in, size_t bytes)
{
	in->at += bytes;
	in->len -= bytes;
}

/* The mask turned so that it begins with its n-th byte, twice: for eight bytes at a time. */
static uint64_t
turned_mask(const uint8_t mask[4], size_t n)
{
	uint8_t twice[8];
	uint64_t word;

	for (size_t i = 0; i < sizeof(twice); i++)
		twice[i] = mask[(n + i) % 4];
	memcpy(&word, twice, sizeof(word));
	return word;
}

/* RFC 6455 section 5.3. n: place of the first byte in the frame. */
static void
unmask(char *at, size_t len, const uint8_t mask[4], size_t n)
{
	uint64_t turned = turned_mask(mask, n), word;
	size_t i = 0;

	for (; i + sizeof(word) <= len; i += sizeof(word)) {
		memcpy(&word, at + i, sizeof(word));
		word ^= turned;
		memcpy(at + i, &word, sizeof(word));
	}
	for (; i < len; i++)
		at[i] = (char)((uint8_t)at[i] ^ mask[(n + i) % 4]);
}

/* The caller's bytes, which are ours to change. */
static char *
changeable(struct str s)
{
	return (char *)(uintptr_t)s.at;
}

/* --- headers ------------------------------------------------------------------------------ */

/* Bytes of the whole header, as far as the first ones tell. */
static size_t
head_bytes(const uint8_t *head, size_t len)
{
	size_t bytes = 2;

	if (len < 2)
		return 2;
	if ((head[1] & HEAD_LENGTH) == LENGTH_16)
		bytes += 2;
	else if ((head[1] & HEAD_LENGTH) == LENGTH_64)
		bytes += 8;
	return head[1] & HEAD_MASKED ? bytes + 4 : bytes;
}

static uint64_t
head_length(const uint8_t *head)
{
	uint64_t length = head[1] & HEAD_LENGTH;
	size_t n = length == LENGTH_16 ? 2 : length == LENGTH_64 ? 8 : 0;

	if (n == 0)
		return length;
	length = 0;
	for (size_t i = 0; i < n; i++)
		length = length << 8 | head[2 + i];
	return length;
}

/* Section 5.2: the shortest of the three forms is the only right one. */
static bool
is_shortest(const uint8_t *head, uint64_t length)
{
	switch (head[1] & HEAD_LENGTH) {
	case LENGTH_16:
		return length >= LENGTH_16;
	case LENGTH_64:
		return length > UINT16_MAX && length <= INT64_MAX;
	default:
		return true;
	}
}

/* What must not be, as the first two bytes tell; 0: nothing. */
static enum websocket_code
judge_head(const struct websocket_reader *r, const uint8_t *head)
{
	unsigned opcode = head[0] & HEAD_OPCODE;
	bool fin = head[0] & HEAD_FIN;

	/* No extension was agreed on; a client masks (section 5.1). */
	if (head[0] & HEAD_RESERVED || !(head[1] & HEAD_MASKED))
		return WEBSOCKET_PROTOCOL_ERROR;
	switch (opcode) {
	case WEBSOCKET_CONTINUATION:
		return r->opcode ? 0 : WEBSOCKET_PROTOCOL_ERROR;
	case WEBSOCKET_TEXT:
	case WEBSOCKET_BINARY:
		return r->opcode ? WEBSOCKET_PROTOCOL_ERROR : 0;
	case WEBSOCKET_CLOSE:
	case WEBSOCKET_PING:
	case WEBSOCKET_PONG:
		/* Section 5.5. */
		return fin && (head[1] & HEAD_LENGTH) <= WEBSOCKET_CONTROL_MAX
			   ? 0
			   : WEBSOCKET_PROTOCOL_ERROR;
	default:
		return WEBSOCKET_PROTOCOL_ERROR;
	}
}

static void
begin_control(struct websocket_reader *r, const uint8_t *head)
{
	struct websocket_control *c = mem_alloc(sizeof(*c));

	c->opcode = head[0] & HEAD_OPCODE;
	c->len = head[1] & HEAD_LENGTH;
	c->got = 0;
	memcpy(c->mask, head + 2, sizeof(c->mask));
	r->control = c;
}

/* A header is whole. Returns 0, or what is wrong with it. */
static enum websocket_code
begin_frame(struct websocket_reader *r)
{
	const uint8_t *head = r->head;
	uint64_t length = head_length(head);
	unsigned opcode = head[0] & HEAD_OPCODE;
	size_t bytes = r->head_len;

	r->head_len = 0;
	if (!is_shortest(head, length))
		return WEBSOCKET_PROTOCOL_ERROR;
	if (opcode >= WEBSOCKET_CLOSE) {
		begin_control(r, head);
		return 0;
	}
	if (length > r->max || r->message_bytes > r->max - length)
		return WEBSOCKET_TOO_LARGE;
	if (opcode != WEBSOCKET_CONTINUATION)
		r->opcode = (uint8_t)opcode;
	r->message_bytes += length;
	r->left = length;
	r->plain = 0;
	r->mask_at = 0;
	memcpy(r->mask, head + bytes - sizeof(r->mask), sizeof(r->mask));
	r->fin = head[0] & HEAD_FIN;
	r->in_frame = true;
	return 0;
}

/* Takes bytes of a header. Returns 0 when more are needed or it is whole (then in a frame). */
static enum websocket_code
read_head(struct websocket_reader *r, struct str *in)
{
	enum websocket_code wrong;

	while (in->len) {
		r->head[r->head_len++] = (uint8_t)in->at[0];
		drop(in, 1);
		if (r->head_len == 2 && (wrong = judge_head(r, r->head)) != 0)
			return wrong;
		if (r->head_len >= 2 && r->head_len == head_bytes(r->head, r->head_len))
			return begin_frame(r);
	}
	return 0;
}

/* --- frames ------------------------------------------------------------------------------- */

static void
end_frame(struct websocket_reader *r)
{
	r->in_frame = false;
	if (r->fin) {
		r->opcode = 0;
		r->message_bytes = 0;
	}
}

/* Section 7.4: those that may be sent. */
static bool
is_code(unsigned code)
{
	return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) ||
	       (code >= 3000 && code <= 4999);
}

/* A close frame's payload: code and reason (section 5.5.1). */
static enum websocket_event
read_close(struct websocket_reader *r, struct websocket_piece *piece)
{
	struct str bytes = piece->bytes;
	unsigned code;

	piece->code = WEBSOCKET_NO_CODE;
	if (bytes.len == 0)
		return WEBSOCKET_EVENT_CONTROL;
	if (bytes.len < CODE_BYTES)
		return fail(r, piece, WEBSOCKET_PROTOCOL_ERROR);
	code = (unsigned)(uint8_t)bytes.at[0] << 8 | (uint8_t)bytes.at[1];
	if (!is_code(code))
		return fail(r, piece, WEBSOCKET_PROTOCOL_ERROR);
	piece->bytes = str_slice(bytes, CODE_BYTES, bytes.len);
	if (!str_is_utf8(piece->bytes))
		return fail(r, piece, WEBSOCKET_INVALID);
	piece->code = (enum websocket_code)code;
	return WEBSOCKET_EVENT_CONTROL;
}

static enum websocket_event
read_control(struct websocket_reader *r, struct str *in, struct websocket_piece *piece)
{
	struct websocket_control *c = r->control;
	size_t n = (size_t)(c->len - c->got) < in->len ? (size_t)(c->len - c->got) : in->len;

	if (n)
		memcpy(c->bytes + c->got, in->at, n);
	drop(in, n);
	c->got = (uint8_t)(c->got + n);
	if (c->got < c->len)
		return WEBSOCKET_EVENT_NONE;
	unmask(c->bytes, c->len, c->mask, 0);
	*piece = (struct websocket_piece){
		.bytes = str_of(c->bytes, c->len),
		.opcode = c->opcode,
	};
	return c->opcode == WEBSOCKET_CLOSE ? read_close(r, piece) : WEBSOCKET_EVENT_CONTROL;
}

static bool
control_is_whole(const struct websocket_reader *r)
{
	return r->control && r->control->got == r->control->len;
}

static enum websocket_event
offer_piece(struct websocket_reader *r, struct str *in, struct websocket_piece *piece)
{
	size_t n = r->left < in->len ? (size_t)r->left : in->len;

	if (n > r->plain) {
		unmask(changeable(*in) + r->plain, n - r->plain, r->mask, r->mask_at);
		r->mask_at = (uint8_t)((r->mask_at + n - r->plain) % 4);
		r->plain = (uint32_t)n;
	}
	*piece = (struct websocket_piece){
		.bytes = str_of(in->at, n),
		.opcode = r->opcode,
		.last = r->fin && n == r->left,
	};
	return WEBSOCKET_EVENT_PIECE;
}

enum websocket_event
websocket_next(struct websocket_reader *r, struct str *in, struct websocket_piece *piece)
{
	enum websocket_code wrong;
	enum websocket_event event;

	if (control_is_whole(r)) { /* was given with the call before */
		free(r->control);
		r->control = NULL;
	}
	if (r->failed)
		return fail(r, piece, r->failed);
	for (;;) {
		if (r->in_frame && r->left == 0 && !r->fin)
			end_frame(r); /* an empty one inside a message */
		else if (r->in_frame && (in->len || r->left == 0))
			return offer_piece(r, in, piece);
		if (r->in_frame || (!r->control && in->len == 0))
			return WEBSOCKET_EVENT_NONE;
		if (!r->control && (wrong = read_head(r, in)) != 0)
			return fail(r, piece, wrong);
		if (!r->control)
			continue;
		event = read_control(r, in, piece);
		if (event != WEBSOCKET_EVENT_NONE || in->len == 0)
			return event;
	}
}

void
websocket_take(struct websocket_reader *r, struct str *in, size_t bytes)
{
	assert(r->in_frame && bytes <= r->plain && r->plain <= r->left);
	drop(in, bytes);
	r->left -= bytes;
	r->plain -= (uint32_t)bytes;
	if (r->left == 0)
		end_frame(r);
}

/* --- writing ------------------------------------------------------------------------------ */

size_t
websocket_room(size_t max)
{
	return max < LENGTH_16 ? 2 : max <= UINT16_MAX ? 4 : WEBSOCKET_ROOM_MAX;
}

size_t
websocket_frame(char *at, size_t max, enum websocket_opcode opcode, size_t payload)
{
	size_t room = websocket_room(max), head = websocket_room(payload);

	assert(payload <= max);
	if (head < room)
		memmove(at + head, at + room, payload);
	at[0] = (char)(HEAD_FIN | opcode);
	at[1] = (char)(head == 2 ? payload : head == 4 ? LENGTH_16 : LENGTH_64);
	for (size_t i = 2; i < head; i++)
		at[i] = (char)(payload >> 8 * (head - 1 - i));
	return head + payload;
}

size_t
websocket_close_frame(char *at, enum websocket_code code)
{
	if (code == WEBSOCKET_NO_CODE)
		return websocket_frame(at, 0, WEBSOCKET_CLOSE, 0);
	at[2] = (char)(code >> 8);
	at[3] = (char)(code & 0xff);
	return websocket_frame(at, CODE_BYTES, WEBSOCKET_CLOSE, CODE_BYTES);
}

/* --- the handshake --------------------------------------------------------------------------
 */

enum status
websocket_accept_key(struct arena *a, struct str key, struct str *out)
{
	char hash[HASH_MAX];
	struct str nonce;

	if (base64_decode(a, key, &nonce) != OK || nonce.len != 16)
		return E_INVALID;
	hash_of(HASH_SHA1,
	    str_format(a, "%.*s258EAFA5-E914-47DA-95CA-C5AB0DC85B11", STR_ARG(key)), hash);
	*out = base64_encode(a, str_of(hash, hash_size(HASH_SHA1)));
	return OK;
}
