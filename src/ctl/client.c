/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "ctl/client.h"

#include "base/buf.h"

enum {
	ANSWER_MAX = 64 * 1024 * 1024,
	READ_BYTES = 64 * 1024,
};

struct str
client_socket_path(struct str directory, struct arena *a)
{
	struct str path = str_format(a, "%.*s/control.sock", STR_ARG(directory));
	struct sockaddr_un limit;
	int fd;

	if (str_starts(path, S("/")) && path.len < sizeof(limit.sun_path))
		return path;
	fd = open(str_to_c(a, directory), O_PATH | O_DIRECTORY | O_CLOEXEC);
	return fd < 0 ? path : str_format(a, "/proc/self/fd/%d/control.sock", fd);
}

enum status
client_connect(struct str directory, int *out)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	struct arena a;
	struct str path;
	enum status s = OK;
	int fd;

	arena_init(&a, 4096);
	path = client_socket_path(directory, &a);
	if (path.len < sizeof(to.sun_path))
		memcpy(to.sun_path, path.at, path.len);
	arena_fini(&a);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd >= 0 &&
	    connect(fd, (const struct sockaddr *)(const void *)&to, sizeof(to)) == 0) {
		*out = fd;
		return OK;
	}
	s = errno == ENOENT || errno == ECONNREFUSED ? E_NOT_FOUND
	    : errno == EACCES                        ? E_DENIED
						     : E_IO;
	if (fd >= 0)
		close(fd);
	return s;
}

static enum status
send_all(int fd, struct str bytes)
{
	while (bytes.len) {
		ssize_t n = send(fd, bytes.at, bytes.len, MSG_NOSIGNAL);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return E_CLOSED;
		bytes = str_slice(bytes, (size_t)n, bytes.len);
	}
	return OK;
}

/* One line, without its end. */
static enum status
read_line(int fd, struct buf *line)
{
	char *at;
	ssize_t n;

	do {
		if (!(at = buf_reserve(line, READ_BYTES)))
			return E_LIMIT;
		do
			n = read(fd, at, READ_BYTES);
		while (n < 0 && errno == EINTR);
		if (n <= 0)
			return E_CLOSED;
		buf_added(line, (size_t)n);
	} while (!memchr(at, '\n', (size_t)n));
	line->len = str_find(buf_str(line), '\n');
	return OK;
}

enum status
client_ask(int fd, const json_t *request, json_t **answer)
{
	char *text = json_dumps(request, JSON_COMPACT);
	struct str bytes = str_from_c(text);
	enum status s = send_all(fd, bytes);
	struct buf line;

	mem_wipe(text, bytes.len); /* may hold a password */
	free(text);
	if (s == OK)
		s = send_all(fd, S("\n"));
	buf_init(&line, ANSWER_MAX);
	if (s == OK)
		s = read_line(fd, &line);
	if (s == OK && !(*answer = json_loadb(line.at, line.len, 0, NULL)))
		s = E_IO;
	buf_fini(&line);
	return s;
}
