/* A disk that can lose power or refuse to sync, for one process (LD_PRELOAD).

While the file named by BROKEN_SYNC exists, fsync and fdatasync fail with EIO. Otherwise they work,
and afterwards the file's content is copied into the folder named by POWER_CUT, if that is set: there
lies at any moment what a machine would have that lost power and everything not synced with it. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void keep(int fd) {
    const char *folder = getenv("POWER_CUT");
    char page[1 << 15], link[64], path[2048], kept[4096], fresh[4200];
    if (!folder) return;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length <= 0) return;
    path[length] = 0;
    const char *name = strrchr(path, '/');
    if (!strstr(path, ".db") || !name) return;
    snprintf(kept, sizeof kept, "%s%s", folder, name);
    snprintf(fresh, sizeof fresh, "%s.new", kept);
    int out = open(fresh, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    ssize_t got;
    off_t at = 0;
    while ((got = pread(fd, page, sizeof page, at)) > 0) {
        if (write(out, page, got) != got) abort();
        at += got;
    }
    close(out);
    if (rename(fresh, kept)) abort();
}

static int sync_with(const char *name, int fd) {
    const char *flag = getenv("BROKEN_SYNC");
    int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, name);
    if (flag && access(flag, F_OK) == 0) {
        errno = EIO;
        return -1;
    }
    int result = real(fd);
    if (result == 0) keep(fd);
    return result;
}

int fsync(int fd) { return sync_with("fsync", fd); }
int fdatasync(int fd) { return sync_with("fdatasync", fd); }
