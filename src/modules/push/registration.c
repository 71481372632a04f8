/* SPDX-License-Identifier: MIT */
#include "modules/push/registration.h"

#include "base/limits.h"
#include "base/pack.h"
#include "http/client/url.h"
#include "xmpp/form.h"
#include "xmpp/ns.h"

/* --- in memory -------------------------------------------------------------------------- */

static struct str
put(char **at, struct str text)
{
	struct str copy = str_of(text.at ? *at : NULL, text.len);

	*at = pack_bytes(*at, text);
	return copy;
}

struct registration *
registration_new(const struct registration *like)
{
	size_t bytes = like->key.len + like->node.len + like->options.len + like->endpoint.len +
		       like->resource.len;
	struct registration *r = mem_alloc(sizeof(*r) + bytes);
	char *at = (char *)(r + 1);

	*r = *like;
	r->key = put(&at, like->key);
	r->node = put(&at, like->node);
	r->options = put(&at, like->options);
	r->endpoint = put(&at, like->endpoint);
	r->resource = put(&at, like->resource);
	r->jid.text = r->key.at; /* which begins with it */
	return r;
}

void
registration_free(struct registration **r)
{
	free(*r);
	*r = NULL;
}

/* --- on disk ---------------------------------------------------------------------------- */

enum { VERSION = 1 };

static char *
pack_text(char *at, struct str text)
{
	return pack_bytes(pack_uint(at, text.len, 2), text);
}

struct str
registration_encode(struct arena *a, const struct registration *r)
{
	size_t max = 1 + 8 + 3 * 2 + r->options.len + r->resource.len + r->endpoint.len +
		     sizeof(r->keys);
	char *out = arena_alloc(a, max), *at = out;

	at = pack_uint(at, VERSION, 1);
	at = pack_uint(at, (uint64_t)r->since, 8);
	at = pack_text(at, r->resource);
	at = pack_text(at, r->options);
	at = pack_text(at, r->endpoint);
	if (r->endpoint.len) {
		at = pack_bytes(at, str_of(r->keys.p256dh, sizeof(r->keys.p256dh)));
		at = pack_bytes(at, str_of(r->keys.auth, sizeof(r->keys.auth)));
	}
	return str_of(out, (size_t)(at - out));
}

static struct str
unpack_text(struct arena *a, struct unpack *u)
{
	size_t len = (size_t)unpack_uint(u, 2);
	char *copy = arena_alloc(a, len);

	unpack_bytes(u, copy, len);
	return str_of(copy, len);
}

enum status
registration_decode(struct arena *a, struct str key, struct str value, struct registration *out)
{
	struct unpack u = { .rest = value };
	struct registration r = { .key = key };
	size_t line = str_find(key, '\n');

	if (line == 0 || line == key.len || unpack_uint(&u, 1) != VERSION)
		return E_INVALID;
	r.jid = jid_trusted(str_slice(key, 0, line));
	r.node = str_slice(key, line + 1, key.len);
	r.since = (usec_t)unpack_uint(&u, 8);
	r.resource = unpack_text(a, &u);
	r.options = unpack_text(a, &u);
	r.endpoint = unpack_text(a, &u);
	if (r.endpoint.len) {
		unpack_bytes(&u, r.keys.p256dh, sizeof(r.keys.p256dh));
		unpack_bytes(&u, r.keys.auth, sizeof(r.keys.auth));
	}
	if (!unpack_is_done(&u))
		return E_INVALID;
	*out = r;
	return OK;
}

/* --- from the client -------------------------------------------------------------------- */

enum stanza_error
registration_key(
    struct arena *a, struct elem e, bool *has_node, struct jid *jid, struct str *key)
{
	struct str text, node = { 0 };

	*has_node = elem_attr(e, S("node"), a, &node);
	if (!elem_attr(e, S("jid"), a, &text))
		return ERR_BAD_REQUEST;
	if (jid_parse(a, text, jid) != OK)
		return ERR_JID_MALFORMED;
	if (node.len > PUSH_NODE_MAX)
		return ERR_NOT_ACCEPTABLE;
	*key = str_format(a, "%.*s\n%.*s", STR_ARG(jid_full(*jid)), STR_ARG(node));
	return ERR_NONE;
}

static enum stanza_error
read_browser(struct arena *a, const struct form *f, struct registration *out)
{
	struct str endpoint = form_value(f, S("endpoint"));
	struct https_url url;

	if (https_url_parse(a, endpoint, &url) != OK ||
	    web_push_keys_read(
		a, form_value(f, S("p256dh")), form_value(f, S("auth")), &out->keys) != OK)
		return ERR_NOT_ACCEPTABLE;
	out->endpoint = endpoint;
	return ERR_NONE;
}

static enum stanza_error
read_form(struct arena *a, struct elem x, struct registration *out)
{
	struct form f;

	if (form_read(a, x, &f) != OK || f.kind != FORM_SUBMIT)
		return ERR_BAD_REQUEST;
	if (str_eq(f.form_type, NS_WEB_PUSH))
		return read_browser(a, &f, out);
	if (!str_eq(f.form_type, NS_PUBLISH_OPTIONS))
		return ERR_NOT_ACCEPTABLE;
	out->options = elem_markup_in(x, S(""), a);
	return out->options.len <= PUSH_OPTIONS_MAX ? ERR_NONE : ERR_NOT_ACCEPTABLE;
}

enum stanza_error
registration_read(
    struct arena *a, struct elem enable, struct str host, struct registration *out)
{
	struct registration r = { 0 };
	enum stanza_error e;
	bool has_node;

	if ((e = registration_key(a, enable, &has_node, &r.jid, &r.key)) != ERR_NONE)
		return e;
	r.jid.text = r.key.at;
	r.node = str_slice(r.key, str_find(r.key, '\n') + 1, r.key.len);
	for (struct elem x = elem_child(enable, NS_FORM, S("x")); elem_exists(x);
	     x = elem_next_like(x))
		if ((e = read_form(a, x, &r)) != ERR_NONE)
			return e;
	/* We tell browsers, and nobody else, ourselves. */
	if ((r.endpoint.len > 0) != str_eq(jid_full(r.jid), host))
		return ERR_ITEM_NOT_FOUND;
	*out = r;
	return ERR_NONE;
}
