/* SPDX-License-Identifier: MIT
 *
 * Bodies whose length is not known beforehand (RFC 9112 section 7.1): chunks, each after its
 * length. Extensions and trailer fields are read over, both bounded.
 */
#ifndef HTTP_CHUNKED_H
#define HTTP_CHUNKED_H

#include "base/str.h"

struct http_chunked {
	uint64_t left;     /* of the chunk that is being read */
	uint16_t line;     /* bytes of the line so far: of a length, or of a trailer */
	uint16_t trailers; /* bytes of all of them */
	uint8_t state;     /* 0: at the first length */
};

enum http_chunk { HTTP_CHUNK_MORE, HTTP_CHUNK_DATA, HTTP_CHUNK_END, HTTP_CHUNK_BAD };

/*
 * Takes from the front of *bytes, and leaves there what comes behind.
 *
 * MORE  all was taken and is no data
 * DATA  *data was in them; call again
 * END   the body has ended
 */
enum http_chunk http_chunked_take(struct http_chunked *c, struct str *bytes, struct str *data);

#endif
