/* SPDX-License-Identifier: MIT */
#include "xmpp/precis.h"

#include "../unit.h"

typedef enum status (*profile)(struct str in, char out[PRECIS_MAX], size_t *len);

struct precis_case {
	struct str in;
	const char *out; /* NULL: refused with E_INVALID */
};

/* Also that what was prepared stays as it is when it is prepared again. */
static void
check(profile prepare, const struct precis_case *cases, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		char out[PRECIS_MAX], again[PRECIS_MAX];
		size_t len = 7, again_len;
		enum status s = prepare(cases[i].in, out, &len);

		if (s != (cases[i].out ? OK : E_INVALID))
			fail_msg("case %zu: %s", i, status_name(s));
		if (s != OK) {
			assert_int_equal(len, 7);
			continue;
		}
		assert_str(str_of(out, len), cases[i].out);
		assert_int_equal(prepare(str_of(out, len), again, &again_len), OK);
		assert_int_equal(again_len, len);
		assert_memory_equal(again, out, len);
	}
}

#define CHECK(prepare, cases) check(prepare, cases, sizeof(cases) / sizeof((cases)[0]))

/* RFC 8265 section 3.5, tables 1 and 2. */
static void
precis_username_treats_the_examples_of_rfc_8265_as_told(void **state)
{
	(void)state;
	static const struct precis_case cases[] = {
		{ S("juliet@example.com"), "juliet@example.com" },
		{ S("fussball"), "fussball" },
		{ S("fu\u00dfball"), "fu\u00dfball" },
		{ S("\u03c0"), "\u03c0" },
		{ S("\u03a3"), "\u03c3" },
		{ S("\u03c3"), "\u03c3" },
		{ S("\u03c2"), "\u03c2" },
		{ S("foo bar"), NULL },
		{ S(""), NULL },
		{ S("henry\u2163"), NULL },
		{ S("\u265a"), NULL },
	};

	CHECK(precis_username, cases);
}

static void
precis_username_maps_width_then_case_then_composes(void **state)
{
	(void)state;
	static const struct precis_case cases[] = {
		{ S("ABC"), "abc" }, { S("\uff21\uff22\uff23"), "abc" },
		{ S("\uff8a\uff9f"), "\u30d1" }, /* halfwidth ha and its mark: pa */
		{ S("E\u0301"), "\u00e9" }, { S("\u212b"), "\u00e5" }, /* ANGSTROM SIGN */
		{ S("\u212a"), "k" },                                  /* KELVIN SIGN */
		{ S("\u0130"), "i\u0307" }, { S("I"), "i" },           /* in any locale */
		{ S("\u1e9e"), "\u00df" },
		{ S("\u039f\u0394\u039f\u03a3"),
		    "\u03bf\u03b4\u03bf\u03c3" },      /* no final form */
		{ S("\u13a0"), "\uab70" },             /* Cherokee */
		{ S("\u10a0"), "\u2d00" },             /* Georgian */
		{ S("\U00010400"), "\U00010428" },     /* Deseret */
		{ S("\u1112\u1161\u11ab"), "\ud55c" }, /* decomposed Hangul */
		{ S("\u1112"), NULL },                 /* and what is left over */
		{ S("\uffa1"), NULL }, /* a halfwidth jamo is a compatibility jamo */
		{ S("\u3000"), NULL }, /* becomes SPACE */
	};

	CHECK(precis_username, cases);
}

static void
precis_username_applies_the_bidi_rule(void **state)
{
	(void)state;
	static const struct precis_case cases[] = {
		{ S("\u05d0\u05d1"), "\u05d0\u05d1" }, { S("\u05d01"), "\u05d01" },
		{ S("\u0627\u0661"), "\u0627\u0661" }, { S("1\u05d0"), NULL },
		{ S("a\u05d0"), NULL }, { S("\u05d0a"), NULL }, { S("\u05d0!"), NULL },
		{ S("\u06611"), NULL },
		{ S("123-"), "123-" }, /* not written from right to left: no rule */
	};

	CHECK(precis_username, cases);
}

static void
precis_username_applies_the_contextual_rules(void **state)
{
	(void)state;
	static const struct precis_case cases[] = {
		{ S("l\u00b7l"), "l\u00b7l" },
		{ S("L\u00b7L"), "l\u00b7l" }, /* judged after mapping */
		{ S("l\u00b7a"), NULL },
		{ S("\u0915\u094d\u200d\u0937"), "\u0915\u094d\u200d\u0937" },
		{ S("a\u200db"), NULL },
		{ S("\u0628\u200c\u0628"), "\u0628\u200c\u0628" },
		{ S("\uff76\u30fb"), "\u30ab\u30fb" },
	};

	CHECK(precis_username, cases);
}

static void
precis_username_refuses_what_is_not_utf8(void **state)
{
	(void)state;
	static const struct precis_case cases[] = {
		{ S("\xff"), NULL },
		{ S("abc\x80"), NULL },
		{ S("\xc0\xaf"), NULL },
		{ S("\xed\xa0\x80"), NULL },
		{ S("\xf4\x90\x80\x80"), NULL },
		{ S("\xe2\x82"), NULL },
		{ S("a\0b"), NULL },
	};

	CHECK(precis_username, cases);
	CHECK(precis_opaque, cases);
}

/* RFC 8265 section 4.3, tables 3 and 4. */
static void
precis_opaque_treats_the_examples_of_rfc_8265_as_told(void **state)
{
	(void)state;
	static const struct precis_case cases[] = {
		{ S("correct horse battery staple"), "correct horse battery staple" },
		{ S("Correct Horse Battery Staple"), "Correct Horse Battery Staple" },
		{ S("\u03c0\u00df\u00e5"), "\u03c0\u00df\u00e5" },
		{ S("Jack of \u2666s"), "Jack of \u2666s" },
		{ S("foo\u1680bar"), "foo bar" }, /* OGHAM SPACE MARK */
		{ S(""), NULL },
		{ S("my cat is a \tby"), NULL },
	};

	CHECK(precis_opaque, cases);
}

static void
precis_opaque_keeps_case_and_width(void **state)
{
	(void)state;
	static const struct precis_case cases[] = {
		{ S("\uff21bC"), "\uff21bC" },
		{ S("\u2163"), "\u2163" },
		{ S("e\u0301"), "\u00e9" },
		{ S(" "), " " },
		{ S("\u3000\u00a0\u2003"), "   " },
		{ S("a\u05d0"), "a\u05d0" },               /* no rule of direction */
		{ S("\U0001f468\u200d\U0001f469"), NULL }, /* a joiner between emoji */
		{ S("\u2764\ufe0f"), NULL },               /* a variation selector */
		{ S("\u2764"), "\u2764" },
	};

	CHECK(precis_opaque, cases);
}

static void
text_is_bounded_before_and_after(void **state)
{
	(void)state;
	static char in[PRECIS_IN_MAX + 1];
	char out[PRECIS_MAX];
	size_t len;

	memset(in, 'a', sizeof(in));
	assert_int_equal(precis_opaque(str_of(in, PRECIS_MAX), out, &len), OK);
	assert_int_equal(len, PRECIS_MAX);
	assert_int_equal(precis_username(str_of(in, PRECIS_MAX), out, &len), OK);
	assert_int_equal(len, PRECIS_MAX);
	assert_int_equal(precis_opaque(str_of(in, PRECIS_MAX + 1), out, &len), E_LIMIT);
	assert_int_equal(precis_username(str_of(in, PRECIS_MAX + 1), out, &len), E_LIMIT);
	assert_int_equal(precis_opaque(str_of(in, PRECIS_IN_MAX), out, &len), E_LIMIT);
	in[0] = '\xff'; /* not looked at: too long */
	assert_int_equal(precis_opaque(str_of(in, PRECIS_IN_MAX + 1), out, &len), E_LIMIT);
	assert_int_equal(precis_opaque(str_of(in, PRECIS_IN_MAX), out, &len), E_INVALID);
}

static void
precis_password_is_opaque_and_in_the_arena(void **state)
{
	(void)state;
	struct arena arena;
	struct str out = S("untouched");

	arena_init_wiped(&arena, 256);
	assert_int_equal(precis_password(&arena, S("a\u00a0e\u0301"), &out), OK);
	assert_str(out, "a \u00e9");
	assert_int_equal(precis_password(&arena, S("plain"), &out), OK);
	assert_str(out, "plain");
	assert_int_equal(precis_password(&arena, S(""), &out), E_INVALID);
	assert_int_equal(precis_password(&arena, S("\n"), &out), E_INVALID);
	assert_str(out, "plain");
	arena_fini(&arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(precis_username_treats_the_examples_of_rfc_8265_as_told),
		cmocka_unit_test(precis_username_maps_width_then_case_then_composes),
		cmocka_unit_test(precis_username_applies_the_bidi_rule),
		cmocka_unit_test(precis_username_applies_the_contextual_rules),
		cmocka_unit_test(precis_username_refuses_what_is_not_utf8),
		cmocka_unit_test(precis_opaque_treats_the_examples_of_rfc_8265_as_told),
		cmocka_unit_test(precis_opaque_keeps_case_and_width),
		cmocka_unit_test(text_is_bounded_before_and_after),
		cmocka_unit_test(precis_password_is_opaque_and_in_the_arena),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
