/* SPDX-License-Identifier: MIT */
#include "../unit.h"

#include "transport/proxy_header.h"

#define T(text)                                                                                \
	{                                                                                      \
		"" text, sizeof(text) - 1                                                      \
	}
#define QUIT "\r\n\r\n\0\r\nQUIT\n"
#define V4 "\xc0\0\2\1\xc6\x33\x64\2\xdd\x04\x14\x66" /* 192.0.2.1 to 198.51.100.2 */
#define V6                                                                                     \
	"\x20\1\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\1"                                               \
	"\x20\1\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\2"                                               \
	"\xdd\x04\x14\x66"
#define NONE6 "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"

/* --- what is right ------------------------------------------------------------------------ */

static const struct {
	struct str header;
	size_t bytes, rest;
	const char *from;
} good[] = {
	/* Section 2.1. */
	{ T("PROXY TCP4 192.0.2.1 198.51.100.2 56324 443\r\n"), 45, 0, "192.0.2.1" },
	{ T("PROXY TCP4 255.255.255.255 255.255.255.255 65535 65535\r\n"), 56, 0,
	    "255.255.255.255" },
	{ T("PROXY TCP6 2001:db8::1 2001:DB8::2 1 0\r\n"), 40, 0, "2001:db8::1" },
	{ T("PROXY TCP6 ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff "
	    "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 65535 65535\r\n"),
	    104, 0, "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff" },
	{ T("PROXY TCP6 ::ffff:192.0.2.1 ::1 1 2\r\n"), 37, 0, "192.0.2.1" },
	{ T("PROXY UNKNOWN\r\n"), 15, 0, "" },
	{ T("PROXY UNKNOWN ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff "
	    "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 65535 65535\r\n"),
	    107, 0, "" },
	{ T("PROXY UNKNOWN \0 whatever\r\n"), 26, 0, "" },

	/* Section 2.2. */
	{ T(QUIT "\x21\x11\0\x0c" V4), 28, 0, "192.0.2.1" },
	{ T(QUIT "\x21\x11\0\x13" V4 "\3\0\4abcd"), 28, 7, "192.0.2.1" },
	{ T(QUIT "\x21\x21\0\x24" V6), 52, 0, "2001:db8::1" },
	{ T(QUIT "\x21\x21\xff\xff" V6), 52, 65499, "2001:db8::1" },
	{ T(QUIT "\x20\0\0\0"), 16, 0, "" },         /* LOCAL: a health check */
	{ T(QUIT "\x20\x11\0\x0c" V4), 16, 12, "" }, /* whose addresses do not count */
	{ T(QUIT "\x21\0\0\0"), 16, 0, "" },         /* unspecified */
	{ T(QUIT "\x21\x31\0\xd8"), 16, 216, "" },   /* Unix socket */
	{ T(QUIT "\x21\x12\0\x0c" V4), 16, 12, "" }, /* UDP */
	{ T(QUIT "\x21\x10\0\0"), 16, 0, "" },
};

static void
proxy_header_read_finds_the_client_at_every_split(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		for (size_t len = 0; len <= good[i].header.len; len++) {
			struct str part = str_slice(good[i].header, 0, len);
			struct proxy_header h = { 0 };
			char from[ADDRESS_TEXT_MAX];

			if (len < good[i].bytes) {
				assert_int_equal(proxy_header_read(part, &h), PROXY_UNCLEAR);
				assert_int_equal(h.bytes, 0);
				continue;
			}
			assert_int_equal(proxy_header_read(part, &h), PROXY_GOOD);
			assert_int_equal(h.bytes, good[i].bytes);
			assert_int_equal(h.rest, good[i].rest);
			address_print(&h.from, from);
			assert_string_equal(from, good[i].from);
		}
	}
}

/* --- what is wrong -------------------------------------------------------------------------
 */

static const struct str bad[] = {
	T("<"),
	T("GET / HTTP/1.1\r\n"),
	T("\x16\x03\x01"),
	T("proxy TCP4"),
	T("PROXYTCP4"),
	T("PROXY TCP4 192.0.2.1 198.51.100.2 1 2\n"),
	T("PROXY TCP4 192.0.2.1\r"
	  "198.51.100.2 1 2\r\n"),
	T("PROXY TCP4\r\n"),
	T("PROXY \r\n"),
	T("PROXY TCP5 192.0.2.1 198.51.100.2 1 2\r\n"),
	T("PROXY  TCP4 192.0.2.1 198.51.100.2 1 2\r\n"),
	T("PROXY TCP4  192.0.2.1 198.51.100.2 1 2\r\n"),
	T("PROXY TCP4 192.0.2.1 198.51.100.2 1 2 \r\n"),
	T("PROXY TCP4 192.0.2.1 198.51.100.2 1 2 3\r\n"),
	T("PROXY TCP4 192.0.2.1 198.51.100.2 1\r\n"),
	T("PROXY TCP4 192.0.2.1 198.51.100.2 1 65536\r\n"),
	T("PROXY TCP4 192.0.2.1 198.51.100.2 01 2\r\n"),
	T("PROXY TCP4 192.0.2.1 198.51.100.2 -1 2\r\n"),
	T("PROXY TCP4 192.0.2.01 198.51.100.2 1 2\r\n"),
	T("PROXY TCP4 192.0.2 198.51.100.2 1 2\r\n"),
	T("PROXY TCP4 192.0.2.256 198.51.100.2 1 2\r\n"),
	T("PROXY TCP4 2001:db8::1 2001:db8::2 1 2\r\n"),
	T("PROXY TCP6 192.0.2.1 198.51.100.2 1 2\r\n"),
	T("PROXY TCP6 2001:db8::1 198.51.100.2 1 2\r\n"),
	T("PROXY TCP6 2001:db8::1%eth0 2001:db8::2 1 2\r\n"),
	T("PROXY TCP6 :: ::1 1 2\r\n"), /* nobody: would be bounded by nothing */
	T("PROXY UNKNOWNS\r\n"),
	T("PROXY unknown\r\n"),
	/* 108 bytes */
	T("PROXY UNKNOWN ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff "
	  "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 65535 65535x\r\n"),

	T("\r\n\r\n\0\r\nQUIZ"),
	T("\r\n\r\n\r\n"),
	T(QUIT "\x11\x11\0\x0c" V4), /* version 1 */
	T(QUIT "\x31\x11\0\x0c" V4),
	T(QUIT "\x22\x11\0\x0c" V4), /* no such command */
	T(QUIT "\x21\x41\0\0"),
	T(QUIT "\x21\x13\0\x0c" V4), /* nor family, nor protocol */
	T(QUIT "\x20\x41\0\0"),
	T(QUIT "\x21\x11\0\x0b"),
	T(QUIT "\x21\x21\0\x23"), /* too short for the addresses */
	T(QUIT "\x21\x21\0\x24" NONE6 V6),
};

static void
proxy_header_read_refuses_what_breaks_the_rules(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct proxy_header h;
		enum proxy_verdict before = PROXY_UNCLEAR;

		for (size_t len = 0; len <= bad[i].len; len++) {
			enum proxy_verdict now =
			    proxy_header_read(str_slice(bad[i], 0, len), &h);

			assert_int_not_equal(now, PROXY_GOOD);
			if (before == PROXY_BAD)
				assert_int_equal(now, PROXY_BAD);
			before = now;
		}
		if (before != PROXY_BAD)
			fail_msg("line %zu, %.*s", i, STR_ARG(bad[i]));
	}
}

static void
proxy_header_read_knows_after_a_bounded_number_of_bytes(void **state)
{
	char bytes[PROXY_HEADER_MAX];
	struct proxy_header h;

	(void)state;
	memset(bytes, 'x', sizeof(bytes));
	memcpy(bytes, "PROXY UNKNOWN ", 14);
	assert_int_equal(proxy_header_read(str_of(bytes, 105), &h), PROXY_UNCLEAR);
	assert_int_equal(proxy_header_read(str_of(bytes, sizeof(bytes)), &h), PROXY_BAD);
	bytes[105] = '\r';
	assert_int_equal(proxy_header_read(str_of(bytes, 106), &h), PROXY_UNCLEAR);
	assert_int_equal(proxy_header_read(str_of(bytes, 107), &h), PROXY_BAD);
	bytes[106] = '\n';
	assert_int_equal(proxy_header_read(str_of(bytes, 107), &h), PROXY_GOOD);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(proxy_header_read_finds_the_client_at_every_split),
		cmocka_unit_test(proxy_header_read_refuses_what_breaks_the_rules),
		cmocka_unit_test(proxy_header_read_knows_after_a_bounded_number_of_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
