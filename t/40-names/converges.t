# SPDX-License-Identifier: BSD-2-Clause
# Changes of DNS meet other changes: a worker stands still so that change_timeout passes, reloads
# and the API change, remove and add the names, changes that cannot be written to disk are refused,
# the resolver dies. Whatever the order: in the end the backends are what DNS says, in every
# worker, and no cell is lost.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Api;
use Heddle::Dns qw(dns);
use Heddle::State;

plan(skip_all => 'many addresses of 127.0.0.0/8') if $^O ne 'linux';
time_limit(300);
use constant MOST => 40;

my $seed = $ENV{HEDDLE_SEED} // time ^ $$;
diag("HEDDLE_SEED=$seed") if $ENV{HEDDLE_SEED};
srand $seed;

on_each_event(sub {
	my $one = backend('named', name => 'one', address => '0.0.0.0:' . free_port);
	my $target = $one->address =~ s/.*://r;
	my %ips = (a => ['127.0.1.1'], b => ['127.0.2.1']);
	my $dns = dns();
	my $zone = sub { $dns->zone(map { ("$_.test" => [map { "1 A $_" } @{ $ips{$_} }]) } keys %ips) };
	$zone->();
	my ($port, $extra) = (free_port, free_port);
	my $state = Heddle::State->new;
	my $yaml = sub { my ($weight, $with) = @_; return <<"YAML"
max_backends: ${\MOST}
change_timeout: 1200ms	# a third of it is for the disk
watchdog: 2m
state: ${\$state->path}
resolver: {servers: ["${\$dns->address}"], timeout: 1s, tries: 1}
services:
  web:
    listen: "127.0.0.1:$port"
    access_log: {to: ./access.log}
    backends:
      a: {address: "a.test:$target", refresh: 150ms, weight: $weight}
YAML
	. ($with ? "  extra: {listen: \"127.0.0.1:$extra\", backends: {a: {address: \"a.test:$target\", "
		. "refresh: 150ms}}}\n" : '') };
	my $h = heddle($yaml->(1, 0), workers => 2);
	my $api = Heddle::Api->new($h->control);
	my $b = { address => "b.test:$target", refresh => '150ms' };
	my $members = sub { return join ' ', sort grep { /\@/ } keys %{ $h->service('web')->{backends} } };
	my $wanted = sub { my ($with_b) = @_;
		return join ' ', sort map { my $n = $_; map { "$n\@$_:$target" } @{ $ips{$n} } }
			'a', $with_b ? 'b' : () };
	my $becomes = sub { my ($with_b, $what) = @_;
		ok($h->wait_for(sub { $members->() eq $wanted->($with_b) }, 15, $what), $what)
			or diag("seed $seed: ", $members->(), ' wanted: ', $wanted->($with_b)) };
	$becomes->(0, 'at first');

	# one after the other
	my ($worker) = $h->worker_pids;
	my ($writer) = map { $_->{pid} } $h->processes('state');
	$h->kill_worker($worker, 'STOP');
	my @clients = map { Heddle::Client->new($h->control) } 1 .. 3;
	$clients[0]->send($api->bytes(PUT => 'services/web/backends/b', $b));
	$ips{a} = ['127.0.1.2', '127.0.1.3'];
	$zone->();
	ok($h->wait_log(qr/Resolved a\.test as \[127\.0\.1\.2/), 'DNS changes while a worker stands still');
	is($api->answer($clients[0]), 503, 'and the API adds a name: in force, and not confirmed');
	$becomes->(1, 'both are in force');
	$ips{b} = ['127.0.2.2'];
	$zone->();
	$clients[1]->send($api->bytes(PATCH => 'services/web/backends/a', { weight => 5 }));
	ok($h->wait_log(qr/Resolved b\.test as \[127\.0\.2\.2/), 'the other name changes');
	$clients[2]->send($api->bytes(DELETE => 'services/web/backends/b'));
	$api->answer($clients[1]);
	$api->answer($clients[2]);
	$becomes->(0, 'it was removed while its change was on its way');
	$h->kill_worker($worker, 'CONT');
	kill STOP => $writer;
	@clients = map { Heddle::Client->new($h->control) } 1, 2;
	$clients[0]->send($api->bytes(PUT => 'services/web/backends/b', $b));
	$clients[1]->send($api->bytes(PATCH => 'services/web/backends/a', { weight => 7 }));
	$ips{a} = ['127.0.1.4'];
	$zone->();
	is($api->answer($clients[0]), 507, 'a change that is not on disk is refused');
	is($api->answer($clients[1]), 507, '... and the next one');
	kill CONT => $writer;
	$becomes->(0, '... but not that of DNS which came meanwhile');
	@clients = ();

	# at random
	my ($stopped, $weight) = (0, 1);
	for my $round (1 .. 30) {
		my $what = int rand 7;
		if ($what < 2) {
			my $n = (qw(a b))[$what];
			$ips{$n} = [map { '127.0.' . ($what + 1) . ".$_" } grep { rand() < 0.5 } 1 .. 8];
			$ips{$n} = ['127.0.' . ($what + 1) . '.9'] if !@{ $ips{$n} };
			$zone->();
		} elsif ($what == 2) {
			$h->kill_worker($worker, $stopped ? 'CONT' : 'STOP');
			$stopped = !$stopped;
		} elsif ($what == 3) {
			$h->reload($yaml->(++$weight, rand() < 0.5));
		} elsif ($what == 4) {
			$api->put('services/web/backends/b', $b);
		} elsif ($what == 5) {
			$api->remove('services/web/backends/b');
		} elsif (rand() < 0.3) {
			kill STOP => $writer;
			$ips{a} = ['127.0.1.' . (10 + $round)];
			$zone->();
			$api->patch('services/web/backends/a', { weight => ++$weight });
			kill CONT => $writer;
		} elsif (rand() < 0.3) {
			my ($pid) = map { $_->{pid} } $h->processes('resolver');
			kill KILL => $pid if $pid;
		}
		select undef, undef, undef, rand 0.15;
	}
	$h->kill_worker($worker, 'CONT') if $stopped;
	$becomes->($api->get('services/web/backends/b') == 200, 'after 30 changes at random');
	is(join(' ', ($h->worker_pids)[0]), $worker, 'the worker is the same');
	is(($h->reload($yaml->(1, 0)))[0], 0, 'the file of the start');
	$api->remove('services/web/backends/b');
	$ips{a} = [map { "127.0.3.$_" } 1 .. MOST];
	$zone->();
	ok($h->wait_for(sub { my $s = $h->service('web');
		return $s->{backends_total} == MOST - 1 && $s->{addresses_unused} == 1 }, 20, 'all cells'),
		'every cell can be used') or diag("seed $seed: ", $h->service('web')->{backends_total});
	my $lines = () = Heddle::read_file($h->dir . '/access.log') =~ /\n/g;
	is(many($port, 60), join(' ', ('one') x 60), 'clients are served');
	my @sessions = ($h->access($lines + 60))[-60 .. -1];
	my $known = $h->service('web')->{backends};
	is(join(' ', grep { !$known->{$_} } map { $_->{backend} } @sessions), '',
		'... by the addresses of now alone');
	is(keys %{ { map { $_->{id} =~ /^(\d+)/ ? ($1 => 1) : () } @sessions } }, 2, '... in both workers');
	$h->finish(alerts => scalar(() = $h->log =~ / alert /g));
});
