/* SPDX-License-Identifier: MIT
 *
 * A picture that stands for somebody, in its two forms: an image with metadata (XEP-0084 1.1.4)
 * and the photo of a business card (XEP-0153 1.1.1). What the image shows is not looked at; of
 * which type it is says how it begins.
 */
#ifndef XMPP_AVATAR_H
#define XMPP_AVATAR_H

#include "xml/element.h"
#include "xml/writer.h"

enum { AVATAR_ID_LEN = 40 };

struct avatar {
	struct str base64; /* of the image, without white space */
	size_t bytes;      /* of the image */
	struct str type;   /* "image/png" */
	char id[AVATAR_ID_LEN];
};

static inline struct str
avatar_id(const struct avatar *v)
{
	return str_of(v->id, AVATAR_ID_LEN);
}

/*
 * From base64, which may have white space between (RFC 2045 breaks lines).
 *
 * E_INVALID      no base64, or of no bytes
 * E_UNSUPPORTED  it begins as no PNG, JPEG, GIF or WebP does
 */
MUST_CHECK enum status avatar_read(struct arena *a, struct str text, struct avatar *out);

/* --- as nodes ------------------------------------------------------------------------- */

/* The id of the image that <metadata/> says to be in the node of images: of the first <info/>
 * that has no URL. "No string": there is none. */
struct str avatar_named(struct arena *a, struct elem metadata);

/* <data/> and <metadata/>, as markup that stands on its own. NULL: of no avatar. */
struct str avatar_data(struct arena *a, const struct avatar *v);
struct str avatar_metadata(struct arena *a, const struct avatar *v);

/* --- as a photo ----------------------------------------------------------------------- */

/*
 * The photo of a card.
 *
 * E_NOT_FOUND  it has none, or an empty one
 * others       as avatar_read; E_UNSUPPORTED also: it is elsewhere (EXTVAL)
 */
MUST_CHECK enum status avatar_of_card(struct arena *a, struct elem vcard, struct avatar *out);

/* The card with this photo in place of its own; NULL: with none. A card that does not exist
 * (ELEM_NONE) is empty. */
void avatar_write_card(struct xml_writer *w, struct elem vcard, const struct avatar *v);

/* --- in presence ---------------------------------------------------------------------- */

/* What a presence says of the photo. */
enum avatar_claim {
	AVATAR_UNSAID,  /* nothing */
	AVATAR_UNKNOWN, /* the client does not know it yet */
	AVATAR_NONE,    /* that there is none: its client wants none to be seen */
	AVATAR_CLAIMED, /* a hash */
};
enum avatar_claim avatar_claimed(struct elem presence, struct arena *a);

/* The content of the presence, saying this of the photo in place of what it said; "": that
 * there is none. */
void avatar_write_presence(struct xml_writer *w, struct elem presence, struct str id);

#endif
