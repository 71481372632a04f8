/* SPDX-License-Identifier: MIT */
#include "xmpp/jid.h"

#include "xmpp/domain.h"
#include "xmpp/precis.h"

_Static_assert((int)DOMAIN_MAX == (int)JID_PART_MAX, "bound of the domainpart");
_Static_assert(JID_MAX == 3 * JID_PART_MAX + 2, "bound of an address");

/* What each byte of a localpart becomes; NUL: refused, or for precis_username() to judge. */
static const char ascii_local[256] = "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
				     "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
				     "\0!\0#$%\0\0()*+,-.\0"
				     "0123456789\0;\0=\0?"
				     "\0abcdefghijklmno"
				     "pqrstuvwxyz[\\]^_"
				     "`abcdefghijklmno"
				     "pqrstuvwxyz{|}~";

struct pieces {
	struct str local, domain, resource;
	bool has_local, has_resource; /* the separator is there */
};

/*
 * The first slash ends the bare address, the first "@" in that the localpart (section 3.1).
 * The text is not empty.
 */
static struct pieces
split(struct str text)
{
	const char *slash = memchr(text.at, '/', text.len);
	size_t bare = slash ? (size_t)(slash - text.at) : text.len;
	const char *sign = bare ? memchr(text.at, '@', bare) : NULL;
	size_t local = sign ? (size_t)(sign - text.at) : 0;
	size_t domain = sign ? local + 1 : 0;

	return (struct pieces){
		.local = str_of(text.at, local),
		.domain = str_of(text.at + domain, bare - domain),
		.resource = slash ? str_of(slash + 1, text.len - bare - 1) : (struct str){ 0 },
		.has_local = sign != NULL,
		.has_resource = slash != NULL,
	};
}

static enum status
prep_local(struct str in, char out[JID_PART_MAX], size_t *len)
{
	bool plain = in.len > 0 && in.len <= JID_PART_MAX;
	enum status s;
	size_t n;

	for (size_t i = 0; plain && i < in.len; i++) {
		out[i] = ascii_local[(unsigned char)in.at[i]];
		plain = out[i] != '\0';
	}
	if (plain) {
		*len = in.len;
		return OK;
	}
	if ((s = precis_username(in, out, &n)) != OK)
		return s;
	/* Section 3.3.1: seven characters that the profile allows are not for addresses. */
	for (size_t i = 0; i < n; i++)
		if ((unsigned char)out[i] < 0x80 && ascii_local[(unsigned char)out[i]] == '\0')
			return E_INVALID;
	*len = n;
	return OK;
}

/* The empty local or resource is an absent one. */
static enum status
build(
    struct arena *a, struct str local, struct str domain, struct str resource, struct jid *out)
{
	char text[JID_MAX], *at = text;
	size_t local_len = 0, domain_len, resource_len = 0;
	enum status s;

	if (local.len) {
		if ((s = prep_local(local, at, &local_len)) != OK)
			return s;
		at += local_len;
		*at++ = '@';
	}
	if ((s = domain_prepare(domain, at, &domain_len)) != OK)
		return s;
	at += domain_len;
	if (resource.len) {
		*at++ = '/';
		if ((s = precis_opaque(resource, at, &resource_len)) != OK)
			return s;
		at += resource_len;
	}
	*out = (struct jid){
		.text = str_copy(a, str_of(text, (size_t)(at - text))).at,
		.local = (uint16_t)local_len,
		.domain = (uint16_t)domain_len,
		.resource = (uint16_t)resource_len,
	};
	return OK;
}

enum status
jid_parse(struct arena *a, struct str text, struct jid *out)
{
	struct pieces p;

	if (text.len == 0)
		return E_INVALID;
	p = split(text);
	if ((p.has_local && p.local.len == 0) || (p.has_resource && p.resource.len == 0))
		return E_INVALID;
	return build(a, p.local, p.domain, p.resource, out);
}

enum status
jid_make(
    struct arena *a, struct str local, struct str domain, struct str resource, struct jid *out)
{
	return build(a, local, domain, resource, out);
}

struct jid
jid_join(struct arena *a, struct str local, struct str domain, struct str resource)
{
	char *text, *at;

	assert(local.len <= JID_PART_MAX && domain.len <= JID_PART_MAX &&
	       resource.len <= JID_PART_MAX && domain.len > 0);
	at = text = arena_alloc(a, local.len + 1 + domain.len + 1 + resource.len);
	if (local.len) {
		memcpy(at, local.at, local.len);
		at += local.len;
		*at++ = '@';
	}
	memcpy(at, domain.at, domain.len);
	at += domain.len;
	if (resource.len) {
		*at++ = '/';
		memcpy(at, resource.at, resource.len);
	}
	return (struct jid){
		.text = text,
		.local = (uint16_t)local.len,
		.domain = (uint16_t)domain.len,
		.resource = (uint16_t)resource.len,
	};
}

struct jid
jid_trusted(struct str text)
{
	struct pieces p;

	if (text.len == 0)
		return (struct jid){ 0 };
	p = split(text);
	assert(p.local.len <= JID_PART_MAX && p.domain.len <= JID_PART_MAX &&
	       p.resource.len <= JID_PART_MAX);
	return (struct jid){
		.text = text.at,
		.local = (uint16_t)p.local.len,
		.domain = (uint16_t)p.domain.len,
		.resource = (uint16_t)p.resource.len,
	};
}

typedef enum status (*prep)(struct str in, char out[JID_PART_MAX], size_t *len);

static enum status
prep_to_arena(prep prepare, struct arena *a, struct str in, struct str *out)
{
	char text[JID_PART_MAX];
	enum status s;
	size_t len;

	if ((s = prepare(in, text, &len)) == OK)
		*out = str_copy(a, str_of(text, len));
	return s;
}

enum status
jid_prep_local(struct arena *a, struct str in, struct str *out)
{
	return prep_to_arena(prep_local, a, in, out);
}

enum status
jid_prep_domain(struct arena *a, struct str in, struct str *out)
{
	return prep_to_arena(domain_prepare, a, in, out);
}

enum status
jid_prep_resource(struct arena *a, struct str in, struct str *out)
{
	return prep_to_arena(precis_opaque, a, in, out);
}

/* Where the domain begins. */
static size_t
domain_at(struct jid j)
{
	return j.local ? (size_t)j.local + 1 : 0;
}

static size_t
bare_len(struct jid j)
{
	return domain_at(j) + j.domain;
}

struct str
jid_full(struct jid j)
{
	size_t tail = j.resource ? (size_t)j.resource + 1 : 0;

	return j.text ? str_of(j.text, bare_len(j) + tail) : S("");
}

struct str
jid_bare(struct jid j)
{
	return j.text ? str_of(j.text, bare_len(j)) : S("");
}

struct str
jid_local(struct jid j)
{
	return j.local ? str_of(j.text, j.local) : S("");
}

struct str
jid_domain(struct jid j)
{
	return j.text ? str_of(j.text + domain_at(j), j.domain) : S("");
}

struct str
jid_resource(struct jid j)
{
	return j.resource ? str_of(j.text + bare_len(j) + 1, j.resource) : S("");
}

struct jid
jid_to_bare(struct jid j)
{
	j.resource = 0;
	return j;
}

/* The lengths are compared first: they decide most cases without touching the text. */
bool
jid_eq(struct jid a, struct jid b)
{
	return a.resource == b.resource && a.domain == b.domain && a.local == b.local &&
	       str_eq(jid_full(a), jid_full(b));
}

bool
jid_eq_bare(struct jid a, struct jid b)
{
	return a.domain == b.domain && a.local == b.local && str_eq(jid_bare(a), jid_bare(b));
}

struct jid
jid_copy(struct arena *a, struct jid j)
{
	if (j.text)
		j.text = str_copy(a, jid_full(j)).at;
	return j;
}
