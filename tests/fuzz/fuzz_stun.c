/* SPDX-License-Identifier: MIT
 *
 * What anybody can send to the relay's port: a message of STUN. What is read of it lies within
 * it, is found again by every way of looking, and is the same when it was written again.
 */
#include "media/stun.h"

int LLVMFuzzerTestOneInput(const uint8_t *at, size_t len);

static bool
lies_within(struct str value, struct str whole)
{
	return value.at >= whole.at && value.at + value.len <= whole.at + whole.len;
}

static void
try_address(const struct stun *m, struct str value)
{
	struct stun_writer w;
	struct endpoint e, back;
	struct stun again;

	if (stun_read_address(m, value, &e) != OK)
		return;
	stun_answer(&w, m, STUN_SUCCESS);
	stun_add_address(&w, STUN_XOR_PEER_ADDRESS, &e);
	stun_add_fingerprint(&w);
	assert(stun_read(str_of((const char *)w.at, w.len), &again) == OK);
	assert(
	    stun_read_address(&again, stun_find(&again, STUN_XOR_PEER_ADDRESS), &back) == OK);
	assert(e.port == back.port && address_eq(&e.address, &back.address));
}

/* As many as lie before the integrity, each once. */
static void
try_attributes(const struct stun *m, unsigned type)
{
	struct str value = { 0 }, first = stun_find(m, type);
	size_t at = 0, before = 0, n = 0;

	while (stun_next(m, type, &at, &value)) {
		assert(n++ > 0 || value.at == first.at);
		assert(at > before && at <= m->bytes.len && lies_within(value, m->bytes));
		assert(!m->signed_to || at <= m->signed_to);
		before = at;
		try_address(m, value);
	}
	assert((n > 0) == (first.at != NULL));
}

/* A frame is as long as its first bytes say, whatever follows; and a message is one. */
static void
try_frame(struct str bytes, bool is_message)
{
	size_t frame = stun_frame(bytes);

	assert(frame <= STUN_NO_FRAME && frame % 4 == (frame == STUN_NO_FRAME));
	assert(bytes.len < 4 || frame >= 4);
	for (size_t n = 0; n < bytes.len; n++) {
		size_t f = stun_frame(str_slice(bytes, 0, n));

		assert(f == frame || (f == 0 && n < 4));
	}
	assert(!is_message || bytes.len > STUN_FRAME_MAX || frame == bytes.len);
}

int
LLVMFuzzerTestOneInput(const uint8_t *at, size_t len)
{
	struct str bytes = str_of((const char *)at, len);
	struct stun m, part;

	try_frame(bytes, stun_read(bytes, &m) == OK);
	if (stun_read(bytes, &m) != OK)
		return 0;
	assert(len >= STUN_HEADER && len % 4 == 0 && m.method < 4096 && m.signed_to < len);
	for (unsigned type = 0; type <= STUN_REQUESTED_TRANSPORT + 8; type++)
		try_attributes(&m, type);
	try_attributes(&m, STUN_FINGERPRINT);
	assert(stun_unknown(&m) < 0x8000);
	if (!m.signed_to)
		assert(!stun_is_signed(&m, S("key")));
	else
		(void)stun_is_signed(&m, S("key"));
	for (size_t n = 0; n < len; n++)
		assert(stun_read(str_slice(bytes, 0, n), &part) != OK);
	return 0;
}
