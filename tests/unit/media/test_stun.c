/* SPDX-License-Identifier: MIT */
#include "../unit.h"

#include "base/hash.h"
#include "media/stun.h"

#define BYTES(text) str_of(text, sizeof(text) - 1)

/* RFC 5769 sections 2.1 to 2.3; the password of all three. */
static const char password[] = "VOkJxbRl1RmTxUk/WvJxBt";
static const char request[] =
    "\x00\x01\x00\x58\x21\x12\xa4\x42\xb7\xe7\xa7\x01\xbc\x34\xd6\x86\xfa\x87\xdf\xae"
    "\x80\x22\x00\x10STUN test client\x00\x24\x00\x04\x6e\x00\x01\xff"
    "\x80\x29\x00\x08\x93\x2f\xf9\xb1\x51\x26\x3b\x36\x00\x06\x00\x09"
    "evtj:h6vY   \x00\x08\x00\x14\x9a\xea\xa7\x0c\xbf\xd8\xcb\x56\x78\x1e\xf2\xb5\xb2\xd3"
    "\xf2\x49\xc1\xb5\x71\xa2\x80\x28\x00\x04\xe5\x7a\x3b\xcf";
static const char answer_4[] =
    "\x01\x01\x00\x3c\x21\x12\xa4\x42\xb7\xe7\xa7\x01\xbc\x34\xd6\x86\xfa\x87\xdf\xae"
    "\x80\x22\x00\x0btest vector \x00\x20\x00\x08\x00\x01\xa1\x47\xe1\x12\xa6\x43"
    "\x00\x08\x00\x14\x2b\x91\xf5\x99\xfd\x9e\x90\xc3\x8c\x74\x89\xf9\x2a\xf9\xba\x53"
    "\xf0\x6b\xe7\xd7\x80\x28\x00\x04\xc0\x7d\x4c\x96";
static const char answer_6[] =
    "\x01\x01\x00\x48\x21\x12\xa4\x42\xb7\xe7\xa7\x01\xbc\x34\xd6\x86\xfa\x87\xdf\xae"
    "\x80\x22\x00\x0btest vector \x00\x20\x00\x14\x00\x02\xa1\x47"
    "\x01\x13\xa9\xfa\xa5\xd3\xf1\x79\xbc\x25\xf4\xb5\xbe\xd2\xb9\xd9"
    "\x00\x08\x00\x14\xa3\x82\x95\x4e\x4b\xe6\x7b\xf1\x17\x84\xc9\x7c\x82\x92\xc2\x75"
    "\xbf\xe3\xed\x41\x80\x28\x00\x04\xc8\xfb\x0b\x4c";

static const struct str vectors[] = { { request, sizeof(request) - 1 },
	{ answer_4, sizeof(answer_4) - 1 }, { answer_6, sizeof(answer_6) - 1 } };

static void
stun_reads_the_vectors_of_rfc_5769(void **state)
{
	struct stun m;

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(stun_read(vectors[i], &m), OK);
		assert_int_equal(m.kind, i == 0 ? STUN_REQUEST : STUN_SUCCESS);
		assert_int_equal(m.method, STUN_BINDING);
		assert_true(stun_is_signed(&m, BYTES(password)));
		assert_false(stun_is_signed(&m, S("another")));
	}
}

/* RFC 5769 section 2.4: the key is of a long-term credential. */
static void
stun_reads_the_vector_of_a_long_term_credential(void **state)
{
	static const char bytes[] =
	    "\x00\x01\x00\x60\x21\x12\xa4\x42\x78\xad\x34\x33\xc6\xad\x72\xc0\x29\xda\x41\x2e"
	    "\x00\x06\x00\x12\u30de\u30c8\u30ea\u30c3\u30af\u30b9\x00\x00"
	    "\x00\x15\x00\x1c"
	    "f//499k954d6OL34oL9FSTvy64sA\x00\x14\x00\x0b"
	    "example.org\x00\x00\x08\x00\x14\xf6\x70\x24\x65\x6d\xd6\x4a\x3e\x02\xb8\xe0\x71"
	    "\x2e\x85\xc9\xa2\x8c\xa8\x96\x66";
	struct stun m;
	char key[STUN_KEY];

	(void)state;
	assert_int_equal(stun_read(BYTES(bytes), &m), OK);
	assert_str(stun_find(&m, STUN_REALM), "example.org");
	assert_str(stun_find(&m, STUN_NONCE), "f//499k954d6OL34oL9FSTvy64sA");
	hash_md5(S("\u30de\u30c8\u30ea\u30c3\u30af\u30b9:example.org:TheMatrIX"), key);
	assert_true(stun_is_signed(&m, str_of(key, STUN_KEY)));
}

static void
stun_finds_attributes_and_addresses(void **state)
{
	static const char *const texts[] = { "192.0.2.1",
		"2001:db8:1234:5678:11:2233:4455:6677" };
	char text[ADDRESS_TEXT_MAX];
	struct endpoint e;
	struct stun m;

	(void)state;
	assert_int_equal(stun_read(vectors[0], &m), OK);
	assert_str(stun_find(&m, STUN_USERNAME), "evtj:h6vY");
	assert_null(stun_find(&m, STUN_NONCE).at);
	assert_int_equal(stun_unknown(&m), 0x24); /* PRIORITY is ICE's */
	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(stun_read(vectors[i + 1], &m), OK);
		assert_int_equal(
		    stun_read_address(&m, stun_find(&m, STUN_XOR_MAPPED_ADDRESS), &e), OK);
		address_print(&e.address, text);
		assert_string_equal(text, texts[i]);
		assert_int_equal(e.port, 32853);
	}
}

static void
stun_refuses_every_beginning_and_every_changed_byte(void **state)
{
	char bytes[128];
	struct stun m;

	(void)state;
	for (size_t i = 0; i < vectors[0].len; i++)
		assert_int_equal(stun_read(str_slice(vectors[0], 0, i), &m), E_INVALID);
	/* The fingerprint stands behind what is signed. */
	for (size_t i = 0; i < vectors[0].len - 8; i++) {
		memcpy(bytes, vectors[0].at, vectors[0].len);
		bytes[i] ^= 1;
		if (stun_read(str_of(bytes, vectors[0].len), &m) == OK)
			assert_false(stun_is_signed(&m, BYTES(password)));
	}
}

static void
stun_refuses_lengths_that_lie(void **state)
{
	struct stun m;

	(void)state;
	/* An attribute longer than the message, one that is cut, and a short integrity. */
	assert_int_equal(stun_read(BYTES("\0\1\0\4\x21\x12\xa4\x42"
					 "transaction1\0\6\0\1"),
			     &m),
	    E_INVALID);
	assert_int_equal(stun_read(BYTES("\0\1\0\4\x21\x12\xa4\x42"
					 "transaction1\0\6\xff\xff"),
			     &m),
	    E_INVALID);
	assert_int_equal(stun_read(BYTES("\0\1\0\x8\x21\x12\xa4\x42"
					 "transaction1\0\x8\0\4abcd"),
			     &m),
	    E_INVALID);
}

static void
stun_does_not_look_behind_the_integrity(void **state)
{
	struct stun_writer w;
	struct stun m;

	(void)state;
	stun_begin(&w, STUN_REQUEST, STUN_ALLOCATE, (const uint8_t *)"transaction1");
	stun_add(&w, STUN_REALM, S("covered"));
	stun_add_integrity(&w, S("key"));
	stun_add(&w, STUN_USERNAME, S("smuggled"));
	assert_int_equal(stun_read(str_of((const char *)w.at, w.len), &m), OK);
	assert_true(stun_is_signed(&m, S("key")));
	assert_str(stun_find(&m, STUN_REALM), "covered");
	assert_null(stun_find(&m, STUN_USERNAME).at);
}

static void
stun_writes_what_it_reads(void **state)
{
	struct stun_writer w;
	struct stun m, again;
	struct endpoint e, back;

	(void)state;
	assert_int_equal(stun_read(vectors[2], &m), OK);
	assert_int_equal(stun_read_address(&m, stun_find(&m, STUN_XOR_MAPPED_ADDRESS), &e), OK);
	stun_answer(&w, &m, STUN_ERROR);
	stun_add_error(&w, 438, S("Stale Nonce"));
	stun_add_address(&w, STUN_XOR_RELAYED_ADDRESS, &e);
	stun_add_u32(&w, STUN_LIFETIME, 600);
	stun_add_integrity(&w, S("key"));
	stun_add_fingerprint(&w);
	assert_int_equal(stun_read(str_of((const char *)w.at, w.len), &again), OK);
	assert_int_equal(again.kind, STUN_ERROR);
	assert_true(stun_is_signed(&again, S("key")));
	assert_memory_equal(stun_find(&again, STUN_LIFETIME).at, "\0\0\2\x58", 4);
	assert_memory_equal(stun_find(&again, STUN_ERROR_CODE).at, "\0\0\4\x26Stale", 9);
	assert_int_equal(
	    stun_read_address(&again, stun_find(&again, STUN_XOR_RELAYED_ADDRESS), &back), OK);
	assert_true(address_eq(&e.address, &back.address));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(stun_reads_the_vectors_of_rfc_5769),
		cmocka_unit_test(stun_reads_the_vector_of_a_long_term_credential),
		cmocka_unit_test(stun_finds_attributes_and_addresses),
		cmocka_unit_test(stun_refuses_every_beginning_and_every_changed_byte),
		cmocka_unit_test(stun_refuses_lengths_that_lie),
		cmocka_unit_test(stun_does_not_look_behind_the_integrity),
		cmocka_unit_test(stun_writes_what_it_reads),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
