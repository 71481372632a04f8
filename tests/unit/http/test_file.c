/* SPDX-License-Identifier: MIT
 *
 * Files, what was read of one before, and assets over a connection.
 */
#include "rig.h"

#include "http/asset.h"
#include "loop/helper.h"

/* More than the kernel keeps for a sender, and a small buffer of the receiver's. */
enum { BYTES = 6 * 1024 * 1024 + 17, SMALL_BUFFER = 64 * 1024 };

static char path[] = "/tmp/jaseur-http-XXXXXX";
static char *content;
static uint64_t announced = BYTES;

static void
send_file(struct http_exchange *x)
{
	struct http_file f = { S("application/octet-stream"), S("\"tag\""), announced,
		784111777 };
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	assert_true(fd >= 0);
	http_answer_file(x, fd, &f);
}

static void
send_bytes(struct http_exchange *x)
{
	struct http_file f = { S("text/plain"), S("\"tag\""), 10, 784111777 };

	http_answer_bytes(x, "0123456789", &f);
}

static const struct http_asset asset = { S("a.css"), S("text/css"), S("0123456789"),
	S("\"plain\""), S("zip"), S("\"zipped\"") };

static void
send_asset(struct http_exchange *x)
{
	http_answer_static(x, &asset);
}

static const struct http_route table[] = {
	{ S("/file"), HTTP_GET, .run = send_file },
	{ S("/bytes"), HTTP_GET, .run = send_bytes },
	{ S("/asset"), HTTP_GET, .run = send_asset },
};

static const struct http_routes routes = TABLE(table);

static int
begin_all(void **state)
{
	int fd = mkstemp(path);

	(void)state;
	content = mem_alloc(BYTES);
	for (size_t i = 0; i < BYTES; i++)
		content[i] = (char)(i * 31 + i / 251);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, content, BYTES), BYTES);
	return close(fd);
}

static int
finish_all(void **state)
{
	(void)state;
	free(content);
	return unlink(path);
}

static int
begin(void **state)
{
	(void)state;
	announced = BYTES;
	rig_begin(routes);
	assert_int_equal(helpers_start(1, 16), OK);
	return 0;
}

static int
finish(void **state)
{
	(void)state;
	helpers_stop();
	rig_end();
	return 0;
}

/* Until so many bytes have come, or the end. */
static void
receive(size_t bytes)
{
	for (int i = 0; i < 100000 && got.len < bytes && !client_ended; i++) {
		rig_say(S(""));
		loop_turn_clock(1);
	}
}

static void
drop_from_cache(void)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	assert_true(fd >= 0);
	assert_int_equal(fsync(fd), 0);
	assert_int_equal(posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED), 0);
	close(fd);
}

static void
ask(const char *target, const char *fields)
{
	struct arena a;

	arena_init(&a, 1024);
	rig_say(str_format(&a, "GET %s HTTP/1.1\r\nHost: a\r\n%s\r\n", target, fields));
	arena_fini(&a);
}

static void
a_file_arrives_whole_from_the_cache_and_from_the_disk(void **state)
{
	(void)state;
	for (int i = 0; i < 2; i++) {
		if (i)
			drop_from_cache();
		ask("/file", "");
		assert_true(rig_saw("Content-Type: application/octet-stream\r\n"));
		assert_true(rig_saw("ETag: \"tag\"\r\n"));
		assert_true(rig_saw("Last-Modified: Sun, 06 Nov 1994 08:49:37 GMT\r\n"));
		assert_true(rig_saw("\r\n\r\n"));
		receive(BYTES);
		assert_int_equal(got.len, BYTES);
		assert_memory_equal(got.at, content, BYTES);
		buf_drop(&got, got.len);
	}
	assert_false(client_ended);
}

static void
a_range_is_a_part_of_it(void **state)
{
	(void)state;
	ask("/file", "Range: bytes=100000-299999\r\n");
	assert_true(rig_saw("HTTP/1.1 206 Partial Content\r\n"));
	assert_true(rig_saw("Content-Length: 200000\r\n"));
	assert_true(rig_saw("Content-Range: bytes 100000-299999/6291473\r\n\r\n"));
	receive(200000);
	assert_int_equal(got.len, 200000);
	assert_memory_equal(got.at, content + 100000, 200000);
	got.len = 0;
	ask("/file", "Range: bytes=9999999-\r\n");
	assert_true(rig_saw("HTTP/1.1 416 "));
	assert_true(rig_saw("Content-Range: bytes */6291473\r\n"));
	got.len = 0;
	ask("/file", "If-None-Match: \"tag\"\r\n");
	assert_true(rig_saw("HTTP/1.1 304 "));
	assert_false(rig_saw("Content-Length"));
	got.len = 0;
	ask("/file", "If-Match: \"other\"\r\n");
	assert_true(rig_saw("HTTP/1.1 412 "));
	got.len = 0;
	rig_say(S("HEAD /file HTTP/1.1\r\nHost: a\r\n\r\n"));
	assert_true(rig_saw("Content-Length: 6291473\r\n"));
	assert_true(rig_saw("\r\n\r\n"));
	assert_int_equal(got.len, 0);
}

static void
a_client_that_does_not_read_holds_up_nobody_and_costs_little(void **state)
{
	(void)state;
	int bytes = SMALL_BUFFER;

	setsockopt(client, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof(bytes));
	rig_send(client, "GET /file HTTP/1.1\r\nHost: a\r\n\r\n", 31);
	loop_drive();
	/* The socket's buffers take some of it; we keep a piece at most. */
	assert_false(rig_receive(client, &got));
	assert_true(got.len < BYTES);
	rig_reconnect();
	ask("/asset", "");
	assert_true(rig_saw("0123456789"));
}

static void
a_client_that_leaves_while_more_of_its_requests_wait_is_noticed(void **state)
{
	(void)state;
	rig_send(client, "GET /file HTTP/1.1\r\nHost: a\r\n\r\nGET /file HTTP/1.1\r\n", 50);
	loop_drive();
	rig_reconnect();
	for (int i = 0; i < 20; i++) {
		loop_turn_clock(1000);
		loop_drive();
	}
	/* rig_end would find the connection alive: transport_free asserts that none is. */
}

static void
a_file_that_became_shorter_ends_the_connection(void **state)
{
	(void)state;
	announced = BYTES + 1;
	ask("/file", "");
	receive(SIZE_MAX);
	assert_true(client_ended);
}

static void
bytes_in_memory_are_answered_as_a_file_is(void **state)
{
	(void)state;
	ask("/bytes", "");
	assert_true(rig_saw("HTTP/1.1 200 "));
	assert_true(rig_saw("Content-Type: text/plain\r\nContent-Length: 10\r\n"));
	assert_true(rig_saw("ETag: \"tag\"\r\n"));
	assert_true(rig_saw("Last-Modified: Sun, 06 Nov 1994 08:49:37 GMT\r\n"));
	assert_true(rig_saw("\r\n\r\n0123456789"));
	ask("/bytes", "Range: bytes=-3\r\n");
	assert_true(rig_saw("HTTP/1.1 206 "));
	assert_true(rig_saw("Content-Range: bytes 7-9/10\r\n\r\n789"));
	ask("/bytes", "Range: bytes=10-\r\n");
	assert_true(rig_saw("HTTP/1.1 416 "));
	assert_true(rig_saw("Content-Range: bytes */10\r\n\r\n"));
	ask("/bytes", "If-None-Match: \"tag\"\r\n");
	assert_true(rig_saw("HTTP/1.1 304 "));
	assert_true(rig_saw("\r\n\r\n"));
	rig_say(S("HEAD /bytes HTTP/1.1\r\nHost: a\r\n\r\n"));
	assert_true(rig_saw("Content-Length: 10\r\n"));
	assert_true(rig_saw("\r\n\r\n"));
	assert_int_equal(got.len, 0);
}

static void
assets_come_as_the_client_likes_them(void **state)
{
	(void)state;
	ask("/asset", "Accept-Encoding: br, gzip\r\n");
	assert_true(rig_saw("Content-Length: 3\r\n"));
	assert_true(rig_saw("ETag: \"zipped\"\r\n"));
	assert_true(rig_saw("Vary: Accept-Encoding\r\nContent-Encoding: gzip\r\n"));
	assert_true(rig_saw("\r\n\r\nzip"));
	ask("/asset", "Accept-Encoding: gzip;q=0\r\n");
	assert_true(rig_saw("Content-Type: text/css\r\nContent-Length: 10\r\n"));
	assert_true(rig_saw("ETag: \"plain\"\r\n"));
	assert_true(rig_saw("\r\n\r\n0123456789"));
	ask("/asset", "Range: bytes=2-4\r\n");
	assert_true(rig_saw("HTTP/1.1 206 "));
	assert_true(rig_saw("\r\n\r\n234"));
	ask("/asset", "Accept-Encoding: gzip\r\nIf-None-Match: \"zipped\"\r\n");
	assert_true(rig_saw("HTTP/1.1 304 "));
	ask("/asset", "If-None-Match: \"zipped\"\r\n");
	assert_true(rig_saw("HTTP/1.1 200 "));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    a_file_arrives_whole_from_the_cache_and_from_the_disk, begin, finish),
		cmocka_unit_test_setup_teardown(a_range_is_a_part_of_it, begin, finish),
		cmocka_unit_test_setup_teardown(
		    a_client_that_does_not_read_holds_up_nobody_and_costs_little, begin,
		    finish),
		cmocka_unit_test_setup_teardown(
		    a_client_that_leaves_while_more_of_its_requests_wait_is_noticed, begin,
		    finish),
		cmocka_unit_test_setup_teardown(
		    a_file_that_became_shorter_ends_the_connection, begin, finish),
		cmocka_unit_test_setup_teardown(
		    bytes_in_memory_are_answered_as_a_file_is, begin, finish),
		cmocka_unit_test_setup_teardown(
		    assets_come_as_the_client_likes_them, begin, finish),
	};

	return cmocka_run_group_tests(tests, begin_all, finish_all);
}
