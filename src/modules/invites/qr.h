/* SPDX-License-Identifier: MIT
 *
 * A text as a QR code (ISO/IEC 18004), for cameras.
 */
#ifndef MODULES_INVITES_QR_H
#define MODULES_INVITES_QR_H

#include "base/str.h"

/*
 * An <svg> of modules one unit wide, dark on what is behind it, with the quiet zone around.
 *
 * text   at most 2331 bytes without NUL, as what is read
 * label  what the picture is called for who does not see it; escaped
 *
 * E_LIMIT  the text is too long for any code
 */
MUST_CHECK enum status qr_svg(
    struct arena *a, struct str text, struct str label, struct str *out);

#endif
