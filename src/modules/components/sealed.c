/* SPDX-License-Identifier: MIT
 *
 * An id: the purpose, 16 hexadecimal digits of the seal, and behind them what is sealed: each
 * piece behind its length in decimal and a colon.
 */
#include "modules/components/sealed.h"

#include "base/limits.h"
#include "base/siphash.h"

enum { SEAL_CHARS = 16 };

static struct str
seal_of(char purpose, struct str content, struct arena *a)
{
	return str_format(a, "%016llx",
	    (unsigned long long)siphash_str(
		str_format(a, "sealed %c%.*s", purpose, STR_ARG(content))));
}

enum status
sealed_make(const struct sealed *s, struct arena *a, struct str *id)
{
	struct str content = S("");

	for (size_t i = 0; i < SEALED_PIECES; i++) {
		if (s->piece[i].len > SEALED_ID_BYTES)
			return E_LIMIT;
		content = str_format(
		    a, "%.*s%zu:%.*s", STR_ARG(content), s->piece[i].len, STR_ARG(s->piece[i]));
	}
	if (1 + SEAL_CHARS + content.len > SEALED_ID_BYTES)
		return E_LIMIT;
	*id = str_format(a, "%c%.*s%.*s", s->purpose, STR_ARG(seal_of(s->purpose, content, a)),
	    STR_ARG(content));
	return OK;
}

static bool
is_sealed(struct str id, char purpose)
{
	struct str content = str_slice(id, 1 + SEAL_CHARS, id.len);
	struct arena a;
	bool good;

	if (id.len <= 1 + SEAL_CHARS || id.len > SEALED_ID_BYTES || id.at[0] != purpose)
		return false;
	arena_init(&a, 512);
	good = str_eq_secret(str_slice(id, 1, SEAL_CHARS), seal_of(purpose, content, &a));
	arena_fini(&a);
	return good;
}

bool
sealed_read(struct str id, char purpose, struct sealed *out)
{
	struct str rest, length;
	uint64_t n;

	if (!is_sealed(id, purpose))
		return false;
	*out = (struct sealed){ .purpose = purpose };
	rest = str_slice(id, 1 + SEAL_CHARS, id.len);
	for (size_t i = 0; i < SEALED_PIECES; i++) {
		if (!str_split(&rest, ':', &length) || str_to_u64(length, rest.len, &n) != OK)
			return false;
		out->piece[i] = str_slice(rest, 0, n);
		rest = str_slice(rest, n, rest.len);
	}
	return true;
}
