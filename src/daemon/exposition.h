/* SPDX-License-Identifier: MIT
 *
 * All that the server counts, as Prometheus reads it (text format 0.0.4): the metrics of the
 * tables, and those of the process, the workers and the log. Names follow Prometheus's
 * customs, so units are base units: "http_answer_time" in microseconds becomes
 * "jaseur_http_answer_seconds".
 */
#ifndef DAEMON_EXPOSITION_H
#define DAEMON_EXPOSITION_H

#include "base/buf.h"

/* Any thread; may read from /proc for milliseconds, so not a worker. */
void exposition_write(struct buf *out);

#endif
