/* SPDX-License-Identifier: MIT */
#include "transport/public.h"

/* A block by the first bytes of its addresses. */
struct block {
	uint8_t bits;
	uint8_t at[8];
};

/* IANA IPv4 Special-Purpose Address Registry, and multicast. */
static const struct block special_4[] = {
	{ 8, { 0 } }, { 8, { 10 } }, { 10, { 100, 64 } }, { 8, { 127 } }, { 16, { 169, 254 } },
	{ 12, { 172, 16 } }, { 24, { 192, 0, 0 } }, { 24, { 192, 0, 2 } },
	{ 24, { 192, 88, 99 } }, { 16, { 192, 168 } }, { 15, { 198, 18 } },
	{ 24, { 198, 51, 100 } }, { 24, { 203, 0, 113 } },
	{ 3, { 224 } }, /* multicast, reserved, broadcast */
};

/* Inside 2000::/3, outside of which nothing is global unicast. */
static const struct block special_6[] = {
	{ 23, { 0x20, 0x01, 0x00 } },             /* protocols, with Teredo */
	{ 32, { 0x20, 0x01, 0x0d, 0xb8 } },       /* documentation */
	{ 16, { 0x20, 0x02 } },                   /* 6to4: judged by what is inside */
	{ 20, { 0x3f, 0xff, 0x00 } },             /* documentation */
	{ 48, { 0x26, 0x20, 0x00, 0x4f, 0x80 } }, /* AS112 */
};

static const struct block global_6 = { 3, { 0x20 } };
static const struct block six_to_four = { 16, { 0x20, 0x02 } };
static const struct block nat64 = { 64, { 0x00, 0x64, 0xff, 0x9b } };

static bool
is_in(const uint8_t *at, const struct block *b)
{
	unsigned whole = b->bits / 8, left = b->bits % 8;

	return memcmp(at, b->at, whole) == 0 &&
	       (left == 0 || ((at[whole] ^ b->at[whole]) >> (8 - left)) == 0);
}

static bool
is_public_4(const uint8_t at[4])
{
	for (size_t i = 0; i < sizeof(special_4) / sizeof(special_4[0]); i++)
		if (is_in(at, &special_4[i]))
			return false;
	return true;
}

static bool
is_public_6(const uint8_t at[16])
{
	/* The well-known prefix is 96 bits long; the last 32 are the other address. */
	if (is_in(at, &nat64) && memcmp(at + 8, "\0\0\0\0", 4) == 0)
		return is_public_4(at + 12);
	if (is_in(at, &six_to_four))
		return is_public_4(at + 2);
	for (size_t i = 0; i < sizeof(special_6) / sizeof(special_6[0]); i++)
		if (is_in(at, &special_6[i]))
			return false;
	return is_in(at, &global_6);
}

bool
address_is_public(const struct address *a)
{
	return address_is_ipv4(a) ? is_public_4(a->at + 12) : is_public_6(a->at);
}
