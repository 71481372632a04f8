/* SPDX-License-Identifier: MIT
 *
 * Ids of requests that tell, when the answer brings them back, whom the request was made for:
 * so that whichever worker gets the answer knows it, and nothing is kept for answers that never
 * come. Sealed with a key of the process: nobody can make one that we did not give out.
 */
#ifndef MODULES_COMPONENTS_SEALED_H
#define MODULES_COMPONENTS_SEALED_H

#include "base/str.h"

enum { SEALED_PIECES = 4 };

/* What is in an id. `purpose` tells those of different makers apart. */
struct sealed {
	char purpose;
	struct str piece[SEALED_PIECES];
};

/* E_LIMIT: it would be longer than SEALED_ID_BYTES. */
MUST_CHECK enum status sealed_make(const struct sealed *s, struct arena *a, struct str *id);

/* The pieces are slices of the id. False: it is no such id of ours, for that purpose. */
MUST_CHECK bool sealed_read(struct str id, char purpose, struct sealed *out);

#endif
