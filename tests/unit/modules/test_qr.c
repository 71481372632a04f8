/* SPDX-License-Identifier: MIT
 *
 * How QR codes are drawn; that cameras read them is in tests/http/.
 */
#include "../unit.h"

#include "modules/invites/qr.h"

static void
a_code_is_dark_modules_within_a_quiet_zone(void **state)
{
	struct arena a;
	struct str svg;

	(void)state;
	arena_init(&a, 4096);
	assert_int_equal(qr_svg(&a, S("A"), S("a&amp;b"), &svg), OK);
	assert_true(str_starts(svg,
	    S("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 29 29\" role=\"img\" "
	      "aria-label=\"a&amp;b\" shape-rendering=\"crispEdges\"><path d=\"M4 4h7v1h-7z")));
	assert_true(str_ends(svg, S("z\"/></svg>")));
	arena_fini(&a);
}

static void
a_text_fits_or_is_refused(void **state)
{
	char text[2400];
	struct arena a;
	struct str svg;

	(void)state;
	memset(text, '~', sizeof(text));
	arena_init(&a, 4096);
	assert_int_equal(qr_svg(&a, str_of(text, 2331), S(""), &svg), OK);
	assert_int_equal(qr_svg(&a, str_of(text, 2332), S(""), &svg), E_LIMIT);
	arena_fini(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_code_is_dark_modules_within_a_quiet_zone),
		cmocka_unit_test(a_text_fits_or_is_refused),
	};

	return cmocka_run_group_tests_name("qr", tests, NULL, NULL);
}
