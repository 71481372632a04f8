/* SPDX-License-Identifier: MIT */
#include "modules/upload/conf.h"

#include "modules/site_url.h"

const struct upload_conf *
upload_conf_of(struct str host)
{
	const struct host *h = host_find(host);

	return h ? module_conf(&mod_upload, h) : NULL;
}

bool
upload_is_offered(const struct upload_conf *conf, enum upload_purpose p)
{
	return p == UPLOAD_MESSAGE || conf->purposes & 1u << (p - 1);
}

uint64_t
upload_quota(const struct upload_conf *conf, enum upload_purpose p)
{
	switch (p) {
	case UPLOAD_PROFILE:
		return conf->profile_quota;
	case UPLOAD_PERMANENT:
		return conf->permanent_quota;
	default:
		return conf->account_quota;
	}
}

uint64_t
upload_max_file(const struct upload_conf *conf, enum upload_purpose p)
{
	uint64_t max = p == UPLOAD_PROFILE ? conf->max_profile_file : conf->max_file;
	uint64_t quota = upload_quota(conf, p);

	return quota && quota < max ? quota : max;
}

static msec_t
keep_ms(const struct upload_conf *conf, enum upload_purpose p)
{
	switch (p) {
	case UPLOAD_PROFILE:
		return conf->keep_profile_ms;
	case UPLOAD_EPHEMERAL:
		return conf->keep_ephemeral_ms;
	case UPLOAD_PERMANENT:
		return conf->keep_permanent_ms;
	default:
		return conf->keep_message_ms;
	}
}

usec_t
upload_due_us(const struct upload_conf *conf, const struct upload_record *r)
{
	msec_t keep = keep_ms(conf, r->purpose);
	usec_t due = keep ? r->made_us + keep * 1000 : 0;

	if (r->purpose == UPLOAD_EPHEMERAL && (due == 0 || r->expires_us < due))
		return r->expires_us;
	return due;
}

struct str
upload_base_url(struct arena *a, struct str host)
{
	struct str site = site_url_of(a, host);

	return site.at ? str_format(a, "%.*s/upload/", STR_ARG(site)) : site;
}
