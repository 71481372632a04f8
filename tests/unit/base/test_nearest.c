/* SPDX-License-Identifier: MIT */
#include "../unit.h"

#include "base/nearest.h"

static void
nearest_finds_the_word_that_was_meant(void **state)
{
	(void)state;
	static const struct {
		const char *typed, *known, *other, *best;
	} cases[] = {
		{ "idel", "idle", "send", "idle" },                    /* swapped */
		{ "certficate", "certificate", "key", "certificate" }, /* missing */
		{ "wrokers", "workers", "user", "workers" },           /* swapped */
		{ "limts", "limits", "listen", "limits" },             /* the closer of two */
		{ "x", "y", "z", "y" },                                /* the first of equals */
		{ "tls", "store", "listen", "" },                      /* nothing is close */
		{ "", "a", "b", "" },
		{ "connections_per_adress", "connections_per_address", "connections",
		    "connections_per_address" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct nearest n = nearest_to(str_from_c(cases[i].typed));

		nearest_offer(&n, str_from_c(cases[i].known));
		nearest_offer(&n, str_from_c(cases[i].other));
		assert_str(n.best, cases[i].best);
	}
}

static void
nearest_passes_over_words_too_long_to_compare(void **state)
{
	(void)state;
	char word[65];
	struct nearest n;

	memset(word, 'a', sizeof(word));
	n = nearest_to(str_of(word, 65));
	nearest_offer(&n, str_of(word, 64));
	assert_null(n.best.at);
	n = nearest_to(str_of(word, 64));
	nearest_offer(&n, str_of(word, 65));
	assert_null(n.best.at);
	nearest_offer(&n, str_of(word, 63));
	assert_int_equal(n.best.len, 63);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nearest_finds_the_word_that_was_meant),
		cmocka_unit_test(nearest_passes_over_words_too_long_to_compare),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
