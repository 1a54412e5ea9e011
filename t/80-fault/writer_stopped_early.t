# SPDX-License-Identifier: BSD-2-Clause
# The process that writes the file of a cache was stopped right behind its fork: the resolver process
# waited for it as long as it was, and nobody was answered. Now it is killed, and the next one writes.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Preload qw(preload);
use Heddle::Persist;

plan(skip_all => 'needs /proc') if !-d "/proc/$$";

# A child of the resolver process stops at once, as long as the file is there.
my $source = <<'C';
#define _GNU_SOURCE
#include <dlfcn.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>
#include <stdio.h>

static char file[256];

__attribute__((constructor)) static void remember(void)
{
	const char *path = getenv("HOLD");

	snprintf(file, sizeof(file), "%s", path != NULL ? path : "");
}

pid_t fork(void)
{
	pid_t (*next)(void) = (pid_t (*)(void))dlsym(RTLD_NEXT, "fork");
	pid_t pid = next();

	if (pid == 0 && access(file, F_OK) == 0)
		raise(SIGSTOP);
	return pid;
}
C

my ($library, $dir) = preload($source);
my $mark = "$dir/hold";

my $p = Heddle::Persist->new;
my $h = $p->begin(heddle => { env => { LD_PRELOAD => $library, HOLD => $mark } });
ok($p->set('a', 'va'), 'an item');
ok($p->written_since('', undef), '... is written');
Heddle::write_file($mark, '');
chmod 0644, $mark;
ok($p->set('b', 'vb'), 'another one, whose writer is stopped');
ok($h->wait_log(qr/error resolver\S+ cache hosts: persist: the process that writes the file has ended/), '... is killed, told');
ok($p->set('c', 'vc'), '... items are set');
unlink $mark or die "$mark: $!\n";
ok($h->wait_log(qr/notice resolver\S+ cache hosts: persist: \S+store is written again/), '... and the next one writes');
is($p->get('b')->[0], 'vb', 'all is there');
$h->finish;
done_testing();
