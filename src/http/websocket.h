/* SPDX-License-Identifier: MIT
 *
 * The server's side of WebSocket (RFC 6455): frames to messages, messages to frames. Knows
 * neither connections nor what is said; websocket_upgrade.h makes a connection one.
 * No extension is offered, so permessage-deflate is never used.
 */
#ifndef HTTP_WEBSOCKET_H
#define HTTP_WEBSOCKET_H

#include "base/str.h"

/* RFC 6455 section 5.2. */
enum websocket_opcode {
	WEBSOCKET_CONTINUATION = 0,
	WEBSOCKET_TEXT = 1,
	WEBSOCKET_BINARY = 2,
	WEBSOCKET_CLOSE = 8,
	WEBSOCKET_PING = 9,
	WEBSOCKET_PONG = 10,
};

/* RFC 6455 section 7.4.1. */
enum websocket_code {
	WEBSOCKET_NORMAL = 1000,
	WEBSOCKET_GOING_AWAY = 1001,
	WEBSOCKET_PROTOCOL_ERROR = 1002,
	WEBSOCKET_UNSUPPORTED = 1003,
	WEBSOCKET_NO_CODE = 1005, /* never on the wire */
	WEBSOCKET_INVALID = 1007, /* text that is not UTF-8 */
	WEBSOCKET_TOO_LARGE = 1009,
};

enum {
	WEBSOCKET_CONTROL_MAX = 125, /* bytes of a control frame's payload */
	WEBSOCKET_HEAD_MAX = 14,     /* bytes of a masked frame's header */
	WEBSOCKET_ROOM_MAX = 10,     /* and of one of ours */
};

/* --- reading ------------------------------------------------------------------------------ */

enum websocket_event {
	WEBSOCKET_EVENT_NONE,    /* all bytes were taken */
	WEBSOCKET_EVENT_PIECE,   /* of a message */
	WEBSOCKET_EVENT_CONTROL, /* a whole ping, pong or close */
	WEBSOCKET_EVENT_BAD,     /* the connection must be failed with .code; so it stays */
};

struct websocket_piece {
	struct str bytes;             /* unmasked */
	enum websocket_opcode opcode; /* of the message, or the control frame */
	bool last;                    /* with these bytes the message ends */
	enum websocket_code code;     /* BAD; a close frame's, WEBSOCKET_NO_CODE without */
};

struct websocket_control; /* an incomplete control frame */

struct websocket_reader {
	uint64_t left;          /* bytes of the frame still to be taken */
	uint64_t message_bytes; /* of the message, in the frames begun so far */
	uint32_t max;           /* bytes of a message */
	uint32_t plain;         /* how many of `left` are unmasked already */
	uint8_t mask[4];
	uint8_t mask_at; /* place of the next byte in the mask */
	uint8_t head_len;
	uint8_t head[WEBSOCKET_HEAD_MAX]; /* a header that has not come whole */
	uint8_t opcode;                   /* of the message that has begun; 0: none has */
	bool in_frame;                    /* of a message; its header was read */
	bool fin;                         /* it is the last one */
	uint16_t failed;                  /* enum websocket_code; 0: all is well */
	struct websocket_control *control;
};

/* max: bytes of a message; more is WEBSOCKET_TOO_LARGE as soon as it is announced. */
void websocket_reader_init(struct websocket_reader *r, uint32_t max);
void websocket_reader_fini(struct websocket_reader *r);

/* From the next message on. */
void websocket_reader_set_max(struct websocket_reader *r, uint32_t max);

/*
 * Goes on to the next event. The bytes are unmasked where they lie, so they must be the
 * caller's to change, and those not taken must come again, as they are then, at the next call.
 *
 * PIECE    *in begins with piece->bytes, which may be empty when it is the last: the caller
 *          takes as many as it likes with websocket_take(). That text is UTF-8 is the caller's
 *          to check: whoever reads it does so anyway.
 * CONTROL  taken already; piece->bytes is valid until the next call. A close frame's are its
 *          reason, UTF-8. Its sender sends no more (section 5.5.1).
 */
enum websocket_event websocket_next(
    struct websocket_reader *r, struct str *in, struct websocket_piece *piece);

void websocket_take(struct websocket_reader *r, struct str *in, size_t bytes);

/* --- writing ------------------------------------------------------------------------------ */

/* Bytes to leave in front of a payload that may have up to `max` bytes. */
size_t websocket_room(size_t max);

/*
 * Makes a frame (a whole message) of a payload that lies at `at` + websocket_room(max); returns
 * the length of the frame, which begins at `at`.
 */
size_t websocket_frame(char *at, size_t max, enum websocket_opcode opcode, size_t payload);

/* A close frame, at most WEBSOCKET_ROOM_MAX bytes; WEBSOCKET_NO_CODE: an empty one. */
size_t websocket_close_frame(char *at, enum websocket_code code);

/* --- the handshake --------------------------------------------------------------------------
 */

/*
 * Sec-WebSocket-Accept for a Sec-WebSocket-Key (RFC 6455 section 4.2.2).
 * E_INVALID: the key is not the base64 of 16 bytes
 */
MUST_CHECK enum status websocket_accept_key(struct arena *a, struct str key, struct str *out);

#endif
