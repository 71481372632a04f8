/* SPDX-License-Identifier: MIT */
#include "../unit.h"

#include "base/limits.h"
#include "transport/recognise.h"

struct line {
	struct str bytes;
	enum spoken spoken;
};

#define SAYS(text, spoken_)                                                                    \
	{                                                                                      \
		{ "" text, sizeof(text) - 1 }, SPOKEN_##spoken_                                \
	}

static const struct line table[] = {
	SAYS("", UNCLEAR),

	/* RFC 8446 section 5.1: a handshake of whatever version 3.x. */
	SAYS("\x16", UNCLEAR), SAYS("\x16\x03", TLS), SAYS("\x16\x03\x01\x02\x00\x01", TLS),
	SAYS("\x16\x02", UNKNOWN), SAYS("\x15\x03\x01", UNKNOWN), /* an alert */
	SAYS("\x80\x2e\x01\x03", UNKNOWN),                        /* the hello of SSL 2 */

	SAYS("<", XMPP), SAYS("<?xml version='1.0'?>", XMPP), SAYS(" <stream:stream", XMPP),
	SAYS(" ", UNCLEAR), SAYS("\n\t \r\n", UNCLEAR), SAYS("\r\n<", XMPP),
	SAYS("                                ", XMPP), /* FIRST_BYTES_MAX of them */
	SAYS("                               ", UNCLEAR),
	SAYS("                                GET /", XMPP),

	SAYS("G", HTTP), SAYS("GET / HTTP/1.1\r\n", HTTP), SAYS("OPTIONS *", HTTP),
	SAYS("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", HTTP),
	SAYS("\r\nPOST /", HTTP), /* RFC 9112 section 2.2 */
	SAYS("P", UNCLEAR), SAYS("PR", UNCLEAR), SAYS("PRO", UNCLEAR), SAYS("PUT", HTTP),
	SAYS("PROPFIND", HTTP), SAYS("get /", UNKNOWN),

	/* RFC 8489 section 5. */
	SAYS("\0", UNCLEAR), SAYS("\0\1\0\0", UNCLEAR), SAYS("\0\1\0\0\x21\x12\xa4", UNCLEAR),
	SAYS("\0\1\0\0\x21\x12\xa4\x42", STUN), SAYS("\0\3\0\x24\x21\x12\xa4\x42more", STUN),
	SAYS("\0\1\0\1", UNKNOWN), SAYS("\0\1\0\0\x21\x13", UNKNOWN),
	SAYS("\4\1\0\0\x21\x12\xa4\x42", UNKNOWN),

	SAYS("PROXY", UNCLEAR), SAYS("PROXY ", PROXY), SAYS("PROXY TCP4 ", PROXY),
	SAYS("PROXYING /", HTTP), SAYS("\r\n\r\n\0\r\nQUIT", UNCLEAR),
	SAYS("\r\n\r\n\0\r\nQUIT\n", PROXY), SAYS("\r\n\r\n\0\r\nQUIZ", UNKNOWN),

	SAYS("\x7f", UNKNOWN), SAYS("\xef\xbb\xbf<", UNKNOWN), SAYS("\xff\xfe<\0", UNKNOWN),
	SAYS("{\"a\":1}", UNKNOWN), SAYS(" x", UNKNOWN), SAYS("\5\1\0", SOCKS),
	SAYS("\5", SOCKS), SAYS("\4\1\0\x50", UNKNOWN), /* SOCKS 4 */
};

static const struct line streams[] = {
	SAYS("<", UNCLEAR),
	SAYS("<?xml version='1.0'?>", UNCLEAR),
	SAYS("<?xml version='1.0'?><stream:stream to='>' xmlns='jabber:component:accept",
	    UNCLEAR),
	SAYS("<stream:stream to='a>", UNCLEAR),
	SAYS("<stream:stream xmlns='jabber:client'>", XMPP),
	SAYS("<stream:stream xmlns='jabber:component:connect'>", XMPP),
	SAYS("<stream:stream to='localhost'><a b='jabber:component:accept'>", XMPP),
	SAYS("<?a jabber='jabber:component:accept'?><stream:stream>", XMPP),
	SAYS("<?xml version='1.0'?>\n<stream:stream to='>' xmlns='jabber:component:accept'>",
	    COMPONENT),
	SAYS(" <stream:stream xmlns=\"jabber:component:accept\" to='a'>", COMPONENT),
	SAYS("<a:stream xmlns:b='jabber:component:accept' to='a'>more", COMPONENT),
};

static void
recognise_stream_goes_by_the_header(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(streams) / sizeof(streams[0]); i++) {
		struct str bytes = streams[i].bytes;

		if (recognise_stream(bytes) != streams[i].spoken)
			fail_msg(
			    "line %zu, %.*s: %d", i, STR_ARG(bytes), recognise_stream(bytes));
		/* It is unclear up to the end of the header, and the same from there on. */
		for (size_t n = 0; n < bytes.len; n++) {
			enum spoken s = recognise_stream(str_slice(bytes, 0, n));

			assert_true(s == SPOKEN_UNCLEAR || s == streams[i].spoken);
		}
	}
}

static void
recognise_stream_does_not_wait_for_ever(void **state)
{
	char bytes[STREAM_HEADER_LOOK];

	(void)state;
	memset(bytes, 'a', sizeof(bytes));
	bytes[0] = '<';
	assert_int_equal(recognise_stream(str_of(bytes, sizeof(bytes) - 1)), SPOKEN_UNCLEAR);
	assert_int_equal(recognise_stream(str_of(bytes, sizeof(bytes))), SPOKEN_XMPP);
}

static void
recognise_goes_by_the_first_bytes(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		if (recognise(table[i].bytes) != table[i].spoken)
			fail_msg("line %zu, %.*s: %d", i, STR_ARG(table[i].bytes),
			    recognise(table[i].bytes));
}

/* Once it is clear, more bytes change nothing; and what all together say is unclear for as
 * long as it is not. */
static void
recognise_does_not_change_its_mind(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		enum spoken before = SPOKEN_UNCLEAR;

		for (size_t len = 0; len <= table[i].bytes.len; len++) {
			enum spoken now = recognise(str_slice(table[i].bytes, 0, len));

			if (before != SPOKEN_UNCLEAR)
				assert_int_equal(now, before);
			before = now;
		}
	}
}

static void
recognise_knows_after_a_bounded_number_of_bytes(void **state)
{
	unsigned char bytes[FIRST_BYTES_MAX];

	(void)state;
	for (int first = 0; first < 256; first++)
		for (int rest = 0; rest < 256; rest++) {
			memset(bytes, rest, sizeof(bytes));
			bytes[0] = (unsigned char)first;
			assert_int_not_equal(
			    recognise(str_of((const char *)bytes, sizeof(bytes))),
			    SPOKEN_UNCLEAR);
		}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(recognise_goes_by_the_first_bytes),
		cmocka_unit_test(recognise_stream_goes_by_the_header),
		cmocka_unit_test(recognise_stream_does_not_wait_for_ever),
		cmocka_unit_test(recognise_does_not_change_its_mind),
		cmocka_unit_test(recognise_knows_after_a_bounded_number_of_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
