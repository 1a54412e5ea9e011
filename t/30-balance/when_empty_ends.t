# SPDX-License-Identifier: BSD-2-Clause
# Clients wait for a backend, and the wait ends otherwise: the service is removed, another word is
# set, a worker dies, heddle stops. It costs no processor time while it lasts.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Api;
use Time::HiRes qw(time);

sub waiting {
	my ($to, $count) = @_;
	my @clients = map { client($to) // die "connect: $!" } 1 .. $count;
	is($clients[-1]->ended(0.1), 'open', 'clients wait');
	return @clients;
}
sub ends { my ($how, $what, @clients) = @_;
	is(join(' ', map { $_->ended(20) } @clients), join(' ', ($how) x @clients), $what) }

# Seconds of processor time that the workers take in about a second.
sub busy {
	my ($h) = @_;
	my $all = sub { my $sum = 0; $sum += $h->cpu_seconds($_) for $h->worker_pids; return $sum };
	my ($before, $until) = ($all->(), time + 1);
	until_true(sub { time > $until }, 5);
	return $all->() - $before;
}

on_each_event(sub {
	my $one = backend('named', name => 'one');
	my ($port, $other) = map { free_port } 1 .. 2;
	my $dir = File::Temp->newdir('heddle-empty-XXXXXX', TMPDIR => 1);
	chmod 0777, "$dir";
	my $service = sub { my ($word, $listen) = @_; return { when_empty => $word,
		listen => [$listen // "127.0.0.1:$port", "$dir/web"], backends => {} } };
	my $h = heddle(<<"YAML", workers => 4);
services:
  web: {listen: ["127.0.0.1:$port", $dir/web], when_empty: wait}
  up: {listen: "127.0.0.1:$other", when_empty: wait, backends: ["${\$one->address}"]}
YAML
	my $api = Heddle::Api->new($h->control);
	my @clients = (waiting($port, 8), waiting("$dir/web", 8));
	cmp_ok(busy($h), '<', 0.3, 'waiting takes little') if $^O eq 'linux';
	my ($first) = $h->worker_pids;
	$h->kill_worker($first);
	ok($h->wait_for(sub { my @pids = $h->worker_pids;
		return @pids == 4 && !grep { $_ == $first } @pids }, 10, 'another worker'), 'one dies');
	my $lost = grep { $_->ended(0) ne 'open' } @clients;
	is($lost, 0, '... and no client that waits is lost');
	is($api->put('services/web', $service->('close')), 200, 'close');
	ends('closed', '... closes those that wait', @clients);
	is($api->put('services/web', $service->('wait')), 200, 'wait');
	@clients = waiting($port, 3);
	is($api->put('services/web', $service->('reset')), 200, 'reset');
	ends('reset', '... resets them', @clients);
	is($api->put('services/web', $service->('wait')), 200, 'wait again');
	@clients = (waiting($port, 3), waiting("$dir/web", 3));
	is($api->remove('services/web'), 200, 'the service is removed');
	ends('closed', '... and its clients are closed', @clients);
	is($api->patch('services/up/backends/' . $one->address . '?force=1', { weight => 0 }), 200, 'weight 0');
	@clients = waiting($other, 3);
	$h->quit;
	ends('closed', 'heddle stops', @clients);
	is($h->ended(20), 0, '... with 0');
	$h->finish(stopped => 1, alerts => 1);
});
