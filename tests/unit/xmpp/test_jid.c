/* SPDX-License-Identifier: MIT */
#include "xmpp/jid.h"

#include "../unit.h"

static struct arena arena;

static int
set_up(void **state)
{
	(void)state;
	arena_init(&arena, 4096);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	arena_fini(&arena);
	return 0;
}

struct parse_case {
	struct str text;
	const char *local, *domain, *resource;
};

static void
check_good(const struct parse_case *cases, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct jid j, again;

		if (jid_parse(&arena, cases[i].text, &j) != OK)
			fail_msg("refused: %.*s", STR_ARG(cases[i].text));
		assert_str(jid_local(j), cases[i].local);
		assert_str(jid_domain(j), cases[i].domain);
		assert_str(jid_resource(j), cases[i].resource);
		assert_int_equal(jid_parse(&arena, jid_full(j), &again), OK);
		assert_true(jid_eq(j, again));
		assert_true(jid_eq(j, jid_trusted(jid_full(j))));
	}
}

static void
check_bad(const struct str *cases, size_t count)
{
	const char untouched[] = "untouched";

	for (size_t i = 0; i < count; i++) {
		struct jid j = { .text = untouched };

		if (jid_parse(&arena, cases[i], &j) != E_INVALID)
			fail_msg("not refused: case %zu, %.*s", i, STR_ARG(cases[i]));
		assert_ptr_equal(j.text, untouched);
	}
}

#define CHECK_GOOD(cases) check_good(cases, sizeof(cases) / sizeof((cases)[0]))
#define CHECK_BAD(cases) check_bad(cases, sizeof(cases) / sizeof((cases)[0]))

/* RFC 7622 section 3.5, table 1. */
static void
jid_parse_accepts_the_examples_of_rfc_7622(void **state)
{
	(void)state;
	static const struct parse_case cases[] = {
		{ S("juliet@example.com"), "juliet", "example.com", "" },
		{ S("juliet@example.com/foo"), "juliet", "example.com", "foo" },
		{ S("juliet@example.com/foo bar"), "juliet", "example.com", "foo bar" },
		{ S("juliet@example.com/foo@bar"), "juliet", "example.com", "foo@bar" },
		{ S("foo\\20bar@example.com"), "foo\\20bar", "example.com", "" },
		{ S("fussball@example.com"), "fussball", "example.com", "" },
		{ S("fu\u00dfball@example.com"), "fu\u00dfball", "example.com", "" },
		{ S("\u03c0@example.com"), "\u03c0", "example.com", "" },
		{ S("\u03a3@example.com/foo"), "\u03c3", "example.com", "foo" },
		{ S("\u03c3@example.com/foo"), "\u03c3", "example.com", "foo" },
		{ S("\u03c2@example.com/foo"), "\u03c2", "example.com", "foo" },
		{ S("king@example.com/\u265a"), "king", "example.com", "\u265a" },
		{ S("example.com"), "", "example.com", "" },
		{ S("example.com/foobar"), "", "example.com", "foobar" },
		{ S("a.example.com/b@example.net"), "", "a.example.com", "b@example.net" },
	};

	CHECK_GOOD(cases);
}

/*
 * RFC 7622 section 3.5, table 2. Left out is "juliet@example.com/ foo": the profile of the
 * resourcepart says nothing against a leading space (erratum 4560).
 */
static void
jid_parse_refuses_the_counterexamples_of_rfc_7622(void **state)
{
	(void)state;
	static const struct str cases[] = {
		S("\"juliet\"@example.com"),
		S("foo bar@example.com"),
		S("@example.com/"),
		S("henry\u2163@example.com"),
		S("\u265a@example.com"),
		S("juliet@"),
		S("/foobar"),
	};

	CHECK_BAD(cases);
}

static void
jid_parse_splits_at_the_first_slash_then_at_the_first_at_sign(void **state)
{
	(void)state;
	static const struct parse_case good[] = {
		{ S("a@b/c/d"), "a", "b", "c/d" },
		{ S("a@b/c@d/e"), "a", "b", "c@d/e" },
		{ S("b/@"), "", "b", "@" },
		{ S("b//"), "", "b", "/" },
		{ S("a@b/ "), "a", "b", " " },
	};
	static const struct str bad[] = {
		S(""),
		S("@"),
		S("/"),
		S("@/"),
		S("a@"),
		S("@b"),
		S("b/"),
		S("a@b/"),
		S("a@/c"),
		S("a@b@c"),
		S("a@@b"),
		S("/@b"),
	};

	CHECK_GOOD(good);
	CHECK_BAD(bad);
}

static void
jid_parse_normalises_each_part_by_its_own_rules(void **state)
{
	(void)state;
	static const struct parse_case cases[] = {
		{ S("Romeo@Montague.LIT/Balcony"), "romeo", "montague.lit", "Balcony" },
		{ S("localhost"), "", "localhost", "" },
		{ S("example.com."), "", "example.com", "" },
		{ S("a@[::1]/x"), "a", "[::1]", "x" },
		{ S("a@127.0.0.1"), "a", "127.0.0.1", "" },
		{ S("J\u00dcRGEN@M\u00dcNCHEN.example/B\u00dcRO"), "j\u00fcrgen",
		    "m\u00fcnchen.example", "B\u00dcRO" },
		{ S("a@xn--mnchen-3ya.de"), "a", "m\u00fcnchen.de", "" },
		{ S("\uff32\uff4f\uff4d\uff45\uff4f@\uff21.lit/\uff21"), "romeo", "a.lit",
		    "\uff21" },
		{ S("a@b/x\u00a0y\u3000z"), "a", "b", "x y z" },
		{ S("e\u0301@b/e\u0301"), "\u00e9", "b", "\u00e9" },
		{ S("tr\\40example.com@gateway"), "tr\\40example.com", "gateway", "" },
		{ S("!#$%()*+,-.;=?[\\]^_`{|}~@b"), "!#$%()*+,-.;=?[\\]^_`{|}~", "b", "" },
		{ S("a@b/\U0001f4f1"), "a", "b", "\U0001f4f1" },
	};

	CHECK_GOOD(cases);
}

static void
jid_parse_refuses_what_a_profile_refuses(void **state)
{
	(void)state;
	static const struct str cases[] = {
		S("a\0b@c"),
		S("a@b/c\0d"),
		S("a@b\0c"),
		S("a@b/\x07"),
		S("a@b/\x7f"),
		S("a@b/\xff"),
		S("a\xc3@b"),
		S("a@\xe2\x82"),
		S("a&b@c"),
		S("a'b@c"),
		S("a:b@c"),
		S("a<b@c"),
		S("a>b@c"),
		S("\u00e4&b@c"),     /* also beside what is not ASCII */
		S("a\uff20b@c"),     /* fullwidth commercial at */
		S("a\uff0fb@c"),     /* fullwidth solidus */
		S("a\u00adb@c"),     /* soft hyphen */
		S("a@b/c\u200bd"),   /* zero width space */
		S("a@b/\ufeff"),     /* byte order mark */
		S("a@b/\ue000"),     /* private use */
		S("a@b/\U0003fffe"), /* noncharacter */
		S("a@b/\u0378"),     /* unassigned */
		S("a@b/\u2028"),     /* line separator */
		S("a@b c"),
		S("a@b_c"),
	};

	CHECK_BAD(cases);
}

static void
jid_parse_excludes_the_same_ascii_with_and_without_other_letters(void **state)
{
	(void)state;
	for (int c = 0; c < 0x80; c++) {
		const char plain[] = { 'x', (char)c, 'y' };
		const char mixed[] = { 'x', (char)c, 'y', '\xc3', '\xa9' };
		struct str a, b, from = str_of(plain, 3), with = str_of(mixed, 5);
		enum status s = jid_prep_local(&arena, from, &a);

		assert_int_equal(jid_prep_local(&arena, with, &b), s);
		if (s == OK)
			assert_true(str_eq(a, str_slice(b, 0, 3)));
		s = jid_prep_resource(&arena, from, &a);
		assert_int_equal(jid_prep_resource(&arena, with, &b), s);
		if (s == OK)
			assert_true(str_eq(a, str_slice(b, 0, 3)));
		s = jid_prep_domain(&arena, from, &a);
		assert_int_equal(jid_prep_domain(&arena, with, &b), s);
		if (s == OK)
			assert_true(str_eq(a, str_slice(b, 0, 3)));
	}
}

/* n times the text, in the arena. */
static struct str
repeat(struct str text, size_t n)
{
	char *at = arena_alloc(&arena, text.len * n);

	for (size_t i = 0; i < n; i++)
		memcpy(at + i * text.len, text.at, text.len);
	return str_of(at, text.len * n);
}

static void
a_part_has_at_most_1023_bytes_after_normalisation(void **state)
{
	(void)state;
	const struct {
		struct str in;
		enum status local, resource;
	} cases[] = {
		{ repeat(S("a"), 1023), OK, OK },
		{ repeat(S("a"), 1024), E_LIMIT, E_LIMIT },
		{ repeat(S("a"), 100000), E_LIMIT, E_LIMIT },
		{ repeat(S("\u00e9"), 511), OK, OK },
		{ repeat(S("\u00e9"), 512), E_LIMIT, E_LIMIT },
		{ repeat(S("e\u0301"), 511), OK, OK },      /* 1533 bytes before */
		{ repeat(S("\uff41"), 1023), OK, E_LIMIT }, /* width mapping: 3069 before */
		{ repeat(S("\u023a"), 500), E_LIMIT, OK },  /* lower case is longer */
		{ repeat(S("\u0130"), 341), OK, OK },       /* 682 before, 1023 after */
		{ repeat(S("\u0130"), 342), E_LIMIT, OK },
		{ repeat(S("\u0958"), 170), OK, OK }, /* NFC is longer: 1020 after */
		{ repeat(S("\u0958"), 171), E_LIMIT, E_LIMIT },
	};
	struct str out;
	struct jid j;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(jid_prep_local(&arena, cases[i].in, &out), cases[i].local);
		assert_int_equal(
		    jid_prep_resource(&arena, cases[i].in, &out), cases[i].resource);
	}
	assert_int_equal(jid_make(&arena, repeat(S("a"), 1023), repeat(S("b."), 511),
			     repeat(S("c"), 1023), &j),
	    OK);
	assert_int_equal(jid_full(j).len, 1023 + 1 + 1021 + 1 + 1023);
	assert_int_equal(jid_make(&arena, S("a"), repeat(S("b."), 512), S(""), &j), OK);
	assert_int_equal(j.domain, 1023);
	assert_int_equal(jid_make(&arena, S("a"), repeat(S("b."), 513), S(""), &j), E_LIMIT);
}

static void
jid_make_normalises_and_takes_empty_parts_as_absent(void **state)
{
	(void)state;
	struct jid j;

	assert_int_equal(jid_make(&arena, S("Romeo"), S("Lit."), S("X"), &j), OK);
	assert_str(jid_full(j), "romeo@lit/X");
	assert_int_equal(jid_make(&arena, S(""), S("lit"), S(""), &j), OK);
	assert_str(jid_full(j), "lit");
	assert_int_equal(jid_make(&arena, S("a"), S(""), S(""), &j), E_INVALID);
	assert_int_equal(jid_make(&arena, S("a@b"), S("c"), S(""), &j), E_INVALID);
	assert_int_equal(jid_make(&arena, S("a"), S("b/c"), S(""), &j), E_INVALID);
}

static void
parts_are_slices_of_one_text(void **state)
{
	(void)state;
	struct jid j = jid_join(&arena, S("romeo"), S("montague.lit"), S("balcony"));
	struct jid bare = jid_to_bare(j);

	assert_str(jid_full(j), "romeo@montague.lit/balcony");
	assert_str(jid_bare(j), "romeo@montague.lit");
	assert_ptr_equal(jid_domain(j).at, j.text + 6);
	assert_ptr_equal(jid_resource(j).at, j.text + 19);
	assert_str(jid_full(bare), "romeo@montague.lit");
	assert_str(jid_resource(bare), "");
	assert_true(jid_is_bare(bare));
	assert_false(jid_is_bare(j));
	assert_true(jid_is_domain(jid_join(&arena, S(""), S("lit"), S(""))));
	assert_false(jid_is_domain(jid_join(&arena, S(""), S("lit"), S("x"))));
	assert_str(jid_full(jid_join(&arena, S(""), S("lit"), S("x"))), "lit/x");
}

static void
the_empty_address_has_empty_parts(void **state)
{
	(void)state;
	struct jid none = { 0 };

	assert_true(jid_is_empty(none));
	assert_true(jid_is_empty(jid_trusted(S(""))));
	assert_true(jid_is_empty(jid_copy(&arena, none)));
	assert_true(jid_is_empty(jid_to_bare(none)));
	assert_false(jid_is_domain(none));
	assert_str(jid_full(none), "");
	assert_str(jid_bare(none), "");
	assert_str(jid_local(none), "");
	assert_str(jid_domain(none), "");
	assert_str(jid_resource(none), "");
	assert_true(jid_eq(none, jid_trusted(S(""))));
	assert_false(jid_eq(none, jid_trusted(S("a"))));
}

static void
addresses_compare_as_bytes(void **state)
{
	(void)state;
	struct jid j = jid_trusted(S("a@b/c")), k = jid_copy(&arena, j);

	assert_ptr_not_equal(j.text, k.text);
	assert_true(jid_eq(j, k));
	assert_false(jid_eq(j, jid_trusted(S("a@b/d"))));
	assert_false(jid_eq(j, jid_trusted(S("a@b"))));
	assert_false(jid_eq(j, jid_trusted(S("b/c"))));
	assert_true(jid_eq_bare(j, jid_trusted(S("a@b/other"))));
	assert_true(jid_eq_bare(j, jid_to_bare(j)));
	assert_false(jid_eq_bare(j, jid_trusted(S("a@c/c"))));
	assert_false(jid_eq_bare(j, jid_trusted(S("b/c"))));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(jid_parse_accepts_the_examples_of_rfc_7622),
		cmocka_unit_test(jid_parse_refuses_the_counterexamples_of_rfc_7622),
		cmocka_unit_test(jid_parse_splits_at_the_first_slash_then_at_the_first_at_sign),
		cmocka_unit_test(jid_parse_normalises_each_part_by_its_own_rules),
		cmocka_unit_test(jid_parse_refuses_what_a_profile_refuses),
		cmocka_unit_test(
		    jid_parse_excludes_the_same_ascii_with_and_without_other_letters),
		cmocka_unit_test(a_part_has_at_most_1023_bytes_after_normalisation),
		cmocka_unit_test(jid_make_normalises_and_takes_empty_parts_as_absent),
		cmocka_unit_test(parts_are_slices_of_one_text),
		cmocka_unit_test(the_empty_address_has_empty_parts),
		cmocka_unit_test(addresses_compare_as_bytes),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
