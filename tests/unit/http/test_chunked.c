/* SPDX-License-Identifier: MIT */
#include "../unit.h"

#include "base/buf.h"
#include "base/limits.h"
#include "http/chunked.h"

/* Feeds the bytes in pieces: up to the cut, then the rest. Returns how it ended; *taken is
 * how many bytes belonged to the body. */
static enum http_chunk
feed(struct str bytes, size_t cut, struct buf *body, size_t *taken)
{
	struct http_chunked c = { 0 };
	struct str piece = str_slice(bytes, 0, cut), data;

	for (int i = 0; i < 2; i++) {
		enum http_chunk what;

		while ((what = http_chunked_take(&c, &piece, &data)) == HTTP_CHUNK_DATA)
			assert_int_equal(buf_add(body, data), OK);
		*taken = (i ? bytes.len : cut) - piece.len;
		if (what != HTTP_CHUNK_MORE)
			return what;
		piece = str_slice(bytes, cut, bytes.len);
	}
	return HTTP_CHUNK_MORE;
}

static const struct {
	struct str bytes;
	const char *body; /* NULL: refused */
	size_t behind;    /* bytes that are left */
} table[] = {
	{ S("0\r\n\r\n"), "", 0 },
	{ S("5\r\nhello\r\n0\r\n\r\nGET "), "hello", 4 },
	{ S("1\r\na\r\n0a\r\n0123456789\r\n000\r\n\r\n"), "a0123456789", 0 },
	{ S("2;name=value;x=\"y z\"\r\nab\r\n0;last\r\n\r\n"), "ab", 0 },
	{ S("2 ;a\r\nab\r\n0\r\n\r\n"), "ab", 0 },
	{ S("2\r\n\r\n\r\n0\r\n\r\n"), "\r\n", 0 },
	{ S("0\r\nTrailer: a\r\nOther: b\r\n\r\nx"), "", 1 },
	{ S("\r\n"), NULL, 0 },
	{ S("x\r\n"), NULL, 0 },
	{ S("-1\r\n"), NULL, 0 },
	{ S("+1\r\n"), NULL, 0 },
	{ S("0x1\r\n"), NULL, 0 },
	{ S(" 1\r\n"), NULL, 0 },
	{ S("1\na\r\n"), NULL, 0 },
	{ S("1\r\nab\r\n"), NULL, 0 },
	{ S("1\r\na\n0\r\n\r\n"), NULL, 0 },
	{ S("1\r\na\rb"), NULL, 0 },
	{ S("1\rx"), NULL, 0 },
	{ S("1;a\nb\r\n"), NULL, 0 },
	{ S("1;\0\r\n"), NULL, 0 },
	{ S("0000000000000000\r\n"), NULL, 0 },
	{ S("fffffffffffffffff\r\n"), NULL, 0 },
	{ S("0\r\n\rx"), NULL, 0 },
	{ S("0\r\na: b\n\r\n"), NULL, 0 },
	{ S("0\r\n\n"), NULL, 0 },
};

static void
bodies_are_read_or_refused_at_every_split(void **state)
{
	struct buf body;

	(void)state;
	buf_init(&body, 1024);
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		for (size_t cut = 0; cut <= table[i].bytes.len; cut++) {
			size_t taken;
			enum http_chunk what = feed(table[i].bytes, cut, &body, &taken);

			if (table[i].body) {
				assert_int_equal(what, HTTP_CHUNK_END);
				assert_str(buf_str(&body), table[i].body);
				assert_int_equal(table[i].bytes.len - taken, table[i].behind);
			} else {
				assert_int_equal(what, HTTP_CHUNK_BAD);
			}
			buf_drop(&body, body.len);
		}
	buf_fini(&body);
}

static void
what_is_incomplete_is_waited_for(void **state)
{
	struct str whole = S("5;x\r\nhello\r\n0\r\nT: u\r\n\r\n");
	struct buf body;
	size_t taken;

	(void)state;
	buf_init(&body, 1024);
	for (size_t len = 0; len < whole.len; len++)
		assert_int_equal(
		    feed(str_slice(whole, 0, len), 0, &body, &taken), HTTP_CHUNK_MORE);
	buf_fini(&body);
}

static void
extensions_and_trailers_are_bounded(void **state)
{
	char bytes[HTTP_TRAILERS_MAX + 64];
	struct buf body;
	size_t taken;

	(void)state;
	buf_init(&body, 1024);
	memset(bytes, 'a', sizeof(bytes));
	memcpy(bytes, "1;", 2);
	assert_int_equal(
	    feed(str_of(bytes, HTTP_CHUNK_LINE_MAX), 0, &body, &taken), HTTP_CHUNK_MORE);
	assert_int_equal(feed(str_of(bytes, sizeof(bytes)), 0, &body, &taken), HTTP_CHUNK_BAD);
	memcpy(bytes, "0\r\n", 3);
	assert_int_equal(
	    feed(str_of(bytes, HTTP_TRAILERS_MAX + 3), 0, &body, &taken), HTTP_CHUNK_MORE);
	assert_int_equal(
	    feed(str_of(bytes, HTTP_TRAILERS_MAX + 4), 0, &body, &taken), HTTP_CHUNK_BAD);
	buf_fini(&body);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bodies_are_read_or_refused_at_every_split),
		cmocka_unit_test(what_is_incomplete_is_waited_for),
		cmocka_unit_test(extensions_and_trailers_are_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
