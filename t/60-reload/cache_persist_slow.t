# SPDX-License-Identifier: BSD-2-Clause
# A disk that is slow, and a file that is large: the stop waits for as long as it is being written,
# and nobody takes the process that reads it for one that hangs. That does its other work meanwhile:
# announcements of nodes are taken, and items are set.
use FindBin; use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Persist;
use Heddle::Port qw(free_port);
use Heddle::SlowDisk qw(slow_disk);
use Heddle::Subscription qw(announcement subscriber);
use Heddle::Uwsgi qw(uwsgi_packet);
use Time::HiRes qw(time);

time_limit(240);
my $disk = slow_disk();
plan(skip_all => $disk) if !ref $disk;

my $p = Heddle::Persist->new;
my %options = (interval => '1h', top => 'watchdog: 4s', heddle => { env => $disk->env });
my $h = $p->begin(%options);
my $value = 'v' x 14000;
is(scalar(grep { $p->set("k$_", $value) } 1 .. 250), 250, 'large items');
$disk->slow;
my $began = time;
$h->signal('TERM');
is($h->ended(30), 0, 'a slow disk: it stops');
cmp_ok(time - $began, '>', 5, '... later than others');
unlike($h->log, qr/killed|does not stop/, '... by itself');
$began = time;
$h = $p->begin(%options);
ok($h->wait_log(qr/store: 250 items/, 60), 'a start: all is read');
cmp_ok(time - $began, '>', 4, '... it reads for longer than the watchdog waits');
is($p->get($_)->[0], $value, "... $_ is there") for qw(k1 k250);
unlike($h->log, qr/aborted|starts again/, '... and nobody was ended for it');

# A file that takes long: the resolver process did nothing else until it was read.
$disk->fast;
is(scalar(grep { $p->set("more$_", $value) } 1 .. 1000), 1000, 'more of them');
is($h->stop, 0, '... it stops');
$disk->slow;
my ($one, $requests, $server) = (backend('uwsgi', name => 'one'), free_port, '127.0.0.1:' . free_port);
$h = $p->begin(%options, caches => "subscriptions: {apps: {listen: \"$server\"}}",
	services => qq(  s: {protocol: uwsgi, listen: "127.0.0.1:$requests", routes: [{subscriptions: apps}]}));
my $sender = subscriber($server);
sub route {
	my $client = Heddle::Client->new($requests) or return '';
	$client->send(uwsgi_packet(REQUEST_METHOD => 'GET', HTTP_HOST => 'a.test'));
	return ($client->rest(10) // '') =~ /^(\w+) / ? $1 : '';
}
ok(until_true(sub { $sender->send(announcement('a.test', $one->address)); route() eq 'one' }, 20), 'while it is read: a node subscribes, and has requests');
$p->ask_early(1);
ok($p->set('k1', 'vnew'), '... an item is set');
unlike($h->log, qr/items/, '... and not all has been read');
$disk->fast;
ok($h->wait_log(qr/store: 1250 items/, 60), '... the rest is');
is($p->get('k1')->[0], 'vnew', '... and not in its place');
$h->finish;
done_testing();
