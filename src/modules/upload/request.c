/* SPDX-License-Identifier: MIT */
#include "modules/upload/request.h"

#include "modules/upload/file_name.h"
#include "modules/upload/media_type.h"
#include "xmpp/date.h"
#include "xmpp/ns.h"

static const char *const names[UPLOAD_PURPOSES] = {
	[UPLOAD_MESSAGE] = "message",
	[UPLOAD_PROFILE] = "profile",
	[UPLOAD_EPHEMERAL] = "ephemeral",
	[UPLOAD_PERMANENT] = "permanent",
};

struct str
upload_purpose_name(enum upload_purpose p)
{
	return str_from_c(names[p]);
}

static enum status
read_one_purpose(struct elem e, struct arena *a, struct upload_request *r)
{
	struct str stamp;
	size_t i = 0;

	while (i < UPLOAD_PURPOSES && !str_eq(elem_name(e), str_from_c(names[i])))
		i++;
	if (i == UPLOAD_PURPOSES)
		return E_UNSUPPORTED;
	r->purpose = (enum upload_purpose)i;
	if (r->purpose != UPLOAD_EPHEMERAL)
		return OK;
	stamp = elem_attr_or_none(e, S("expire-before"), a);
	return date_parse(stamp, &r->expires_us) == OK ? OK : E_INVALID;
}

/* Section 5: without any, it is for a message. */
static enum status
read_purpose(struct elem request, struct arena *a, struct upload_request *r)
{
	bool found = false;
	enum status s;

	r->purpose = UPLOAD_MESSAGE;
	r->expires_us = 0;
	for (struct elem e = elem_first(request); elem_exists(e); e = elem_next(e)) {
		if (!str_eq(elem_ns(e), NS_UPLOAD_PURPOSE))
			continue;
		if (found)
			return E_INVALID;
		found = true;
		if ((s = read_one_purpose(e, a, r)) != OK)
			return s;
	}
	return OK;
}

enum status
upload_request_read(struct elem e, struct arena *a, struct upload_request *out)
{
	struct upload_request r = { 0 };
	struct str type;
	enum status s;

	if ((s = file_name_clean(a, elem_attr_or_none(e, S("filename"), a), &r.name)) != OK)
		return s;
	/* A positive integer; one beyond all bounds is as much too large as any other. */
	s = str_to_u64(elem_attr_or_none(e, S("size"), a), INT64_MAX, &r.bytes);
	if (s == E_LIMIT)
		r.bytes = INT64_MAX;
	else if (s != OK || r.bytes == 0)
		return E_INVALID;
	if (elem_attr(e, S("content-type"), a, &type) &&
	    media_type_read(a, type, &r.type) != OK)
		return E_INVALID;
	if ((s = read_purpose(e, a, &r)) != OK)
		return s;
	*out = r;
	return OK;
}
