/* SPDX-License-Identifier: MIT
 *
 * Markup of an element as it must be written at another place. Internal to the folder.
 *
 * Namespaces are declared where they change, and prefixes where they are first used; so the
 * copy means the same wherever the default namespace is the one it was made for.
 */
#ifndef XML_COPY_H
#define XML_COPY_H

#include "base/buf.h"
#include "xml/frozen.h"

/*
 * The element's markup for a place where `ns` is the default namespace. Returns the length;
 * out NULL only counts.
 */
size_t copy_element(struct elem e, struct str ns, char *out);

/*
 * The whole block with the content that element.h promises.
 * E_LIMIT: it would be longer than the buffer may become.
 */
MUST_CHECK enum status copy_regular(const struct frozen *f, struct buf *out);

#endif
