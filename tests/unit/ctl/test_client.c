/* SPDX-License-Identifier: MIT */
#include "../unit.h"

#include "ctl/client.h"

static void
client_read_head_takes_what_the_server_writes_and_nothing_else(void **state)
{
	(void)state;
	static const struct {
		const char *head;
		enum status s;
		unsigned status;
		size_t length;
	} cases[] = {
		{ "HTTP/1.1 200 OK\r\nContent-Length: 17\r\n\r\n", OK, 200, 17 },
		{ "HTTP/1.1 404 Not Found\r\nDate: x\r\ncontent-length:0\r\n\r\n", OK, 404, 0 },
		{ "HTTP/1.1 200 OK\r\n\r\n", E_INVALID, 0, 0 },
		{ "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", E_INVALID, 0, 0 },
		{ "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", E_INVALID, 0, 0 },
		{ "HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n", E_INVALID, 0, 0 },
		{ "HTTP/1.1 20\r\nContent-Length: 1\r\n\r\n", E_INVALID, 0, 0 },
		{ "HTTP/2 200\r\nContent-Length: 1\r\n\r\n", E_INVALID, 0, 0 },
		{ "{\"ok\":true}\n", E_INVALID, 0, 0 },
		{ "", E_INVALID, 0, 0 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		unsigned status = 0;
		size_t length = 0;

		assert_int_equal(
		    client_read_head(str_from_c(cases[i].head), &status, &length), cases[i].s);
		if (cases[i].s == OK) {
			assert_int_equal(status, cases[i].status);
			assert_int_equal(length, cases[i].length);
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    client_read_head_takes_what_the_server_writes_and_nothing_else),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
