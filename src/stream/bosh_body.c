/* SPDX-License-Identifier: MIT */
#include "stream/bosh_body.h"

#include "base/hash.h"
#include "xmpp/ns.h"

#define RID_MAX (UINT64_C(9007199254740991)) /* XEP-0124 section 14.1 */

enum { VERSION_MAJOR = 1, VERSION_MINOR = 11 };

/* --- attributes --------------------------------------------------------------------------- */

/* False: it is there, and no number. */
static bool
read_number(struct elem e, struct str name, struct arena *a, bool *has, uint32_t *out)
{
	struct str text;
	uint64_t n;

	if (!elem_attr(e, name, a, &text))
		return true;
	if (str_to_u64(text, UINT16_MAX, &n) != OK)
		return false;
	*has = true;
	*out = (uint32_t)n;
	return true;
}

/* False: it is there, and no key. */
static bool
read_key(struct elem e, struct str name, struct arena *a, char out[BOSH_KEY_LEN])
{
	struct str text;

	if (!elem_attr(e, name, a, &text))
		return true;
	if (text.len != BOSH_KEY_LEN)
		return false;
	for (size_t i = 0; i < text.len; i++) {
		char c = text.at[i];

		if (c >= 'A' && c <= 'F')
			c = (char)(c - 'A' + 'a');
		if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f')))
			return false;
		out[i] = c;
	}
	return true;
}

static bool
read_rid(struct elem e, struct arena *a, uint64_t *out)
{
	struct str text;

	return elem_attr(e, S("rid"), a, &text) && str_to_u64(text, RID_MAX, out) == OK && *out;
}

static bool
is_true(struct str value)
{
	return str_eq(value, S("true")) || str_eq(value, S("1"));
}

static enum status
read(struct elem e, struct arena *a, struct bosh_body *b)
{
	struct str restart = { 0 };

	if (!elem_is(e, NS_BOSH, S("body")) || str_trim(elem_text(e, a)).len)
		return E_INVALID;
	if (!read_rid(e, a, &b->rid) ||
	    !read_number(e, S("wait"), a, &b->has_wait, &b->wait_s) ||
	    !read_number(e, S("hold"), a, &b->has_hold, &b->hold) ||
	    !read_number(e, S("pause"), a, &b->has_pause, &b->pause_s) ||
	    !read_key(e, S("key"), a, b->key) || !read_key(e, S("newkey"), a, b->newkey))
		return E_INVALID;
	b->terminates = str_eq(elem_attr_or_none(e, S("type"), a), S("terminate"));
	b->acks = str_eq(elem_attr_or_none(e, S("ack"), a), S("1"));
	elem_attr_ns(e, NS_XBOSH, S("restart"), a, &restart);
	b->restarts = is_true(restart);
	b->is_empty = !elem_exists(elem_first(e));
	return OK;
}

enum status
bosh_body_read(const struct frozen *xml, struct bosh_body *out)
{
	struct bosh_body b = { 0 };
	struct arena a;
	enum status s;

	arena_init(&a, 512);
	s = read(frozen_root(xml), &a, &b);
	arena_fini(&a);
	if (s == OK)
		*out = b;
	return s;
}

/* --- payload ------------------------------------------------------------------------------ */

enum status
bosh_body_element(struct elem e, const struct xml_bounds *bounds, struct frozen **out)
{
	bool is_bare = str_eq(elem_ns(e), NS_BOSH);
	struct str around = is_bare ? NS_BOSH : S("");
	struct arena a;
	enum status s;

	arena_init(&a, 1024);
	s = xml_parse_in(
	    elem_markup_in(e, around, &a), is_bare ? NS_CLIENT : S(""), bounds, out);
	arena_fini(&a);
	return s;
}

/* --- values ------------------------------------------------------------------------------- */

bool
bosh_key_follows(const char key[BOSH_KEY_LEN], const char known[BOSH_KEY_LEN])
{
	static const char digits[] = "0123456789abcdef";
	char hash[HASH_MAX], text[BOSH_KEY_LEN];

	hash_of(HASH_SHA1, str_of(key, BOSH_KEY_LEN), hash);
	for (size_t i = 0; i < BOSH_KEY_LEN / 2; i++) {
		text[2 * i] = digits[(unsigned char)hash[i] >> 4];
		text[2 * i + 1] = digits[hash[i] & 15];
	}
	return str_eq_secret(str_of(text, BOSH_KEY_LEN), str_of(known, BOSH_KEY_LEN));
}

struct str
bosh_version(struct arena *a, struct str asked)
{
	struct str rest = asked, major, minor;
	uint64_t first, second;

	if (!str_split(&rest, '.', &major) || !str_split(&rest, '.', &minor) || rest.at ||
	    str_to_u64(major, UINT16_MAX, &first) != OK ||
	    str_to_u64(minor, UINT16_MAX, &second) != OK)
		return (struct str){ 0 };
	if (first > VERSION_MAJOR || (first == VERSION_MAJOR && second > VERSION_MINOR)) {
		first = VERSION_MAJOR;
		second = VERSION_MINOR;
	}
	return str_format(a, "%u.%u", (unsigned)first, (unsigned)second);
}

struct str
bosh_content_type(struct str asked)
{
	static const struct str safe[] = { S("text/xml; charset=utf-8"), S("text/xml"),
		S("application/xml; charset=utf-8"), S("application/xml"),
		S("text/plain; charset=utf-8"), S("text/plain") };

	for (size_t i = 0; i < sizeof(safe) / sizeof(safe[0]); i++)
		if (str_eq_nocase(asked, safe[i]))
			return safe[i];
	return safe[0];
}
