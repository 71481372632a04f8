/* SPDX-License-Identifier: MIT
 *
 * The log: one event, one line, a fixed name and fields.
 *
 *     log_info("c2s.bound", LOG_ACCOUNT("jid", jid), LOG_U64("stream", id));
 *
 *     2026-11-21T05:22:00.123456Z info c2s.bound jid=romeo@example.net/orchard stream=17
 *
 * error: an operator must act. warn: something was refused or lost. info: a life began or
 * ended. debug: the rest. An event's area is its name up to the first dot; each area can have
 * a level of its own. Where the level is off, arguments are not evaluated.
 *
 * Any thread may log, and none waits for the disk or the journal: a thread of the log's own
 * writes. Text is cut to LOG_TEXT_BYTES and escaped, so that no stranger can forge a line,
 * speak to a terminal or turn the reading direction. Bodies, passwords and tokens are never
 * logged.
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include <stdatomic.h>

#include "base/str.h"

enum log_level { LOG_ERROR, LOG_WARN, LOG_INFO, LOG_DEBUG };
enum { LOG_LEVELS = 4 };

struct log_field {
	const char *name;
	enum { LOG_IS_STR, LOG_IS_ACCOUNT, LOG_IS_U64, LOG_IS_I64, LOG_IS_BOOL } kind;
	union {
		struct str text;
		uint64_t u64;
		int64_t i64;
		bool truth;
	};
};

#define LOG_STR(name_, s)                                                                      \
	((struct log_field){ .name = (name_), .kind = LOG_IS_STR, .text = (s) })
#define LOG_C(name_, c_string) LOG_STR(name_, str_from_c(c_string))
#define LOG_STATUS(name_, status) LOG_C(name_, status_name(status))
#define LOG_U64(name_, n)                                                                      \
	((struct log_field){ .name = (name_), .kind = LOG_IS_U64, .u64 = (n) })
#define LOG_I64(name_, n)                                                                      \
	((struct log_field){ .name = (name_), .kind = LOG_IS_I64, .i64 = (n) })
#define LOG_BOOL(name_, b)                                                                     \
	((struct log_field){ .name = (name_), .kind = LOG_IS_BOOL, .truth = (b) })

/* The address of a person: shown as the operator wants it, see enum log_accounts. */
#define LOG_ACCOUNT(name_, s)                                                                  \
	((struct log_field){ .name = (name_), .kind = LOG_IS_ACCOUNT, .text = (s) })

/* log_error("area.event", fields...); event and field names are literals. */
#define log_error(...) LOG_AT_(LOG_ERROR, __VA_ARGS__, )
#define log_warn(...) LOG_AT_(LOG_WARN, __VA_ARGS__, )
#define log_info(...) LOG_AT_(LOG_INFO, __VA_ARGS__, )
#define log_debug(...) LOG_AT_(LOG_DEBUG, __VA_ARGS__, )

/* --- for the daemon ------------------------------------------------------------------- */

enum log_accounts {
	LOG_ACCOUNTS_PLAIN,
	LOG_ACCOUNTS_HASHED, /* a pseudonym that lasts until the process ends */
	LOG_ACCOUNTS_HIDDEN,
};

struct log_conf {
	const char *path; /* appended to; NULL: stderr */
	enum log_level level;
	enum log_accounts accounts;
	bool json; /* an object a line instead of key=value */
};

/*
 * Starts the log's thread. Before, and after log_close, lines of level info and above go to
 * stderr by the caller's own hand. When stderr is the journal's, lines begin with its <level>
 * instead of time and level (sd-daemon(3)). Called again, it takes over what has changed.
 *
 * E_IO     the file cannot be opened; nothing has changed
 * E_LIMIT  the thread cannot be started
 */
MUST_CHECK enum status log_open(const struct log_conf *conf);

/* Writes what waits and ends the thread; no other thread may log meanwhile. */
void log_close(void);

/* Opens the file anew, after somebody moved it away. E_IO: the old one stays in use. */
MUST_CHECK enum status log_reopen(void);

/*
 * The level of one area, or, for the empty name, of all that have none of their own. Lasts
 * until the next log_open.
 *
 * E_LIMIT    LOG_AREAS areas have one already
 * E_INVALID  no area has such a long name
 */
MUST_CHECK enum status log_set_level(struct str area, enum log_level level);

/* "error", "warn", "info", "debug". */
const char *log_level_name(enum log_level level);
MUST_CHECK enum status log_level_parse(struct str name, enum log_level *out);

/* Lines of this level since the process began. Tests want none of level error that they did
 * not ask for. */
uint64_t log_count(enum log_level level);

/* Lines that were lost because the disk or journal was too slow, or failed. */
uint64_t log_lost(void);

/* --- behind the macros ---------------------------------------------------------------- */

/* The most talkative level of all areas. */
extern _Atomic int log_ceiling;

void log_write(
    enum log_level level, const char *event, const struct log_field *fields, size_t n);

/* The array begins with a field that is not shown, so that it is never empty. */
#define LOG_AT_(level_, event_, ...)                                                           \
	do {                                                                                   \
		if ((int)(level_) <=                                                           \
		    atomic_load_explicit(&log_ceiling, memory_order_relaxed)) {                \
			const struct log_field fields_[] = { { 0 }, __VA_ARGS__ };             \
			log_write((level_), "" event_, fields_ + 1,                            \
			    sizeof(fields_) / sizeof(fields_[0]) - 1);                         \
		}                                                                              \
	} while (0)

#endif
