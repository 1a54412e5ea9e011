# SPDX-License-Identifier: BSD-2-Clause
# A disk that is slow as long as the test wants it, for reads and writes of whole buffers, or that lets
# nobody open the files whose names end in this one, as if no descriptor were left.
#
#   my $disk = slow_disk();
#   plan(skip_all => $disk) if !ref $disk;
#   heddle($yaml, env => $disk->env); $disk->slow; ... $disk->fast;
#   $disk->full('store'); ... $disk->free;
package Heddle::SlowDisk;

use strict;
use warnings;
use Exporter qw(import);
use File::Temp ();

use Heddle ();

our @EXPORT_OK = qw(slow_disk);

# A library is the slow disk, once the file SLOW is there.
my $source = <<'C';
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
static void wait_if(int large, unsigned ms)
{
	const char *mark = getenv("SLOW");

	if (large && mark && access(mark, F_OK) == 0)
		usleep(ms * 1000);
}
ssize_t write(int fd, const void *bytes, size_t len)
{
	static ssize_t (*real)(int, const void *, size_t);

	if (!real)
		*(void **)&real = dlsym(RTLD_NEXT, "write");
	wait_if(len > 30000, 150);
	return real(fd, bytes, len);
}
ssize_t read(int fd, void *bytes, size_t len)
{
	static ssize_t (*real)(int, void *, size_t);
	ssize_t n;

	if (!real)
		*(void **)&real = dlsym(RTLD_NEXT, "read");
	n = real(fd, bytes, len);
	wait_if(n > 30000, 50);
	return n;
}
static int is_refused(const char *path)
{
	const char *mark = getenv("FULL");
	char end[64];
	ssize_t len = mark ? readlink(mark, end, sizeof(end)) : -1;
	size_t all = strlen(path);

	return len > 0 && all >= (size_t)len && memcmp(path + all - len, end, (size_t)len) == 0;
}
static int open_by(const char *name, const char *path, int flags, unsigned mode)
{
	int (*real)(const char *, int, unsigned);

	if (is_refused(path)) {
		errno = EMFILE;
		return -1;
	}
	*(void **)&real = dlsym(RTLD_NEXT, name);
	return real(path, flags, mode);
}
#define OPEN(name) int name(const char *path, int flags, ...) \
{ \
	va_list more; \
	unsigned mode; \
\
	va_start(more, flags); \
	mode = va_arg(more, unsigned); \
	va_end(more); \
	return open_by(#name, path, flags, mode); \
}
OPEN(open)
OPEN(open64)
C

# Else a text: why there is none.
sub slow_disk {
	return 'built with sanitizers: no library can get in between' if Heddle::sanitized();
	my $dir = File::Temp->newdir('heddle-slow-XXXXXX', TMPDIR => 1);
	chmod 0755, $dir;
	open my $cc, '|-', "cc -shared -fPIC -xc -o $dir/slow.so - -ldl 2>/dev/null" or return 'no C compiler';
	print $cc $source;
	close $cc or return 'no C compiler, or no library can get in between';
	return bless { dir => $dir }, __PACKAGE__;
}

sub env { my ($self) = @_; return { LD_PRELOAD => "$self->{dir}/slow.so", SLOW => "$self->{dir}/slow", FULL => "$self->{dir}/full" } }
sub slow { my ($self) = @_; Heddle::write_file("$self->{dir}/slow", ''); return }
sub fast { my ($self) = @_; unlink "$self->{dir}/slow"; return }
sub full { my ($self, $name) = @_; symlink $name, "$self->{dir}/full" or die "symlink: $!\n"; return }
sub free { my ($self) = @_; unlink "$self->{dir}/full"; return }

1;
