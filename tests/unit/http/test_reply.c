/* SPDX-License-Identifier: MIT */
#include "../unit.h"

#include "base/limits.h"
#include "http/client/reply.h"

/* Fed in two pieces, cut at every byte; then the connection ends, if `ends`. */
static const struct shape {
	const char *bytes;
	bool ends;
	unsigned status; /* 0: bad */
	const char *body;
	bool keeps;
} shapes[] = {
	{ "HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n", false, 201, "", true },
	{ "HTTP/1.1 201\r\nContent-Length: 0\r\n\r\n", false, 201, "", true },
	{ "HTTP/1.1 201 \r\ncontent-length:0\r\n\r\n", false, 201, "", true },
	{ "HTTP/1.1 204 No Content\r\n\r\n", false, 204, "", true },
	{ "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", false, 200, "hello", true },
	{ "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2;x\r\nlo\r\n0\r\n"
	  "T: t\r\n\r\n",
	    false, 200, "hello", true },
	{ "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nhi", false, 200,
	    "hi", false },
	{ "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nhi", false, 200, "hi", false },
	{ "HTTP/1.1 200 OK\r\n\r\nto the end", true, 200, "to the end", false },
	{ "HTTP/1.1 103 Early\r\nLink: a\r\n\r\nHTTP/1.1 404 No\r\nContent-Length: 1\r\n\r\nx",
	    false, 404, "x", true },
	{ "HTTP/1.1 429 Slow\r\nRetry-After: 5\r\nContent-Length: 0\r\n\r\n", false, 429, "",
	    true },
	{ "", true, 0 },
	{ "HTTP/1.1 200 OK\r\n", true, 0 },
	{ "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhel", true, 0 },
	{ "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhe", true, 0 },
	{ "HTTP/2 200\r\n\r\n", false, 0 },
	{ "HTTP/1.1 99 x\r\n\r\n", false, 0 },
	{ "HTTP/1.1 600 x\r\n\r\n", false, 0 },
	{ "HTTP/1.1 2000 x\r\n\r\n", false, 0 },
	{ "HTTP/1.1 20 x\r\n\r\n", false, 0 },
	{ "HTTP/1.1  200 OK\r\n\r\n", false, 0 },
	{ "HTTP/1.1 101 Switching\r\nUpgrade: x\r\n\r\n", false, 0 },
	{ "SSH-2.0-x\r\n\r\n", false, 0 },
	{ "HTTP/1.1 200 OK\nContent-Length: 0\n\n", false, 0 },
	{ "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\nx", false, 0 },
	{ "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", false, 0 },
	{ "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", false,
	    0 },
	{ "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n", false, 0 },
	{ "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", false, 0 },
	{ "HTTP/1.1 200 OK\r\n folded: x\r\n\r\n", false, 0 },
	{ "HTTP/1.1 200 O\x01K\r\n\r\n", false, 0 },
};

static void
check(const struct shape *s, size_t cut)
{
	struct str bytes = str_from_c(s->bytes);
	struct reply r;
	size_t taken;

	reply_init(&r);
	assert_true(reply_is_untouched(&r));
	taken = reply_take(&r, str_slice(bytes, 0, cut));
	if (r.state != REPLY_BAD)
		taken += reply_take(&r, str_slice(bytes, cut, bytes.len));
	if (s->ends)
		reply_end(&r);
	if (!s->status) {
		if (r.state != REPLY_BAD)
			fail_msg("\"%s\" cut at %zu was accepted", s->bytes, cut);
	} else {
		if (r.state != REPLY_WHOLE)
			fail_msg("\"%s\" cut at %zu was not", s->bytes, cut);
		assert_int_equal(taken, bytes.len);
		assert_int_equal(r.head.status, s->status);
		assert_str(buf_str(&r.bytes), s->body);
		assert_int_equal(reply_keeps_connection(&r), s->keeps);
	}
	reply_fini(&r);
}

static void
answers_are_read_however_they_are_cut(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++)
		for (size_t cut = 0; cut <= strlen(shapes[i].bytes); cut++)
			check(&shapes[i], cut);
}

static void
what_comes_behind_an_answer_is_left(void **state)
{
	struct reply r;

	(void)state;
	reply_init(&r);
	assert_int_equal(
	    reply_take(&r, S("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nxmore")), 39);
	assert_int_equal(r.state, REPLY_WHOLE);
	assert_int_equal(reply_take(&r, S("more")), 0);
	reply_fini(&r);
}

/* Says `what` until the answer is bad; how many bytes that took. */
static size_t
flood(const char *first, const char *what)
{
	struct reply r;
	size_t n = 0;

	reply_init(&r);
	reply_take(&r, str_from_c(first));
	while (r.state != REPLY_BAD && n < 1024 * 1024)
		n += reply_take(&r, str_from_c(what));
	reply_fini(&r);
	return n;
}

static void
floods_are_bounded(void **state)
{
	(void)state;
	assert_in_range(flood("HTTP/1.1 200 OK\r\n", "a: b\r\n"), 1, HTTP_REPLY_HEAD_MAX);
	assert_in_range(
	    flood("HTTP/1.1 200 OK\r\n", "aaaaaaaaaaaaaaaa"), 1, HTTP_REPLY_HEAD_MAX);
	assert_in_range(flood("HTTP/1.1 200 OK\r\n\r\n", "aaaaaaaaaaaaaaaa"),
	    HTTP_REPLY_BODY_MAX, HTTP_REPLY_BODY_MAX + 16);
	assert_in_range(
	    flood("HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n", "aaaaaaaa"),
	    HTTP_REPLY_BODY_MAX, HTTP_REPLY_BODY_MAX + 16);
	assert_in_range(
	    flood("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "1\r\na\r\n"),
	    HTTP_REPLY_BODY_MAX, 6 * HTTP_REPLY_BODY_MAX + 16);
	assert_in_range(
	    flood("", "HTTP/1.1 100 Continue\r\n\r\n"), 1, 25 * (HTTP_REPLY_INTERIM_MAX + 1));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(answers_are_read_however_they_are_cut),
		cmocka_unit_test(what_comes_behind_an_answer_is_left),
		cmocka_unit_test(floods_are_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
