/* SPDX-License-Identifier: MIT */
#include "../unit.h"

#include "ctl/print.h"

static void
print_result_is_made_for_people(void **state)
{
	(void)state;
	static const struct {
		const char *json, *text;
	} cases[] = {
		{ "{\"address\": \"a@b\", \"password\": true, \"n\": 5}",
		    "address: a@b\npassword: yes\nn: 5\n" },
		/* one column needs no heading */
		{ "{\"users\": [{\"address\": \"a@b\"}, {\"address\": \"c@d\"}]}",
		    "a@b\nc@d\n" },
		{ "{\"users\": []}", "" },
		{ "{\"sessions\": [{\"a\": \"x\", \"bb\": 1}, {\"a\": \"long\", \"bb\": "
		  "null}]}",
		    "a     bb\nx     1\nlong  \n" },
		/* columns are counted in characters */
		{ "{\"l\": [{\"a\": \"\xc3\xbc\", \"b\": 1}, {\"a\": \"uu\", \"b\": 2}]}",
		    "a   b\n\xc3\xbc   1\nuu  2\n" },
		/* nothing for a terminal to obey */
		{ "{\"a\": \"\\u001b[31m\\n\"}", "a: ?[31m?\n" },
		{ "{\"a\": {\"b\": 1}}", "a: {\"b\":1}\n" },
		{ "{}", "" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		json_t *result = json_loads(cases[i].json, 0, NULL);
		char *text;
		size_t len;
		FILE *f = open_memstream(&text, &len);

		assert_non_null(result);
		print_result(f, result);
		fclose(f);
		assert_string_equal(text, cases[i].text);
		free(text);
		json_decref(result);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(print_result_is_made_for_people),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
