/* SPDX-License-Identifier: MIT
 *
 * Any bytes, cut anywhere: the events do not depend on where, nor does it matter how the
 * pieces lie in memory. Nothing is held between elements.
 *
 * The first byte chooses: bit 0 framed, bit 1 tight bounds; the second where to cut.
 */
#include "../xml_events.h"

int LLVMFuzzerTestOneInput(const uint8_t *at, size_t len);

static const struct xml_bounds wide = {
	.bytes = 1 << 16, .depth = 40, .attributes = 100, .elements = 10000
};
static const struct xml_bounds tight = {
	.bytes = 64, .depth = 2, .attributes = 3, .elements = 4
};

enum { OUTPUT_MAX = 64 * 1024 * 1024 };

/*
 * Feeds pieces of 1 to `most` bytes, of lengths that look random but follow from the seed; 0:
 * all at once.
 */
static void
feed(struct buf *out, unsigned kind, struct str bytes, size_t most, uint32_t seed)
{
	struct xml_parser *p = xml_parser_new(kind & 2 ? &tight : &wide, kind & 1);
	bool good = true;

	buf_init(out, OUTPUT_MAX);
	while (bytes.len && good) {
		struct str piece;
		char *copy;

		seed = seed * 1664525 + 1013904223;
		piece = str_slice(bytes, 0, most ? 1 + (seed >> 8) % most : bytes.len);
		copy = mem_alloc(piece.len);
		memcpy(copy, piece.at, piece.len);
		good = add_events(out, p, str_of(copy, piece.len));
		free(copy);
		bytes = str_slice(bytes, piece.len, bytes.len);
		assert(xml_parser_held(p) <= (kind & 2 ? 8192 : 1 << 20));
	}
	xml_parser_free(&p);
}

int
LLVMFuzzerTestOneInput(const uint8_t *at, size_t len)
{
	struct str bytes = str_of((const char *)at, len);
	struct buf whole, cut;

	if (len < 2)
		return 0;
	bytes = str_slice(bytes, 2, len);
	feed(&whole, at[0], bytes, 0, 0);
	feed(&cut, at[0], bytes, 1, 0);
	assert(str_eq(buf_str(&whole), buf_str(&cut)));
	buf_fini(&cut);
	feed(&cut, at[0], bytes, at[1] + 1u, at[1]);
	assert(str_eq(buf_str(&whole), buf_str(&cut)));
	buf_fini(&cut);
	buf_fini(&whole);
	return 0;
}
