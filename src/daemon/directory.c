/* SPDX-License-Identifier: MIT */
#include "daemon/directory.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static bool
make_one(const char *path)
{
	struct stat st;

	if (mkdir(path, 0750) == 0)
		return true;
	/* A directory that exists may also stand where we may not make one. */
	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

enum status
directory_make(const char *path)
{
	struct arena a;
	char *part;
	bool made = true;

	arena_init(&a, 4096);
	part = str_to_c(&a, str_from_c(path));
	for (char *slash = strchr(part + 1, '/'); made && slash;
	     slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		made = make_one(part);
		*slash = '/';
	}
	made = made && make_one(part);
	arena_fini(&a);
	return made ? OK : E_IO;
}

enum status
directory_claim(const char *path, int *out)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	enum status s;

	if (fd < 0)
		return E_IO;
	if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
		s = errno == EWOULDBLOCK ? E_EXISTS : E_IO;
		close(fd);
		return s;
	}
	*out = fd;
	return OK;
}
