/* SPDX-License-Identifier: MIT
 *
 * A proxy's header, and what is recognised in first bytes: both say the same of a beginning
 * until they know, and never change their mind; both know after a bounded number of bytes.
 */
#include "base/limits.h"
#include "transport/proxy_header.h"
#include "transport/recognise.h"

static void
read_header(struct str bytes)
{
	struct proxy_header first = { 0 }, h = { 0 };
	enum proxy_verdict before = PROXY_UNCLEAR;

	for (size_t len = 0; len <= bytes.len; len++) {
		enum proxy_verdict now = proxy_header_read(str_slice(bytes, 0, len), &h);

		assert(now != PROXY_UNCLEAR || len < PROXY_HEADER_MAX);
		if (before == PROXY_UNCLEAR && now == PROXY_GOOD) {
			assert(h.bytes == len); /* not one byte later than possible */
			first = h;
		}
		assert(before == PROXY_UNCLEAR || now == before);
		if (now == PROXY_GOOD)
			assert(h.bytes == first.bytes && h.rest == first.rest &&
			       address_eq(&h.from, &first.from) && h.rest <= UINT16_MAX);
		before = now;
	}
}

static void
look(struct str bytes)
{
	enum spoken before = SPOKEN_UNCLEAR;

	for (size_t len = 0; len <= bytes.len; len++) {
		enum spoken now = recognise(str_slice(bytes, 0, len));

		assert(now != SPOKEN_UNCLEAR || len < FIRST_BYTES_MAX);
		assert(before == SPOKEN_UNCLEAR || now == before);
		before = now;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *at, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *at, size_t len)
{
	struct str bytes = str_of((const char *)at, len < 256 ? len : 256);

	read_header(bytes);
	look(bytes);
	return 0;
}
