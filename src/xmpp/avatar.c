/* SPDX-License-Identifier: MIT */
#include "xmpp/avatar.h"

#include "base/encode.h"
#include "base/hash.h"
#include "xmpp/ns.h"

/* --- images --------------------------------------------------------------------------- */

static bool
begins(struct str bytes, size_t at, struct str with)
{
	return bytes.len >= at + with.len && str_eq(str_slice(bytes, at, with.len), with);
}

/* The signatures of PNG (ISO 15948 section 5.2), JPEG (T.81 annex B), GIF89a section 17, and
 * WebP (RFC 9649 section 2.4). "No string": none of them. */
static struct str
type_of(struct str bytes)
{
	if (begins(bytes, 0, S("\x89PNG\r\n\x1a\n")))
		return S("image/png");
	if (begins(bytes, 0, S("\xff\xd8\xff")))
		return S("image/jpeg");
	if (begins(bytes, 0, S("GIF87a")) || begins(bytes, 0, S("GIF89a")))
		return S("image/gif");
	if (begins(bytes, 0, S("RIFF")) && begins(bytes, 8, S("WEBP")))
		return S("image/webp");
	return (struct str){ 0 };
}

static struct str
without_space(struct arena *a, struct str text)
{
	char *to = arena_alloc(a, text.len), *at = to;

	for (size_t i = 0; i < text.len; i++)
		if (text.at[i] != ' ' && text.at[i] != '\n' && text.at[i] != '\r' &&
		    text.at[i] != '\t')
			*at++ = text.at[i];
	return str_of(to, (size_t)(at - to));
}

enum status
avatar_read(struct arena *a, struct str text, struct avatar *out)
{
	struct avatar v = { .base64 = without_space(a, text) };
	char hash[HASH_MAX];
	struct str bytes, id;

	if (base64_decode(a, v.base64, &bytes) != OK || bytes.len == 0)
		return E_INVALID;
	v.type = type_of(bytes);
	if (!v.type.len)
		return E_UNSUPPORTED;
	v.bytes = bytes.len;
	hash_of(HASH_SHA1, bytes, hash);
	id = hex_encode(a, str_of(hash, hash_size(HASH_SHA1)));
	memcpy(v.id, id.at, AVATAR_ID_LEN);
	*out = v;
	return OK;
}

/* --- nodes ---------------------------------------------------------------------------- */

/* XEP-0398 section 3.1: that which does not point elsewhere. */
struct str
avatar_named(struct arena *a, struct elem metadata)
{
	struct elem e = elem_child(metadata, NS_AVATAR_METADATA, S("info"));
	struct str url;

	while (elem_exists(e) && elem_attr(e, S("url"), a, &url))
		e = elem_next_like(e);
	return elem_exists(e) ? elem_attr_or_none(e, S("id"), a) : (struct str){ 0 };
}

struct str
avatar_data(struct arena *a, const struct avatar *v)
{
	struct xml_writer w;

	xml_begin_inner(&w, a, S(""));
	xml_leaf(&w, NS_AVATAR_DATA, S("data"), v->base64);
	return xml_written(&w);
}

struct str
avatar_metadata(struct arena *a, const struct avatar *v)
{
	struct xml_writer w;

	xml_begin_inner(&w, a, S(""));
	xml_open(&w, NS_AVATAR_METADATA, S("metadata"));
	if (v) {
		xml_open(&w, S(""), S("info"));
		xml_attr_u64(&w, S("bytes"), v->bytes);
		xml_attr(&w, S("id"), avatar_id(v));
		xml_attr(&w, S("type"), v->type);
		xml_close(&w);
	}
	xml_close(&w);
	return xml_written(&w);
}

/* --- cards ---------------------------------------------------------------------------- */

enum status
avatar_of_card(struct arena *a, struct elem vcard, struct avatar *out)
{
	struct elem photo = elem_child(vcard, NS_VCARD, S("PHOTO"));
	struct str text = str_trim(elem_child_text(photo, NS_VCARD, S("BINVAL"), a));

	if (text.len)
		return avatar_read(a, text, out);
	return elem_exists(elem_child(photo, NS_VCARD, S("EXTVAL"))) ? E_UNSUPPORTED
								     : E_NOT_FOUND;
}

void
avatar_write_card(struct xml_writer *w, struct elem vcard, const struct avatar *v)
{
	xml_open(w, NS_VCARD, S("vCard"));
	for (struct elem e = elem_first(vcard); elem_exists(e); e = elem_next(e))
		if (!elem_is(e, NS_VCARD, S("PHOTO")))
			xml_copy(w, e);
	if (v) {
		xml_open(w, S(""), S("PHOTO"));
		xml_leaf(w, S(""), S("TYPE"), v->type);
		xml_leaf(w, S(""), S("BINVAL"), v->base64);
		xml_close(w);
	}
	xml_close(w);
}

/* --- presence ------------------------------------------------------------------------- */

enum avatar_claim
avatar_claimed(struct elem presence, struct arena *a)
{
	struct elem x = elem_child(presence, NS_VCARD_UPDATE, S("x"));
	struct elem photo = elem_child(x, NS_VCARD_UPDATE, S("photo"));

	if (!elem_exists(x))
		return AVATAR_UNSAID;
	if (!elem_exists(photo))
		return AVATAR_UNKNOWN;
	return str_trim(elem_text(photo, a)).len ? AVATAR_CLAIMED : AVATAR_NONE;
}

void
avatar_write_presence(struct xml_writer *w, struct elem presence, struct str id)
{
	for (struct elem e = elem_first(presence); elem_exists(e); e = elem_next(e))
		if (!elem_is(e, NS_VCARD_UPDATE, S("x")))
			xml_copy(w, e);
	xml_open(w, NS_VCARD_UPDATE, S("x"));
	if (id.len)
		xml_leaf(w, S(""), S("photo"), id);
	else
		xml_empty(w, S(""), S("photo"));
	xml_close(w);
}
