/* SPDX-License-Identifier: MIT
 *
 * Messages of STUN (RFC 8489) and what TURN adds to them (RFC 8656): reading, where they lie,
 * and writing into a buffer of the caller. Nothing here keeps or allocates anything.
 */
#ifndef MEDIA_STUN_H
#define MEDIA_STUN_H

#include "base/limits.h"
#include "transport/address.h"

enum {
	STUN_HEADER = 20,      /* bytes (RFC 8489 section 5) */
	STUN_ANSWER_MAX = 512, /* of the longest message that is written here */
	STUN_KEY = 16,         /* of a long-term credential (RFC 8489 section 9.2.2) */
	CHANNEL_HEAD = 4,      /* bytes (RFC 8656 section 12.4) */
	STUN_FRAME_MAX = TURN_PACKET_MAX,
	STUN_NO_FRAME = STUN_FRAME_MAX + 1,
};

enum stun_class { STUN_REQUEST, STUN_INDICATION, STUN_SUCCESS, STUN_ERROR };

/* RFC 8489 section 18.2, RFC 8656 section 17. */
enum stun_method {
	STUN_BINDING = 1,
	STUN_ALLOCATE = 3,
	STUN_REFRESH = 4,
	STUN_SEND = 6,
	STUN_DATA = 7,
	STUN_CREATE_PERMISSION = 8,
	STUN_CHANNEL_BIND = 9,
};

/* RFC 8489 section 18.3, RFC 8656 section 18. */
enum stun_attribute {
	STUN_USERNAME = 0x0006,
	STUN_MESSAGE_INTEGRITY = 0x0008,
	STUN_ERROR_CODE = 0x0009,
	STUN_UNKNOWN_ATTRIBUTES = 0x000a,
	STUN_CHANNEL_NUMBER = 0x000c,
	STUN_LIFETIME = 0x000d,
	STUN_XOR_PEER_ADDRESS = 0x0012,
	STUN_DATA_VALUE = 0x0013,
	STUN_REALM = 0x0014,
	STUN_NONCE = 0x0015,
	STUN_XOR_RELAYED_ADDRESS = 0x0016,
	STUN_REQUESTED_ADDRESS_FAMILY = 0x0017,
	STUN_EVEN_PORT = 0x0018,
	STUN_REQUESTED_TRANSPORT = 0x0019,
	STUN_XOR_MAPPED_ADDRESS = 0x0020,
	STUN_FINGERPRINT = 0x8028,
};

/* Where somebody is. */
struct endpoint {
	struct address address;
	uint16_t port;
};

struct stun {
	enum stun_class kind;
	unsigned method;
	struct str bytes; /* the whole message */
	size_t signed_to; /* where MESSAGE-INTEGRITY begins; 0: there is none */
};

/*
 * Checks a datagram: header, cookie, lengths, and the fingerprint if it has one.
 *
 * E_INVALID  it is no message of STUN
 */
MUST_CHECK enum status stun_read(struct str datagram, struct stun *out);

/*
 * How many bytes of a stream the message or channel data has that begins it (RFC 8489 section
 * 6.2.2, RFC 8656 section 12.5), padding included.
 *
 * 0: more bytes are needed to know; never for 4 of them.
 * STUN_NO_FRAME: it is neither, or longer than what is relayed.
 */
size_t stun_frame(struct str bytes);

/* The first attribute of that type, of those that the integrity covers if there is one: "no
 * string" without. */
struct str stun_find(const struct stun *m, unsigned type);

/* Walks over the attributes of one type: `at` begins as 0. */
bool stun_next(const struct stun *m, unsigned type, size_t *at, struct str *value);

/* The first attribute that must be understood (RFC 8489 section 14) and is not in the list
 * above; 0: none. */
unsigned stun_unknown(const struct stun *m);

/* An address that is XORed with the header (RFC 8489 section 14.2). E_INVALID: it is none. */
MUST_CHECK enum status stun_read_address(
    const struct stun *m, struct str value, struct endpoint *out);

/* Whether MESSAGE-INTEGRITY (RFC 8489 section 14.5) is there and made with the key. */
bool stun_is_signed(const struct stun *m, struct str key);

/* --- writing -------------------------------------------------------------------------- */

/* A message under construction, at most STUN_ANSWER_MAX bytes: more is a bug of the caller. */
struct stun_writer {
	uint8_t at[STUN_ANSWER_MAX];
	size_t len;
};

/* transaction: the 12 bytes of the request's header. */
void stun_begin(struct stun_writer *w, enum stun_class kind, unsigned method,
    const uint8_t transaction[12]);
/* The answer to a request. */
void stun_answer(struct stun_writer *w, const struct stun *m, enum stun_class kind);
void stun_add(struct stun_writer *w, unsigned type, struct str value);
void stun_add_u32(struct stun_writer *w, unsigned type, uint32_t value);
void stun_add_address(struct stun_writer *w, unsigned type, const struct endpoint *e);
void stun_add_error(struct stun_writer *w, unsigned code, struct str reason);
void stun_add_integrity(struct stun_writer *w, struct str key);
void stun_add_fingerprint(struct stun_writer *w);

/* The head of an indication with data that follows it (RFC 8656 section 11.3), which the
 * caller pads. */
void stun_begin_data(struct stun_writer *w, const uint8_t transaction[12],
    const struct endpoint *from, size_t bytes);

#endif
