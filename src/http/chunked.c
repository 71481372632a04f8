/* SPDX-License-Identifier: MIT
 *
 * States, byte by byte except for the data itself:
 *
 *   LENGTH_FIRST   the first digit of a length must come
 *   LENGTH         more digits, an extension, or the line's end
 *   EXTENSION      read over until the line's end
 *   LENGTH_LF      CR was seen
 *   DATA           `left` bytes of the chunk follow
 *   DATA_CR, _LF   the line's end behind the data
 *   TRAILER        a trailer field or, as an empty line, the end
 *   TRAILER_LF     CR was seen
 */
#include "http/chunked.h"

#include "base/encode.h"
#include "base/limits.h"

enum state {
	LENGTH_FIRST,
	LENGTH,
	EXTENSION,
	LENGTH_LF,
	DATA,
	DATA_CR,
	DATA_LF,
	TRAILER,
	TRAILER_LF,
};

enum { DIGITS_MAX = 15 }; /* so that no length overflows */

static bool
is_text(char c)
{
	return ((unsigned char)c >= ' ' || c == '\t') && c != 0x7f;
}

static bool
take_digit(struct http_chunked *c, char byte)
{
	if (c->line == DIGITS_MAX)
		return false;
	c->left = c->left * 16 + (uint64_t)hex_value(byte);
	c->line++;
	c->state = LENGTH;
	return true;
}

static bool
take_length(struct http_chunked *c, char byte)
{
	if (hex_value(byte) >= 0)
		return take_digit(c, byte);
	if (c->state == LENGTH_FIRST)
		return false;
	c->state = byte == '\r' ? LENGTH_LF : EXTENSION;
	return byte == '\r' || byte == ';' || byte == ' ' || byte == '\t';
}

static bool
take_extension(struct http_chunked *c, char byte)
{
	if (byte == '\r') {
		c->state = LENGTH_LF;
		return true;
	}
	return is_text(byte) && ++c->line <= HTTP_CHUNK_LINE_MAX;
}

static bool
take_trailer(struct http_chunked *c, char byte)
{
	if (byte == '\r') {
		c->state = TRAILER_LF;
		return true;
	}
	c->line = 1;
	return is_text(byte) && ++c->trailers <= HTTP_TRAILERS_MAX;
}

/* One byte that is no data. */
static bool
take_byte(struct http_chunked *c, char byte)
{
	switch ((enum state)c->state) {
	case LENGTH_FIRST:
	case LENGTH:
		return take_length(c, byte);
	case EXTENSION:
		return take_extension(c, byte);
	case LENGTH_LF:
		c->state = c->left ? DATA : TRAILER;
		c->line = 0;
		return byte == '\n';
	case DATA_CR:
		c->state = DATA_LF;
		return byte == '\r';
	case DATA_LF:
		c->state = LENGTH_FIRST;
		return byte == '\n';
	case TRAILER:
		return take_trailer(c, byte);
	case TRAILER_LF:
		c->state = TRAILER;
		return byte == '\n';
	case DATA:
		break;
	}
	return false;
}

static struct str
take_data(struct http_chunked *c, struct str *bytes)
{
	struct str data =
	    str_slice(*bytes, 0, c->left < bytes->len ? (size_t)c->left : bytes->len);

	*bytes = str_slice(*bytes, data.len, bytes->len);
	c->left -= data.len;
	if (c->left == 0)
		c->state = DATA_CR;
	return data;
}

enum http_chunk
http_chunked_take(struct http_chunked *c, struct str *bytes, struct str *data)
{
	while (bytes->len) {
		bool was_empty_line = c->state == TRAILER_LF && c->line == 0;
		bool ends_trailer = c->state == TRAILER_LF;

		if (c->state == DATA) {
			*data = take_data(c, bytes);
			return HTTP_CHUNK_DATA;
		}
		if (!take_byte(c, bytes->at[0]))
			return HTTP_CHUNK_BAD;
		*bytes = str_slice(*bytes, 1, bytes->len);
		if (was_empty_line)
			return HTTP_CHUNK_END;
		if (ends_trailer)
			c->line = 0;
	}
	return HTTP_CHUNK_MORE;
}
