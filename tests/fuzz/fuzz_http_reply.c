/* SPDX-License-Identifier: MIT
 *
 * Answers to requests of ours, whole and in two pieces, and addresses of services.
 */
#include "base/limits.h"
#include "http/client/reach.h"
#include "http/client/reply.h"
#include "http/client/url.h"

static void
check_url(struct str text)
{
	struct https_url url, again;
	struct arena a;

	arena_init(&a, 4096);
	if (https_url_parse(&a, text, &url) == OK) {
		struct str whole =
		    str_format(&a, "%.*s%.*s", STR_ARG(url.origin), STR_ARG(url.target));

		assert(url.host.len && url.port && url.target.at[0] == '/');
		if (url.is_address)
			address_is_public(&url.address);
		if (whole.len <= HTTPS_URL_MAX) {
			enum status s = https_url_parse(&a, whole, &again);

			assert(s == OK && str_eq(again.origin, url.origin));
			assert(str_eq(again.target, url.target));
		}
	}
	arena_fini(&a);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str bytes = str_of((const char *)data, size);
	struct reply whole, halves;
	size_t taken;

	check_url(bytes);
	reply_init(&whole);
	reply_init(&halves);
	taken = reply_take(&whole, bytes);
	reply_take(&halves, str_slice(bytes, 0, size / 2));
	if (halves.state != REPLY_WHOLE)
		reply_take(&halves, str_slice(bytes, size / 2, size));
	assert(taken <= size);
	reply_end(&whole);
	reply_end(&halves);
	assert(whole.state == halves.state);
	assert(whole.state == REPLY_WHOLE || whole.state == REPLY_BAD);
	if (whole.state == REPLY_WHOLE) {
		assert(whole.head.status >= 200 && whole.head.status < 600);
		assert(whole.bytes.len <= HTTP_REPLY_BODY_MAX);
		assert(str_eq(buf_str(&whole.bytes), buf_str(&halves.bytes)));
	}
	reply_fini(&whole);
	reply_fini(&halves);
	return 0;
}
