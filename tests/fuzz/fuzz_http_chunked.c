/* SPDX-License-Identifier: MIT
 *
 * Chunked bodies: whole and cut in two they must come to the same.
 */
#include "base/buf.h"
#include "http/chunked.h"

static enum http_chunk
feed(struct http_chunked *c, struct str bytes, struct buf *body, size_t *left)
{
	struct str data;
	enum http_chunk what;

	while ((what = http_chunked_take(c, &bytes, &data)) == HTTP_CHUNK_DATA) {
		enum status s = buf_add(body, data);

		assert(s == OK && data.len > 0);
	}
	*left = bytes.len;
	return what;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str bytes = str_of((const char *)data, size);
	struct http_chunked once = { 0 }, twice = { 0 };
	struct buf body, same;
	size_t left, also;
	enum http_chunk what, then;

	buf_init(&body, size);
	buf_init(&same, size);
	what = feed(&once, bytes, &body, &left);
	then = feed(&twice, str_slice(bytes, 0, size / 2), &same, &also);
	if (then == HTTP_CHUNK_MORE)
		then = feed(&twice, str_slice(bytes, size / 2, size), &same, &also);
	else if (then == HTTP_CHUNK_END)
		also += size - size / 2;
	assert(what == then);
	assert(str_eq(buf_str(&body), buf_str(&same)));
	assert(what != HTTP_CHUNK_END || left == also);
	buf_fini(&body);
	buf_fini(&same);
	return 0;
}
