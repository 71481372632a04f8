/* SPDX-License-Identifier: MIT */
#include "xmpp/codepoint.h"

#include "../unit.h"

/* One of each step of RFC 8264 section 8, and those that two steps claim. */
static void
codepoint_property_takes_the_steps_of_rfc_8264_in_order(void **state)
{
	(void)state;
	static const struct {
		int32_t c;
		enum codepoint_property property;
	} cases[] = {
		{ 0x00, CODEPOINT_DISALLOWED },   /* Controls */
		{ 0x20, CODEPOINT_FREEFORM },     /* Spaces */
		{ 0x21, CODEPOINT_VALID },        /* ASCII7 */
		{ 0x7e, CODEPOINT_VALID },        /* ASCII7 */
		{ 0x7f, CODEPOINT_DISALLOWED },   /* Controls */
		{ 0xa0, CODEPOINT_FREEFORM },     /* HasCompat */
		{ 0xad, CODEPOINT_DISALLOWED },   /* PrecisIgnorableProperties */
		{ 0xb7, CODEPOINT_CONTEXT },      /* Exceptions: MIDDLE DOT */
		{ 0xc0, CODEPOINT_VALID },        /* LetterDigits, also capitals */
		{ 0xd7, CODEPOINT_FREEFORM },     /* Symbols */
		{ 0xdf, CODEPOINT_VALID },        /* Exceptions */
		{ 0x1c5, CODEPOINT_FREEFORM },    /* HasCompat before OtherLetterDigits */
		{ 0x301, CODEPOINT_VALID },       /* LetterDigits: a mark */
		{ 0x378, CODEPOINT_DISALLOWED },  /* Unassigned */
		{ 0x3c2, CODEPOINT_VALID },       /* Exceptions */
		{ 0x488, CODEPOINT_FREEFORM },    /* OtherLetterDigits: an enclosing mark */
		{ 0x640, CODEPOINT_DISALLOWED },  /* Exceptions: TATWEEL */
		{ 0x660, CODEPOINT_CONTEXT },     /* Exceptions */
		{ 0x6f9, CODEPOINT_CONTEXT },     /* Exceptions */
		{ 0x6fd, CODEPOINT_VALID },       /* Exceptions */
		{ 0x1100, CODEPOINT_DISALLOWED }, /* OldHangulJamo */
		{ 0x11a8, CODEPOINT_DISALLOWED }, /* OldHangulJamo */
		{ 0x1ffc, CODEPOINT_FREEFORM },   /* OtherLetterDigits: title case */
		{ 0x200b, CODEPOINT_DISALLOWED }, /* PrecisIgnorableProperties */
		{ 0x200c, CODEPOINT_CONTEXT },    /* JoinControl */
		{ 0x200d, CODEPOINT_CONTEXT },    /* JoinControl */
		{ 0x2028, CODEPOINT_DISALLOWED }, /* in no set: a line separator */
		{ 0x2126, CODEPOINT_FREEFORM },   /* HasCompat: toNFKC covers canonical forms */
		{ 0x2163, CODEPOINT_FREEFORM },   /* HasCompat */
		{ 0x265a, CODEPOINT_FREEFORM },   /* Symbols */
		{ 0x3007, CODEPOINT_VALID },      /* Exceptions */
		{ 0x302e, CODEPOINT_DISALLOWED }, /* Exceptions */
		{ 0xac00, CODEPOINT_VALID },      /* LetterDigits */
		{ 0xe000, CODEPOINT_DISALLOWED }, /* in no set: private use */
		{ 0xfe0f, CODEPOINT_DISALLOWED }, /* PrecisIgnorableProperties */
		{ 0xff21, CODEPOINT_FREEFORM },   /* HasCompat */
		{ 0xffff, CODEPOINT_DISALLOWED }, /* PrecisIgnorableProperties */
		{ 0x1f426, CODEPOINT_FREEFORM },  /* Symbols: BIRD */
		{ 0x20000, CODEPOINT_VALID },     /* LetterDigits */
		{ 0x10ffff, CODEPOINT_DISALLOWED }, /* PrecisIgnorableProperties */
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		if (codepoint_property(cases[i].c) != cases[i].property)
			fail_msg("U+%04X", (unsigned)cases[i].c);
}

enum { TEXT_MAX = 8 };

/* Ends at the first 0. */
static size_t
length(const int32_t text[TEXT_MAX])
{
	size_t n = 0;

	while (n < TEXT_MAX && text[n])
		n++;
	return n;
}

static void
codepoint_context_rules_are_those_of_appendix_a_of_rfc_5892(void **state)
{
	(void)state;
	static const struct {
		int32_t text[TEXT_MAX];
		bool good;
	} cases[] = {
		/* A.1: ZERO WIDTH NON-JOINER, after a virama or inside a cursive word */
		{ { 0x915, 0x94d, 0x200c, 0x937 }, true },
		{ { 0x915, 0x94d, 0x200c }, true },
		{ { 0x628, 0x200c, 0x628 }, true },
		{ { 0x628, 0x64b, 0x64b, 0x200c, 0x64b, 0x628 }, true },
		{ { 0x628, 0x200c, 0x627 }, true },  /* dual, right */
		{ { 0x627, 0x200c, 0x628 }, false }, /* alef does not join onwards */
		{ { 0x628, 0x200c }, false },
		{ { 0x200c, 0x628 }, false },
		{ { 0x64b, 0x200c, 0x628 }, false },
		{ { 0x628, 0x200c, 0x64b }, false },
		{ { 'a', 0x200c, 'b' }, false },
		{ { 0x200c }, false },
		/* A.2: ZERO WIDTH JOINER, only after a virama */
		{ { 0x915, 0x94d, 0x200d }, true },
		{ { 0x628, 0x200d, 0x628 }, false },
		{ { 0x200d }, false },
		/* A.3: MIDDLE DOT, between two l */
		{ { 'l', 0xb7, 'l' }, true },
		{ { 'l', 0xb7 }, false },
		{ { 0xb7, 'l' }, false },
		{ { 'a', 0xb7, 'l' }, false },
		{ { 'l', 0xb7, 'a' }, false },
		/* A.4: GREEK LOWER NUMERAL SIGN, before Greek */
		{ { 0x375, 0x3b1 }, true },
		{ { 0x375, 'a' }, false },
		{ { 0x3b1, 0x375 }, false },
		/* A.5 and A.6: geresh and gershayim, after Hebrew */
		{ { 0x5d0, 0x5f3 }, true },
		{ { 0x5f3, 0x5d0 }, false },
		{ { 0x5d0, 0x5f4, 0x5d1 }, true },
		{ { 'a', 0x5f4 }, false },
		/* A.7: KATAKANA MIDDLE DOT, with some kana or ideograph */
		{ { 0x30fb, 'a', 0x3042 }, true },
		{ { 0x30a2, 0x30fb }, true },
		{ { 0x4e00, 0x30fb }, true },
		{ { 'a', 0x30fb, 'b' }, false },
		{ { 0x30fb }, false },
		/* A.8 and A.9: one kind of Arabic digits */
		{ { 0x660, 0x669 }, true },
		{ { 0x6f0, 0x6f9 }, true },
		{ { 0x660, 0x6f0 }, false },
		{ { 0x660, 'a', 0x6f0, 'b' }, false },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		if (codepoint_context_rules(cases[i].text, length(cases[i].text)) !=
		    cases[i].good)
			fail_msg("case %zu", i);
}

static void
codepoint_bidi_rule_follows_section_2_of_rfc_5893(void **state)
{
	(void)state;
	static const struct {
		int32_t text[TEXT_MAX];
		bool good;
	} cases[] = {
		{ { 0x5d0, 0x5d1 }, true },
		{ { 0x627, 0x628 }, true },
		{ { 'a', 'b' }, true },
		{ { '1', 0x5d0 }, false },        /* 1: must begin with a letter */
		{ { 0x661, 0x627 }, false },      /* 1 */
		{ { 0x301, 0x5d0 }, false },      /* 1 */
		{ { 0x5d0, 'a', 0x5d0 }, false }, /* 2: no letters from left to right */
		{ { 0x5d0, '-', '1' }, true },    /* 2, 3 */
		{ { 0x5d0, '-' }, false },        /* 3: must end with a letter or number */
		{ { 0x5d0, 0x5b0 }, true },       /* 3: but for marks */
		{ { 0x5d0, '-', 0x5b0 }, false }, /* 3 */
		{ { 0x627, 0x661 }, true },       /* 3 */
		{ { 0x627, '1', 0x661 }, false }, /* 4: numbers do not mix */
		{ { 'a', 0x5d0 }, false },        /* 5: no letters from right to left */
		{ { 'a', 0x661 }, false },        /* 5 */
		{ { 'a', '-', '1' }, true },      /* 6 */
		{ { 'a', '-' }, false },          /* 6 */
		{ { 'a', 0x301 }, true },         /* 6 */
		{ { 0x301 }, false },
		{ { 0 }, false },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		if (codepoint_bidi_rule(cases[i].text, length(cases[i].text)) != cases[i].good)
			fail_msg("case %zu", i);
}

static void
codepoint_is_rtl_knows_letters_and_digits(void **state)
{
	(void)state;
	assert_true(codepoint_is_rtl(0x5d0));
	assert_true(codepoint_is_rtl(0x627));
	assert_true(codepoint_is_rtl(0x661));
	assert_true(codepoint_is_rtl(0x10b40)); /* INSCRIPTIONAL PARTHIAN */
	assert_false(codepoint_is_rtl('a'));
	assert_false(codepoint_is_rtl('1'));
	assert_false(codepoint_is_rtl(0x6f1)); /* extended Arabic-Indic digits are "European" */
	assert_false(codepoint_is_rtl(0x301));
}

static void
codepoint_in_domain_is_idna2008_after_mapping(void **state)
{
	(void)state;
	static const int32_t good[] = { 'a', 'z', '0', '9', '-', 0xdf, 0xe9, 0x3c2, 0x5d0, 0xb7,
		0x301, 0x4e00, 0xac00, 0x200d, 0x661 };
	static const int32_t bad[] = { 0, ' ', '.', '/', '@', 'A', '_', 0x7f, 0xa0, 0xaa, 0xc9,
		0x345, 0x640, 0x20d0, 0x2163, 0x2764, 0x1100, 0x1d165, 0x1d242, 0xe000, 0xff21,
		0x10ffff };

	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		if (!codepoint_in_domain(good[i]))
			fail_msg("U+%04X", (unsigned)good[i]);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (codepoint_in_domain(bad[i]))
			fail_msg("U+%04X", (unsigned)bad[i]);
}

static void
codepoint_map_width_changes_wide_and_narrow_forms_only(void **state)
{
	(void)state;
	assert_int_equal(codepoint_map_width(0xff21), 'A');
	assert_int_equal(codepoint_map_width(0xff20), '@');
	assert_int_equal(codepoint_map_width(0xff71), 0x30a2); /* halfwidth katakana */
	assert_int_equal(codepoint_map_width(0xff9e), 0x3099);
	assert_int_equal(codepoint_map_width(0xffa1), 0x3131); /* halfwidth hangul */
	assert_int_equal(codepoint_map_width(0xffe5), 0xa5);
	assert_int_equal(codepoint_map_width(0x3000), ' ');
	assert_int_equal(codepoint_map_width(0xff00), 0xff00); /* unassigned */
	assert_int_equal(codepoint_map_width(0xffef), 0xffef);
	assert_int_equal(
	    codepoint_map_width(0x2163), 0x2163); /* another kind of compatibility */
	assert_int_equal(codepoint_map_width('A'), 'A');
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(codepoint_property_takes_the_steps_of_rfc_8264_in_order),
		cmocka_unit_test(codepoint_context_rules_are_those_of_appendix_a_of_rfc_5892),
		cmocka_unit_test(codepoint_bidi_rule_follows_section_2_of_rfc_5893),
		cmocka_unit_test(codepoint_is_rtl_knows_letters_and_digits),
		cmocka_unit_test(codepoint_in_domain_is_idna2008_after_mapping),
		cmocka_unit_test(codepoint_map_width_changes_wide_and_narrow_forms_only),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
