/* SPDX-License-Identifier: MIT
 *
 * What is known of an upload, and the rows of the store that say so. Each has all of it, so
 * that none needs to be read for another:
 *
 *   ("", "upload", TOKEN)                    for who has the URL
 *   (HOST, "upload-of", "ACCOUNT/TOKEN")     what an account has
 *   (HOST, "upload-age", "PURPOSE/TIME/TOKEN")  what is due: by the time from which it counts
 *
 * The blob's holder is "upload/TOKEN".
 */
#ifndef MODULES_UPLOAD_RECORD_H
#define MODULES_UPLOAD_RECORD_H

#include "modules/upload/request.h"
#include "storage/blob.h"

#define KIND_UPLOAD S("upload")
#define KIND_UPLOAD_OF S("upload-of")
#define KIND_UPLOAD_AGE S("upload-age")

enum {
	UPLOAD_TOKEN_BYTES = 18,  /* random */
	UPLOAD_TOKEN_LENGTH = 24, /* of their text */
};

struct upload_record {
	struct str token;
	struct str account; /* bare address */
	struct str name;
	struct str type;
	struct blob_hash hash;
	uint64_t bytes;
	enum upload_purpose purpose;
	usec_t made_us;
	usec_t expires_us; /* UPLOAD_EPHEMERAL; else 0 */
};

struct str upload_record_encode(struct arena *a, const struct upload_record *r);

/* The strings stay the value's. E_INVALID: not such a record. */
MUST_CHECK enum status upload_record_decode(struct str value, struct upload_record *out);

/* Puts, or takes away, the three rows; the blob is not among them. */
void upload_record_put(struct store_batch *b, struct str host, const struct upload_record *r);
void upload_record_remove(
    struct store_batch *b, struct str host, const struct upload_record *r);

struct str upload_holder(struct arena *a, struct str token);

/* "ACCOUNT/", with which the items of its rows begin. */
struct str upload_of_prefix(struct arena *a, struct str account);

/* "PURPOSE/", likewise; and the time in such an item: E_INVALID when there is none. */
struct str upload_age_prefix(struct arena *a, enum upload_purpose p);
MUST_CHECK enum status upload_age_of(struct str item, usec_t *out);

#endif
