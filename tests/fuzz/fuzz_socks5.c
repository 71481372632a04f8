/* SPDX-License-Identifier: MIT
 *
 * What a client of the SOCKS5 proxy can send: a greeting, and a request behind it. However it
 * is cut, nothing is decided otherwise than for the whole, and everything is within its bounds.
 */
#include "modules/bytestreams/socks5.h"

int LLVMFuzzerTestOneInput(const uint8_t *at, size_t len);

static enum socks5_reading
read_request(struct str bytes, size_t *used, struct socks5_request *out)
{
	*out = (struct socks5_request){ .answer = SOCKS5_SUCCEEDED };
	*used = 0;
	return socks5_request(bytes, used, out);
}

static void
try_request(struct str bytes)
{
	struct socks5_request whole, part;
	size_t used, part_used;
	enum socks5_reading r = read_request(bytes, &used, &whole);

	assert(r != SOCKS5_UNCLEAR || bytes.len < SOCKS5_REQUEST_MAX);
	assert(used <= bytes.len && used <= SOCKS5_REQUEST_MAX);
	if (r == SOCKS5_GOOD)
		for (size_t i = 0; i < SOCKS5_KEY; i++)
			assert(strchr("0123456789abcdef", whole.key[i]) && whole.key[i]);
	if (r == SOCKS5_REFUSED)
		assert(socks5_refusal(whole.answer).at[1] == (char)whole.answer);
	for (size_t n = 0; n < bytes.len; n++) {
		enum socks5_reading p = read_request(str_slice(bytes, 0, n), &part_used, &part);

		assert(p == SOCKS5_UNCLEAR || (p == r && part_used == used));
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *at, size_t len)
{
	struct str bytes = str_of((const char *)at, len);
	size_t used = 0;
	enum socks5_reading r = socks5_greeting(bytes, &used);

	assert(r != SOCKS5_UNCLEAR || len < SOCKS5_GREETING_MAX);
	assert(used <= len && used <= SOCKS5_GREETING_MAX);
	for (size_t n = 0; n < len; n++) {
		size_t part_used = 0;
		enum socks5_reading p = socks5_greeting(str_slice(bytes, 0, n), &part_used);

		assert(p == SOCKS5_UNCLEAR || (p == r && part_used == used));
	}
	if (r == SOCKS5_GOOD)
		try_request(str_slice(bytes, used, len));
	try_request(bytes);
	return 0;
}
