/* SPDX-License-Identifier: MIT
 *
 * Parts of answers of service discovery (XEP-0030 2.5.0), inside <query/>.
 */
#ifndef XMPP_DISCO_H
#define XMPP_DISCO_H

#include "xml/writer.h"

/* Section 3.1. The name is written when it is not empty. */
void disco_write_identity(
    struct xml_writer *w, struct str category, struct str type, struct str name);

void disco_write_feature(struct xml_writer *w, struct str var);

#endif
