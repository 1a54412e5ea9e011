# SPDX-License-Identifier: BSD-2-Clause
# The file of a cache is read in pieces: what comes meanwhile is answered, and is newer than the file.
# The resolver process held up DNS, subscriptions and the cache protocol until all was read.
use FindBin; use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Api;
use Heddle::Persist;

time_limit(240);
my $p = Heddle::Persist->new;
my $path = $p->file;
my %options = (interval => '1h', cache => ['entries: {e.test: "127.0.0.1:9"}']);
my $api = sub { return Heddle::Api->new($p->heddle->control) };
sub items { return ($p->heddle->stats->{caches}{hosts} // {})->{items} // 0 }
# The lock is waited for 3 s. (The line comes by another process: the items may be there before it.)
sub early { return until_true(sub { $p->heddle->log =~ /is read as it is/ }, 5) }
sub loaded { return $p->heddle->wait_log(qr/info resolver\S+ cache hosts: \S+store: \d+ items/, 30) }

my $h = $p->begin(%options);
ok($p->set("k$_", "v$_"), "item $_") for 1 .. 20;
is($h->stop, 0, '... it stops');
my $good = Heddle::read_file($path);
sub again { unlink $path; Heddle::write_file($path, $_[0] // $good); chmod 0666, $path; return }

# Reading begins when nobody has the lock of the file any more.
sub begin_held {
	my $lock = $p->lock;
	$h = $p->begin(%options, @_);
	$p->ask_early(1);
	return $lock;
}

sub change_all {
	ok($p->set('k1', 'vnew'), 'while it is being read: an item of the file is set');
	ok($p->ask('set', [key => 'k5', size => 4], 'vown') =~ /ok/ || (early() && $p->set('k5', 'vown')), '... another one, where it was not there');
	ok(!$p->del('k2') || early(), '... one is removed that has not come yet');
	ok($p->set('k3', 'vshort', expires => 1), '... one has an end');
	ok(until_true(sub { $p->get('k3') eq '' }, 20), '... and has ended');
	ok($p->set('k4', 'vnew') && $p->del('k4'), '... one is set and removed');
	my $put = sub {
		my ($key, $what) = @_;
		my $status = $api->()->put("caches/hosts/$key", { value => '127.0.0.1:7', expires => '1h' });
		ok($status == 201 || (early() && $status == 200), $what) or diag($status);
	};
	$put->('k6', '... one by the API');
	$put->('k7', '... one that is removed');
	is($api->()->remove('caches/hosts/k7'), 200, '... by the API');
}

sub check_all {
	my ($what) = @_;
	is($p->get('k1')->[0], 'vnew', "$what: an item that was set");
	is($p->get('k5')->[0], 'vown', '... another one');
	is($p->get($_), '', "... $_ has gone") for qw(k2 k3 k4 k7);
	like($p->ask('get', [key => 'k6']), qr/127\.0\.0\.1:7\z/, '... that of the API');
	is($p->get("k$_")->[0], "v$_", "... k$_ is of the file") for 8 .. 20;
}

again();
my $lock = begin_held();
ok($p->get('k8') eq '' || early(), 'nothing is there yet');
change_all();
undef $lock;
ok(loaded(), '... the file is read');
check_all('afterwards');
is($h->stop, 0, '... TERM');
$p->ask_early(0);
$h = $p->begin(%options);
check_all('a restart');
ok(until_true(sub { items() == 17 }, 20), '... no more') or diag(items());
$h->stop;

# Its process is killed meanwhile: the next one reads, and what has come is newer.
again();
$lock = begin_held();
change_all();
my $resolver = $p->resolver;
kill 'KILL', $resolver;
ok($p->next_resolver($resolver), 'its process is killed: there is another one');
undef $lock;
ok(loaded(), '... the file is read');
check_all('by the next process');
$h->stop;

# It is cleared: nothing of the file comes any more.
again();
$lock = begin_held();
ok($p->set('k1', 'vnew'), 'an item is set');
ok($p->ask('clear', []) =~ /ok/, '... the cache is cleared');
ok($p->set('k2', 'vnew'), '... another one is set');
undef $lock;
ok(loaded(), '... the file is read');
is($p->get($_), '', "... $_ is not there") for qw(k1 k3 k20);
is($p->get('k2')->[0], 'vnew', '... k2 is');
$h->stop;

# The stop comes: what was answered is in the file, with all that was there.
again();
$lock = begin_held();
ok($p->set('k1', 'vnew'), 'an item is set');
$h->signal('TERM');
ok($h->wait_log(qr/Terminated/), '... the stop comes');
undef $lock;
is($h->ended(20), 0, '... it ends');
$p->ask_early(0);
$h = $p->begin(%options);
is($p->get('k1')->[0], 'vnew', '... the item is there');
is($p->get('k20')->[0], 'v20', '... with those of the file');
$h->stop;
again();
my $before = $p->version;
$lock = begin_held();
is($h->stop, 0, 'a stop where nothing has changed');
undef $lock;
is($p->version, $before, '... the file is as it was');

# A damaged one.
again($good =~ s/v20/v21/r);
$lock = begin_held();
ok($p->set('k1', 'vnew'), 'a damaged file: an item is set');
undef $lock;
ok($h->wait_log(qr/store is damaged: its items are not used; it is kept as \S+\.damaged/), '... it is told');
is($p->get('k1')->[0], 'vnew', '... the item is there');
is($p->get('k3'), '', '... none of the file is');
$h->stop;
unlink "$path.damaged";

# A reload with another path: what is read is the file of the cache as it was.
again();
$lock = begin_held();
$h->configure($p->yaml(%options, file => 'other'));
$h->signal('HUP');
undef $lock;
ok($p->written_since('', 'other'), 'a reload changes the path: the other file is written');
is($p->get('k20')->[0], 'v20', '... and all items are there');
$h->stop;
is(Heddle::read_file($path), $good, '... the first file is as it was');

# A request that a route answers waits until its key can be there.
my $one = backend('uwsgi', name => 'one');
again();
$p->ask_early(0);
$h = $p->begin(%options);
ok($p->set('a.test', $one->address), 'a node');
$h->stop;
$lock = begin_held();
my $client = Heddle::Client->new($p->port);
$client->send(Heddle::Uwsgi::uwsgi_packet(REQUEST_METHOD => 'GET', HTTP_HOST => 'a.test'));
undef $lock;
like($client->rest(20) // '', qr/^one 0\/0 /, 'a request that comes before the file is read has its node');
undef $client;
$h->finish;
done_testing();
