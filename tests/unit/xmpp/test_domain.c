/* SPDX-License-Identifier: MIT */
#include "xmpp/domain.h"

#include <pthread.h>

#include "../unit.h"

static void *
prepare_in_thread(void *same)
{
	char out[DOMAIN_MAX];
	size_t len;

	*(bool *)same = domain_prepare(S("M\u00dcNCHEN.de"), out, &len) == OK &&
			str_eq(str_of(out, len), S("m\u00fcnchen.de"));
	return NULL;
}

/* The tables are opened by whoever needs them first. */
static void
several_threads_may_be_the_first(void **state)
{
	(void)state;
	enum { THREADS = 4 };
	pthread_t threads[THREADS];
	bool same[THREADS];

	for (int i = 0; i < THREADS; i++)
		assert_int_equal(
		    pthread_create(&threads[i], NULL, prepare_in_thread, &same[i]), 0);
	for (int i = 0; i < THREADS; i++) {
		pthread_join(threads[i], NULL);
		assert_true(same[i]);
	}
}

struct domain_case {
	struct str in;
	const char *out, *ascii;
};

static void
domain_prepare_brings_names_into_one_form(void **state)
{
	(void)state;
	static const struct domain_case cases[] = {
		{ S("localhost"), "localhost", "localhost" },
		{ S("Example.COM"), "example.com", "example.com" },
		{ S("example.com."), "example.com", "example.com" },
		{ S("a-b.1.x1"), "a-b.1.x1", "a-b.1.x1" },
		{ S("192.0.2.1"), "192.0.2.1", "192.0.2.1" }, { S("[::1]"), "[::1]", "::1" },
		{ S("[2001:DB8:0:0::1]"), "[2001:db8::1]", "2001:db8::1" },
		{ S("[::FFFF:192.0.2.1]"), "[::ffff:192.0.2.1]", "::ffff:192.0.2.1" },
		{ S("m\u00fcnchen.de"), "m\u00fcnchen.de", "xn--mnchen-3ya.de" },
		{ S("xn--mnchen-3ya.de"), "m\u00fcnchen.de", "xn--mnchen-3ya.de" },
		{ S("XN--MNCHEN-3YA.DE."), "m\u00fcnchen.de", "xn--mnchen-3ya.de" },
		{ S("M\u00dcNCHEN.de"), "m\u00fcnchen.de", "xn--mnchen-3ya.de" },
		{ S("mu\u0308nchen.de"), "m\u00fcnchen.de", "xn--mnchen-3ya.de" },
		{ S("fa\u00df.de"), "fa\u00df.de", "xn--fa-hia.de" }, /* not "fass" */
		{ S("\u03b2\u03cc\u03bb\u03bf\u03c2.gr"), "\u03b2\u03cc\u03bb\u03bf\u03c2.gr",
		    "xn--nxasmm1c.gr" },
		{ S("\uff41\uff22\uff43.lit"), "abc.lit", "abc.lit" },
		{ S("a\u3002b\uff0ec\uff61"), "a.b.c", "a.b.c" },
		{ S("\u05d0\u05d1.il"), "\u05d0\u05d1.il", "xn--4dbc.il" },
		{ S("\u4f8b\u3048.\u30c6\u30b9\u30c8"), "\u4f8b\u3048.\u30c6\u30b9\u30c8",
		    "xn--r8jz45g.xn--zckzah" },
		{ S("l\u00b7l.cat"), "l\u00b7l.cat", "xn--ll-0ea.cat" },
		{ S("\u0915\u094d\u200d\u0937.in"), "\u0915\u094d\u200d\u0937.in",
		    "xn--11b2ezcw70k.in" },
		{ S("so\u00adft.example"), "soft.example",
		    "soft.example" }, /* UTS #46 drops it */
	};
	struct arena a;

	arena_init(&a, 4096);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char out[DOMAIN_MAX], again[DOMAIN_MAX];
		size_t len, again_len;
		struct str ascii;

		if (domain_prepare(cases[i].in, out, &len) != OK)
			fail_msg("refused: %.*s", STR_ARG(cases[i].in));
		assert_str(str_of(out, len), cases[i].out);
		assert_int_equal(domain_prepare(str_of(out, len), again, &again_len), OK);
		assert_true(str_eq(str_of(out, len), str_of(again, again_len)));
		assert_int_equal(domain_to_ascii(&a, str_of(out, len), &ascii), OK);
		assert_str(ascii, cases[i].ascii);
	}
	arena_fini(&a);
}

static void
domain_prepare_refuses_what_is_no_domain(void **state)
{
	(void)state;
	static const struct str cases[] = {
		S(""),
		S("."),
		S(".."),
		S(".a"),
		S("a..b"),
		S("a.."),
		S("\u3002"),
		S("a\u3002\u3002"),
		S("-a"),
		S("a-"),
		S("a.-b"),
		S("a-.b"),
		S("-"),
		S("ab--cd"), /* reserved, and not an A-label */
		S("xn--"),
		S("xn--a"),    /* no such Punycode */
		S("xn--abc-"), /* decodes to ASCII */
		S("xn--ss-1"),
		S("xn--lzg"), /* EURO SIGN */
		S("\u20ac"),
		S("a_b"),
		S("a b"),
		S("a\0"),
		S("a\x7f"),
		S("a@b"),
		S("a/b"),
		S("a\uff20b"),
		S("a\uff0fb"),
		S("\u2100"), /* ACCOUNT OF: maps to a/c */
		S("a\xff"),
		S("i\u2764.ws"), /* allowed by UTS #46, not by IDNA2008 */
		S("\u265a.lit"),
		S("\U0001f426.lit"),
		S("a\u200db.lit"),
		S("l\u00b7a.cat"),
		S("\u0301a.lit"), /* begins with a mark */
		S("a\u05d0.il"),  /* direction changes in the label */
		S("1.\u05d01"),   /* a label that begins with a digit */
		S("\u0378.lit"),  /* unassigned */
		S("\ue000.lit"),
		S("\u0660\u06f0.lit"),
		S("["),
		S("[]"),
		S("[:"),
		S("[:]"),
		S("[::1"),
		S("::1"),
		S("[::1]x"),
		S("[::1]."),
		S("[192.0.2.1]"),
		S("[fe80::1%eth0]"),
		S("[1:2:3:4:5:6:7:8:9]"),
		S("[::1\0]"),
		S("[0000:0000:0000:0000:0000:0000:0000:0000:0000:0000]"),
		S("[v1.x]"),
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char out[DOMAIN_MAX];
		size_t len = 7;

		if (domain_prepare(cases[i], out, &len) != E_INVALID)
			fail_msg("not refused: case %zu, %.*s", i, STR_ARG(cases[i]));
		assert_int_equal(len, 7);
	}
}

static void
labels_have_at_most_63_bytes_in_ascii(void **state)
{
	(void)state;
	static const char a63[] =
	    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
	char text[200], out[DOMAIN_MAX];
	size_t len;

	assert_int_equal(sizeof(a63) - 1, 63);
	assert_int_equal(domain_prepare(str_from_c(a63), out, &len), OK);
	snprintf(text, sizeof(text), "%sa", a63);
	assert_int_equal(domain_prepare(str_from_c(text), out, &len), E_INVALID);
	snprintf(text, sizeof(text), "b.%sa.c", a63);
	assert_int_equal(domain_prepare(str_from_c(text), out, &len), E_INVALID);
	/* "xn--" and the suffix leave room for fewer letters in a U-label. */
	snprintf(text, sizeof(text), "%.*s\u00e9", 55, a63);
	assert_int_equal(domain_prepare(str_from_c(text), out, &len), OK);
	snprintf(text, sizeof(text), "%.*s\u00e9", 60, a63);
	assert_int_equal(domain_prepare(str_from_c(text), out, &len), E_INVALID);
}

static void
names_are_bounded_and_dns_bounds_them_further(void **state)
{
	(void)state;
	static char text[DOMAIN_IN_MAX + 2];
	char out[DOMAIN_MAX];
	struct str ascii;
	struct arena a;
	size_t len;

	arena_init(&a, 4096);
	for (size_t i = 0; i < sizeof(text); i++)
		text[i] = i % 2 ? '.' : 'a';
	assert_int_equal(domain_prepare(str_of(text, 1023), out, &len), OK);
	assert_int_equal(domain_to_ascii(&a, str_of(out, len), &ascii), E_LIMIT);
	assert_int_equal(domain_prepare(str_of(text, 1024), out, &len), OK); /* a final dot */
	assert_int_equal(len, 1023);
	assert_int_equal(domain_prepare(str_of(text, 1025), out, &len), E_LIMIT);
	assert_int_equal(domain_prepare(str_of(text, 1026), out, &len), E_LIMIT);
	assert_int_equal(domain_prepare(str_of(text, sizeof(text)), out, &len), E_LIMIT);
	assert_int_equal(domain_prepare(str_of(text, 253), out, &len), OK);
	assert_int_equal(domain_to_ascii(&a, str_of(out, len), &ascii), OK);
	assert_int_equal(domain_prepare(str_of(text, 255), out, &len), OK);
	assert_int_equal(domain_to_ascii(&a, str_of(out, len), &ascii), E_LIMIT);
	arena_fini(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(several_threads_may_be_the_first),
		cmocka_unit_test(domain_prepare_brings_names_into_one_form),
		cmocka_unit_test(domain_prepare_refuses_what_is_no_domain),
		cmocka_unit_test(labels_have_at_most_63_bytes_in_ascii),
		cmocka_unit_test(names_are_bounded_and_dns_bounds_them_further),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
