# SPDX-License-Identifier: BSD-2-Clause
# Bodies beyond what disk and memory have room for: a request ends and says so, others go on.
use FindBin;
use lib "$FindBin::Bin/../lib";
use File::Temp;
use Heddle::Test;
use Heddle::Uwsgi qw(uwsgi_post uwsgi_ask uwsgi_counted);

my $dir = File::Temp->newdir('heddle-body-XXXXXX', TMPDIR => 1);
chmod 0777, $dir;
my $node = backend('count');
my ($port, $limited, $nowhere) = map { free_port } 1 .. 3;
my $yaml = <<"YAML";
services:
  sites:
    protocol: uwsgi
    listen: 127.0.0.1:$port
    post_buffering: {memory: 8k, dir: $dir, max_memory: 20k}
    backends: ["${\$node->address}"]
  limited:
    protocol: uwsgi
    listen: 127.0.0.1:$limited
    post_buffering: {memory: 8k, dir: $dir, max_disk: 1m}
    backends: ["${\$node->address}"]
  nowhere:
    protocol: uwsgi
    listen: 127.0.0.1:$nowhere
    post_buffering: {memory: 8k, dir: $dir/none}
    backends: ["${\$node->address}"]
YAML

# 100 clients with 1 MB each at once: files take it, memory does not grow with them.
my $h = heddle($yaml, workers => 1);
my $big = uwsgi_post(1 << 20);
is(uwsgi_ask($port, $big), uwsgi_counted($big), '1 MB');
my ($worker) = $h->worker_pids;
my $before = $h->rss($worker);
my @clients = map { client($port) } 1 .. 100;
for my $from (map { $_ << 18 } 0 .. 3) {
	$_->send(substr $big, $from, 1 << 18) for @clients;
}
ok($h->wait_for(sub { $h->counter('body_file_bytes') > 95 << 20 }, 30, 'files'), '100 MB in files');
my $grown = $h->rss($worker) - $before;
cmp_ok($grown, '<', 16 << 20, '... and not in memory') or diag("$grown bytes");
for my $c (@clients) {
	$c->send(substr $big, 4 << 18);
	$c->shut;
}
is_deeply([map { $_->line(60) } @clients], [(uwsgi_counted($big)) x 100], 'each is delivered whole');

# Short ones beyond max_memory go to files.
my $short = uwsgi_post(8000);
@clients = map { client($port) } 1 .. 10;
$_->send(substr $short, 0, 7000) for @clients;
ok($h->wait_for(sub { $h->counter('body_memory_bytes') == 16_000
	&& $h->counter('body_file_bytes') > 8 * 6000 }, 10, 'two places in memory'), 'max_memory');
for my $c (@clients) {
	$c->send(substr $short, 7000);
	$c->shut;
}
is_deeply([map { $_->line(20) } @clients], [(uwsgi_counted($short)) x 10], 'each is delivered whole');

# max_disk, and a folder that is not there.
my $last = sub { my ($name) = @_;
	my ($l) = grep { $_->{service} eq $name } reverse $h->access(0);
	return $l ? "$l->{reason} $l->{phase} " . ($l->{error} // '-') : 'none' };
my $too_big = uwsgi_post((1 << 20) + 1);
is(uwsgi_ask($limited, $too_big), 'nothing', 'a body that is larger than max_disk');
ok($h->wait_for(sub { $last->('limited')
	eq 'out_of_disk buffering its body does not fit into max_disk' }, 5, 'its line'), '... is told');
is(uwsgi_ask($limited, uwsgi_post(1 << 20)), uwsgi_counted(uwsgi_post(1 << 20)), 'one that is not');
is(uwsgi_ask($nowhere, uwsgi_post(70_000)), 'nothing', 'no folder');
ok($h->wait_for(sub { $last->('nowhere')
	eq 'out_of_disk buffering the file of its body cannot be written' }, 5, 'its line'),
	'... is told');
# one line a second
ok($h->wait_for(sub { uwsgi_ask($nowhere, uwsgi_post(70_000));
	$h->log =~ /error worker\S* nowhere: post_buffering: .*: No such file or directory/ }, 10,
	'a line'), '... and the reason is in the error log');
is(uwsgi_ask($nowhere, $short), uwsgi_counted($short), 'what needs no file goes on');

# A worker that stops, and one that is killed, in the middle of bodies.
@clients = map { client($port) } 1 .. 20;
$_->send(substr $big, 0, 1 << 19) for @clients;
ok($h->wait_for(sub { $h->counter('body_file_bytes') > 5 << 20 }, 10, 'files'), 'files again');
kill 'KILL', $worker;
is($_->ended(20) eq 'open' ? 'open' : 'ended', 'ended', 'its clients end') for $clients[0];
ok($h->wait_for(sub { my ($w) = $h->worker_pids; $w && $w != $worker }, 20, 'a worker'), 'a new one');
is(uwsgi_ask($port, $big), uwsgi_counted($big), 'it serves');
ok($h->wait_for(sub { $h->counter('body_file_bytes') == 0 }, 10, 'no files'), 'nothing is left');
@clients = map { client($port) } 1 .. 20;
$_->send(substr $big, 0, 1 << 19) for @clients;
ok($h->wait_for(sub { $h->counter('body_file_bytes') > 5 << 20 }, 10, 'files'), 'and again');
is($h->stop, 0, 'it stops');
opendir my $d, $dir or die;
is_deeply([grep { !/^\./ } readdir $d], [], 'no file is left');

# A full disk.
SKIP: {
	skip('needs root and unshare') if $> != 0 || !program('unshare')
		|| system("unshare -m true 2>/dev/null") != 0;
	$h = heddle($yaml, workers => 1, wrapper => ['unshare', '-m', 'sh', '-c',
		'mount -t tmpfs -o size=3m,mode=0777 tmpfs "$0" && exec "$@"', "$dir"]);
	my $huge = uwsgi_post(8 << 20);
	my $other = client($port);
	$other->send(substr $big, 0, 1 << 19);
	ok($h->wait_for(sub { $h->counter('body_file_bytes') > 400_000 }, 10, 'its place'), 'one has its place on the disk');
	is(uwsgi_ask($port, $huge), 'nothing', 'more than the disk has room for');
	ok($h->wait_log(qr/error worker\S* sites: post_buffering: .*: No space left on device/),
		'... is told');
	is(uwsgi_ask($port, $short), uwsgi_counted($short), 'a short one goes on');
	ok($h->wait_for(sub { $h->counter('body_file_bytes') < 1 << 20 }, 10, 'room'), '... and has given back what it had');
	$other->send(substr $big, 1 << 19);
	$other->shut;
	is($other->line(20), uwsgi_counted($big), '... and one that has its place');
	ok($h->wait_for(sub { $last->('sites') =~ /^done/ && $h->counter('body_file_bytes') == 0 },
		10, 'room'), 'there is room again');
	is(uwsgi_ask($port, $big), uwsgi_counted($big), '... for the next one');
	$h->finish;
}
done_testing;
