/* SPDX-License-Identifier: MIT */
#include "../unit.h"

#include "modules/bytestreams/socks5.h"

#define HASH "0123456789abcdefABCDEF0123456789abcdef01"
#define KEY "0123456789abcdefabcdef0123456789abcdef01"

struct line {
	struct str bytes;
	enum socks5_reading reading;
	size_t used; /* GOOD and REFUSED */
	enum socks5_answer answer;
};

#define LINE(text, reading_, used_, answer_)                                                   \
	{                                                                                      \
		{ "" text, sizeof(text) - 1 }, SOCKS5_##reading_, used_, SOCKS5_##answer_      \
	}

static const struct line greetings[] = {
	LINE("", UNCLEAR, 0, SUCCEEDED),
	LINE("\5", UNCLEAR, 0, SUCCEEDED),
	LINE("\5\2\1", UNCLEAR, 0, SUCCEEDED),
	LINE("\5\1\0", GOOD, 3, SUCCEEDED),
	LINE("\5\1\0more", GOOD, 3, SUCCEEDED),
	LINE("\5\3\2\1\0", GOOD, 5, SUCCEEDED),
	LINE("\5\0", REFUSED, 2, SUCCEEDED),
	LINE("\5\1\2", REFUSED, 3, SUCCEEDED),
	LINE("\5\1\2\0", REFUSED, 3, SUCCEEDED),
	LINE("\4\1\0", BAD, 0, SUCCEEDED),
	LINE("GET / HTTP/1.1", BAD, 0, SUCCEEDED),
};

static const struct line requests[] = {
	LINE("", UNCLEAR, 0, SUCCEEDED),
	LINE("\5\1\0\3", UNCLEAR, 0, SUCCEEDED),
	LINE("\5\1\0\3\x28" HASH "\0", UNCLEAR, 0, SUCCEEDED),
	LINE("\5\1\0\3\x28" HASH "\0\0", GOOD, 47, SUCCEEDED),
	LINE("\5\1\0\3\x28" HASH "\x1f\x90more", GOOD, 47, SUCCEEDED),
	LINE("\5\2\0\3\x28" HASH "\0\0", REFUSED, 47, COMMAND_UNKNOWN),
	LINE("\5\3\0\3\x28" HASH "\0\0", REFUSED, 47, COMMAND_UNKNOWN),
	LINE("\5\1\0\1\x7f\0\0\1\0\x50", REFUSED, 10, ADDRESS_UNKNOWN),
	LINE("\5\1\0\4\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1\0\x50", REFUSED, 22, ADDRESS_UNKNOWN),
	LINE("\5\1\0\3\x09localhost\0\x50", REFUSED, 16, ADDRESS_UNKNOWN),
	LINE("\5\1\0\3\0\0\0", REFUSED, 7, ADDRESS_UNKNOWN),
	LINE("\5\1\0\3\x28g123456789abcdefABCDEF0123456789abcdef01\0\0", REFUSED, 47,
	    ADDRESS_UNKNOWN),
	LINE("\5\1\0\2\1\1\1\1", BAD, 0, SUCCEEDED),
	LINE("\5\1\1\3\x28" HASH "\0\0", BAD, 0, SUCCEEDED),
	LINE("\4\1\0\3\x28" HASH "\0\0", BAD, 0, SUCCEEDED),
};

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* Cut anywhere, it is unclear until it is what it is. */
static void
socks5_greeting_at_every_split(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(greetings); i++) {
		const struct line *l = &greetings[i];
		bool decided = false;

		for (size_t n = 0; n <= l->bytes.len; n++) {
			size_t used = 0;
			enum socks5_reading r =
			    socks5_greeting(str_slice(l->bytes, 0, n), &used);

			if (!decided && r == SOCKS5_UNCLEAR && n < l->bytes.len)
				continue;
			assert_int_equal(r, l->reading);
			if (r == SOCKS5_GOOD || r == SOCKS5_REFUSED)
				assert_int_equal(used, l->used);
			decided = true;
		}
	}
}

static void
socks5_request_at_every_split(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(requests); i++) {
		const struct line *l = &requests[i];
		bool decided = false;

		for (size_t n = 0; n <= l->bytes.len; n++) {
			struct socks5_request out = { .answer = SOCKS5_SUCCEEDED };
			size_t used = 0;
			enum socks5_reading r =
			    socks5_request(str_slice(l->bytes, 0, n), &used, &out);

			if (!decided && r == SOCKS5_UNCLEAR && n < l->bytes.len)
				continue;
			assert_int_equal(r, l->reading);
			if (r == SOCKS5_GOOD)
				assert_memory_equal(out.key, KEY, SOCKS5_KEY);
			if (r == SOCKS5_REFUSED)
				assert_int_equal(out.answer, l->answer);
			if (r == SOCKS5_GOOD || r == SOCKS5_REFUSED)
				assert_int_equal(used, l->used);
			decided = true;
		}
	}
}

static void
answers_are_as_long_as_they_say(void **state)
{
	char reply[SOCKS5_REPLY];

	(void)state;
	assert_int_equal(socks5_reply(KEY, reply), 47);
	assert_memory_equal(reply, "\5\0\0\3\x28" KEY "\0\0", 47);
	assert_int_equal(socks5_greeting_answer(true).len, 2);
	assert_memory_equal(socks5_greeting_answer(true).at, "\5\0", 2);
	assert_memory_equal(socks5_greeting_answer(false).at, "\5\xff", 2);
	for (enum socks5_answer a = SOCKS5_NOT_ALLOWED; a <= SOCKS5_ADDRESS_UNKNOWN; a++) {
		if (a != SOCKS5_NOT_ALLOWED && a < SOCKS5_COMMAND_UNKNOWN)
			continue;
		assert_int_equal(socks5_refusal(a).len, 10);
		assert_int_equal(socks5_refusal(a).at[0], 5);
		assert_int_equal(socks5_refusal(a).at[1], (int)a);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(socks5_greeting_at_every_split),
		cmocka_unit_test(socks5_request_at_every_split),
		cmocka_unit_test(answers_are_as_long_as_they_say),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
