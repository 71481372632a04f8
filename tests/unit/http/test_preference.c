/* SPDX-License-Identifier: MIT */
#include "../unit.h"

#include "http/preference.h"

static void
codings_have_the_weight_that_is_said(void **state)
{
	static const struct {
		struct str list;
		unsigned gzip;
	} table[] = {
		{ S("gzip"), 1000 },
		{ S("br, GZIP;q=0.5"), 500 },
		{ S("gzip ; q=0.123 , br"), 123 },
		{ S("gzip;q=1.000"), 1000 },
		{ S("gzip;q=1"), 1000 },
		{ S("gzip;q=1."), 1000 },
		{ S("gzip;q=0"), 0 },
		{ S("*"), 1000 },
		{ S("*;q=0.2, gzip;q=0"), 0 },
		{ S("gzip;q=0.1, *"), 100 },
		{ S("br"), 0 },
		{ S(""), 0 },
		{ S("gzip;q=2"), 0 },
		{ S("gzip;q=1.1"), 0 },
		{ S("gzip;q=0.1234"), 0 },
		{ S("gzip;q="), 0 },
		{ S("gzip;level=9"), 0 },
		{ S("gzip;q=.5"), 0 },
		{ S("gzip;q=0x5"), 0 },
		{ S("xgzip"), 0 },
		{ S(";q=1,,gzip"), 1000 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		if (http_coding_weight(table[i].list, S("gzip")) != table[i].gzip)
			fail_msg("%.*s", STR_ARG(table[i].list));
	assert_int_equal(http_coding_weight((struct str){ 0 }, S("gzip")), 0);
}

static void
a_region_speaks_for_its_language(void **state)
{
	struct str list = S("fr-CA, fr;q=0.8, en-GB;q=0.7, *;q=0.1");

	(void)state;
	assert_int_equal(http_language_weight(list, S("fr")), 1000);
	assert_int_equal(http_language_weight(list, S("en")), 700);
	assert_int_equal(http_language_weight(list, S("de")), 100);
	assert_int_equal(http_language_weight(S("frr"), S("fr")), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(codings_have_the_weight_that_is_said),
		cmocka_unit_test(a_region_speaks_for_its_language),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
