/* SPDX-License-Identifier: MIT */
#include "../unit/unit.h"

#include "bench/scan.h"

static const struct part {
	enum scan_part kind;
	struct str bytes;
} parts[] = {
	{ SCAN_HEADER,
	    S("<?xml version='1.0'?><stream:stream from='x' id=\"a>b\" xml:lang='en'>") },
	{ SCAN_STANZA, S("<stream:features/>") },
	{ SCAN_STANZA, S("<iq type='result' id='/'><query><item a='>'/><item/></query></iq>") },
	{ SCAN_STANZA, S(" \n<message to='a/b'><body>1 > 0 'it\"s' /</body></message>") },
	{ SCAN_STANZA, S("<presence type = \"/>\" />") },
	{ SCAN_STANZA, S("<a><a><a></a></a><a /></a>") },
	{ SCAN_END, S("</stream:stream>") },
};

enum { N_PARTS = sizeof(parts) / sizeof(parts[0]) };

static size_t
join(char *text)
{
	size_t len = 0;

	for (size_t i = 0; i < N_PARTS; i++) {
		memcpy(text + len, parts[i].bytes.at, parts[i].bytes.len);
		len += parts[i].bytes.len;
	}
	return len;
}

/* Reads text[*from ...), of which `len` bytes are there; counts the parts that are right. */
static void
read_parts(struct scan *s, const char *text, size_t *from, size_t len, size_t *n)
{
	enum scan_part kind;
	struct str part;

	while ((kind = scan_next(s, str_of(text + *from, len - *from), &part))) {
		assert_true(*n < N_PARTS);
		assert_int_equal(kind, parts[*n].kind);
		assert_true(str_eq(part, parts[*n].bytes));
		*from += part.len;
		(*n)++;
	}
}

static void
scan_finds_the_same_parts_at_every_split(void **state)
{
	(void)state;
	char text[1024];
	size_t len = join(text);

	for (size_t a = 0; a <= len; a++) {
		for (size_t b = a; b <= len; b++) {
			struct scan s = { 0 };
			size_t from = 0, n = 0;

			read_parts(&s, text, &from, a, &n);
			read_parts(&s, text, &from, b, &n);
			read_parts(&s, text, &from, len, &n);
			assert_int_equal(n, N_PARTS);
			assert_int_equal(from, len);
		}
	}
}

static void
scan_without_stream_finds_stanzas(void **state)
{
	(void)state;
	struct str in = S("<ok/><message><body/></message>"), part;
	struct scan s;

	scan_without_stream(&s);
	assert_int_equal(scan_next(&s, in, &part), SCAN_STANZA);
	assert_str(part, "<ok/>");
	in = str_slice(in, part.len, in.len);
	assert_int_equal(scan_next(&s, in, &part), SCAN_STANZA);
	assert_str(part, "<message><body/></message>");
}

static void
scan_between_needs_both_ends(void **state)
{
	(void)state;
	assert_str(scan_between(S("<a><b>x</b></a>"), S("<b>"), S("</b>")), "x");
	assert_str(scan_between(S("<b></b>"), S("<b>"), S("</b>")), "");
	assert_null(scan_between(S("<b>x"), S("<b>"), S("</b>")).at);
	assert_null(scan_between(S("</b>x"), S("<b>"), S("</b>")).at);
	assert_null(scan_between(S(""), S("<b>"), S("</b>")).at);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(scan_finds_the_same_parts_at_every_split),
		cmocka_unit_test(scan_without_stream_finds_stanzas),
		cmocka_unit_test(scan_between_needs_both_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
