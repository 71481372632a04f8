/* SPDX-License-Identifier: MIT
 *
 * Any bytes as an address and as a password. What is accepted is within its bounds, is
 * itself accepted, and is then left as it is.
 */
#include "xmpp/domain.h"
#include "xmpp/jid.h"

static void
check_part(struct str part, const char *excluded)
{
	assert(part.len <= JID_PART_MAX && str_is_utf8(part));
	for (size_t i = 0; i < part.len; i++) {
		unsigned char c = (unsigned char)part.at[i];

		assert(c >= ' ' && c != 0x7f);
		assert(c >= 0x80 || !strchr(excluded, c));
	}
}

static void
check_address(struct arena *a, struct str text)
{
	struct jid j, again;
	struct str ascii;

	if (jid_parse(a, text, &j) != OK)
		return;
	check_part(jid_local(j), " \"&'/:<>@");
	check_part(jid_domain(j), " \"&'/<>@_;");
	check_part(jid_resource(j), "");
	assert(jid_domain(j).len > 0 && jid_full(j).len <= JID_MAX);
	assert(jid_parse(a, jid_full(j), &again) == OK && jid_eq(j, again));
	assert(jid_eq(j, jid_trusted(jid_full(j))));
	assert(jid_eq(j, jid_join(a, jid_local(j), jid_domain(j), jid_resource(j))));
	assert(jid_make(a, jid_local(j), jid_domain(j), jid_resource(j), &again) == OK);
	assert(jid_eq(j, again));
	if (domain_to_ascii(a, jid_domain(j), &ascii) == OK)
		for (size_t i = 0; i < ascii.len; i++)
			assert(ascii.at[i] > ' ' && ascii.at[i] < 0x7f);
}

static void
check_password(struct arena *a, struct str text)
{
	struct str out, again;

	if (precis_password(a, text, &out) != OK)
		return;
	assert(out.len > 0);
	check_part(out, "");
	assert(precis_password(a, out, &again) == OK && str_eq(out, again));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = str_of((const char *)data, size);
	struct arena a;

	arena_init(&a, 16 * 1024);
	check_address(&a, text);
	check_password(&a, text);
	arena_fini(&a);
	return 0;
}
