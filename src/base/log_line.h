/* SPDX-License-Identifier: MIT
 *
 * How a line of the log is written, for log.c: logfmt or JSON, escaped and cut.
 */
#ifndef BASE_LOG_LINE_H
#define BASE_LOG_LINE_H

#include "base/limits.h"
#include "base/log.h"

struct line_style {
	bool json;
	bool journal; /* <level> instead of time and level */
	enum log_accounts accounts;
};

struct line {
	char at[LOG_LINE_BYTES];
	size_t len;
	bool cut; /* a field did not fit */
};

/* The whole line, with the newline at its end and none before. */
void line_format(struct line *l, const struct line_style *style, enum log_level level,
    const char *event, const struct log_field *fields, size_t n);

#endif
