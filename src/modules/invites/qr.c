/* SPDX-License-Identifier: MIT */
#include "modules/invites/qr.h"

#include <qrencode.h>

#include "base/buf.h"

enum {
	QUIET = 4, /* modules around the code (section 5.3.8) */
	RUN_BYTES = 32,
};

static bool
is_dark(const QRcode *code, int x, int y)
{
	return code->data[y * code->width + x] & 1;
}

/* Each run of dark modules of a row is one rectangle. */
static void
write_row(struct buf *path, const QRcode *code, int y)
{
	for (int x = 0, from; x < code->width; x++) {
		if (!is_dark(code, x, y))
			continue;
		for (from = x; x < code->width && is_dark(code, x, y); x++)
			;
		char *at = buf_reserve(path, RUN_BYTES);

		assert(at); /* the maximum is for more runs than there can be */
		buf_added(path, (size_t)snprintf(at, RUN_BYTES, "M%d %dh%dv1h-%dz",
				    from + QUIET, y + QUIET, x - from, x - from));
	}
}

enum status
qr_svg(struct arena *a, struct str text, struct str label, struct str *out)
{
	QRcode *code = QRcode_encodeString8bit(str_to_c(a, text), 0, QR_ECLEVEL_M);
	struct buf path;
	int side;

	if (!code)
		return E_LIMIT;
	side = code->width + 2 * QUIET;
	buf_init(&path, (size_t)code->width * (size_t)code->width * RUN_BYTES);
	for (int y = 0; y < code->width; y++)
		write_row(&path, code, y);
	*out = str_format(a,
	    "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" role=\"img\" "
	    "aria-label=\"%.*s\" shape-rendering=\"crispEdges\"><path d=\"%.*s\"/></svg>",
	    side, side, STR_ARG(label), STR_ARG(buf_str(&path)));
	buf_fini(&path);
	QRcode_free(code);
	return OK;
}
