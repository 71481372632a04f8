/* SPDX-License-Identifier: MIT */
#include "modules/reports/report.h"

#include "base/pack.h"
#include "xmpp/ns.h"

enum { TO_ORIGIN = 1, TO_THIRD_PARTY = 2 };

/* --- reading ------------------------------------------------------------------------------ */

/* Cut between two characters. */
static struct str
cut(struct str text, size_t max)
{
	size_t len = text.len < max ? text.len : max;

	while (len > 0 && len < text.len && ((unsigned char)text.at[len] & 0xc0) == 0x80)
		len--;
	return str_slice(text, 0, len);
}

static void
read_messages(struct arena *a, struct elem report, struct report *r)
{
	for (struct elem e = elem_child(report, NS_STANZA_ID, S("stanza-id"));
	     elem_exists(e) && r->n < REPORT_MESSAGES_MAX; e = elem_next_like(e)) {
		struct report_message m = { elem_attr_or_none(e, S("by"), a),
			elem_attr_or_none(e, S("id"), a) };

		if (m.by.len <= REPORT_ID_MAX && m.id.len && m.id.len <= REPORT_ID_MAX)
			r->message[r->n++] = m;
	}
}

enum status
report_read(struct arena *a, struct elem e, struct report *out)
{
	struct report r = { .reporter = out->reporter, .reported = out->reported };

	r.reason = elem_attr_or_none(e, S("reason"), a);
	if (!r.reason.len || r.reason.len > REPORT_REASON_MAX)
		return E_INVALID;
	r.text = cut(str_trim(elem_child_text(e, NS_REPORTING, S("text"), a)), REPORT_TEXT_MAX);
	r.to_origin = elem_exists(elem_child(e, NS_REPORTING, S("report-origin")));
	r.to_third_party = elem_exists(elem_child(e, NS_REPORTING, S("third-party")));
	read_messages(a, e, &r);
	*out = r;
	return OK;
}

/* --- kept --------------------------------------------------------------------------------- */

static char *
pack_text(char *at, struct str text)
{
	at = pack_uint(at, text.len, 2);
	return pack_bytes(at, text);
}

static struct str
unpack_text(struct unpack *u)
{
	size_t len = (size_t)unpack_uint(u, 2);
	struct str text = str_slice(u->rest, 0, len);

	if (len > u->rest.len)
		u->failed = true;
	u->rest = str_slice(u->rest, len, SIZE_MAX);
	return text;
}

struct str
report_pack(struct arena *a, const struct report *r)
{
	const struct str texts[] = { r->reporter, r->reported, r->reason, r->text };
	size_t len = 2;
	char *bytes, *at;

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		len += 2 + texts[i].len;
	for (size_t i = 0; i < r->n; i++)
		len += 4 + r->message[i].by.len + r->message[i].id.len;
	bytes = at = arena_alloc(a, len);
	at = pack_uint(
	    at, (r->to_origin ? TO_ORIGIN : 0) | (r->to_third_party ? TO_THIRD_PARTY : 0), 1);
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		at = pack_text(at, texts[i]);
	at = pack_uint(at, r->n, 1);
	for (size_t i = 0; i < r->n; i++) {
		at = pack_text(at, r->message[i].by);
		at = pack_text(at, r->message[i].id);
	}
	return str_of(bytes, len);
}

enum status
report_unpack(struct str bytes, struct report *out)
{
	struct unpack u = { .rest = bytes };
	uint64_t flags = unpack_uint(&u, 1);
	struct report r = {
		.to_origin = flags & TO_ORIGIN,
		.to_third_party = flags & TO_THIRD_PARTY,
	};

	r.reporter = unpack_text(&u);
	r.reported = unpack_text(&u);
	r.reason = unpack_text(&u);
	r.text = unpack_text(&u);
	r.n = (size_t)unpack_uint(&u, 1);
	if (u.failed || r.n > REPORT_MESSAGES_MAX)
		return E_INVALID;
	for (size_t i = 0; i < r.n; i++) {
		r.message[i].by = unpack_text(&u);
		r.message[i].id = unpack_text(&u);
	}
	if (!unpack_is_done(&u))
		return E_INVALID;
	*out = r;
	return OK;
}
