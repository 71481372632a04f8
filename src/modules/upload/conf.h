/* SPDX-License-Identifier: MIT
 *
 * What the operator says about uploads, and what follows from it.
 */
#ifndef MODULES_UPLOAD_CONF_H
#define MODULES_UPLOAD_CONF_H

#include "modules/upload/record.h"
#include "router/module.h"

struct upload_conf {
	uint64_t max_file, max_profile_file;
	/* 0: no bound. */
	uint64_t account_quota, profile_quota, permanent_quota, host_quota;
	uint32_t account_files, slots_per_minute;
	msec_t slot_ms;
	msec_t keep_message_ms, keep_profile_ms, keep_ephemeral_ms, keep_permanent_ms;
	uint32_t purposes; /* bits of UPLOAD_PROFILE - 1, ...: besides UPLOAD_MESSAGE */
};

enum {
	UPLOAD_SLOTS,
	UPLOAD_REFUSED,
	UPLOAD_RECEIVED,
	UPLOAD_RECEIVED_BYTES,
	UPLOAD_FAILED,
	UPLOAD_SERVED,
	UPLOAD_REMOVED,
};

extern const struct module mod_upload;

/* The conf in force for that host now; NULL where there are no uploads. On workers. */
const struct upload_conf *upload_conf_of(struct str host);

bool upload_is_offered(const struct upload_conf *conf, enum upload_purpose p);

/* Message and ephemeral share one. 0: no bound. */
uint64_t upload_quota(const struct upload_conf *conf, enum upload_purpose p);

/* Bytes of one file: what is allowed, and fits into an empty quota. */
uint64_t upload_max_file(const struct upload_conf *conf, enum upload_purpose p);

/* When it goes: 0 for never. */
usec_t upload_due_us(const struct upload_conf *conf, const struct upload_record *r);

/* "https://example.org:5281/upload/", where the host's uploads are found from outside; "no
 * string" when they are not. */
struct str upload_base_url(struct arena *a, struct str host);

#endif
