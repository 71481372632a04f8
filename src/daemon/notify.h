/* SPDX-License-Identifier: MIT
 *
 * Tells the service manager how far the server is (sd_notify(3)), without its library:
 * a datagram to the socket named by $NOTIFY_SOCKET. Without one nothing happens.
 */
#ifndef DAEMON_NOTIFY_H
#define DAEMON_NOTIFY_H

void notify_ready(void);
void notify_reloading(void); /* notify_ready follows */
void notify_stopping(void);

#endif
