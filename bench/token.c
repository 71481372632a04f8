/* SPDX-License-Identifier: MIT */
#include "bench/token.h"

#include "base/random.h"

static char *
write_hex(char *to, uint64_t value, int digits)
{
	for (int i = digits - 1; i >= 0; i--, value >>= 4)
		to[i] = "0123456789abcdef"[value & 15];
	return to + digits;
}

static bool
read_hex(const char **from, int digits, uint64_t *out)
{
	uint64_t value = 0;

	for (int i = 0; i < digits; i++) {
		char c = *(*from)++;

		if (c >= '0' && c <= '9')
			value = value << 4 | (uint64_t)(c - '0');
		else if (c >= 'a' && c <= 'f')
			value = value << 4 | (uint64_t)(c - 'a' + 10);
		else
			return false;
	}
	*out = value;
	return true;
}

void
token_write(char *to, const struct token *t)
{
	to = write_hex(to, t->run, 8);
	to = write_hex(to, t->lane, 8);
	to = write_hex(to, t->number, 16);
	write_hex(to, t->sent_ns, 16);
}

bool
token_read(struct str text, struct token *out)
{
	const char *from = text.at;
	uint64_t run, lane;

	if (text.len < TOKEN_BYTES || !read_hex(&from, 8, &run) || !read_hex(&from, 8, &lane) ||
	    !read_hex(&from, 16, &out->number) || !read_hex(&from, 16, &out->sent_ns))
		return false;
	out->run = (uint32_t)run;
	out->lane = (uint32_t)lane;
	return true;
}

uint32_t
token_run(void)
{
	static uint32_t run;

	while (run == 0)
		run = (uint32_t)random_u64();
	return run;
}
