/* SPDX-License-Identifier: MIT
 *
 * Any bytes as frames of a client, cut anywhere: the events do not depend on where, nor on how
 * much of a piece is taken at a time. Messages are as bounded as they are said to be.
 *
 * The first byte chooses where to cut and how much to take.
 */
#include "../websocket_events.h"

int LLVMFuzzerTestOneInput(const uint8_t *at, size_t len);

enum { MESSAGE_MAX = 300, OUTPUT_MAX = 64 * 1024 * 1024 };

/* In pieces of `step` bytes, each a copy: they are overwritten. 0: at once. */
static void
read_in_steps(struct buf *out, struct str bytes, size_t step, size_t most)
{
	struct websocket_reader r;
	struct buf message;
	bool good = true;

	buf_init(out, OUTPUT_MAX);
	buf_init(&message, MESSAGE_MAX);
	websocket_reader_init(&r, MESSAGE_MAX);
	while (bytes.len && good) {
		struct str piece = str_slice(bytes, 0, step ? step : bytes.len);
		char *copy = mem_alloc(piece.len);

		memcpy(copy, piece.at, piece.len);
		good = websocket_feed(out, &message, &r, str_of(copy, piece.len), most);
		free(copy);
		bytes = str_slice(bytes, piece.len, bytes.len);
	}
	websocket_reader_fini(&r);
	buf_fini(&message);
}

int
LLVMFuzzerTestOneInput(const uint8_t *at, size_t len)
{
	struct str bytes = str_of((const char *)at, len);
	struct buf whole, cut;

	if (len < 1)
		return 0;
	bytes = str_slice(bytes, 1, len);
	read_in_steps(&whole, bytes, 0, SIZE_MAX);
	read_in_steps(&cut, bytes, 1, SIZE_MAX);
	assert(str_eq(buf_str(&whole), buf_str(&cut)));
	buf_fini(&cut);
	read_in_steps(&cut, bytes, 1 + at[0] % 16u, 1 + at[0] / 16u);
	assert(str_eq(buf_str(&whole), buf_str(&cut)));
	buf_fini(&cut);
	buf_fini(&whole);
	return 0;
}
