/* SPDX-License-Identifier: MIT */
#include "modules/muc/hats.h"

#include <stdlib.h>

#include "base/encode.h"
#include "base/hash.h"
#include "base/limits.h"
#include "base/pack.h"
#include "xmpp/ns.h"

/* One block each; the texts follow. */
struct kept_hat {
	struct hat hat;
	char text[];
};

struct worn {
	const struct kept_hat *hat;
	struct jid who;
	char text[];
};

struct hats {
	struct kept_hat *all[HATS_MAX];
	size_t n;
	struct worn *worn[HATS_WORN_MAX];
	size_t n_worn;
};

struct hats *
hats_new(void)
{
	return mem_zalloc(sizeof(struct hats));
}

static void
clear(struct hats *h)
{
	while (h->n_worn > 0)
		free(h->worn[--h->n_worn]);
	while (h->n > 0)
		free(h->all[--h->n]);
}

void
hats_free(struct hats **at)
{
	struct hats *h = TAKE(*at);

	if (!h)
		return;
	clear(h);
	free(h);
}

/* The place of the hat, or h->n. */
static size_t
place_of(const struct hats *h, struct str uri)
{
	size_t i = 0;

	while (i < h->n && !str_eq(h->all[i]->hat.uri, uri))
		i++;
	return i;
}

/* The place of what he wears, or h->n_worn. */
static size_t
worn_place_of(const struct hats *h, struct jid who, struct str uri)
{
	size_t i = 0;

	while (i < h->n_worn &&
	       !(jid_eq_bare(h->worn[i]->who, who) && str_eq(h->worn[i]->hat->hat.uri, uri)))
		i++;
	return i;
}

/* --- changes ------------------------------------------------------------------------------ */

static struct kept_hat *
hat_new(const struct hat *hat)
{
	struct kept_hat *k =
	    mem_alloc(sizeof(*k) + hat->uri.len + hat->title.len + hat->hue.len);
	char *at = k->text;

	k->hat.uri = str_place(&at, hat->uri);
	k->hat.title = str_place(&at, hat->title);
	k->hat.hue = str_place(&at, hat->hue);
	return k;
}

enum status
hats_put(struct hats *h, const struct hat *hat)
{
	size_t i = place_of(h, hat->uri);
	struct kept_hat *was = i < h->n ? h->all[i] : NULL;

	if (i == HATS_MAX)
		return E_LIMIT;
	h->all[i] = hat_new(hat);
	if (!was) {
		h->n++;
		return OK;
	}
	for (size_t k = 0; k < h->n_worn; k++)
		if (h->worn[k]->hat == was)
			h->worn[k]->hat = h->all[i];
	free(was);
	return OK;
}

static void
take_at(struct hats *h, size_t i)
{
	free(h->worn[i]);
	h->n_worn--;
	memmove(h->worn + i, h->worn + i + 1, (h->n_worn - i) * sizeof(h->worn[0]));
}

enum status
hats_remove(struct hats *h, struct str uri)
{
	size_t i = place_of(h, uri);

	if (i == h->n)
		return E_NOT_FOUND;
	for (size_t k = h->n_worn; k-- > 0;)
		if (h->worn[k]->hat == h->all[i])
			take_at(h, k);
	free(h->all[i]);
	h->n--;
	memmove(h->all + i, h->all + i + 1, (h->n - i) * sizeof(h->all[0]));
	return OK;
}

enum status
hats_give(struct hats *h, struct jid who, struct str uri)
{
	size_t i = place_of(h, uri);
	struct worn *w;
	char *at;

	if (i == h->n)
		return E_NOT_FOUND;
	if (worn_place_of(h, who, uri) < h->n_worn)
		return OK;
	if (h->n_worn == HATS_WORN_MAX)
		return E_LIMIT;
	w = mem_alloc(sizeof(*w) + jid_bare(who).len);
	at = w->text;
	w->hat = h->all[i];
	w->who = jid_trusted(str_place(&at, jid_bare(who)));
	h->worn[h->n_worn++] = w;
	return OK;
}

enum status
hats_take(struct hats *h, struct jid who, struct str uri)
{
	size_t i = worn_place_of(h, who, uri);

	if (i == h->n_worn)
		return E_NOT_FOUND;
	take_at(h, i);
	return OK;
}

/* --- asking ----------------------------------------------------------------------------------
 */

bool
hats_is_worn_by(const struct hats *h, struct jid who, struct str uri)
{
	return worn_place_of(h, who, uri) < h->n_worn;
}

bool
hats_are_worn_by(const struct hats *h, struct jid who)
{
	size_t i = 0;

	while (i < h->n_worn && !jid_eq_bare(h->worn[i]->who, who))
		i++;
	return i < h->n_worn;
}

bool
hats_at(const struct hats *h, size_t i, struct hat *out)
{
	if (i >= h->n)
		return false;
	*out = h->all[i]->hat;
	return true;
}

bool
hats_worn_at(const struct hats *h, size_t i, struct jid *who, struct hat *out)
{
	if (i >= h->n_worn)
		return false;
	*who = h->worn[i]->who;
	*out = h->worn[i]->hat->hat;
	return true;
}

void
hats_write(struct xml_writer *w, const struct hats *h, struct jid who)
{
	if (!hats_are_worn_by(h, who))
		return;
	xml_open(w, NS_HATS, S("hats"));
	for (size_t i = 0; i < h->n_worn; i++) {
		const struct hat *hat = &h->worn[i]->hat->hat;

		if (!jid_eq_bare(h->worn[i]->who, who))
			continue;
		xml_open(w, S(""), S("hat"));
		xml_attr(w, S("title"), hat->title);
		xml_attr(w, S("uri"), hat->uri);
		if (hat->hue.len)
			xml_attr(w, S("hue"), hat->hue);
		xml_close(w);
	}
	xml_close(w);
}

struct str
hats_hash(const struct hats *h, struct arena *a)
{
	struct str text = S("");
	char hash[HASH_MAX];

	if (h->n == 0)
		return text;
	for (size_t i = 0; i < h->n; i++)
		text = str_format(a, "%.*s%.*s<", STR_ARG(text), STR_ARG(h->all[i]->hat.uri));
	hash_of(HASH_SHA1, text, hash);
	return hex_encode(a, str_of(hash, hash_size(HASH_SHA1)));
}

/* --- the row
 * ----------------------------------------------------------------------------------- */

/* number of hats (1 byte): of each URI, title, hue; number of those worn (2): of each the
 * place of the hat (1) and the address. Texts have their length (2) in front. */

static size_t
bytes_of(const struct hats *h)
{
	size_t n = 1 + 2;

	for (size_t i = 0; i < h->n; i++) {
		const struct hat *hat = &h->all[i]->hat;

		n += 3 * 2 + hat->uri.len + hat->title.len + hat->hue.len;
	}
	for (size_t i = 0; i < h->n_worn; i++)
		n += 1 + 2 + jid_full(h->worn[i]->who).len;
	return n;
}

static char *
pack_text(char *at, struct str text)
{
	return pack_bytes(pack_uint(at, text.len, 2), text);
}

struct str
hats_pack(const struct hats *h, struct arena *a)
{
	char *value = arena_alloc(a, bytes_of(h)), *at = pack_uint(value, h->n, 1);

	for (size_t i = 0; i < h->n; i++) {
		at = pack_text(at, h->all[i]->hat.uri);
		at = pack_text(at, h->all[i]->hat.title);
		at = pack_text(at, h->all[i]->hat.hue);
	}
	at = pack_uint(at, h->n_worn, 2);
	for (size_t i = 0; i < h->n_worn; i++) {
		at = pack_uint(at, place_of(h, h->worn[i]->hat->hat.uri), 1);
		at = pack_text(at, jid_full(h->worn[i]->who));
	}
	return str_of(value, (size_t)(at - value));
}

static struct str
unpack_text(struct unpack *u)
{
	size_t len = (size_t)unpack_uint(u, 2);
	struct str text = str_slice(u->rest, 0, len);

	u->failed |= text.len < len;
	u->rest = str_slice(u->rest, text.len, u->rest.len);
	return text;
}

static bool
unpack_hat(struct hats *h, struct unpack *u)
{
	struct hat hat = { .uri = unpack_text(u) };

	hat.title = unpack_text(u);
	hat.hue = unpack_text(u);
	return !u->failed && hats_put(h, &hat) == OK;
}

static bool
unpack_worn(struct hats *h, struct unpack *u)
{
	size_t place = (size_t)unpack_uint(u, 1);
	struct str who = unpack_text(u);

	return !u->failed && place < h->n && who.len > 0 &&
	       hats_give(h, jid_trusted(who), h->all[place]->hat.uri) == OK;
}

void
hats_load(struct hats *h, struct str value)
{
	struct unpack u = { .rest = value };
	bool good = true;

	clear(h);
	for (uint64_t n = unpack_uint(&u, 1); n > 0 && good; n--)
		good = unpack_hat(h, &u);
	for (uint64_t n = unpack_uint(&u, 2); n > 0 && good; n--)
		good = unpack_worn(h, &u);
	if (!good || !unpack_is_done(&u))
		clear(h);
}
