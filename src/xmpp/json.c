/* SPDX-License-Identifier: MIT */
#include "xmpp/json.h"

#include <jansson.h>

struct str
json_quote(struct arena *a, struct str text)
{
	json_t *value = json_stringn(text.at ? text.at : "", text.len);
	size_t len = json_dumpb(value, NULL, 0, JSON_ENCODE_ANY);
	char *out = arena_alloc(a, len);

	assert(value && len); /* it is UTF-8 */
	json_dumpb(value, out, len, JSON_ENCODE_ANY);
	json_decref(value);
	return str_of(out, len);
}
