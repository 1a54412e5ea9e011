# SPDX-License-Identifier: BSD-2-Clause
# The scenario of usss: workers know the fan-out's fixed address only. The subscription servers
# change in DNS, no worker is touched, and all servers know all workers.
use FindBin; use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Knot qw(knot knot_missing);
use Heddle::OldProgram;
use Heddle::Uwsgi qw(uwsgi_missing uwsgi_instance uwsgi_router);

my $missing = knot_missing() || uwsgi_missing(qw(fastrouter python3));
plan(skip_all => $missing) if $missing;

# usss asks the servers of the system: in a mount namespace with a resolv.conf of its own, and in
# a network of its own, where port 53 is free.
if (!$ENV{HEDDLE_NAMESPACE}++) {
	my $prepare = 'ip link set lo up && mount --bind "$0" /etc/resolv.conf';
	my $file = File::Temp->new;
	print $file "nameserver 127.0.0.1\noptions timeout:1 attempts:1\n";
	$file->flush;
	chmod 0644, "$file";
	plan(skip_all => 'needs root, Linux, unshare and ip') if $^O ne 'linux' || $< != 0
		|| !program('unshare') || !program('ip')
		|| system('unshare', '-n', '-m', 'sh', '-c', "exec 2>/dev/null; $prepare", "$file") != 0;
	exit(system('unshare', '-n', '-m', 'sh', '-c', "$prepare && exec \"\$@\"", "$file", $^X, $0) >> 8);
}

sub records { return join '', map { "routers 3600 A 127.0.1.$_\n" } @_ }

my $knot = knot('site.test' => records(1, 2), { port => 53 });
my @routers = map { uwsgi_router('fastrouter', "127.0.1.$_:6262", '--subscription-tolerance', 3600) } 1 .. 4;
my $usss = old_program('usss', '-dnsname=routers.site.test', '-ttl=1', '-bindaddr=127.0.0.1',
	'-outport=6262', 'ignored', '-nosuch');
ok($usss->wait_log(qr/^\S+ \S+ starting resolution goroutine for routers\.site\.test with ttl 1$/m), 'it starts');
ok($usss->wait_log(qr/^\S+ \S+ Resolved routers\.site\.test as \[127\.0\.1\.1 127\.0\.1\.2\]$/m),
	'it resolves at once');
my @workers = map { uwsgi_instance('www.test', announce => '127.0.0.1:2626', every => 3600) } 1 .. 4;
my @all = map { $_->address } @workers;
my %born = map { $_->pid => 1 } @workers;
ok($_->wait_nodes('www.test', \@all), 'both servers know all workers') for @routers[0, 1];
is($routers[$_]->known, 0, 'another knows nobody') for 2, 3;

# One more; two others instead of the first two. No worker announces again.
$knot->zone('site.test', records(1, 2, 3));
ok($routers[2]->wait_nodes('www.test', \@all), 'a server that was added knows all workers');
$knot->zone('site.test', records(3, 4));
ok($routers[3]->wait_nodes('www.test', \@all), 'one that replaces another, too');
ok($usss->wait_log(qr/Resolved routers\.site\.test as \[127\.0\.1\.3 127\.0\.1\.4\]$/m), 'it is told');
is(scalar(grep { kill 0, $_ } keys %born), 4, 'no worker was touched');
$workers[0]->stop;
ok($_->wait_nodes('www.test', [@all[1 .. 3]]), 'a worker that ends has left them') for @routers[2, 3];
is(scalar($routers[0]->nodes('www.test')), 4, 'those that were removed hear nothing');

# DNS fails: the last servers stay.
$knot->fail('site.test');
ok($usss->wait_log(qr/^\S+ \S+ Error resolving: routers\.site\.test: \S/m), 'a failure is told');
$workers[0]->start;
ok($_->wait_nodes('www.test', \@all), 'the last servers hear of a worker') for @routers[2, 3];
$usss->signal('TERM');
is($usss->ended, 0, 'TERM ends it with 0');
done_testing();
