/* SPDX-License-Identifier: MIT */
#include "../unit.h"

#include "../../websocket_events.h"

enum { MESSAGE_MAX = 70000, OUTPUT_MAX = 1 << 20 };

/* --- what clients send ------------------------------------------------------------------ */

/* A frame with the mask "MASK"; first: its first byte. */
static void
add_frame(struct buf *b, unsigned first, struct str payload)
{
	static const char mask[] = "MASK";
	char head[8] = { (char)first };
	size_t n = 2;

	if (payload.len < 126) {
		head[1] = (char)(0x80 | payload.len);
	} else {
		assert_true(payload.len <= UINT16_MAX);
		head[1] = (char)(0x80 | 126);
		head[2] = (char)(payload.len >> 8);
		head[3] = (char)(payload.len & 0xff);
		n = 4;
	}
	memcpy(head + n, mask, 4);
	assert_int_equal(buf_add(b, str_of(head, n + 4)), OK);
	for (size_t i = 0; i < payload.len; i++) {
		char c = (char)(payload.at[i] ^ mask[i % 4]);

		assert_int_equal(buf_add(b, str_of(&c, 1)), OK);
	}
}

enum { FIN = 0x80 };

/* Reads a copy, in two pieces cut at `cut`. */
static void
read_cut(struct buf *out, struct str bytes, size_t cut, size_t most)
{
	char *first = mem_alloc(cut), *second = mem_alloc(bytes.len - cut);
	struct websocket_reader r;
	struct buf message;

	if (cut)
		memcpy(first, bytes.at, cut);
	if (bytes.len > cut)
		memcpy(second, bytes.at + cut, bytes.len - cut);
	buf_init(out, OUTPUT_MAX);
	buf_init(&message, OUTPUT_MAX);
	websocket_reader_init(&r, MESSAGE_MAX);
	if (websocket_feed(out, &message, &r, str_of(first, cut), most))
		websocket_feed(out, &message, &r, str_of(second, bytes.len - cut), most);
	websocket_reader_fini(&r);
	buf_fini(&message);
	free(first);
	free(second);
}

/* However the bytes are cut, and taken. */
static void
assert_reads(struct str bytes, const char *expected)
{
	for (size_t cut = 0; cut <= bytes.len; cut++) {
		struct buf out;

		read_cut(&out, bytes, cut, SIZE_MAX);
		assert_str(buf_str(&out), expected);
		buf_fini(&out);
		read_cut(&out, bytes, cut, 3);
		assert_str(buf_str(&out), expected);
		buf_fini(&out);
	}
}

static void
messages_are_unmasked_and_put_together(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, OUTPUT_MAX);
	add_frame(&b, FIN | WEBSOCKET_TEXT, S("hello, said the first frame"));
	add_frame(&b, FIN | WEBSOCKET_TEXT, S(""));
	add_frame(&b, WEBSOCKET_TEXT, S("in "));
	add_frame(&b, WEBSOCKET_CONTINUATION, S(""));
	add_frame(&b, WEBSOCKET_CONTINUATION, S("three "));
	add_frame(&b, FIN | WEBSOCKET_CONTINUATION, S("pieces"));
	add_frame(&b, WEBSOCKET_BINARY, S("ends with"));
	add_frame(&b, FIN | WEBSOCKET_CONTINUATION, S(""));
	assert_reads(buf_str(&b), "text hello, said the first frame|text |text in three pieces|"
				  "binary ends with|");
	buf_fini(&b);
}

static void
control_frames_come_between_those_of_a_message(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, OUTPUT_MAX);
	add_frame(&b, WEBSOCKET_TEXT, S("be"));
	add_frame(&b, FIN | WEBSOCKET_PING, S("there?"));
	add_frame(&b, FIN | WEBSOCKET_PONG, S(""));
	add_frame(&b, FIN | WEBSOCKET_CONTINUATION, S("gun"));
	add_frame(&b, FIN | WEBSOCKET_CLOSE,
	    S("\x03\xe8"
	      "bye"));
	assert_reads(buf_str(&b), "ping there?|pong |text begun|close 1000 bye|");
	buf_fini(&b);
}

static void
a_close_frame_may_be_empty(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, OUTPUT_MAX);
	add_frame(&b, FIN | WEBSOCKET_CLOSE, S(""));
	assert_reads(buf_str(&b), "close 1005 |");
	buf_fini(&b);
}

/* RFC 6455 sections 5.1 to 5.5 and 7.4. */
static void
what_breaks_the_rules_is_refused(void **state)
{
	static const struct {
		const char *what;
		struct str bytes;
		const char *expected;
	} cases[] = {
		{ "no mask", S("\x81\x02hi"), "bad 1002|" },
		{ "RSV1, as for compression", S("\xc1\x82MASKhi"), "bad 1002|" },
		{ "RSV2", S("\xa1\x82MASKhi"), "bad 1002|" },
		{ "RSV3", S("\x91\x82MASKhi"), "bad 1002|" },
		{ "opcode 3", S("\x83\x82MASKhi"), "bad 1002|" },
		{ "opcode 11", S("\x8b\x82MASKhi"), "bad 1002|" },
		{ "continues nothing", S("\x80\x82MASKhi"), "bad 1002|" },
		{ "a message within another", S("\x01\x80MASK\x81\x80MASK"), "bad 1002|" },
		{ "a fragmented ping", S("\x09\x80MASK"), "bad 1002|" },
		{ "a long ping", S("\x89\xfe\x00\x7eMASK"), "bad 1002|" },
		{ "125 in two bytes", S("\x81\xfe\x00\x7dMASK"), "bad 1002|" },
		{ "65535 in eight bytes", S("\x81\xff\0\0\0\0\0\0\xff\xffMASK"), "bad 1002|" },
		{ "a length beyond 63 bits", S("\x81\xff\x80\0\0\0\0\0\0\0MASK"), "bad 1002|" },
		{ "more than may be", S("\x81\xff\0\0\0\0\0\x01\x11\x71MASK"), "bad 1009|" },
		{ "a close frame of one byte", S("\x88\x81\0\0\0\0\x03"), "bad 1002|" },
		{ "code 1005", S("\x88\x82\0\0\0\0\x03\xed"), "bad 1002|" },
		{ "code 999", S("\x88\x82\0\0\0\0\x03\xe7"), "bad 1002|" },
		{ "code 5000", S("\x88\x82\0\0\0\0\x13\x88"), "bad 1002|" },
		{ "a reason that is no UTF-8", S("\x88\x83\0\0\0\0\x03\xe8\xff"), "bad 1007|" },
		{ "code 4000", S("\x88\x82\0\0\0\0\x0f\xa0"), "close 4000 |" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		print_message("# %s\n", cases[i].what);
		assert_reads(cases[i].bytes, cases[i].expected);
	}
}

/* The bound is for the message, not for its frames. */
static void
many_frames_make_no_larger_message(void **state)
{
	static char text[MESSAGE_MAX / 2];
	struct buf b, out;

	(void)state;
	memset(text, 'x', sizeof(text));
	buf_init(&b, OUTPUT_MAX);
	add_frame(&b, WEBSOCKET_TEXT, str_of(text, sizeof(text)));
	add_frame(&b, WEBSOCKET_CONTINUATION, str_of(text, sizeof(text)));
	add_frame(&b, FIN | WEBSOCKET_CONTINUATION, S("x"));
	read_cut(&out, buf_str(&b), 0, SIZE_MAX);
	assert_str(buf_str(&out), "bad 1009|");
	buf_fini(&out);
	buf_fini(&b);
}

static void
after_a_fault_nothing_is_read(void **state)
{
	struct websocket_reader r;
	struct websocket_piece p;
	char bad[] = "\x81\x02hi", good[] = "\x81\x80MASK";
	struct str in = str_of(bad, 4);

	(void)state;
	websocket_reader_init(&r, MESSAGE_MAX);
	assert_int_equal(websocket_next(&r, &in, &p), WEBSOCKET_EVENT_BAD);
	in = str_of(good, 6);
	assert_int_equal(websocket_next(&r, &in, &p), WEBSOCKET_EVENT_BAD);
	assert_int_equal(p.code, WEBSOCKET_PROTOCOL_ERROR);
	websocket_reader_fini(&r);
}

/* --- what we send ------------------------------------------------------------------------- */

static void
frames_have_the_shortest_header(void **state)
{
	static const struct {
		size_t max, payload, head;
		struct str begins;
	} cases[] = {
		{ 0, 0, 2, S("\x81\x00") },
		{ 125, 125, 2, S("\x81\x7d") },
		{ 126, 125, 2, S("\x81\x7d") },
		{ 126, 126, 4, S("\x81\x7e\x00\x7e") },
		{ 65535, 65535, 4, S("\x81\x7e\xff\xff") },
		{ 65536, 65535, 4, S("\x81\x7e\xff\xff") },
		{ 65536, 65536, 10, S("\x81\x7f\0\0\0\0\0\x01\0\0") },
		{ 65536, 3, 2, S("\x81\x03") },
	};
	char *at = mem_alloc(65536 + WEBSOCKET_ROOM_MAX);

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		size_t room = websocket_room(cases[i].max), n = cases[i].payload;

		memset(at, '?', 65536 + WEBSOCKET_ROOM_MAX);
		memset(at + room, 'p', n);
		assert_int_equal(
		    websocket_frame(at, cases[i].max, WEBSOCKET_TEXT, n), cases[i].head + n);
		assert_int_equal(cases[i].begins.len, cases[i].head);
		assert_memory_equal(at, cases[i].begins.at, cases[i].head);
		for (size_t k = 0; k < n; k++)
			assert_int_equal(at[cases[i].head + k], 'p');
	}
	free(at);
}

static void
close_frames_carry_their_code(void **state)
{
	char at[WEBSOCKET_ROOM_MAX];

	(void)state;
	assert_int_equal(websocket_close_frame(at, WEBSOCKET_TOO_LARGE), 4);
	assert_memory_equal(at, "\x88\x02\x03\xf1", 4);
	assert_int_equal(websocket_close_frame(at, WEBSOCKET_NO_CODE), 2);
	assert_memory_equal(at, "\x88\x00", 2);
}

/* RFC 6455 section 1.3 has the example. */
static void
the_key_is_answered(void **state)
{
	struct arena a;
	struct str answer = { 0 };

	(void)state;
	arena_init(&a, 256);
	assert_int_equal(websocket_accept_key(&a, S("dGhlIHNhbXBsZSBub25jZQ=="), &answer), OK);
	assert_str(answer, "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
	assert_int_equal(websocket_accept_key(&a, S("dGhlIHNhbXBsZQ=="), &answer), E_INVALID);
	assert_int_equal(
	    websocket_accept_key(&a, S("not base64 at all!!!!!!!"), &answer), E_INVALID);
	assert_int_equal(websocket_accept_key(&a, (struct str){ 0 }, &answer), E_INVALID);
	arena_fini(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(messages_are_unmasked_and_put_together),
		cmocka_unit_test(control_frames_come_between_those_of_a_message),
		cmocka_unit_test(a_close_frame_may_be_empty),
		cmocka_unit_test(what_breaks_the_rules_is_refused),
		cmocka_unit_test(many_frames_make_no_larger_message),
		cmocka_unit_test(after_a_fault_nothing_is_read),
		cmocka_unit_test(frames_have_the_shortest_header),
		cmocka_unit_test(close_frames_carry_their_code),
		cmocka_unit_test(the_key_is_answered),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
